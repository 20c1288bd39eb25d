/** The kinds `early_stopping`, `monitor_mode`, `terminate_on_nan`, `reduce_lr`, `lr_scheduler` and `callback_ctor_error`. */
import * as gradus from '@gradus/train';
import { compiledFor } from '../compile.js';
import { isRecord, isList, listOf, numberOf, recordOf, textOf } from '../json.js';
import { isTyped } from '../typed.js';
import { expectSame, Mismatch } from '../values.js';
import { callbackOf, schedulerOf } from './classes.js';
import { directionsOf, FakeTraining, logsOf } from './training.js';
import type { Callback, State } from '@gradus/train';
import type { Case, Json, JsonRecord } from '../json.js';

/** A number that a callback keeps; null for none. */
function kept(callback: Callback, name: string): number | null {
  const state: State = callback.state();
  const found: unknown = typeof state === 'object' && state !== null ? Reflect.get(state, name) : undefined;
  return typeof found === 'number' ? found : null;
}

export async function replayEarlyStopping({ config, inputs, expected, tol }: Case): Promise<void> {
  const callback = callbackOf('EarlyStopping', recordOf(config['args']));
  const force = config['force_stop_after_epoch'] ?? null;
  for (const [i, epochs] of listOf(inputs['fits']).entries()) {
    const wanted = recordOf(listOf(expected['fits'])[i]);
    const training = new FakeTraining(directionsOf(config['metric_directions']));
    const found = await stoppedFit(callback, training, listOf(epochs), force);
    expectSame(Object.fromEntries(Object.keys(wanted).map((key) => [key, found[key] ?? null])), wanted, tol, `fit ${i}`);
  }
}

async function stoppedFit(callback: Callback, training: FakeTraining, epochs: readonly Json[], force: Json): Promise<JsonRecord> {
  const [waits, bests]: [Json[], Json[]] = [[], []];
  let error: string | null = null;
  try {
    await callback.onTrainBegin({ training });
    for (const [epoch, json] of epochs.entries()) {
      training.w = gradus.full([], epoch);
      await callback.onEpochEnd({ epoch, logs: logsOf(json), training });
      waits.push(kept(callback, 'wait'));
      bests.push(kept(callback, 'best'));
      if (epoch === force) training.stop();
      if (training.stopped) break;
    }
    await callback.onTrainEnd({ logs: {}, training });
  } catch (thrown) {
    if (!isTyped(thrown)) throw thrown;
    error = 'ValueError';
  }
  return {
    epochs_run: waits.length,
    stop_training: training.stopped,
    stopped_epoch: kept(callback, 'stoppedEpoch'),
    best_epoch: kept(callback, 'bestEpoch'),
    wait_after_each_epoch: waits,
    best_after_each_epoch: bests,
    final_weights_epoch: training.w.item(),
    error,
  };
}

/** Which way `[mode, monitor]` goes shows in whether 1 after 0 is an improvement: of a compiled model's logs, after one batch. */
export async function replayMonitorMode({ config, inputs, expected, tol }: Case): Promise<void> {
  const pairs = listOf(inputs['mode_and_monitor'] ?? inputs['modes'] ?? Object.values(inputs).find((value) => isList(value)));
  const found: Json[] = [];
  for (const pair of pairs) {
    const [mode = null, monitor = null] = listOf(pair);
    found.push(await modeOf(config, textOf(mode), textOf(monitor)));
  }
  const wanted = Object.values(expected).find((value) => isList(value) || isRecord(value)) ?? null;
  expectSame(isRecord(wanted) ? recordFrom(pairs, found) : found, wanted, tol, 'modes');
}

const recordFrom = (pairs: readonly Json[], found: readonly Json[]): JsonRecord =>
  Object.fromEntries(pairs.map((pair, i) => [listOf(pair).map(textOf).join(','), found[i] ?? null]));

async function modeOf(config: JsonRecord, mode: string, monitor: string): Promise<Json> {
  const compile = { optimizer: 'sgd', loss: config['loss'] ?? 'mse', metrics: config['compiled_metrics'] ?? null };
  const model = new gradus.Sequential([new gradus.Dense(1, { inputShape: [2] })]);
  const trainer = new gradus.Trainer(model, compiledFor(compile));
  const stopping = callbackOf('EarlyStopping', { monitor, mode, patience: 5 });
  let answer: Json = null;
  const probe = new gradus.LambdaCallback({
    onTrainBegin: (event) => stopping.onTrainBegin(event),
    async onEpochEnd({ training }) {
      for (const value of [0, 1]) await stopping.onEpochEnd({ epoch: value, logs: { [monitor]: value }, training });
      answer = kept(stopping, 'best') === 1 ? 'max' : 'min';
    },
  });
  try {
    await trainer.fit({ x: gradus.zeros([2, 2]), y: gradus.zeros([2, 1]) }, { callbacks: [probe], verbose: 0 });
  } catch (error) {
    if (!isTyped(error)) throw error;
    return 'ValueError';
  }
  return answer;
}

export async function replayTerminateOnNaN({ config, inputs, expected, tol }: Case): Promise<void> {
  const callback = callbackOf('TerminateOnNaN', recordOf(config['args']));
  const training = new FakeTraining();
  const stops: Json[] = [];
  let failed = false;
  for (const [batch, json] of listOf(inputs['batches']).entries()) {
    try {
      await callback.onTrainBatchEnd({ epoch: 0, batch, logs: logsOf(json), training });
    } catch {
      failed = true;
      break;
    }
    stops.push(training.stopped);
    if (training.stopped) break;
  }
  expectSame(stops, expected['stop_after_each_batch'], tol, 'stop_after_each_batch');
  if (failed !== ((expected['error'] ?? null) !== null)) throw new Mismatch(failed ? 'an error' : 'no error');
}

export async function replayReduceLr({ config, inputs, expected, tol }: Case): Promise<void> {
  const callback = callbackOf('ReduceLROnPlateau', recordOf(config['args']));
  const training = new FakeTraining(directionsOf(config['metric_directions']), numberOf(config['initial_lr']));
  const found: Record<string, Json[]> = {};
  const note = (key: string, value: Json): void => void (found[key] ??= []).push(value);
  await callback.onTrainBegin({ training });
  for (const [epoch, json] of listOf(inputs['epochs']).entries()) {
    const logs = logsOf(json);
    await callback.onEpochEnd({ epoch, logs, training });
    note('lr_after_each_epoch', training.learningRate);
    note('wait_after_each_epoch', kept(callback, 'wait'));
    note('cooldown_counter_after_each_epoch', kept(callback, 'cooling'));
    note('logged_learning_rate', logs['learning_rate'] ?? null);
  }
  for (const [key, wanted] of Object.entries(expected)) if (key in found) expectSame(found[key] ?? null, wanted, tol, key);
}

export async function replayScheduler({ config, inputs, expected, tol }: Case): Promise<void> {
  const callback = schedulerOf(textOf(config['schedule']));
  const training = new FakeTraining(undefined, numberOf(config['initial_lr'] ?? 0.01));
  const [during, logged]: [Json[], Json[]] = [[], []];
  for (let epoch = 0; epoch < numberOf(inputs['epochs']); epoch++) {
    await callback.onEpochBegin({ epoch, training });
    during.push(training.learningRate);
    const logs = { loss: 1 };
    await callback.onEpochEnd({ epoch, logs, training });
    logged.push(logsOf(logs)['learning_rate'] ?? null);
  }
  expectSame(during, expected['lr_during_epoch'], tol, 'lr_during_epoch');
  expectSame(logged, expected['logged_learning_rate'], tol, 'logged_learning_rate');
}

export function replayConstructor({ config }: Case): void {
  callbackOf(textOf(config['class']), recordOf(config['args']));
}
