/** Losses for classes: the surprise, -log p, of what was true. Shannon 1948; as a loss Good 1952. */
import { ArgumentError, clip, logSoftmax, ShapeError, showShape, softplus, takeAlong, where } from '@gradus/tensor';
import { Loss } from './loss.js';
import type { Shape, Tensor } from '@gradus/tensor';
import type { LossOptions } from './loss.js';

/** What keeps probabilities off 0 and 1, where the logarithm is infinite. */
export const epsilon = 1e-7;

export interface CrossentropyOptions extends LossOptions {
  /** Whether predictions are logits, not probabilities: no clipping is needed then. @defaultValue false */
  readonly fromLogits?: boolean;
}

export interface SmoothedOptions extends CrossentropyOptions {
  /** Moves targets this far towards equal ones, 0 to 1. @defaultValue 0 */
  readonly labelSmoothing?: number;
  /** The axis of the classes (binary: the one that is averaged). @defaultValue -1 */
  readonly axis?: number;
}

export function checkSmoothing(labelSmoothing: number): number {
  if (labelSmoothing >= 0 && labelSmoothing <= 1) return labelSmoothing;
  throw new ArgumentError(`labelSmoothing: expected a number from 0 to 1, found ${labelSmoothing}`);
}

/** p with a sum of 1 over the axis, kept off 0 and 1. */
export function normalized(yPred: Tensor, axis: number): Tensor {
  return clip(yPred.div(yPred.sum(axis, { keepDims: true })), epsilon, 1 - epsilon);
}

/** log p of each class: of logits directly; probabilities are normalized to sum 1 and clipped first. */
function logProbabilities(yPred: Tensor, fromLogits: boolean, axis: number): Tensor {
  return fromLogits ? logSoftmax(yPred, axis) : normalized(yPred, axis).log();
}

/** -(y log p + (1 - y) log(1 - p)) of each value, p clipped. */
export function binarySurprise(y: Tensor, yPred: Tensor): Tensor {
  const p = clip(yPred, epsilon, 1 - epsilon);
  const one = y.neg().add(1);
  return y
    .mul(p.log())
    .add(one.mul(p.neg().add(1).log()))
    .neg();
}

/** Targets for two classes, moved towards a half. */
export function smoothedBinary(yTrue: Tensor, labelSmoothing: number): Tensor {
  return labelSmoothing === 0 ? yTrue : yTrue.mul(1 - labelSmoothing).add(labelSmoothing / 2);
}

/** Targets for the classes of an axis, moved towards equal ones. */
export function smoothed(yTrue: Tensor, labelSmoothing: number, classes: number): Tensor {
  return labelSmoothing === 0 ? yTrue : yTrue.mul(1 - labelSmoothing).add(labelSmoothing / classes);
}

/**
 * -(y log p + (1 - y) log(1 - p)), averaged over the last axis; logits x: softplus(x) - x y. y, p: [n, ..., d].
 */
export class BinaryCrossentropy extends Loss {
  private readonly options: SmoothedOptions;

  constructor(options: SmoothedOptions = {}) {
    super('binary_crossentropy', options);
    checkSmoothing(options.labelSmoothing ?? 0);
    this.options = options;
  }
  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    const { fromLogits = false, labelSmoothing = 0, axis = -1 } = this.options;
    const y = smoothedBinary(yTrue, labelSmoothing);
    if (fromLogits) return softplus(yPred).sub(yPred.mul(y)).mean(axis);
    return binarySurprise(y, yPred).mean(axis);
  }
}

/** -sum(y log p) over the classes, y one-hot or soft. y, p: [n, ..., classes]. */
export class CategoricalCrossentropy extends Loss {
  private readonly options: SmoothedOptions;

  constructor(options: SmoothedOptions = {}) {
    super('categorical_crossentropy', options);
    checkSmoothing(options.labelSmoothing ?? 0);
    this.options = options;
  }
  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    const { fromLogits = false, labelSmoothing = 0, axis = -1 } = this.options;
    if (yTrue.rank !== yPred.rank) {
      throw new ShapeError(`categorical_crossentropy: targets ${showShape(yTrue.shape)}, predictions ${showShape(yPred.shape)}`);
    }
    return smoothed(yTrue, labelSmoothing, yPred.shape.at(axis) ?? 1)
      .mul(logProbabilities(yPred, fromLogits, axis))
      .sum(axis)
      .neg();
  }
}

export interface SparseOptions extends CrossentropyOptions {
  /** Targets that do not count, nor in the mean. @defaultValue none */
  readonly ignoreClass?: number;
  /** The axis of the classes. @defaultValue -1 */
  readonly axis?: number;
}

/** -log p[y], y the number of the true class. y: [n, ...] or [n, ..., 1], p: [n, ..., classes]. */
export class SparseCategoricalCrossentropy extends Loss {
  private readonly options: SparseOptions;

  constructor(options: SparseOptions = {}) {
    super('sparse_categorical_crossentropy', options);
    this.options = options;
  }
  override align(yTrue: Tensor, yPred: Tensor): readonly [Tensor, Tensor] {
    const extra = yTrue.rank === yPred.rank && yTrue.shape[yTrue.rank - 1] === 1;
    return [(extra ? yTrue.squeeze(-1) : yTrue).cast('int32'), yPred];
  }
  override check(yTrue: Tensor, shape: Shape, name: string): void {
    const { axis = -1, ignoreClass } = this.options;
    const classes = shape.at(axis) ?? 0;
    const labels = yTrue.dense().data;
    const wrong = labels.findIndex((label) => !(Number.isInteger(label) && label >= 0 && label < classes) && label !== ignoreClass);
    if (wrong < 0) return;
    throw new ArgumentError(`${name}: the model has ${classes} classes, labels 0 to ${classes - 1}; found ${labels[wrong]} at ${wrong}`);
  }
  override maskOf(yTrue: Tensor): Tensor | undefined {
    const { ignoreClass } = this.options;
    return ignoreClass === undefined ? undefined : yTrue.notEqual(ignoreClass);
  }
  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    const { fromLogits = false, axis = -1 } = this.options;
    const valid = this.maskOf(yTrue);
    const labels = valid ? where(valid, yTrue, 0) : yTrue;
    if (labels.rank !== yPred.rank - 1) {
      throw new ShapeError(`sparse_categorical_crossentropy: labels ${showShape(yTrue.shape)}, predictions ${showShape(yPred.shape)}`);
    }
    const at = axis < 0 ? axis + yPred.rank : axis;
    const loss = takeAlong(logProbabilities(yPred, fromLogits, at), labels.expandDims(at), at)
      .squeeze(at)
      .neg();
    return valid ? where(valid, loss, 0) : loss;
  }
}
