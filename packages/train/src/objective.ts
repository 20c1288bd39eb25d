/** What is minimized and measured: a loss and metrics for each output, with their weights. */
import { isTensor, Loss, loss as lossOf, Mean, Metric, metric, metricKey, weightsUnder } from '@gradus/nn';
import { ArgumentError } from '@gradus/tensor';
import { checkOption, optionAt, outputsOf } from './outputs.js';
import type { AnyLayer, Context, LossLike, MetricLike } from '@gradus/nn';
import type { Shape, Tensor, Variable } from '@gradus/tensor';
import type { Output, PerOutput, Targets } from './outputs.js';

/** One metric or several. */
export type Metrics = MetricLike | readonly MetricLike[];

export interface ObjectiveOptions<Y = unknown> {
  /** What is minimized. An output without a loss is only measured. */
  readonly loss?: PerOutput<Y, LossLike> | undefined;
  /** What the loss of each output is multiplied by in their sum. @defaultValue 1 */
  readonly lossWeights?: PerOutput<Y, number> | undefined;
  /** Measured without sample weights. */
  readonly metrics?: PerOutput<Y, Metrics> | undefined;
  /** Measured with sample weights. A name that is taken already gets `weighted_` in front. */
  readonly weightedMetrics?: PerOutput<Y, Metrics> | undefined;
}

export interface Losses {
  readonly total: Tensor;
  /** One for each output that has a loss, without its weight. */
  readonly parts: Readonly<Record<string, Tensor>>;
}

interface Measured {
  readonly key: string;
  readonly weighted: boolean;
  readonly metric: Metric;
}

/** All that is asked of one output. */
interface Goal {
  readonly loss: Loss | undefined;
  readonly lossWeight: number;
  /** Of the loss alone: logged where there are several losses. */
  readonly mean: Mean;
  readonly measured: readonly Measured[];
  readonly shape: Shape;
}

export class Objective {
  readonly options: ObjectiveOptions;
  private readonly total: Mean = new Mean({ name: 'loss' });
  /** By the places of the outputs; made when their shapes are known. */
  private readonly goals: Map<string, Goal> = new Map();

  constructor(options: ObjectiveOptions) {
    this.options = options;
  }

  /** The loss of a batch and its parts by output; penalties on weights and added losses included. */
  lossOf(model: AnyLayer, targets: Targets, yPred: unknown, context: Context): Losses {
    this.aim(yPred, targets);
    const parts: Record<string, Tensor> = {};
    const terms: Tensor[] = [];
    for (const { place, output, target, weight } of outputsOf(yPred, targets)) {
      const goal = this.goals.get(place);
      if (!goal?.loss) continue;
      if (!target) throw new ArgumentError(`y: there is no target${place && ` for the output ${place}`}`);
      const part = goal.loss.apply(target, output, { sampleWeight: weight, mask: context.maskOf(output) });
      parts[place] = part;
      terms.push(part.mul(goal.lossWeight));
    }
    const [first, ...rest] = [...terms, ...context.losses, ...penaltiesOf(model)];
    if (!first) throw new ArgumentError('loss: none is given, and the model adds none: there is nothing to minimize');
    return { total: rest.reduce((sum, term) => sum.add(term), first), parts };
  }

  /** Takes a batch into account: each loss counts as often as there are samples. */
  update(targets: Targets, yPred: unknown, { total, parts }: Losses, context: Context): void {
    const outputs = outputsOf(yPred, targets);
    const n = outputs[0]?.output.shape[0] ?? 1;
    this.total.add(total.broadcastTo([n]));
    for (const { place, output, target, weight } of outputs) {
      const goal = this.goals.get(place);
      const part = parts[place];
      if (part && this.severalLosses()) goal?.mean.add(part.broadcastTo([n]));
      for (const { key, metric: measure, weighted } of goal?.measured ?? []) {
        if (!target) throw new ArgumentError(`y: there is no target for ${key}`);
        measure.update(target, output, { mask: context.maskOf(output), sampleWeight: weighted ? weight : undefined });
      }
    }
  }

  /** Refuses targets that the losses cannot mean, a class that does not exist, say. Known once a batch was seen or traced. */
  check(y: unknown): void {
    for (const [place, { loss, shape }] of this.goals) {
      const target = optionAt(y, place, isTensor);
      if (loss && target) loss.check(target, shape, place === '' ? 'y' : `y.${place}`);
    }
  }

  reset(): void {
    for (const measure of this.keyed().values()) measure.reset();
  }

  /** The state of everything that is measured, by key. */
  variables(): readonly (readonly [string, Variable])[] {
    return [...this.keyed()].flatMap(([key, measure]) =>
      measure.variables.map((variable) => [`${key}/${variable.name}`, variable] as const),
    );
  }

  /** What was measured since the last reset, keys sorted. */
  logs(): Record<string, number> {
    const entries = [...this.keyed()].map(([key, measure]) => [key, numberOf(key, measure)] as const);
    return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
  }

  directionOf(key: string): 'up' | 'down' | undefined {
    const plain = key.replace(/^val_/, '');
    if (plain === 'loss' || [...this.goals.keys()].some((place) => plain === `${place}_loss`)) return 'down';
    return this.keyed().get(plain)?.direction;
  }

  private severalLosses(): boolean {
    return [...this.goals.values()].filter(({ loss }) => loss).length > 1;
  }

  private keyed(): Map<string, Metric> {
    const keyed = new Map<string, Metric>([['loss', this.total]]);
    const several = this.severalLosses();
    for (const [place, { loss, mean, measured }] of this.goals) {
      if (loss && several) keyed.set(`${place}_loss`, mean);
      for (const { key, metric: measure } of measured) keyed.set(key, measure);
    }
    return keyed;
  }

  /** Says once what is asked of each output. */
  private aim(yPred: unknown, targets: Targets): void {
    if (this.goals.size > 0) return;
    const { loss, lossWeights, metrics, weightedMetrics } = this.options;
    checkOption('loss', loss, yPred, isLossLike);
    checkOption('lossWeights', lossWeights, yPred, isNumber);
    checkOption('metrics', metrics, yPred, isMetrics);
    checkOption('weightedMetrics', weightedMetrics, yPred, isMetrics);
    const used = new Set<Metric>();
    for (const found of outputsOf(yPred, targets)) this.goals.set(found.place, this.goalFor(found, used));
  }

  private goalFor({ place, output, target }: Output, used: Set<Metric>): Goal {
    const { loss, lossWeights, metrics, weightedMetrics } = this.options;
    const taken = new Set<string>();
    const make =
      (weighted: boolean) =>
      (like: MetricLike): Measured => {
        const key = freeKey(place === '' ? '' : `${place}_`, metricKey(like), weighted, taken);
        const made = metric(like, target?.shape ?? output.shape, output.shape);
        if (used.has(made)) throw new ArgumentError(`metrics: one ${key} serves two outputs: give each its own`);
        used.add(made);
        return { key, weighted, metric: made };
      };
    const own = optionAt(loss, place, isLossLike);
    return {
      loss: own === undefined ? undefined : lossOf(own),
      lossWeight: optionAt(lossWeights, place, isNumber) ?? 1,
      mean: new Mean({ name: `${place}_loss` }),
      measured: [
        ...listOf(optionAt(metrics, place, isMetrics)).map(make(false)),
        ...listOf(optionAt(weightedMetrics, place, isMetrics)).map(make(true)),
      ],
      shape: output.shape,
    };
  }
}

/** @throws ArgumentError for a metric of several numbers: logs, curves and callbacks know one a key */
function numberOf(key: string, measure: Metric): number {
  const result = measure.result();
  if (result.size === 1) return result.reshape([]).item();
  throw new ArgumentError(`metrics: ${key} gives ${result.size} numbers, logs hold one: choose an average, one threshold or one class`);
}

function penaltiesOf(model: AnyLayer): readonly Tensor[] {
  return weightsUnder(model).flatMap(({ weight, layer }) => {
    const { regularizer, variable } = weight;
    return regularizer && weight.trainable && layer.trainable ? [regularizer.penalty(variable.value)] : [];
  });
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

function listOf(metrics: Metrics | undefined): readonly MetricLike[] {
  if (metrics === undefined) return [];
  return isMetricLike(metrics) ? [metrics] : metrics;
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number';
}

function isLossLike(value: unknown): value is LossLike {
  return typeof value === 'string' || value instanceof Loss;
}

function isMetricLike(value: unknown): value is MetricLike {
  return typeof value === 'string' || value instanceof Metric;
}

function isMetrics(value: unknown): value is Metrics {
  return isMetricLike(value) || (Array.isArray(value) && value.every(isMetricLike));
}
