/** The kinds `fit`, `fit_multi_output` and `validation_split_index`. */
import * as gradus from '@gradus/train';
import { callbackFrom } from './callbacks/classes.js';
import { Missing } from './classes.js';
import { compiledFor, compiledForOutputs } from './compile.js';
import { isList, isRecord, listOf, numberOf, numbersOf, recordOf, textOf } from './json.js';
import { setWeights } from './layers/replay.js';
import { listed, modelOf } from './layers/model.js';
import { expectClose, expectSame, Mismatch, tensorIn, tensorOf } from './values.js';
import type { Callback, Tensor } from '@gradus/train';
import type { Case, Json, JsonRecord } from './json.js';

type FitOptions = gradus.FitOptions<never>;

interface Rows {
  readonly x: Tensor;
  readonly y: Tensor;
  readonly sampleWeight?: Tensor;
}

/** fit's arguments. */
export function fitOptions(fit: JsonRecord): FitOptions {
  const known: Record<string, (json: Json) => FitOptions> = {
    batch_size: (json) => ({ batchSize: numberOf(json) }),
    class_weight: (json) => ({
      classWeight: Object.fromEntries(Object.entries(recordOf(json)).map(([key, weight]) => [Number(key), numberOf(weight)])),
    }),
    epochs: (json) => ({ epochs: numberOf(json) }),
    initial_epoch: (json) => ({ initialEpoch: numberOf(json) }),
    shuffle: (json) => ({ shuffle: json === 'batch' ? 'batch' : json === true }),
    steps_per_epoch: (json) => ({ stepsPerEpoch: numberOf(json) }),
    validation_batch_size: (json) => ({ validationBatchSize: numberOf(json) }),
    validation_freq: (json) => ({ validationFreq: isList(json) ? numbersOf(json) : numberOf(json) }),
    validation_split: (json) => ({ validationSplit: numberOf(json) }),
    validation_steps: (json) => ({ validationSteps: numberOf(json) }),
    verbose: () => ({}),
  };
  return Object.entries(fit).reduce<FitOptions>(
    (options, [key, json]) => {
      const read = known[key];
      if (json === null) return options;
      if (!read) throw new Missing(`fit's argument ${key}`);
      return { ...options, ...read(json) };
    },
    { verbose: 0 },
  );
}

function rowsOf(x: Json | undefined, y: Json | undefined, weight: Json | undefined): Rows {
  const sampleWeight = tensorIn(weight);
  return { x: tensorOf(x), y: tensorOf(y), ...(sampleWeight ? { sampleWeight } : {}) };
}

export async function replayFit({ config, inputs, expected, tol }: Case): Promise<void> {
  const model = modelOf(listOf(config['model']), numbersOf(config['input_shape']));
  setInitial(model, listOf(inputs['initial_weights'] ?? []));
  const compile = recordOf(config['compile']);
  const trainer = new gradus.Trainer(model, compiledFor(compile));
  const batches: Json[] = [];
  const recorder = new gradus.LambdaCallback({ onTrainBatchEnd: ({ batch, logs }) => void batches.push([batch, { ...dataOf(logs) }]) });
  const callbacks: Callback[] = listOf(config['callbacks'] ?? []).map(callbackFrom);
  const fit = recordOf(config['fit']);
  const data = rowsOf(inputs['x'], inputs['y'], inputs['sample_weight'] ?? fit['sample_weight']);
  const validation = inputs['validation_data'] ?? null;
  const [vx, vy, vw] = isList(validation) ? validation : [];
  const options = fitOptions(Object.fromEntries(Object.entries(fit).filter(([key]) => key !== 'sample_weight')));
  const history = await trainer.fit(data, {
    ...options,
    callbacks: [...callbacks, recorder],
    ...(validation === null ? {} : { validationData: rowsOf(vx, vy, vw) }),
  });
  expectSame({ ...dataOf(history.logs) }, expected['history'], tol, 'history');
  if (expected['epochs'] !== undefined) expectSame(history.epochs, expected['epochs'], tol, 'epochs');
  if (expected['batch_end_logs'] !== undefined) expectSame(batches, expected['batch_end_logs'], tol, 'batch_end_logs');
  checkFinal(model, listOf(expected['final_weights'] ?? []), tol);
  const metrics = listOf(compile['metrics'] ?? []).concat(listOf(compile['weighted_metrics'] ?? []));
  for (const [key, wanted] of Object.entries(expected)) {
    if (/^evaluate.*same_data$/.test(key)) expectEvaluated(await trainer.evaluate(data), wanted, metrics, { tol, key });
  }
}

/** Logs as plain data. */
export function dataOf(logs: object): JsonRecord {
  return Object.fromEntries(
    Object.entries(logs).flatMap(([key, value]): readonly (readonly [string, Json])[] =>
      value === undefined ? [] : [[key, jsonOf(value)]],
    ),
  );
}

function jsonOf(value: unknown): Json {
  if (Array.isArray(value)) return value.map(jsonOf);
  if (typeof value === 'number' || typeof value === 'string') return value;
  throw new Error(`no plain data: ${String(value)}`);
}

/** evaluate gives a record here: as the list of Keras it is the loss, then the metrics in their order, then the rest. */
export function evaluatedList(logs: Readonly<Record<string, number>>, metrics: readonly Json[]): readonly number[] {
  const names = metrics.map((metric) => (typeof metric === 'string' ? metric : ''));
  const first = ['loss', ...names.filter((name) => name in logs)];
  const rest = Object.keys(logs).filter((key) => !first.includes(key)).toSorted(); // prettier-ignore
  return [...first, ...rest].map((key) => logs[key] ?? NaN);
}

interface Check {
  readonly tol: Case['tol'];
  readonly key: string;
}

function expectEvaluated(logs: Readonly<Record<string, number>>, wanted: Json, metrics: readonly Json[], { tol, key }: Check): void {
  if (isRecord(wanted)) expectSame({ ...logs }, wanted, tol, key);
  else if (isList(wanted)) expectSame(evaluatedList(logs, metrics), wanted, tol, key);
  else expectSame(logs[/evaluate_(\w+)_same_data/.exec(key)?.[1] ?? 'loss'] ?? logs['loss'] ?? null, wanted, tol, key);
}

/** The weights of a case, each with the number of its layer. */
function byLayer(weights: readonly Json[]): ReadonlyMap<number, readonly JsonRecord[]> {
  const groups = new Map<number, JsonRecord[]>();
  for (const weight of weights.map(recordOf)) {
    const at = numberOf(weight['layer']);
    groups.set(at, [...(groups.get(at) ?? []), weight]);
  }
  return groups;
}

function setInitial(model: gradus.Sequential, weights: readonly Json[]): void {
  for (const [at, group] of byLayer(weights)) {
    const layer = model.layers[at];
    if (!layer) throw new Mismatch(`there is no layer ${at}`);
    setWeights(listed(layer), group);
  }
}

function checkFinal(model: gradus.Sequential, weights: readonly Json[], tol: Case['tol']): void {
  for (const [at, group] of byLayer(weights)) {
    const variables = model.layers[at] ? listed(model.layers[at]) : [];
    if (variables.length !== group.length) throw new Mismatch(`layer ${at} has ${variables.length} weights, the case ${group.length}`);
    for (const [i, { value = null, name }] of group.entries()) {
      const found = variables[i]?.value;
      if (found && value !== null) expectClose(found, value, tol, `final ${textOf(name)} of layer ${at}`);
    }
  }
}

const outputs = ['a', 'b'] as const;

export async function replayOutputs({ config, inputs, expected, tol }: Case): Promise<void> {
  const x = gradus.input([2], { name: 'x' });
  const layers = { a: new gradus.Dense(1, { name: 'a' }), b: new gradus.Dense(2, { activation: 'softmax', name: 'b' }) };
  const model = new gradus.Model({ inputs: x, outputs: { a: layers.a.apply(x), b: layers.b.apply(x) } });
  for (const [i, value] of listOf(inputs['weights_in_order']).entries()) model.weights[i]?.assign(tensorOf(value));
  const y = { a: tensorOf(inputs['y_a']), b: tensorOf(inputs['y_b']) };
  const all = { x: tensorOf(inputs['x']), y };
  const weight = inputs['sample_weight'] ?? null;
  const held = { x: all.x.slice(':4'), y: { a: y.a.slice(':4'), b: y.b.slice(':4') } };
  const trainer = new gradus.Trainer(model, compiledForOutputs(recordOf(config['compile']), outputs));
  const history = await trainer.fit(
    { ...all, ...(weight === null ? {} : { sampleWeight: weightsFor(weight) }) },
    { ...fitOptions(recordOf(config['fit'])), validationData: held },
  );
  const logs = dataOf(history.logs);
  expectSame({ ...logs }, expected['history'], tol, 'history');
  if (expected['log_key_order'] !== undefined) expectSame(Object.keys(logs).toSorted(), expected['log_key_order'], tol, 'log keys');
  if (expected['evaluate_list'] === undefined) return;
  const found = await trainer.evaluate(all);
  const names = outputs.map((name) => `${name}_loss`);
  expectSame(evaluatedList(found, names), expected['evaluate_list'], tol, 'evaluate');
}

/** One weight for all outputs, or one for each. */
function weightsFor(json: Json): Tensor | { readonly a: Tensor; readonly b: Tensor } {
  const [a, b] = isRecord(json) && 'a' in json ? [json['a'], json['b']] : isList(json) && json.length === 2 ? json : [];
  return a !== undefined && b !== undefined ? { a: tensorOf(a), b: tensorOf(b) } : tensorOf(json);
}

/** How many rows `fit` trains on, counted batch by batch. */
async function trainedRows(n: number, split: number): Promise<number> {
  let rows = 0;
  const counter = new gradus.LambdaCallback({ onTrainBatchEnd: () => void rows++ });
  const trainer = new gradus.Trainer(modelOf([{ class: 'Dense', args: { units: 1 } }], [1]), { optimizer: 'sgd', loss: 'mse' });
  const data = { x: gradus.zeros([n, 1]), y: gradus.zeros([n, 1]) };
  await trainer.fit(data, { batchSize: 1, validationSplit: split, callbacks: [counter], verbose: 0 });
  return rows;
}

export async function replaySplit({ inputs, expected, tol }: Case): Promise<void> {
  const found: number[] = [];
  for (const pair of listOf(inputs['n_and_split'])) {
    const [n = 0, split = 0] = numbersOf(pair);
    found.push(await trainedRows(n, split));
  }
  expectSame(found, expected['split_at'], tol, 'split_at');
}
