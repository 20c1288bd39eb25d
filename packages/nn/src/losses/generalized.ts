import { ArgumentError, oneHot } from '@gradus/tensor';
import { Loss } from './loss.js';
import type { Tensor } from '@gradus/tensor';
import type { LossOptions } from './loss.js';

export interface GeneralizedOptions extends LossOptions {
  /** Between 0, where wrong labels count as in the crossentropy, and 1, where they count as in the mean absolute error. @defaultValue 0.5 */
  readonly q?: number;
}

/** (1 - p[y]^q) / q, p[y] the probability of the true class. y: [n, ...] whole numbers, p: [n, ..., classes]. Zhang and Sabuncu 2018. */
export class CategoricalGeneralizedCrossEntropy extends Loss {
  private readonly q: number;

  constructor(options: GeneralizedOptions = {}) {
    super('categorical_generalized_cross_entropy', options);
    this.q = options.q ?? 0.5;
    if (!(this.q > 0 && this.q < 1)) throw new ArgumentError(`q: expected a number between 0 and 1, found ${this.q}`);
  }
  override align(yTrue: Tensor, yPred: Tensor): readonly [Tensor, Tensor] {
    const extra = yTrue.rank === yPred.rank && yTrue.shape[yTrue.rank - 1] === 1;
    return [(extra ? yTrue.squeeze(-1) : yTrue).cast('int32'), yPred];
  }
  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    const p = yPred.mul(oneHot(yTrue, yPred.shape[yPred.rank - 1] ?? 1, yPred.dtype)).sum(-1);
    return p.pow(this.q).neg().add(1).div(this.q); // prettier-ignore
  }
}
