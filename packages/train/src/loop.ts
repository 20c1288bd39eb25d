/** Epochs and batches, and the order of events. */
import { joinRows } from '@gradus/nn';
import { ArgumentError } from '@gradus/tensor';
import { firstNotFinite } from './data/finite.js';
import { Feed } from './data/feed.js';
import { watchedStep } from './find-nan.js';
import { pause } from './pause.js';
import type { Logs } from './callback.js';
import type { AnyBatch } from './data/batches.js';
import type { Source } from './data/source.js';
import type { Run } from './run.js';
import type { Task } from './task.js';

export interface Plan {
  readonly source: Source;
  readonly stepsPerEpoch: number | undefined;
  readonly signal: AbortSignal | undefined;
  /** Whether each step is watched for a loss that is not finite. */
  readonly findNaN: boolean;
  /** Whether the compiled step is explained after the first epoch. */
  readonly explain: boolean;
  readonly validation: Source | undefined;
  readonly validationSteps: number | undefined;
  /** Whether validation follows this epoch, counted from 0. */
  validates(epoch: number): boolean;
}

/** Trains until the last epoch, or until somebody stops the run. */
export async function trainLoop(run: Run, plan: Plan): Promise<void> {
  await run.emit('onTrainBegin', { training: run });
  await run.resume();
  const first = run.epoch;
  try {
    while (run.epoch < run.epochs && !(run.batch === 0 && run.stopped !== undefined)) {
      await epoch(run, plan);
      if (plan.explain && run.epoch === first + 1) console.log(run.task.steps['train']?.explain({ profile: true }));
    }
  } finally {
    for (const optimizer of run.task.optimizers) optimizer.finalize();
    await run.feed.close();
  }
  await run.emit('onTrainEnd', { logs: run.logs, training: run });
}

async function epoch(run: Run, plan: Plan): Promise<void> {
  const { task, feed, epoch: number } = run;
  if (run.batch > 0) await run.emit('onResume', { epoch: number, batch: run.batch, training: run });
  else {
    task.reset();
    if (plan.stepsPerEpoch === undefined) feed.goTo(number, 0);
    await run.emit('onEpochBegin', { epoch: number, training: run });
  }
  while (run.stopped === undefined) {
    const batch = await nextOf(feed, run.batch);
    if (!batch) {
      checkEnd(run, plan);
      break;
    }
    plan.signal?.throwIfAborted();
    if (!plan.source.rows) task.check(batch);
    await step(run, batch, plan.findNaN);
    await pause();
  }
  const logs = task.logs();
  warnOfNaN(run, logs, plan.source);
  if (plan.validation && plan.validates(number)) {
    const validation = await testLoop(run, plan.validation, plan.validationSteps);
    for (const [key, value] of Object.entries(validation)) logs[`val_${key}`] = value;
  }
  run.logs = logs;
  run.epoch += 1;
  run.batch = 0;
  await run.emit('onEpochEnd', { epoch: number, logs, training: run });
}

async function step(run: Run, batch: AnyBatch, findNaN: boolean): Promise<void> {
  const { task, hooks, epoch: number, batch: index } = run;
  if (hooks.listeners('onTrainBatchBegin').length > 0) {
    await run.emit('onTrainBatchBegin', { epoch: number, batch: index, training: run });
  }
  if (findNaN) watchedStep(run, batch);
  else task.train(batch);
  run.batch += 1;
  if (hooks.listeners('onTrainBatchEnd').length === 0) return;
  await run.emit('onTrainBatchEnd', measured({ epoch: number, batch: index, training: run }, task));
}

/** Measures one pass, or `steps` batches of it. */
export async function testLoop(run: Run, source: Source, steps: number | undefined): Promise<Record<string, number>> {
  const { task } = run;
  const feed = new Feed(source, steps, 0);
  const alone = run.epochs === 0;
  task.reset();
  await run.emit('onTestBegin', { training: run });
  let index = 0;
  for (let batch = await nextOf(feed, 0); batch; batch = await nextOf(feed, index)) {
    if (!source.rows) task.check(batch);
    await run.emit('onTestBatchBegin', { batch: index, training: run });
    task.test(batch);
    await run.emit('onTestBatchEnd', measured({ batch: index, training: run }, task));
    index += 1;
    await pause();
    if (alone && run.stopped !== undefined) break;
  }
  await feed.close();
  if (index === 0) throw new ArgumentError('evaluate: there are no batches');
  const logs = task.logs();
  await run.emit('onTestEnd', { logs, training: run });
  return logs;
}

/** What the model makes of one pass, or of `steps` batches, joined again. */
export async function predictLoop(run: Run): Promise<unknown> {
  const { task, feed } = run;
  const parts: unknown[] = [];
  await run.emit('onPredictBegin', { training: run });
  for (let batch = await nextOf(feed, 0); batch; batch = await nextOf(feed, parts.length)) {
    const event = { batch: parts.length, training: run };
    await run.emit('onPredictBatchBegin', event);
    const outputs = task.predict(batch.x);
    parts.push(outputs);
    await run.emit('onPredictBatchEnd', { ...event, outputs });
    await pause();
    if (run.stopped !== undefined) break;
  }
  await feed.close();
  if (parts.length === 0) throw new ArgumentError('predict: there are no batches');
  await run.emit('onPredictEnd', { training: run });
  return joinRows(parts);
}

/** Awaits only what has to be awaited: a batch of arrays is there at once. */
async function nextOf(feed: Feed, done: number): Promise<AnyBatch | undefined> {
  const next = feed.next(done);
  return next instanceof Promise ? await next : next;
}

function checkEnd(run: Run, { stepsPerEpoch }: Plan): void {
  if (run.batch === 0) throw new ArgumentError(`fit: there are no batches in epoch ${run.epoch + 1}`);
  if (stepsPerEpoch !== undefined && run.batch < stepsPerEpoch) {
    run.warn(`the data ran out: epoch ${run.epoch + 1} has ${run.batch} batches, not ${stepsPerEpoch}`);
  }
}

/** The running means are worked out only if somebody reads them, and then once for all who do. */
function measured<E extends object>(event: E, task: Task): E & { readonly logs: Logs } {
  let logs: Logs | undefined;
  return Object.defineProperty({ ...event, logs: {} }, 'logs', { enumerable: true, get: () => (logs ??= task.logs()) });
}

function warnOfNaN(run: Run, { loss = 0 }: Logs, { rows }: Source): void {
  if (Number.isFinite(loss) || !Number.isFinite(run.logs['loss'] ?? 0)) return;
  const where = rows && firstNotFinite(rows);
  const why = where ?? 'a smaller learning rate, or gradients that are clipped, may help';
  run.warn(`loss is ${loss} in epoch ${run.epoch + 1}: ${why}`);
}
