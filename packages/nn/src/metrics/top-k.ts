/** Accuracies that let the right class be one of the k best. */
import { ArgumentError, oneHot, where } from '@gradus/tensor';
import { labelsOf } from './accuracy.js';
import { MeanOfValues } from './mean.js';
import type { Tensor } from '@gradus/tensor';
import type { MetricOptions } from './metric.js';

export interface TopKOptions extends MetricOptions {
  /** How many classes may be predicted. @defaultValue 5 */
  readonly k?: number;
}

export interface SparseTopKOptions extends TopKOptions {
  /** Whether predictions are numbers of classes, the best one first, instead of scores. @defaultValue false */
  readonly fromSortedIds?: boolean;
}

/** Fewer than k classes score higher than the one that y marks; ties are hits. y, p: [n, ..., classes]. */
export class TopKCategoricalAccuracy extends MeanOfValues {
  private readonly k: number;

  constructor(options: TopKOptions = {}) {
    super('top_k_categorical_accuracy', 'up', options);
    this.k = checkedK(options.k);
  }
  override values(yTrue: Tensor, yPred: Tensor): Tensor {
    return inTopK(yTrue.argmax(-1), yPred, this.k);
  }
}

/** Fewer than k classes score higher than y; ties are hits. y: [n, ...] or [n, ..., 1], p: [n, ..., classes]. */
export class SparseTopKCategoricalAccuracy extends MeanOfValues {
  private readonly k: number;
  private readonly fromSortedIds: boolean;

  constructor(options: SparseTopKOptions = {}) {
    super('sparse_top_k_categorical_accuracy', 'up', options);
    this.k = checkedK(options.k);
    this.fromSortedIds = options.fromSortedIds ?? false;
  }
  override values(yTrue: Tensor, yPred: Tensor): Tensor {
    if (this.fromSortedIds) {
      const best = yPred.slice('...', `:${this.k}`).cast('int32');
      return best.equal(labelsOf(yTrue, yPred).expandDims(-1)).any(-1).cast('float32'); // prettier-ignore
    }
    return inTopK(labelsOf(yTrue, yPred), yPred, this.k);
  }
}

function checkedK(k: number = 5): number {
  if (Number.isInteger(k) && k > 0) return k;
  throw new ArgumentError(`k: must be a whole number from 1, found ${k}`);
}

/** 1 where fewer than k scores are above that of the label. A score that is not a number is below all others. */
function inTopK(labels: Tensor, yPred: Tensor, k: number): Tensor {
  const scores = where(yPred.equal(yPred), yPred, -Infinity);
  const own = where(oneHot(labels, yPred.shape[yPred.rank - 1] ?? 1, 'bool'), scores, -Infinity).max(-1, { keepDims: true });
  return scores.greater(own).cast('float32').sum(-1).less(k).cast('float32');
}
