/** Losses as metrics: the mean of a loss's values. */
import { MeanOfValues } from './mean.js';
import type { Tensor } from '@gradus/tensor';
import type { Loss } from '../losses/loss.js';
import type { MetricOptions } from './metric.js';

/** The mean of `loss` over all samples, whatever its own reduction. */
export class MeanLoss extends MeanOfValues {
  private readonly loss: Loss;

  constructor(loss: Loss, options: MetricOptions = {}) {
    super(loss.name, 'down', options);
    this.loss = loss;
  }
  override values(yTrue: Tensor, yPred: Tensor): Tensor {
    return this.loss.call(...this.loss.align(yTrue, yPred));
  }
}
