/** The kinds `train_on_batch`, `predict` and `evaluate_return_type`. */
import * as gradus from '@gradus/train';
import { Missing } from './classes.js';
import { compiledFor } from './compile.js';
import { callbackOf } from './callbacks/classes.js';
import { dataOf, evaluatedList, fitOptions } from './fit.js';
import { isList, listOf, numberOf, numbersOf, recordOf, textOf } from './json.js';
import { listed, modelOf } from './layers/model.js';
import { setWeights } from './layers/replay.js';
import { expectClose, expectSame, Mismatch, tensorOf } from './values.js';
import type { Tensor } from '@gradus/train';
import type { Case, Json } from './json.js';

/** `name(x[a:b], y[a:b], options)`, as the cases write a call. */
interface Call {
  readonly name: string;
  readonly rows: string;
  readonly weight: readonly number[] | undefined;
  readonly classWeight: Readonly<Record<number, number>> | undefined;
  readonly asRecord: boolean;
}

function callOf(text: string): Call {
  const match = /^(\w+)\(x(?:\[([\d:]*)\])?(?:, y(?:\[[\d:]*\])?)?(.*)\)$/.exec(text);
  if (!match) throw new Missing(`the call ${text}`);
  const [, name = '', rows = ':', options = ''] = match;
  const weights = /sample_weight=\[([^\]]*)\]/.exec(options)?.[1];
  const [from, to] = /^(\d+)\.\.(\d+)$/.exec(weights ?? '')?.slice(1).map(Number) ?? []; // prettier-ignore
  const range = from !== undefined && to !== undefined ? Array.from({ length: to - from + 1 }, (_, i) => from + i) : undefined;
  const classes = /class_weight=\{([^}]*)\}/.exec(options)?.[1];
  return {
    name,
    rows,
    weight: range ?? weights?.split(',').map(Number),
    classWeight: classes === undefined ? undefined : Object.fromEntries(classes.split(',').map((pair) => pair.split(':').map(Number))),
    asRecord: options.includes('return_dict'),
  };
}

export function replayOnBatch({ config, inputs, expected, tol }: Case): void {
  const compile = recordOf(config['compile']);
  const x = tensorOf(inputs['x']);
  const model = modelOf(listOf(config['model']), x.shape.slice(1));
  const weights = ['kernel', 'bias'].map((name): Json => ({ name, value: inputs[name] ?? null }));
  setWeights(model.weights, weights);
  const trainer = new gradus.Trainer(model, compiledFor(compile));
  const y = tensorOf(inputs['y']);
  const metrics = listOf(compile['metrics'] ?? []).concat(listOf(compile['weighted_metrics'] ?? []));
  const results = listOf(inputs['calls']).map((text): Json => {
    const { name, rows, weight, classWeight, asRecord } = callOf(textOf(text));
    const part = (data: Tensor): Tensor => data.slice(rows);
    if (name === 'predict_on_batch') return nested(trainer.predictOnBatch(part(x)));
    const batch = { x: part(x), y: part(y), ...(weight ? { sampleWeight: gradus.tensor(weight) } : {}) };
    if (name !== 'train_on_batch' && name !== 'test_on_batch') throw new Missing(`the call ${name}`);
    const logs = name === 'test_on_batch' ? trainer.testOnBatch(batch) : trainer.trainOnBatch(batch, classWeight ? { classWeight } : {});
    if (asRecord) return dataOf(logs);
    const list = evaluatedList(logs, metrics);
    return list.length === 1 ? (list[0] ?? null) : list;
  });
  expectSame(results, expected['results'], tol, 'results');
}

function nested(y: unknown): Json {
  if (y instanceof gradus.Tensor) return y.toArray(2).map((row) => [...row]);
  throw new Mismatch('no tensor was predicted');
}

export async function replayPredict({ config, inputs, expected, tol }: Case): Promise<void> {
  const x = tensorOf(inputs['x']);
  const shape = config['input_shape'] === undefined ? x.shape.slice(1) : numbersOf(config['input_shape']);
  const model = modelOf(listOf(config['model']), shape);
  const weights = listOf(inputs['initial_weights'] ?? inputs['weights'] ?? []);
  for (const [at, layer] of model.layers.entries()) {
    const own = weights.filter((weight) => (recordOf(weight)['layer'] ?? 0) === at);
    if (own.length > 0) setWeights(listed(layer), own);
  }
  const trainer = new gradus.Trainer(model, { loss: 'mse' });
  let batches = 0;
  const counter = new gradus.LambdaCallback({ onPredictBatchEnd: () => void batches++ });
  const size = config['batch_size'] ?? inputs['batch_size'] ?? null;
  const y = await trainer.predict(x, { callbacks: [counter], verbose: 0, ...(size === null ? {} : { batchSize: numberOf(size) }) });
  for (const [key, wanted] of Object.entries(expected)) {
    if (key === 'n_batches') expectSame(batches, wanted, tol, key);
    else if (typeof wanted === 'object' && y instanceof gradus.Tensor) expectClose(y, wanted, tol, key);
  }
}

/** Here evaluate always gives a record; that of Keras is a bare number where the loss is alone. */
export async function replayEvaluateType({ config, inputs, expected }: Case): Promise<void> {
  const metrics = config['metrics'] ?? inputs['metrics'] ?? null;
  const model = new gradus.Sequential([new gradus.Dense(1, { inputShape: [2] })]);
  const trainer = new gradus.Trainer(model, compiledFor({ optimizer: 'sgd', loss: 'mse', metrics }));
  const logs = await trainer.evaluate({ x: gradus.zeros([4, 2]), y: gradus.zeros([4, 1]) }, { verbose: 0 });
  const single = Object.keys(logs).length === 1;
  const wanted = Object.values(expected).find((value) => typeof value === 'boolean');
  if (single !== (wanted ?? true)) throw new Mismatch(`there are ${Object.keys(logs).join(', ')}`);
  const length = Object.values(expected).find((value) => typeof value === 'number');
  if (length !== undefined && !isList(length) && length !== Object.keys(logs).length)
    throw new Mismatch(`${Object.keys(logs).length} numbers`);
}

/** The first weight, as it stands at the hooks that a case names; what is trained is in `config`, as in a fit. */
export async function replaySwap({ config, inputs, expected, tol }: Case): Promise<void> {
  const x = tensorOf(inputs['x'] ?? config['x']);
  const model = modelOf(listOf(config['model']), x.shape.slice(1));
  const weights = listOf(inputs['initial_weights'] ?? config['initial_weights'] ?? []);
  for (const [at, layer] of model.layers.entries()) {
    const own = weights.filter((weight) => (recordOf(weight)['layer'] ?? 0) === at);
    if (own.length > 0) setWeights(listed(layer), own);
  }
  const w = (): Json => {
    const [first] = model.weights;
    const values = first ? [...first.value.data()] : [];
    return values.length === 1 ? (values[0] ?? null) : values;
  };
  const probe: Json[] = [];
  const names = new Set(listOf(expected['probe']).map((entry) => textOf(listOf(entry)[0]).replace(/^on_/, '')));
  const note = (hook: string, epoch?: number): void => {
    if (names.has(hook)) probe.push([hook, ...(epoch === undefined ? [] : [epoch]), w()]);
  };
  const recorder = new gradus.LambdaCallback({
    onEpochBegin: ({ epoch }) => note('epoch_begin', epoch),
    onEpochEnd: ({ epoch }) => note('epoch_end', epoch),
    onTestBegin: () => note('test_begin'),
    onTestEnd: () => note('test_end'),
    onTrainEnd: () => note('train_end'),
    onTrainBatchEnd: () => note('train_batch_end'),
  });
  const trainer = new gradus.Trainer(model, compiledFor(recordOf(config['compile'])));
  const data = { x, y: tensorOf(inputs['y'] ?? config['y']) };
  const { validation_data: held = null, ...fit } = recordOf(config['fit']);
  const validation = held === null ? {} : { validationData: data };
  const callbacks = [callbackOf('SwapEMAWeights', recordOf(config['args'] ?? {})), recorder];
  await trainer.fit(data, { ...fitOptions(fit), ...validation, callbacks });
  const wanted = listOf(expected['probe']).map((entry): Json =>
    listOf(entry).map((part, i) => (i === 0 ? textOf(part).replace(/^on_/, '') : part)),
  );
  expectSame(probe, wanted, tol, 'probe');
  if (expected['final_w'] !== undefined) expectSame(w(), expected['final_w'], tol, 'final_w');
}
