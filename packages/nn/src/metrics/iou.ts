/** Intersection over union: how much of a region and of what was found of it is common. */
import { ArgumentError, oneHot, ShapeError, showShape, take, tensor, where } from '@gradus/tensor';
import { alignWeight } from '../losses/loss.js';
import { weightOf } from './align.js';
import { add, Metric } from './metric.js';
import type { Tensor, Variable } from '@gradus/tensor';
import type { MetricCall, MetricOptions } from './metric.js';

interface CountOptions extends MetricOptions {
  /** Whole weights count as they are; 'int32' cuts others towards 0, 'float32' keeps them. @defaultValue 'int32' */
  readonly dtype?: 'int32' | 'float32';
}

export interface OneHotMeanIoUOptions extends CountOptions {
  readonly numClasses: number;
  /** Targets of this class do not count. @defaultValue all do */
  readonly ignoreClass?: number;
  /** Whether predictions are numbers of classes, not one score a class. @defaultValue false for the OneHot metrics, true for the others */
  readonly sparseYPred?: boolean;
  /** Where the scores of the classes lie. @defaultValue -1 */
  readonly axis?: number;
}

export interface MeanIoUOptions extends OneHotMeanIoUOptions {
  /** Whether targets are numbers of classes, not one value a class. @defaultValue true */
  readonly sparseYTrue?: boolean;
}

export interface OneHotIoUOptions extends OneHotMeanIoUOptions {
  /** The classes whose mean is taken. */
  readonly targetClassIds: readonly number[];
}

export interface IoUOptions extends OneHotIoUOptions, MeanIoUOptions {}

export interface BinaryIoUOptions extends CountOptions {
  /** @defaultValue both classes, [0, 1] */
  readonly targetClassIds?: readonly number[];
  /** From where on a prediction is the class 1. @defaultValue 0.5 */
  readonly threshold?: number;
}

interface Sources {
  readonly targetClassIds: readonly number[] | undefined;
  /** Numbers of classes for what a batch holds. */
  readonly classesOfTrue: (y: Tensor) => Tensor;
  readonly classesOfPred: (p: Tensor) => Tensor;
}

const epsilon = 1e-7;

/** Counts how often class i was found to be class j. */
abstract class Overlap extends Metric {
  private readonly numClasses: number;
  private readonly ignoreClass: number | undefined;
  private readonly whole: boolean;
  private readonly sources: Sources;
  private readonly counts: Variable;

  constructor(name: string, options: OneHotMeanIoUOptions, sources: Sources) {
    super(name, 'up', options);
    const { numClasses, ignoreClass, dtype = 'int32' } = options;
    if (!(Number.isInteger(numClasses) && numClasses > 0))
      throw new ArgumentError(`numClasses: must be a whole number from 1, found ${numClasses}`);
    const wrong = sources.targetClassIds?.find((id) => !(Number.isInteger(id) && id >= 0 && id < numClasses));
    if (wrong !== undefined) throw new ArgumentError(`targetClassIds: must be from 0 to ${numClasses - 1}, found ${wrong}`);
    this.numClasses = numClasses;
    this.ignoreClass = ignoreClass;
    this.whole = dtype === 'int32';
    this.sources = sources;
    this.counts = this.state('confusionMatrix', [numClasses, numClasses]);
  }

  override update(yTrue: Tensor, yPred: Tensor, options?: MetricCall): void {
    const [y, p] = [this.sources.classesOfTrue(yTrue), this.sources.classesOfPred(yPred)].map((x) => x.cast('int32').reshape([-1]));
    if (!y || !p || y.size !== p.size) {
      throw new ShapeError(`${this.name}: targets ${showShape(yTrue.shape)} do not fit predictions ${showShape(yPred.shape)}`);
    }
    const known = (x: Tensor): Tensor => x.greaterEqual(0).and(x.less(this.numClasses));
    const inside = known(y).and(known(p));
    const counted = this.ignoreClass === undefined ? inside : inside.and(y.notEqual(this.ignoreClass));
    const weight = where(counted, this.weightFor(y, options), 0);
    const found = oneHot(where(counted, p, 0), this.numClasses).mul(weight.expandDims(-1)); // [n, classes]
    add(
      this.counts,
      oneHot(where(counted, y, 0), this.numClasses)
        .transpose()
        .matmul(found),
    );
  }

  /** TP / (TP + FP + FN) of each class, averaged over the classes that were seen. */
  override result(): Tensor {
    const counts = this.counts.value;
    const common = counts.mul(oneHot(tensor([...Array(this.numClasses).keys()], 'int32'), this.numClasses)).sum(0); // prettier-ignore
    const either = counts.sum(0).add(counts.sum(1)).sub(common);
    const ids = tensor([...(this.sources.targetClassIds ?? Array(this.numClasses).keys())], 'int32');
    const scores = take(common.div(either.add(epsilon)), ids);
    const seen = take(either, ids).greater(1e-9).cast('float32').sum();
    return scores.sum().div(seen.add(epsilon));
  }

  /** One weight a prediction: [n]. */
  private weightFor(y: Tensor, options: MetricCall | undefined): Tensor | number {
    const given = weightOf(options);
    if (!given) return 1;
    const weight = (this.whole ? given.cast('int32') : given).cast('float32');
    return weight.size === y.size ? weight.reshape([-1]) : alignWeight(weight.reshape([-1]), y.cast('float32')).broadcastTo(y.shape);
  }
}

function classesFor(sparse: boolean, axis: number = -1): (x: Tensor) => Tensor {
  return sparse ? (x) => x : (x) => x.argmax(axis);
}

/** The mean of TP / (TP + FP + FN) over some classes, those that were seen. y, p: [n, ...] classes, or one value a class. Jaccard 1901. */
export class IoU extends Overlap {
  constructor(options: IoUOptions) {
    const { targetClassIds, sparseYTrue = true, sparseYPred = true, axis } = options;
    super('io_u', options, { targetClassIds, classesOfTrue: classesFor(sparseYTrue, axis), classesOfPred: classesFor(sparseYPred, axis) });
  }
}

/** `IoU` of all classes. */
export class MeanIoU extends Overlap {
  constructor(options: MeanIoUOptions) {
    const { sparseYTrue = true, sparseYPred = true, axis } = options;
    const sources = { classesOfTrue: classesFor(sparseYTrue, axis), classesOfPred: classesFor(sparseYPred, axis) };
    super('mean_io_u', options, { targetClassIds: undefined, ...sources });
  }
}

/** `IoU` of two classes, the second one where a prediction reaches the threshold. y: 0 or 1, p: [n, ...]. */
export class BinaryIoU extends Overlap {
  constructor(options: BinaryIoUOptions = {}) {
    const { targetClassIds = [0, 1], threshold = 0.5 } = options;
    const classesOfPred = (p: Tensor): Tensor => p.greaterEqual(threshold);
    super('binary_io_u', { ...options, numClasses: 2 }, { targetClassIds, classesOfTrue: (y) => y, classesOfPred });
  }
}

/** `IoU` of targets with one value a class. */
export class OneHotIoU extends Overlap {
  constructor(options: OneHotIoUOptions) {
    const { targetClassIds, sparseYPred = false, axis } = options;
    super('one_hot_io_u', options, {
      targetClassIds,
      classesOfTrue: classesFor(false, axis),
      classesOfPred: classesFor(sparseYPred, axis),
    });
  }
}

/** `MeanIoU` of targets with one value a class. */
export class OneHotMeanIoU extends Overlap {
  constructor(options: OneHotMeanIoUOptions) {
    const { sparseYPred = false, axis } = options;
    const sources = { classesOfTrue: classesFor(false, axis), classesOfPred: classesFor(sparseYPred, axis) };
    super('one_hot_mean_io_u', options, { targetClassIds: undefined, ...sources });
  }
}
