/** Accuracies: how often the prediction is right. */
import { alignRanks } from '../losses/loss.js';
import { MeanOfValues } from './mean.js';
import type { Tensor } from '@gradus/tensor';
import type { MetricOptions } from './metric.js';

/** p = y, for predictions that are labels already. y, p: [n, ...]. */
export class Accuracy extends MeanOfValues {
  constructor(options?: MetricOptions) {
    super('accuracy', 'up', options);
  }
  override values(yTrue: Tensor, yPred: Tensor): Tensor {
    const [y, p] = alignRanks(yTrue.cast(yPred.dtype), yPred);
    return p.equal(y).cast('float32');
  }
}

export interface BinaryAccuracyOptions extends MetricOptions {
  /** @defaultValue 0.5 */
  readonly threshold?: number;
}

/** (p > threshold) = y, averaged over the last axis. y, p: [n, ..., d]. */
export class BinaryAccuracy extends MeanOfValues {
  private readonly threshold: number;

  constructor(options: BinaryAccuracyOptions = {}) {
    super('binary_accuracy', 'up', options);
    this.threshold = options.threshold ?? 0.5;
  }
  override values(yTrue: Tensor, yPred: Tensor): Tensor {
    const [y, p] = alignRanks(yTrue.cast(yPred.dtype), yPred);
    return p.greater(this.threshold).cast(y.dtype).equal(y).cast('float32').mean(-1);
  }
}

/** argmax p = argmax y over the last axis. y, p: [n, ..., classes]. */
export class CategoricalAccuracy extends MeanOfValues {
  constructor(options?: MetricOptions) {
    super('categorical_accuracy', 'up', options);
  }
  override values(yTrue: Tensor, yPred: Tensor): Tensor {
    return yPred.argmax(-1).equal(yTrue.argmax(-1)).cast('float32');
  }
}

/** argmax p = y over the last axis. y: [n, ...] or [n, ..., 1], p: [n, ..., classes]. */
export class SparseCategoricalAccuracy extends MeanOfValues {
  constructor(options?: MetricOptions) {
    super('sparse_categorical_accuracy', 'up', options);
  }
  override values(yTrue: Tensor, yPred: Tensor): Tensor {
    return yPred.argmax(-1).equal(labelsOf(yTrue, yPred)).cast('float32');
  }
}

/** Labels [n, ...], also where they are given as [n, ..., 1]. */
export function labelsOf(yTrue: Tensor, yPred: Tensor): Tensor {
  const extra = yTrue.rank === yPred.rank && yTrue.shape[yTrue.rank - 1] === 1;
  return (extra ? yTrue.squeeze(-1) : yTrue).cast('int32');
}
