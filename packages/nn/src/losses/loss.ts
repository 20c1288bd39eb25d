/** What a loss is: one value a sample, then one number for the batch. */
import { isTensor } from '../masks.js';
import { ShapeError, showShape } from '@gradus/tensor';
import type { Shape, Tensor } from '@gradus/tensor';

/**
 * How values become one number. 'sumOverBatchSize' (also 'mean') divides the sum by the number of values, weighted or
 * not; 'meanWithSampleWeight' divides by the sum of the weights; 'none' keeps them apart.
 */
export type Reduction = 'sumOverBatchSize' | 'mean' | 'sum' | 'meanWithSampleWeight' | 'none';

export interface LossOptions {
  /** @defaultValue 'sumOverBatchSize' */
  readonly reduction?: Reduction;
  /** What logs and messages call it. @defaultValue the class in snake case */
  readonly name?: string;
}

export interface LossCall {
  /** One weight a sample, or one a value. */
  readonly sampleWeight?: Tensor | undefined;
  /** Which values count, bool. */
  readonly mask?: Tensor | undefined;
}

export abstract class Loss {
  readonly name: string;
  readonly reduction: Reduction;

  constructor(name: string, options: LossOptions = {}) {
    this.name = options.name ?? name;
    this.reduction = options.reduction ?? 'sumOverBatchSize';
  }

  /** One value a sample (and time step): the formula. */
  abstract call(yTrue: Tensor, yPred: Tensor): Tensor;

  /** Which values count at all, by their targets or as they are; all of them unless a loss ignores some. */
  maskOf(_yTrue: Tensor, _values: Tensor): Tensor | undefined {
    return undefined;
  }

  /**
   * Looks at given numbers before they are trained on, outside any compiled step: refuses what the formula cannot mean.
   *
   * @param shape - that of the predictions
   * @param name - what messages call the targets
   */
  check(_yTrue: Tensor, _shape: Shape, _name: string): void {}

  /** Brings targets and predictions to one rank before the formula sees them. */
  align(yTrue: Tensor, yPred: Tensor): readonly [Tensor, Tensor] {
    return alignRanks(yTrue.cast(yPred.dtype), yPred);
  }

  /**
   * The loss of a batch: a scalar, unless the reduction is 'none'.
   *
   * @param yTrue - targets, their shape as the loss says
   * @param yPred - predictions [n, ...]
   */
  apply(yTrue: Tensor, yPred: Tensor, { sampleWeight, mask }: LossCall = {}): Tensor {
    const [y, p] = this.align(yTrue, yPred.cast(yPred.dtype === 'float64' ? 'float64' : 'float32'));
    const values = this.call(y, p);
    const own = this.maskOf(y, values);
    return reduceValues(values, this.reduction, sampleWeight, own && mask ? own.and(mask) : (own ?? mask));
  }
}

/** (n) against (n, 1): the flat side gets an axis; (n, t, 1) against (n, t): the longer side loses one. */
export function alignRanks(yTrue: Tensor, yPred: Tensor): readonly [Tensor, Tensor] {
  const difference = yTrue.rank - yPred.rank;
  if (difference === 1 && yTrue.shape[yTrue.rank - 1] === 1) {
    return yPred.rank === 1 ? [yTrue, yPred.expandDims(-1)] : [yTrue.squeeze(-1), yPred];
  }
  if (difference === -1 && yPred.shape[yPred.rank - 1] === 1) {
    return yTrue.rank === 1 ? [yTrue.expandDims(-1), yPred] : [yTrue, yPred.squeeze(-1)];
  }
  return [yTrue, yPred];
}

/** `weight` with axes of size 1 added or dropped at the end until it broadcasts over `values`. */
export function alignWeight(weight: Tensor, values: Tensor): Tensor {
  let aligned = weight.cast(values.dtype);
  while (aligned.rank > values.rank && aligned.shape[aligned.rank - 1] === 1) aligned = aligned.squeeze(-1);
  while (aligned.rank < values.rank) aligned = aligned.expandDims(-1);
  if (aligned.rank === values.rank) return aligned;
  throw new ShapeError(`sampleWeight: ${showShape(weight.shape)} does not fit the loss's values ${showShape(values.shape)}`);
}

/** One number for the values of a batch. */
function reduceValues(values: Tensor, reduction: Reduction, sampleWeight: Tensor | undefined, mask: Tensor | undefined): Tensor {
  const kept = mask ? keptWeight(alignWeight(mask, values), values, reduction) : undefined;
  const given = sampleWeight ? alignWeight(sampleWeight, values) : undefined;
  const weight = kept && given ? kept.mul(given) : (kept ?? given);
  const weighted = weight ? values.mul(weight) : values;
  if (reduction === 'none') return weighted;
  const total = weighted.sum();
  if (reduction === 'sum') return total;
  if (reduction !== 'meanWithSampleWeight' || !isTensor(weight)) return total.div(Math.max(1, weighted.size));
  return divideSafely(total, weight.broadcastTo(values.shape).sum());
}

/** Means run over the values that are kept: each counts all / kept. */
function keptWeight(mask: Tensor, values: Tensor, reduction: Reduction): Tensor {
  if (reduction === 'sum' || reduction === 'none') return mask;
  const wide = mask.broadcastTo(values.shape);
  // At least one: where nothing is kept, the mask itself is all zeros.
  return mask.mul(values.size).div(wide.sum().maximum(1));
}

/** a / b, 0 where b is 0. */
export function divideSafely(a: Tensor, b: Tensor): Tensor {
  const none = b.equal(0);
  return a.div(b.add(none.cast(b.dtype))).mul(none.not().cast(b.dtype));
}
