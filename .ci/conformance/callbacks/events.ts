/** The kinds `event_order`, `history`, `progbar`, `tensorboard_tags`, `remote_monitor` and `swap_ema`. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as gradus from '@gradus/train';
import { Missing } from '../classes.js';
import { compiledFor, optimizerFrom } from '../compile.js';
import { isList, isRecord, listOf, numberOf, numbersOf, recordOf, textOf } from '../json.js';
import { expectSame, Mismatch } from '../values.js';
import { callbackOf } from './classes.js';
import { inFolder } from './files.js';
import { FakeTraining, logsOf } from './training.js';
import type { Events, LambdaHooks, Tensor } from '@gradus/train';
import type { Case, Json, JsonRecord } from '../json.js';

/** Rows of two features and targets; any will do. */
function rows(n: number): { readonly x: Tensor; readonly y: Tensor } {
  const x = gradus.arange(0, 2 * n).cast('float32').reshape([n, 2]).mul(0.01); // prettier-ignore
  return { x, y: x.sum(1, { keepDims: true }) };
}

/** A callback that notes every event: its name, where it has one its number, and the keys of its logs. */
function recorder(events: Json[]): gradus.Callback {
  const note = (name: string, index: number | undefined, logs: object): void => {
    events.push([name, ...(index === undefined ? [] : [index]), Object.keys(logs)]);
  };
  const hooks: LambdaHooks = {
    onTrainBegin: () => note('train_begin', undefined, {}),
    onTrainEnd: ({ logs }) => note('train_end', undefined, logs),
    onEpochBegin: ({ epoch }) => note('epoch_begin', epoch, {}),
    onEpochEnd: ({ epoch, logs }) => note('epoch_end', epoch, logs),
    onTrainBatchBegin: ({ batch }) => note('train_batch_begin', batch, {}),
    onTrainBatchEnd: ({ batch, logs }) => note('train_batch_end', batch, logs),
    onTestBegin: () => note('test_begin', undefined, {}),
    onTestEnd: ({ logs }) => note('test_end', undefined, logs),
    onTestBatchBegin: ({ batch }) => note('test_batch_begin', batch, {}),
    onTestBatchEnd: ({ batch, logs }) => note('test_batch_end', batch, logs),
    onPredictBegin: () => note('predict_begin', undefined, {}),
    onPredictEnd: () => note('predict_end', undefined, {}),
    onPredictBatchBegin: ({ batch }) => note('predict_batch_begin', batch, {}),
    onPredictBatchEnd: ({ batch }) => note('predict_batch_end', batch, { outputs: 0 }),
  };
  return new gradus.LambdaCallback(hooks satisfies { readonly [H in keyof Events]?: unknown });
}

export async function replayEvents({ config, expected, tol }: Case): Promise<void> {
  const { fit = null, evaluate = null, predict = null } = config;
  const run = recordOf([fit, evaluate, predict].find(isRecord) ?? {});
  const { samples = 10, batch_size: batchSize = 32, metrics = null, epochs = 1, validation_samples: held = null } = run;
  const unknown = Object.keys(run).find(
    (key) => !['samples', 'batch_size', 'metrics', 'epochs', 'validation_samples', 'validation_freq'].includes(key),
  );
  if (unknown !== undefined) throw new Missing(`the option ${unknown} of an event_order`);
  const model = new gradus.Sequential([new gradus.Dense(1, { inputShape: [2] })]);
  const trainer = new gradus.Trainer(model, compiledFor({ optimizer: 'sgd', loss: 'mse', metrics }));
  const events: Json[] = [];
  const options = { batchSize: numberOf(batchSize), callbacks: [recorder(events)], verbose: 0 } as const;
  const data = rows(numberOf(samples));
  if (evaluate !== null) await trainer.evaluate(data, options);
  if (predict !== null) await trainer.predict(data.x, options);
  const { validation_freq: freq = 1 } = run;
  if (fit !== null) {
    await trainer.fit(data, {
      ...options,
      epochs: numberOf(epochs),
      validationFreq: isList(freq) ? numbersOf(freq) : numberOf(freq),
      ...(held === null ? {} : { validationData: rows(numberOf(held)) }),
    });
  }
  expectSame(events, expected['events'], tol, 'events');
}

export function replayHistory({ config, inputs, expected, tol }: Case): void {
  const history = new gradus.History();
  const training = new FakeTraining();
  const snapshot = (): JsonRecord => ({
    epoch: [...history.epochs],
    history: Object.fromEntries(Object.entries(history.logs).map(([key, values]) => [key, [...(values ?? [])]])),
  });
  const events = listOf(inputs['events'] ?? config['events']);
  let [begun, first]: [number, JsonRecord] = [0, {}];
  for (const event of events) {
    const [name, epoch = 0, logs = {}] = isList(event) ? event : [event];
    if (name === 'on_train_begin' || name === 'train_begin') {
      begun += 1;
      if (begun === 2) first = snapshot();
      history.onTrainBegin();
    } else if (name === 'on_epoch_end' || name === 'epoch_end')
      history.onEpochEnd({ epoch: numberOf(epoch), logs: logsOf(logs), training });
  }
  if (expected['after_first_fit'] !== undefined) expectSame(first, expected['after_first_fit'], tol, 'after_first_fit');
  expectSame(snapshot(), expected['after_second'] ?? null, tol, 'after_second');
}

export function replayProgbar({ config, inputs, expected }: Case): void {
  const { target = null, width, verbose = 1, interval, unit_name: unitName, stateful_metrics: stateful = null } = recordOf(config['args']);
  const clock = [...numbersOf(inputs['clock_readings_in_order'])];
  let text = '';
  const bar = new gradus.Progbar({
    target: target === null ? undefined : numberOf(target),
    verbose: numberOf(verbose) === 2 ? 2 : 1,
    dynamic: config['dynamic_display'] === true,
    now: () => clock.shift() ?? NaN,
    write: (more) => void (text += more),
    ...(width === undefined ? {} : { width: numberOf(width) }),
    ...(interval === undefined ? {} : { interval: numberOf(interval) }),
    ...(unitName === undefined ? {} : { unitName: textOf(unitName) }),
    ...(stateful === null ? {} : { statefulMetrics: listOf(stateful).map(textOf) }),
  });
  for (const json of listOf(inputs['updates'])) {
    const { current, values = [], finalize = null } = recordOf(json);
    const pairs = listOf(values ?? []).map((pair): readonly [string, number] => {
      const [name, value] = listOf(pair);
      return [textOf(name), numberOf(value)];
    });
    bar.update(numberOf(current), pairs, typeof finalize === 'boolean' ? { finalize } : {});
  }
  const wanted = textOf(expected['stdout']);
  if (text !== wanted) throw new Mismatch(`printed ${JSON.stringify(text)}, expected ${JSON.stringify(wanted)}`);
}

/** Every value of the event files below a folder: the run, the tag and who shows it. */
function writtenIn(folder: string): readonly { readonly run: string; readonly tag: string; readonly plugin: string }[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((file) => file.isFile());
  return files.flatMap((file) => {
    const run = file.parentPath.slice(folder.length + 1);
    return gradus.readEvents(readFileSync(join(file.parentPath, file.name))).map(({ tag, plugin }) => ({ run, tag, plugin }));
  });
}

const setOf = (items: readonly Json[]): Json => [...new Set(items.map((item) => JSON.stringify(item)))].toSorted();

export function replayTensorBoard({ config, inputs, expected, tol }: Case): Promise<void> {
  return inFolder(async (folder) => {
    const { log_dir: _, ...args } = recordOf(config['args']);
    const callback = callbackOf('TensorBoard', { ...args, log_dir: folder });
    const { optimizer = 'sgd', metrics = null } = recordOf(config['compile'] ?? {});
    const named = typeof optimizer === 'string' && !/^\w+$/.test(optimizer) ? 'sgd' : optimizer;
    const model = new gradus.Sequential([new gradus.Dense(3, { inputShape: [2] }), new gradus.Dense(1)]);
    const compiled = compiledFor({ optimizer: 'sgd', loss: 'mse', metrics });
    const trainer = new gradus.Trainer(model, { ...compiled, optimizer: optimizerFrom(named) });
    const fit = textOf(inputs['fit']);
    const epochs = Number(/(\d+) epochs?/.exec(fit)?.[1] ?? 2);
    const held = /validation/.test(fit) && !/no validation/.test(fit) ? { validationData: rows(4) } : {};
    await trainer.fit(rows(8), { epochs, batchSize: 4, callbacks: [callback], verbose: 0, ...held });
    const written = writtenIn(folder);
    const scalars = written.filter(({ plugin }) => plugin === 'scalars').map(({ run, tag }): Json => [run, tag]);
    const runsWith = (name: string): Json => setOf(written.filter(({ plugin }) => plugin === name).map(({ run }) => run));
    const found: JsonRecord = {
      scalar_tags: setOf(scalars),
      histogram_runs: runsWith('histograms'),
      image_runs: runsWith('images'),
      sub_directories_with_event_files: setOf(written.map(({ run }) => run)),
    };
    for (const [key, wanted] of Object.entries(expected)) expectSame(found[key] ?? null, setOf(listOf(wanted)), tol, key);
  });
}

export async function replayRemote({ config, inputs, expected, tol }: Case): Promise<void> {
  const requests: JsonRecord[] = [];
  const record: gradus.Post = async (url, { headers, body }) => {
    const { 'Content-Type': type, ...own } = headers;
    const form = type === 'application/json' ? null : Object.fromEntries(new URLSearchParams(body));
    requests.push({ url, data: form, json: form ? null : JSON.parse(body), headers: Object.keys(own).length > 0 ? own : null });
  };
  const monitor = new gradus.RemoteMonitor({ ...remoteOptions(config), fetch: record });
  const epochs = listOf(inputs['epochs'] ?? [[inputs['epoch'] ?? 0, inputs['logs'] ?? {}]]);
  for (const json of epochs) {
    const [epoch = 0, logs = {}] = isList(json) ? json : [recordOf(json)['epoch'], recordOf(json)['logs']];
    await monitor.onEpochEnd({ epoch: numberOf(epoch), logs: logsOf(logs), training: new FakeTraining() });
  }
  const [first = {}] = requests;
  for (const [key, wanted] of Object.entries(expected)) {
    if (key === 'requests') expectSame(requests, wanted, tol, key);
    else if (key in first) expectSame(first[key] ?? null, wanted, tol, key);
    else if (key === 'method') expectSame('post', textOf(wanted).toLowerCase(), tol, key);
    else throw new Missing(`what is expected of ${key}`);
  }
}

function remoteOptions({ args }: JsonRecord): gradus.RemoteMonitorOptions {
  const { root, path, field, headers, send_as_json: asJson = false } = recordOf(args ?? {});
  return {
    ...(root === undefined ? {} : { root: textOf(root) }),
    ...(path === undefined ? {} : { path: textOf(path) }),
    ...(field === undefined ? {} : { field: textOf(field) }),
    ...(isRecord(headers) ? { headers: Object.fromEntries(Object.entries(headers).map(([key, value]) => [key, textOf(value)])) } : {}),
    sendAsJson: asJson === true,
  };
}
