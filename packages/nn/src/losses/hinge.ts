/**
 * Losses for margins: a prediction on the right side, far enough from the border, costs nothing. Cortes and Vapnik 1995; of several classes
 * Crammer and Singer 2001.
 */
import { where } from '@gradus/tensor';
import { Loss } from './loss.js';
import type { Tensor } from '@gradus/tensor';
import type { LossOptions } from './loss.js';

/** Labels -1 and 1. Where every label of the batch is 0 or 1, 0 stands for -1. */
function signs(yTrue: Tensor): Tensor {
  const binary = yTrue.equal(0).or(yTrue.equal(1)).all();
  return where(binary, yTrue.mul(2).sub(1), yTrue);
}

/** max(1 - y p, 0) of each value. */
function shortfall(yTrue: Tensor, yPred: Tensor): Tensor {
  return signs(yTrue).mul(yPred).neg().add(1).maximum(0);
}

/** mean(max(1 - y p, 0)) over the last axis. y: [n, ..., d], -1 or 1 (or 0 or 1 throughout the batch), p: [n, ..., d]. */
export class Hinge extends Loss {
  constructor(options?: LossOptions) {
    super('hinge', options);
  }
  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return shortfall(yTrue, yPred).mean(-1);
  }
}

/** mean(max(1 - y p, 0)^2) over the last axis. y: [n, ..., d], -1 or 1 (or 0 or 1 throughout the batch), p: [n, ..., d]. */
export class SquaredHinge extends Loss {
  constructor(options?: LossOptions) {
    super('squared_hinge', options);
  }
  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return shortfall(yTrue, yPred).square().mean(-1);
  }
}

/** max(max((1 - y) p) - sum(y p) + 1, 0) over the classes: the best wrong one against the true one. y one-hot. y, p: [n, ..., classes]. */
export class CategoricalHinge extends Loss {
  constructor(options?: LossOptions) {
    super('categorical_hinge', options);
  }
  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    const right = yTrue.mul(yPred).sum(-1);
    const wrong = yTrue.neg().add(1).mul(yPred).max(-1);
    return wrong.sub(right).add(1).maximum(0);
  }
}
