/** Streaming means and sums. */
import { alignWeight, divideSafely } from '../losses/loss.js';
import { weightOf } from './align.js';
import { Metric } from './metric.js';
import type { Tensor, Variable } from '@gradus/tensor';
import type { MetricCall, MetricOptions } from './metric.js';

/** total and count of values with their weights; 0 of none. */
export class Mean extends Metric {
  private readonly total: Variable = this.state('total');
  private readonly count: Variable = this.state('count');

  constructor(options?: MetricOptions) {
    super('mean', undefined, options);
  }

  /** Takes values [n, ...] into account: each sample counts once, or as much as its weight. */
  add(values: Tensor, sampleWeight?: Tensor): void {
    const [sum, n] = weightedSum(values.cast('float32'), sampleWeight);
    this.total.assign(this.total.value.add(sum));
    this.count.assign(this.count.value.add(n));
  }

  override update(values: Tensor, _ignored: Tensor, { sampleWeight }: MetricCall = {}): void {
    this.add(values, sampleWeight);
  }

  override result(): Tensor {
    return divideSafely(this.total.value, this.count.value);
  }
}

/** What a batch adds to total and count. Axes beyond the first are averaged, values and weights alike. */
function weightedSum(values: Tensor, sampleWeight: Tensor | undefined): readonly [Tensor, Tensor | number] {
  const perSample = (x: Tensor): Tensor => (x.rank > 1 ? x.mean(x.shape.map((_, axis) => axis).slice(1)) : x);
  if (!sampleWeight) return [perSample(values).sum(), values.shape[0] ?? 1];
  const flat = sampleWeight.rank > 1 && sampleWeight.shape[sampleWeight.rank - 1] === 1 ? sampleWeight.squeeze(-1) : sampleWeight;
  const extra = values.shape.map((_, axis) => axis).slice(Math.max(flat.rank, 1));
  const matched = extra.length > 0 ? values.mean(extra) : values;
  const weight = alignWeight(flat, matched).broadcastTo(matched.shape);
  return [perSample(matched.mul(weight)).sum(), perSample(weight).sum()];
}

/** The sum of all values, each times its weight. */
export class Sum extends Metric {
  private readonly total: Variable = this.state('total');

  constructor(options?: MetricOptions) {
    super('sum', undefined, options);
  }

  /** Takes values [n, ...] into account. */
  add(values: Tensor, sampleWeight?: Tensor): void {
    const x = values.cast('float32');
    this.total.assign(this.total.value.add((sampleWeight ? x.mul(alignWeight(sampleWeight, x)) : x).sum()));
  }

  override update(values: Tensor, _ignored: Tensor, { sampleWeight }: MetricCall = {}): void {
    this.add(values, sampleWeight);
  }

  override result(): Tensor {
    return this.total.value;
  }
}

/** The mean of one value a sample: most metrics. A subclass says only what the value is. */
export abstract class MeanOfValues extends Metric {
  private readonly mean: Mean = new Mean();

  constructor(name: string, direction: 'up' | 'down' | undefined, options?: MetricOptions) {
    super(name, direction, options);
    this.variables.push(...this.mean.variables);
  }

  /** One value a sample (and time step). */
  abstract values(yTrue: Tensor, yPred: Tensor): Tensor;

  override update(yTrue: Tensor, yPred: Tensor, options?: MetricCall): void {
    this.mean.add(this.values(yTrue, yPred), weightOf(options));
  }
  override result(): Tensor {
    return this.mean.result();
  }
}
