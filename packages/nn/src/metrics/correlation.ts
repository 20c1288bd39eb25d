/** Correlations: whether predictions rise and fall with their targets. */
import { alignRanks } from '../losses/loss.js';
import { MeanOfValues } from './mean.js';
import type { Tensor } from '@gradus/tensor';
import type { MetricOptions } from './metric.js';

export interface CorrelationOptions extends MetricOptions {
  /** Along which numbers are compared; 0 compares the samples of a batch. @defaultValue -1 */
  readonly axis?: number;
}

/** Keeps numbers that never change finite. */
const epsilon = 1e-7;

/** mean(y' p') of standardized y' = (y - mean) / std, p' likewise, along `axis`, averaged. y, p: [n, ..., d]. Pearson 1895. */
export class PearsonCorrelation extends MeanOfValues {
  private readonly axis: number;

  constructor(options: CorrelationOptions = {}) {
    super('pearson_correlation', 'up', options);
    this.axis = options.axis ?? -1;
  }
  override values(yTrue: Tensor, yPred: Tensor): Tensor {
    const [y, p] = alignRanks(yTrue.cast(yPred.dtype), yPred);
    return this.standardized(y).mul(this.standardized(p)).mean(this.axis);
  }
  private standardized(x: Tensor): Tensor {
    const centred = x.sub(x.mean(this.axis, { keepDims: true }));
    return centred.div(centred.std(this.axis, { keepDims: true }));
  }
}

/** 2 cov(y, p) / (var y + var p + (mean y - mean p)^2 + 1e-7) along `axis`, averaged: 1 only where p = y. y, p: [n, ..., d]. Lin 1989. */
export class ConcordanceCorrelation extends MeanOfValues {
  private readonly axis: number;

  constructor(options: CorrelationOptions = {}) {
    super('concordance_correlation', 'up', options);
    this.axis = options.axis ?? -1;
  }
  override values(yTrue: Tensor, yPred: Tensor): Tensor {
    const [y, p] = alignRanks(yTrue.cast(yPred.dtype), yPred);
    const mean = (x: Tensor): Tensor => x.mean(this.axis, { keepDims: true });
    const variance = (x: Tensor): Tensor => x.variance(this.axis, { keepDims: true });
    const [my, mp] = [mean(y), mean(p)];
    // The mean of p in both factors: the mean over p - mp is 0, so that this is the covariance.
    const covariance = y.sub(mp).mul(p.sub(mp));
    const spread = variance(y).add(variance(p)).add(my.sub(mp).square()).add(epsilon); // prettier-ignore
    return covariance.mul(2).div(spread).mean(this.axis);
  }
}
