/** Losses between distributions. */
import { clip } from '@gradus/tensor';
import { epsilon } from './crossentropy.js';
import { Loss } from './loss.js';
import type { Tensor } from '@gradus/tensor';
import type { LossOptions } from './loss.js';

/** sum(y log(y / p)) over the last axis, y and p clipped to 1e-7 and 1. y, p: [n, ..., classes]. Kullback and Leibler, 1951. */
export class KLDivergence extends Loss {
  constructor(options?: LossOptions) {
    super('kl_divergence', options);
  }
  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    const y = clip(yTrue, epsilon, 1);
    return y.mul(y.div(clip(yPred, epsilon, 1)).log()).sum(-1);
  }
}
