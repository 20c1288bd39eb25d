/**
 * Crossentropies that look away from what is already right, for classes of which one is rare.
 * Lin et al., Focal loss for dense object detection, 2017.
 */
import { ArgumentError } from '@gradus/tensor';
import { binarySurprise, checkSmoothing, normalized, smoothed, smoothedBinary } from './crossentropy.js';
import { Loss } from './loss.js';
import type { Tensor } from '@gradus/tensor';
import type { SmoothedOptions } from './crossentropy.js';

export interface FocalOptions extends SmoothedOptions {
  /** How much the class 1 counts, against 1 - alpha for the class 0; for several classes: how much all of them count. @defaultValue 0.25 */
  readonly alpha?: number;
  /** How strongly right predictions are discounted; 0: not at all. @defaultValue 2 */
  readonly gamma?: number;
}

export interface BinaryFocalOptions extends FocalOptions {
  /** Whether `alpha` is used. @defaultValue false */
  readonly applyClassBalancing?: boolean;
}

function checkFocal({ labelSmoothing = 0, gamma = 2 }: FocalOptions): void {
  checkSmoothing(labelSmoothing);
  if (!(gamma >= 0)) throw new ArgumentError(`gamma: expected a number of at least 0, found ${gamma}`);
}

/**
 * (1 - q)^gamma times the binary crossentropy, q = y p + (1 - y)(1 - p) the probability of what was true, averaged over
 * the last axis. y, p: [n, ..., d].
 */
export class BinaryFocalCrossentropy extends Loss {
  private readonly options: BinaryFocalOptions;

  constructor(options: BinaryFocalOptions = {}) {
    super('binary_focal_crossentropy', options);
    checkFocal(options);
    this.options = options;
  }
  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    const { applyClassBalancing = false, alpha = 0.25, gamma = 2, fromLogits = false, labelSmoothing = 0, axis = -1 } = this.options;
    const y = smoothedBinary(yTrue, labelSmoothing);
    const no = y.neg().add(1);
    const p = fromLogits ? yPred.sigmoid() : yPred;
    const q = y.mul(p).add(no.mul(p.neg().add(1)));
    const focal = q.neg().add(1).pow(gamma).mul(binarySurprise(y, p));
    const balanced = applyClassBalancing ? focal.mul(y.mul(alpha).add(no.mul(1 - alpha))) : focal;
    return balanced.mean(axis);
  }
}

/** -sum(alpha (1 - p)^gamma y log p) over the classes, y one-hot or soft. y, p: [n, ..., classes]. */
export class CategoricalFocalCrossentropy extends Loss {
  private readonly options: FocalOptions;

  constructor(options: FocalOptions = {}) {
    super('categorical_focal_crossentropy', options);
    checkFocal(options);
    this.options = options;
  }
  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    const { alpha = 0.25, gamma = 2, fromLogits = false, labelSmoothing = 0, axis = -1 } = this.options;
    const y = smoothed(yTrue, labelSmoothing, yPred.shape.at(axis) ?? 1);
    const p = normalized(fromLogits ? yPred.softmax(axis) : yPred, axis);
    return p.neg().add(1).pow(gamma).mul(alpha).mul(y.neg().mul(p.log())).sum(axis);
  }
}
