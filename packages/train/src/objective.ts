/** What is minimized and measured: a loss and metrics for each output, with their weights. */
import { isTensor, Loss, loss as lossOf, mapLeaves, Mean, metric, metricKey, weightsUnder } from '@gradus/nn';
import { ArgumentError } from '@gradus/tensor';
import type { AnyLayer, Context, LossLike, Metric, MetricLike } from '@gradus/nn';
import type { Tensor, Variable } from '@gradus/tensor';

/** One value for every output, or one a name. */
export type PerOutput<T> = T | { readonly [output: string]: T };

/** Metrics of every output, or lists by output. */
export type MetricsPerOutput = readonly MetricLike[] | { readonly [output: string]: readonly MetricLike[] };

export interface ObjectiveOptions {
  readonly loss?: PerOutput<LossLike> | undefined;
  readonly lossWeights?: PerOutput<number> | undefined;
  /** Measured without sample weights. */
  readonly metrics?: MetricsPerOutput | undefined;
  /** Measured with sample weights. A name that is taken already gets `weighted_` in front. */
  readonly weightedMetrics?: MetricsPerOutput | undefined;
}

/** What the outputs are held against: trees with the outputs' keys; one weight tensor serves all outputs. */
export interface Targets {
  readonly y: unknown;
  readonly sampleWeight: unknown;
}

export interface Losses {
  readonly total: Tensor;
  /** One an output, without its weight. */
  readonly parts: readonly Tensor[];
}

interface Measured {
  readonly key: string;
  readonly weighted: boolean;
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
  lossOf(model: AnyLayer, { y, sampleWeight }: Targets, yPred: unknown, context: Context): Losses {
    const outputs = outputsOf(yPred, y, sampleWeight);
    const parts = outputs.map(({ place, output, target, weight }) => {
      return this.lossFor(place).apply(target, output, { sampleWeight: weight, mask: context.maskOf(output) });
    });
    const weighted = parts.map((part, i) => part.mul(this.weightFor(outputs[i]?.place ?? '')));
    const penalties = weightsUnder(model).flatMap(({ weight, layer }) => {
      const { regularizer, variable } = weight;
      return regularizer && weight.trainable && layer.trainable ? [regularizer.penalty(variable.value)] : [];
    });
    const [first, ...rest] = [...weighted, ...context.losses, ...penalties];
    if (!first) throw new ArgumentError('loss: there is nothing to minimize');
    return { total: rest.reduce((sum, part) => sum.add(part), first), parts };
  }

  /** Takes a batch into account: each loss counts as often as there are samples. */
  update({ y, sampleWeight }: Targets, yPred: unknown, { total, parts }: Losses, context: Context): void {
    const outputs = outputsOf(yPred, y, sampleWeight);
    const n = outputs[0]?.output.shape[0] ?? 1;
    this.total.add(total.broadcastTo([n]));
    for (const [i, { place, output, target, weight }] of outputs.entries()) {
      const part = parts[i];
      if (part && outputs.length > 1) this.meanFor(place).add(part.broadcastTo([n]));
      for (const { metric: measure, weighted } of this.metricsFor(place, target, output)) {
        measure.update(target, output, { mask: context.maskOf(output), sampleWeight: weighted ? weight : undefined });
      }
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
    const { metrics = [], weightedMetrics = [] } = this.options;
    const prefix = place === '' ? '' : `${place}_`;
    const taken = new Set<string>();
    const make = (like: MetricLike, weighted: boolean): Measured => {
      const key = freeKey(prefix, metricKey(like), weighted, taken);
      return { key, weighted, metric: metric(like, y.shape, yPred.shape) };
    };
    const made = [
      ...listOf(metrics, place).map((like) => make(like, false)),
      ...listOf(weightedMetrics, place).map((like) => make(like, true)),
    ];
    this.measured.set(place, made);
    return made;
  }
}

/** The metric's own name where it is free; else with `weighted_` in front of it, or `_1`, `_2` behind. */
function freeKey(prefix: string, name: string, weighted: boolean, taken: Set<string>): string {
  const bases = weighted ? [name, `weighted_${name}`] : [name];
  const last = bases[bases.length - 1] ?? name;
  const free = bases.find((base) => !taken.has(base));
  let key = free ?? last;
  for (let k = 1; taken.has(key); k++) key = `${last}_${k}`;
  taken.add(key);
  return prefix + key;
}

function listOf(metrics: MetricsPerOutput, place: string): readonly MetricLike[] {
  return isList(metrics) ? metrics : (metrics[place] ?? []);
}

function isList<T>(value: readonly T[] | { readonly [key: string]: readonly T[] }): value is readonly T[] {
  return Array.isArray(value);
}

function isLossLike(value: PerOutput<LossLike>): value is LossLike {
  return typeof value === 'string' || value instanceof Loss;
}

interface Output {
  /** The keys under which it stands: '' for a single output. */
  readonly place: string;
  readonly output: Tensor;
  readonly target: Tensor;
  readonly weight: Tensor | undefined;
}

/** Every output with what belongs to it, looked up by key: records may list their keys in any order. */
function outputsOf(yPred: unknown, y: unknown, sampleWeight: unknown): readonly Output[] {
  const found: Output[] = [];
  mapLeaves(
    yPred,
    isTensor,
    (output, [target, own], place) => {
      if (!isTensor(target)) throw new ArgumentError(`y: no target for the output ${place || 'y'}`);
      const weight = isTensor(sampleWeight) ? sampleWeight : own;
      found.push({ place, output, target, weight: isTensor(weight) ? weight : undefined });
    },
    [y, sampleWeight],
  );
  return found;
}
