/** Metrics for numbers. */
import { ArgumentError, ones, where } from '@gradus/tensor';
import { alignRanks, alignWeight } from '../losses/loss.js';
import { matrices, weightOf } from './align.js';
import { MeanOfValues } from './mean.js';
import { add, Metric } from './metric.js';
import type { Tensor, Variable } from '@gradus/tensor';
import type { MetricCall, MetricOptions } from './metric.js';

/** sqrt(mean((y - p)^2)) over everything seen. y, p: [n, ...]. */
export class RootMeanSquaredError extends MeanOfValues {
  constructor(options?: MetricOptions) {
    super('root_mean_squared_error', 'down', options);
  }
  override values(yTrue: Tensor, yPred: Tensor): Tensor {
    const [y, p] = alignRanks(yTrue.cast(yPred.dtype), yPred);
    return y.sub(p).square();
  }
  override result(): Tensor {
    return super.result().sqrt();
  }
}

export interface CosineSimilarityMetricOptions extends MetricOptions {
  /** Along which vectors lie. @defaultValue -1 */
  readonly axis?: number;
}

/** y . p / (|y| |p|) of the vectors along an axis: 1 where they point the same way (the loss is its negative). y, p: [n, ..., d]. */
export class CosineSimilarityMetric extends MeanOfValues {
  private readonly axis: number;

  constructor(options: CosineSimilarityMetricOptions = {}) {
    super('cosine_similarity', 'up', options);
    this.axis = options.axis ?? -1;
  }
  override values(yTrue: Tensor, yPred: Tensor): Tensor {
    const [y, p] = alignRanks(yTrue.cast(yPred.dtype), yPred);
    return this.unit(y).mul(this.unit(p)).sum(this.axis);
  }
  private unit(x: Tensor): Tensor {
    return x.div(x.square().sum(this.axis, { keepDims: true }).maximum(1e-14).sqrt());
  }
}

/** How the scores of several outputs become one: their mean, that weighted with the variance of each target, or not at all. */
export type ClassAggregation = 'uniformAverage' | 'varianceWeightedAverage' | 'none';

export interface R2ScoreOptions extends MetricOptions {
  /** @defaultValue 'uniformAverage' */
  readonly classAggregation?: ClassAggregation;
  /** The number of regressors p for which the score is adjusted, while there are more than p + 1 samples. @defaultValue 0 */
  readonly numRegressors?: number;
}

interface Sums {
  readonly weight: Variable;
  readonly target: Variable;
  readonly square: Variable;
  readonly error: Variable;
}

/**
 * 1 - sum (y - p)^2 / sum (y - mean y)^2, the share of the variance that is explained; 0 where only the divisor is 0.
 * Adjusted: 1 - (1 - R2) (n - 1) / (n - p - 1), n the samples with a weight. y, p: [n, outputs].
 */
export class R2Score extends Metric {
  private readonly classAggregation: ClassAggregation;
  private readonly numRegressors: number;
  private readonly samples: Variable = this.state('samples');
  private sums: Sums | undefined;

  constructor(options: R2ScoreOptions = {}) {
    super('r2_score', 'up', options);
    this.classAggregation = options.classAggregation ?? 'uniformAverage';
    this.numRegressors = options.numRegressors ?? 0;
    if (!(Number.isInteger(this.numRegressors) && this.numRegressors >= 0)) {
      throw new ArgumentError(`numRegressors: must be a whole number from 0, found ${this.numRegressors}`);
    }
  }

  override update(yTrue: Tensor, yPred: Tensor, options?: MetricCall): void {
    const [y, p] = matrices('R2Score', yTrue, yPred);
    const given = weightOf(options);
    const weight = (given ? alignWeight(given, y) : ones([])).broadcastTo(y.shape);
    const sums = (this.sums ??= this.sumsOf(y.shape[1] ?? 1));
    add(sums.weight, weight.sum(0));
    add(sums.target, y.mul(weight).sum(0));
    add(sums.square, y.square().mul(weight).sum(0));
    add(sums.error, y.sub(p).square().mul(weight).sum(0));
    add(this.samples, weight.notEqual(0).any(1).cast('float32').sum());
  }

  override result(): Tensor {
    if (!this.sums) return this.samples.value.mul(NaN);
    const { weight, target, square, error } = this.sums;
    const total = square.value.sub(target.value.square().div(weight.value));
    const raw = error.value.div(total).neg().add(1);
    return this.adjusted(this.aggregated(where(raw.abs().equal(Infinity), 0, raw), total));
  }

  private aggregated(scores: Tensor, total: Tensor): Tensor {
    if (this.classAggregation === 'none') return scores;
    return this.classAggregation === 'uniformAverage' ? scores.mean() : scores.mul(total).sum().div(total.sum());
  }

  private adjusted(score: Tensor): Tensor {
    if (this.numRegressors === 0) return score;
    const left = this.samples.value.sub(1 + this.numRegressors);
    const enough = left.greater(0);
    const adjusted = score.neg().add(1).mul(this.samples.value.sub(1)).div(left.maximum(1)).neg().add(1);
    return where(enough, adjusted, score);
  }

  private sumsOf(outputs: number): Sums {
    const sum = (name: string): Variable => this.state(name, [outputs]);
    return { weight: sum('weight'), target: sum('target'), square: sum('square'), error: sum('error') };
  }
}
