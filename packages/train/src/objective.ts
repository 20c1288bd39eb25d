/** What is minimized and measured: a loss and metrics for each output, with their weights. */
import { isTensor, leavesOf, loss as lossOf, Mean, metric, metricKey, placesOf, weightsUnder } from '@gradus/nn';
import { ArgumentError } from '@gradus/tensor';
import type { AnyLayer, Context, Loss, LossLike, Metric, MetricLike } from '@gradus/nn';
import type { Tensor, Variable } from '@gradus/tensor';

/** One value for every output, or one a name. */
export type PerOutput<T> = T | { readonly [output: string]: T };

export interface ObjectiveOptions {
  readonly loss?: PerOutput<LossLike> | undefined;
  readonly lossWeights?: PerOutput<number> | undefined;
  readonly metrics?: readonly MetricLike[] | { readonly [output: string]: readonly MetricLike[] } | undefined;
}

interface Measured {
  readonly key: string;
  readonly metric: Metric;
}

export class Objective {
  private readonly options: ObjectiveOptions;
  private readonly total: Mean = new Mean({ name: 'loss' });
  private readonly losses: Map<string, Loss> = new Map();
  private readonly means: Map<string, Mean> = new Map();
  private readonly measured: Map<string, readonly Measured[]> = new Map();

  constructor(options: ObjectiveOptions) {
    this.options = options;
  }

  /** The loss of a batch and its parts by output; penalties on weights and added losses included. */
  lossOf(
    model: AnyLayer,
    y: unknown,
    yPred: unknown,
    sampleWeight: unknown,
    context: Context,
  ): { total: Tensor; parts: readonly Tensor[] } {
    const places = placesOf(yPred, isTensor);
    const targets = leavesOf(y, isTensor);
    const outputs = leavesOf(yPred, isTensor);
    const weights = sampleWeight === null ? [] : leavesOf(sampleWeight, isTensor);
    const parts = outputs.map((output, i) => {
      const target = targets[i];
      const place = places[i] ?? '';
      if (!target) throw new ArgumentError(`y: no target for the output ${place || 'y'}`);
      return this.lossFor(place).apply(target, output, { sampleWeight: weights[i] ?? weights[0], mask: context.maskOf(output) });
    });
    const weighted = parts.map((part, i) => part.mul(this.weightFor(places[i] ?? '')));
    const penalties = weightsUnder(model).flatMap(({ weight, layer }) => {
      const { regularizer, variable } = weight;
      return regularizer && layer.trainable ? [regularizer.penalty(variable.value)] : [];
    });
    const [first, ...rest] = [...weighted, ...context.losses, ...penalties];
    if (!first) throw new ArgumentError('loss: there is nothing to minimize');
    return { total: rest.reduce((sum, part) => sum.add(part), first), parts };
  }

  /** Takes a batch into account. */
  update(y: unknown, yPred: unknown, { total, parts }: { total: Tensor; parts: readonly Tensor[] }, context: Context): void {
    const places = placesOf(yPred, isTensor);
    const outputs = leavesOf(yPred, isTensor);
    const targets = leavesOf(y, isTensor);
    const n = outputs[0]?.shape[0] ?? 1;
    this.total.add(total.broadcastTo([n]));
    for (const [i, output] of outputs.entries()) {
      const place = places[i] ?? '';
      const target = targets[i];
      const part = parts[i];
      if (!target || !part) continue;
      if (outputs.length > 1) this.meanFor(place).add(part.broadcastTo([n]));
      for (const { metric: measure } of this.metricsFor(place, target, output))
        measure.update(target, output, { mask: context.maskOf(output) });
    }
  }

  reset(): void {
    for (const measure of this.all()) measure.reset();
  }

  /** The state of everything that is measured, by key. */
  variables(): readonly (readonly [string, Variable])[] {
    return [...this.keyed()].flatMap(([key, measure]) =>
      measure.variables.map((variable) => [`${key}/${variable.name}`, variable] as const),
    );
  }

  /** What was measured since the last reset, keys sorted. */
  logs(): Record<string, number> {
    const entries = [...this.keyed()].map(([key, measure]) => [key, measure.result().item()] as const);
    return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
  }

  directionOf(key: string): 'up' | 'down' | undefined {
    const plain = key.replace(/^val_/, '');
    if (plain === 'loss') return 'down';
    return this.keyed().get(plain)?.direction;
  }

  private keyed(): Map<string, Metric> {
    const keyed = new Map<string, Metric>([['loss', this.total]]);
    for (const [place, mean] of this.means) keyed.set(`${place}_loss`, mean);
    for (const measures of this.measured.values()) for (const { key, metric: measure } of measures) keyed.set(key, measure);
    return keyed;
  }

  private all(): readonly Metric[] {
    return [...this.keyed().values()];
  }

  private lossFor(place: string): Loss {
    const known = this.losses.get(place);
    if (known) return known;
    const { loss } = this.options;
    const like = loss === undefined || isLossLike(loss) ? loss : loss[place];
    if (like === undefined) throw new ArgumentError(`loss: none is given${place ? ` for the output ${place}` : ''}`);
    const made = lossOf(like);
    this.losses.set(place, made);
    return made;
  }

  private weightFor(place: string): number {
    const { lossWeights = 1 } = this.options;
    return typeof lossWeights === 'number' ? lossWeights : (lossWeights[place] ?? 1);
  }

  private meanFor(place: string): Mean {
    const known = this.means.get(place) ?? new Mean({ name: `${place}_loss` });
    this.means.set(place, known);
    return known;
  }

  private metricsFor(place: string, y: Tensor, yPred: Tensor): readonly Measured[] {
    const known = this.measured.get(place);
    if (known) return known;
    const { metrics = [] } = this.options;
    const list = isList(metrics) ? metrics : (metrics[place] ?? []);
    const prefix = place === '' ? '' : `${place}_`;
    const made = list.map((like) => ({ key: `${prefix}${metricKey(like)}`, metric: metric(like, y.shape, yPred.shape) }));
    this.measured.set(place, made);
    return made;
  }
}

function isList<T>(value: readonly T[] | { readonly [key: string]: readonly T[] }): value is readonly T[] {
  return Array.isArray(value);
}

function isLossLike(value: PerOutput<LossLike>): value is LossLike {
  return typeof value === 'string' || 'reduction' in value;
}
