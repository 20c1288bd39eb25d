/** The kinds `model_checkpoint`, `csv_logger` and `backup_and_restore`: callbacks that write files, each case in a folder of its own. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';
import { checkpointFromBytes } from '@gradus/train';
import { isRecord, listOf, numberOf, recordOf, textOf } from '../json.js';
import { isTyped } from '../typed.js';
import { expectSame, Mismatch } from '../values.js';
import { callbackOf } from './classes.js';
import { directionsOf, FakeTraining, logsOf } from './training.js';
import type { EpochEnd } from '@gradus/train';
import type { Case, Json } from '../json.js';

/** Does something in a new folder, which is gone afterwards. */
export async function inFolder<T>(body: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'gradus-conformance-'));
  try {
    return await body(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const filesIn = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((file) =>
    file.isFile() ? [join(file.parentPath, file.name)] : [],
  );

export function replayModelCheckpoint({ config, inputs, expected, tol }: Case): Promise<void> {
  return inFolder(async (folder) => {
    const { filepath, ...args } = recordOf(config['args']);
    const callback = callbackOf('ModelCheckpoint', { ...args, filepath: join(folder, textOf(filepath)) });
    const training = new FakeTraining(directionsOf(config['metric_directions']));
    const saves: Json[] = [];
    /** What was written since the last event. */
    const collect = (when: Json): void => {
      for (const file of filesIn(folder)) {
        saves.push({ when, what: /\.weights\.\w+$/.test(file) ? 'weights' : 'model', path: relative(folder, file).replaceAll(sep, '/') });
        rmSync(file);
      }
    };
    let failed = false;
    try {
      for (const [epoch, json] of listOf(inputs['epochs']).entries()) {
        const { logs, batches = [] } = recordOf(json);
        await callback.onEpochBegin({ epoch, training });
        for (const [i, batch] of listOf(batches).entries()) {
          const { batch: index = i, logs: running = isRecord(batch) ? batch : {} } = isRecord(batch) ? batch : {};
          await callback.onTrainBatchEnd({ epoch, batch: numberOf(index), logs: logsOf(running), training });
          collect(['batch', epoch, index]);
        }
        await callback.onEpochEnd({ epoch, logs: logsOf(logs), training });
        collect(['epoch', epoch]);
      }
    } catch (error) {
      if (!isTyped(error)) throw error;
      failed = true;
    }
    expectSame(saves, expected['saves'], tol, 'saves');
    if (failed !== ((expected['error'] ?? null) !== null)) throw new Mismatch(failed ? 'an error' : 'no error');
  });
}

/** Logs of the file; it may hold more than numbers, which the class is to write too. */
function anyLogs(json: Json | undefined): EpochEnd['logs'];
function anyLogs(json: Json | undefined): unknown {
  const special: Readonly<Record<string, number>> = { NaN, Infinity, '-Infinity': -Infinity };
  return Object.fromEntries(
    Object.entries(recordOf(json)).map(([key, value]) => [key, typeof value === 'string' ? (special[value] ?? value) : value]),
  );
}

export function replayCsvLogger({ config, inputs, expected }: Case): Promise<void> {
  return inFolder(async (folder) => {
    const file = join(folder, 'log.csv');
    const before = config['pre_existing_file'] ?? null;
    if (before !== null) writeFileSync(file, textOf(before));
    const { filename: _, ...args } = recordOf(config['args']);
    const callback = callbackOf('CSVLogger', { ...args, filename: file });
    const training = new FakeTraining();
    for (const fit of listOf(inputs['fits'])) {
      await callback.onTrainBegin({ training });
      for (const json of listOf(recordOf(fit)['epochs'])) {
        const [epoch, logs] = listOf(json);
        await callback.onEpochEnd({ epoch: numberOf(epoch), logs: anyLogs(logs), training });
      }
      await callback.onTrainEnd({ logs: {}, training });
    }
    const [found, wanted] = [existsSync(file) ? readFileSync(file, 'utf8') : '', textOf(expected['file_text'])];
    if (found !== wanted) throw new Mismatch(`the file holds ${JSON.stringify(found)}, expected ${JSON.stringify(wanted)}`);
  });
}

/**
 * Keras keeps weights and a JSON file with the place; here one file holds both. So the place is read from that file, and there is a file exactly when
 * Keras has its two.
 */
export function replayBackup({ config, inputs, expected, tol }: Case): Promise<void> {
  return inFolder(async (folder) => {
    const file = join(folder, 'backup');
    const { backup_dir: _, ...args } = recordOf(config['args']);
    const make = (): ReturnType<typeof callbackOf> => callbackOf('BackupAndRestore', { ...args, backup_dir: file });
    const [callback, training] = [make(), new FakeTraining()];
    const content = (): Json => {
      if (!existsSync(file)) return null;
      const { epoch, batch } = checkpointFromBytes(readFileSync(file)).position;
      return { epoch, batch };
    };
    const seen: Json[] = [];
    const [epochs, batches] = [numberOf(inputs['epochs']), numberOf(inputs['batches_per_epoch'])];
    await callback.onTrainBegin({ training });
    for (let epoch = 0; epoch < epochs; epoch++) {
      await callback.onEpochBegin({ epoch, training });
      for (let batch = 0; batch < batches; batch++) {
        await callback.onTrainBatchEnd({ epoch, batch, logs: {}, training });
        await training.serve({ epoch, batch: batch + 1 });
        seen.push(['batch', epoch, batch, content()]);
      }
      await callback.onEpochEnd({ epoch, logs: {}, training });
      await training.serve({ epoch: epoch + 1, batch: 0 });
      seen.push(['epoch', epoch, content()]);
    }
    expectSame(seen, expected['metadata_after_event'], tol, 'place after each event');
    if (existsSync(file) !== listOf(expected['files'] ?? []).length > 0) throw new Mismatch(existsSync(file) ? 'a file' : 'no file');
    const resumed = (await make().resume())?.position.epoch ?? 0;
    expectSame(resumed, expected['resume_initial_epoch'] ?? 0, tol, 'resume_initial_epoch');
    await callback.onTrainEnd({ logs: {}, training });
    expectSame(existsSync(file), expected['directory_exists_after_train_end'], tol, 'kept after the end');
  });
}
