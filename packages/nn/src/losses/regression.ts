/**
 * Losses for numbers: how far a prediction is from its target. Squares: Legendre 1805; absolute values: Boscovich 1757; Poisson: Nelder and
 * Wedderburn 1972; cosine: Salton, Wong, Yang 1975. Those in percent, of logarithms and of log cosh are as Keras defines them.
 */
import { ArgumentError, softplus, where } from '@gradus/tensor';
import { epsilon } from './crossentropy.js';
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

/** 100 mean(|y - p| / max(|y|, 1e-7)) over the last axis: the error in percent of the target. y, p: [n, ..., d]. */
export class MeanAbsolutePercentageError extends Loss {
  constructor(options?: LossOptions) {
    super('mean_absolute_percentage_error', options);
  }
  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return yTrue.sub(yPred).div(yTrue.abs().maximum(epsilon)).abs().mean(-1).mul(100);
  }
}

/** mean((log(1 + p) - log(1 + y))^2) over the last axis, y and p at least 1e-7: for numbers of many sizes. y, p: [n, ..., d]. */
export class MeanSquaredLogarithmicError extends Loss {
  constructor(options?: LossOptions) {
    super('mean_squared_logarithmic_error', options);
  }
  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    const log = (x: Tensor): Tensor => x.maximum(epsilon).add(1).log();
    return log(yPred).sub(log(yTrue)).square().mean(-1);
  }
}

export interface HuberOptions extends LossOptions {
  /** The error from which on it counts linearly. @defaultValue 1 */
  readonly delta?: number;
}

/**
 * e^2 / 2 for errors e = |y - p| up to delta, delta e - delta^2 / 2 above it, averaged over the last axis: far-off
 * targets pull no harder than near ones. y, p: [n, ..., d]. Huber, Robust estimation of a location parameter, 1964.
 */
export class Huber extends Loss {
  private readonly delta: number;

  constructor(options: HuberOptions = {}) {
    super('huber_loss', options);
    this.delta = options.delta ?? 1;
    if (!(this.delta > 0 && Number.isFinite(this.delta))) throw new ArgumentError(`delta: expected a number above 0, found ${this.delta}`);
  }
  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    const error = yPred.sub(yTrue);
    const size = error.abs();
    const linear = size.mul(this.delta).sub(this.delta ** 2 / 2);
    return where(size.lessEqual(this.delta), error.square().mul(0.5), linear).mean(-1);
  }
}

/** mean(log(cosh(p - y))) over the last axis, as x + softplus(-2x) - log 2, which cannot overflow. y, p: [n, ..., d]. */
export class LogCosh extends Loss {
  constructor(options?: LossOptions) {
    super('log_cosh', options);
  }
  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    const x = yPred.sub(yTrue);
    return x
      .add(softplus(x.mul(-2)))
      .sub(Math.LN2)
      .mean(-1);
  }
}

/** mean(p - y log(p + 1e-7)) over the last axis: for counts, p their expectation. y, p: [n, ..., d]. */
export class Poisson extends Loss {
  constructor(options?: LossOptions) {
    super('poisson', options);
  }
  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return yPred.sub(yTrue.mul(yPred.add(epsilon).log())).mean(-1);
  }
}

export interface CosineSimilarityOptions extends LossOptions {
  /** The axis of the vectors. @defaultValue -1 */
  readonly axis?: number;
}

/**
 * -sum(y / |y| * p / |p|) over the axis: -1 where both point the same way, 1 where they are opposite, 0 for a vector of
 * zeros. y, p: [n, ..., d].
 */
export class CosineSimilarity extends Loss {
  private readonly axis: number;

  constructor(options: CosineSimilarityOptions = {}) {
    super('cosine_similarity', options);
    this.axis = options.axis ?? -1;
  }
  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    const unit = (x: Tensor): Tensor => x.div(x.square().sum(this.axis, { keepDims: true }).maximum(epsilon ** 2).sqrt()); // prettier-ignore
    return unit(yTrue).mul(unit(yPred)).sum(this.axis).neg();
  }
}
