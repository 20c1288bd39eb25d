/** Keras' callbacks as ours. */
import * as gradus from '@gradus/train';
import { by, make, Missing, nestedOf, of } from '../classes.js';
import { parseFunction } from '../expression.js';
import { recordOf, textOf } from '../json.js';
import type { Callback } from '@gradus/train';
import type { Classes, Dialect } from '../classes.js';
import type { Json, JsonRecord } from '../json.js';

const monitored = ['monitor', 'mode', 'minDelta', 'verbose'] as const;

/** A class that is given a path first. */
interface At {
  readonly path: string;
}

export const callbacks: Classes<Callback> = {
  BackupAndRestore: by(
    ({ path, ...options }: At & gradus.BackupAndRestoreOptions) => new gradus.BackupAndRestore(path, options),
    ['path', 'saveFreq', 'deleteCheckpoint'],
  ),
  CSVLogger: by(
    ({ path, ...options }: At & gradus.CSVLoggerOptions) => new gradus.CSVLogger(path, options),
    ['path', 'separator', 'append'],
  ),
  EarlyStopping: of(gradus.EarlyStopping, [...monitored, 'patience', 'baseline', 'restoreBestWeights', 'startFromEpoch']),
  History: by(() => new gradus.History(), []),
  ModelCheckpoint: by(
    ({ path, ...options }: At & gradus.ModelCheckpointOptions) => new gradus.ModelCheckpoint(path, options),
    ['path', 'monitor', 'mode', 'verbose', 'saveBestOnly', 'saveWeightsOnly', 'saveFreq', 'initialValueThreshold'],
  ),
  ReduceLROnPlateau: of(gradus.ReduceLROnPlateau, [...monitored, 'factor', 'patience', 'cooldown', 'minLearningRate']),
  RemoteMonitor: of(gradus.RemoteMonitor, ['root', 'path', 'field', 'headers', 'sendAsJson', 'fetch']),
  SwapEMAWeights: of(gradus.SwapEMAWeights, ['swapOnEpoch']),
  TensorBoard: by(
    ({ path, ...options }: At & gradus.TensorBoardOptions) => new gradus.TensorBoard(path, options),
    ['path', 'histogramFreq', 'writeGraph', 'writeImages', 'updateFreq', 'writeStepsPerSecond', 'embeddingsFreq', 'embeddingsMetadata'],
  ),
  TerminateOnNaN: of(gradus.TerminateOnNaN, ['raiseError']),
};

const dialect: Dialect = {
  names: { filename: 'path', filepath: 'path', backup_dir: 'path', log_dir: 'path', min_lr: 'minLearningRate' },
  neutral: { double_checkpoint: [false], profile_batch: [0] },
};

export function callbackOf(name: string, args: JsonRecord): Callback {
  return make('callback', callbacks, name, args, dialect);
}

/** A callback of a fit: a class, a schedule as text, or what a hook of one's own does. */
export function callbackFrom(json: Json): Callback {
  const { class: name = null, schedule, custom } = recordOf(json);
  if (schedule !== undefined) return schedulerOf(textOf(schedule));
  if (custom !== undefined) return customOf(textOf(custom));
  const nested = nestedOf(json);
  if (nested) return callbackOf(nested.name, nested.args);
  throw new Missing(`the callback ${JSON.stringify(name)}`);
}

export function schedulerOf(text: string, options: gradus.LearningRateSchedulerOptions = {}): Callback {
  const { parameters, body } = parseFunction(text);
  const [epochs = 'epoch', rates = 'lr'] = parameters;
  return new gradus.LearningRateScheduler((epoch, rate) => body({ [epochs]: epoch, [rates]: rate }), options);
}

/** `sets stop_training in on_train_batch_end of batch 1`: the hook, and the numbers of the epoch and the batch where it acts. */
function customOf(text: string): Callback {
  const stops = /stop_training|stops? training/.test(text);
  const number = (what: string): number | undefined => {
    const found = new RegExp(`${what}(?:\\s+index)?\\s*(?:=+|is|of|number)?\\s*(\\d+)`).exec(text)?.[1];
    return found === undefined ? undefined : Number(found);
  };
  const [epoch, batch] = [number('epoch'), number('batch')];
  const acts = (at: { readonly epoch: number; readonly batch?: number }): boolean =>
    (epoch === undefined || at.epoch === epoch) && (batch === undefined || at.batch === undefined || at.batch === batch);
  const hook = /on_(\w+)/.exec(text)?.[1] ?? '';
  if (!stops) throw new Missing(`a callback that does '${text}'`);
  switch (hook) {
    case 'train_batch_end':
    case 'batch_end':
      return new gradus.LambdaCallback({ onTrainBatchEnd: (event) => (acts(event) ? event.training.stop(text) : undefined) });
    case 'train_batch_begin':
    case 'batch_begin':
      return new gradus.LambdaCallback({ onTrainBatchBegin: (event) => (acts(event) ? event.training.stop(text) : undefined) });
    case 'epoch_end':
      return new gradus.LambdaCallback({ onEpochEnd: (event) => (acts(event) ? event.training.stop(text) : undefined) });
    case 'epoch_begin':
      return new gradus.LambdaCallback({ onEpochBegin: (event) => (acts(event) ? event.training.stop(text) : undefined) });
    default:
      throw new Missing(`a callback that does '${text}'`);
  }
}
