/** What Keras compiles a model with, as the options of a trainer. */
import { Missing, nestedOf } from './classes.js';
import { isList, isRecord, recordOf, textOf } from './json.js';
import { lossNames, lossOf } from './losses.js';
import { metricNames, metricOf } from './metrics.js';
import { optimizerNames, optimizerOf } from './optimizers.js';
import type { LossLike, MetricLike, Optimizer } from '@gradus/train';
import type { Json, JsonRecord } from './json.js';

/** The options of a model with one output. */
export interface Compiled {
  readonly optimizer: Optimizer;
  readonly loss: LossLike;
  readonly metrics: readonly MetricLike[];
  readonly weightedMetrics: readonly MetricLike[];
}

type ByOutput<T> = Readonly<Record<string, T>>;

/** The options of a model with several outputs, by their names. */
export interface CompiledByOutput {
  readonly optimizer: Optimizer;
  readonly loss: ByOutput<LossLike>;
  readonly lossWeights?: number | ByOutput<number>;
  readonly metrics: ByOutput<readonly MetricLike[]>;
  readonly weightedMetrics: ByOutput<readonly MetricLike[]>;
}

export function optimizerFrom(json: Json | undefined): Optimizer {
  const nested = nestedOf(json);
  if (nested) return optimizerOf(nested.name, nested.args);
  const name = textOf(json ?? 'rmsprop');
  return optimizerOf(optimizerNames.find((one) => one.toLowerCase() === name.toLowerCase()) ?? name, {});
}

export function lossFrom(json: Json | undefined): LossLike {
  const nested = nestedOf(json);
  if (nested) return lossOf(nested.name, nested.args);
  const name = textOf(json);
  return lossOf(lossNames[name] ?? lossNames[name.toLowerCase()] ?? name, {});
}

/** A string is logged under exactly that string. */
function metricFrom(json: Json): MetricLike {
  const nested = nestedOf(json);
  if (nested) return metricOf(nested.name, nested.args);
  const name = textOf(json);
  if (name === 'accuracy' || name === 'acc') return name;
  return metricOf(metricNames[name] ?? metricNames[name.toLowerCase()] ?? lossNames[name] ?? name, { name });
}

/** Any nesting of metrics as one list. */
function metricsFrom(json: Json | undefined): readonly MetricLike[] {
  if (json === undefined || json === null) return [];
  return isList(json) ? json.flatMap(metricsFrom) : [metricFrom(json)];
}

/** The options for one output. */
export function compiledFor(compile: JsonRecord): Compiled {
  checkKnown(compile);
  return {
    optimizer: optimizerFrom(compile['optimizer']),
    loss: lossFrom(compile['loss']),
    metrics: metricsFrom(compile['metrics']),
    weightedMetrics: metricsFrom(compile['weighted_metrics']),
  };
}

/** The options for several outputs, by their names. A list has one entry for each; a single loss serves all. */
export function compiledForOutputs(compile: JsonRecord, outputs: readonly string[]): CompiledByOutput {
  checkKnown(compile);
  const { loss = null, loss_weights: weights = null } = compile;
  const shared = typeof loss === 'string' || nestedOf(loss) !== undefined;
  return {
    optimizer: optimizerFrom(compile['optimizer']),
    loss: byOutput(outputs, shared ? outputs.map(() => loss) : loss, lossFrom),
    ...(weights === null ? {} : { lossWeights: typeof weights === 'number' ? weights : byOutput(outputs, weights, Number) }),
    metrics: byOutput(outputs, compile['metrics'], metricsFrom),
    weightedMetrics: byOutput(outputs, compile['weighted_metrics'], metricsFrom),
  };
}

function byOutput<T>(outputs: readonly string[], json: Json | undefined, from: (json: Json) => T): ByOutput<T> {
  const entries = isRecord(json) ? Object.entries(json) : isList(json) ? outputs.map((name, i) => [name, json[i] ?? null] as const) : [];
  return Object.fromEntries(entries.flatMap(([name, value]) => (value === null ? [] : [[name, from(value)] as const])));
}

function checkKnown(compile: JsonRecord): void {
  const known = ['optimizer', 'loss', 'loss_weights', 'metrics', 'weighted_metrics', 'run_eagerly', 'jit_compile', 'auto_scale_loss'];
  const unknown = Object.entries(compile).find(([key, value]) => value !== null && !known.includes(key));
  if (unknown) throw new Missing(`compile's argument ${unknown[0]} = ${JSON.stringify(unknown[1])}`);
}

export const argsOf = (json: Json | undefined): JsonRecord => (json === undefined || json === null ? {} : recordOf(json));
