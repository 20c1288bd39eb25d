import { eye, logSumExp, softplus, where } from '@gradus/tensor';
import { Loss } from './loss.js';
import type { Tensor } from '@gradus/tensor';
import type { LossOptions } from './loss.js';

export interface CircleOptions extends LossOptions {
  /** How sharply pairs that are far from their aim count. @defaultValue 80 */
  readonly gamma?: number;
  /** How much nearer than needed pairs are to come. @defaultValue 0.4 */
  readonly margin?: number;
  /** Whether a sample is no pair with itself. @defaultValue true */
  readonly removeDiagonal?: boolean;
}

/**
 * softplus(log sum over pairs of one class e^(-gamma a (m - d)) + log sum over the other pairs e^(gamma b (1 - m - d))), d = max(1 - cosine, 0),
 * a = max(m + d, 0), b = max(1 + m - d, 0): pairs of one class come near each other, others apart. A sample whose loss is 0 does not count.
 *
 * y: [n] or [n, 1] classes, p: [n, d] vectors of length 1. Sun et al. 2020.
 */
export class Circle extends Loss {
  private readonly options: CircleOptions;

  constructor(options: CircleOptions = {}) {
    super('circle', options);
    this.options = options;
  }
  override align(yTrue: Tensor, yPred: Tensor): readonly [Tensor, Tensor] {
    return [yTrue.reshape([-1]).cast('int32'), yPred];
  }
  override maskOf(_yTrue: Tensor, values: Tensor): Tensor {
    return values.greater(0);
  }
  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    const { gamma = 80, margin: m = 0.4, removeDiagonal = true } = this.options;
    const d = yPred.matmul(yPred.transpose()).neg().add(1).maximum(0); // [n, n]
    const same = yTrue.expandDims(1).equal(yTrue.expandDims(0));
    const near = removeDiagonal ? same.and(eye(yTrue.size, yTrue.size, 'bool').not()) : same;
    const a = d.add(m).maximum(0);
    const b = d.neg().add(1 + m).maximum(0); // prettier-ignore
    const attract = a.mul(d.neg().add(m)).mul(-gamma);
    const repel = b.mul(d.neg().add(1 - m)).mul(gamma);
    return softplus(over(near, attract).add(over(same.not(), repel)));
  }
}

/** log(sum(e^x)) of those in each row that are chosen; minus infinity of none. */
function over(chosen: Tensor, x: Tensor): Tensor {
  return logSumExp(where(chosen, x, -Infinity), 1);
}
