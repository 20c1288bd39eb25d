/** Losses for numbers: how far a prediction is from its target. */
import { Loss } from './loss.js';
import type { Tensor } from '@gradus/tensor';
import type { LossOptions } from './loss.js';

/** mean((y - p)^2) over the last axis. y, p: [n, ..., d]. */
export class MeanSquaredError extends Loss {
  constructor(options?: LossOptions) {
    super('mean_squared_error', options);
  }
  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return yTrue.sub(yPred).square().mean(-1);
  }
}

/** mean|y - p| over the last axis. y, p: [n, ..., d]. */
export class MeanAbsoluteError extends Loss {
  constructor(options?: LossOptions) {
    super('mean_absolute_error', options);
  }
  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return yTrue.sub(yPred).abs().mean(-1);
  }
}
