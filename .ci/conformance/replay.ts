/** One case after the other: which runner a kind has, and how it went. */
import { replayActivation } from './activations.js';
import { replayEvents, replayHistory, replayProgbar, replayRemote, replayTensorBoard } from './callbacks/events.js';
import { replayBackup, replayCsvLogger, replayModelCheckpoint } from './callbacks/files.js';
import {
  replayConstructor,
  replayEarlyStopping,
  replayMonitorMode,
  replayReduceLr,
  replayScheduler,
  replayTerminateOnNaN,
} from './callbacks/stopping.js';
import { Missing } from './classes.js';
import { replayFit, replayOutputs, replaySplit } from './fit.js';
import { replayInitializer, replayInitializerDefaults, replayInitializerParams } from './initializers.js';
import { textOf } from './json.js';
import { replayAdapt, replayLayer, replayLayerGradient, replayLayerShape, replayStateful } from './layers/replay.js';
import { replayLoss, replayLossGradient } from './losses.js';
import { replayFunction, replayMetric } from './metrics.js';
import { replayClipping, replayOptimizer } from './optimizers.js';
import { replayConstraint, replayRegularizer } from './regularizers.js';
import { replaySchedule } from './schedules.js';
import { replayEvaluateType, replayOnBatch, replayPredict, replaySwap } from './runs.js';
import { isTyped } from './typed.js';
import { Mismatch } from './values.js';
import type { Case } from './json.js';

/** How a case of a kind is replayed: it throws where something is not as expected. */
type Replay = (c: Case) => void | Promise<void>;

const kinds: Readonly<Record<string, Replay>> = {
  activation: replayActivation,
  backup_and_restore: replayBackup,
  callback_ctor_error: replayConstructor,
  clip_gradients: replayClipping,
  constraint: replayConstraint,
  csv_logger: replayCsvLogger,
  early_stopping: replayEarlyStopping,
  evaluate_return_type: replayEvaluateType,
  event_order: replayEvents,
  fit: replayFit,
  fit_multi_output: replayOutputs,
  function: replayFunction,
  history: replayHistory,
  initializer: replayInitializer,
  initializer_defaults: replayInitializerDefaults,
  initializer_params: replayInitializerParams,
  layer: replayLayer,
  layer_grad: replayLayerGradient,
  layer_shape: replayLayerShape,
  loss: replayLoss,
  loss_grad: replayLossGradient,
  lr_scheduler: replayScheduler,
  metric: replayMetric,
  model_checkpoint: replayModelCheckpoint,
  monitor_mode: replayMonitorMode,
  normalization_adapt: replayAdapt,
  optimizer: replayOptimizer,
  predict: replayPredict,
  progbar: replayProgbar,
  reduce_lr: replayReduceLr,
  regularizer: replayRegularizer,
  remote_monitor: replayRemote,
  schedule: replaySchedule,
  stateful_rnn: replayStateful,
  swap_ema: replaySwap,
  tensorboard_tags: replayTensorBoard,
  terminate_on_nan: replayTerminateOnNaN,
  train_on_batch: replayOnBatch,
  validation_split_index: replaySplit,
};

/** Kinds that compare what led to an expected error too, and so look at it themselves. */
const ownErrors: ReadonlySet<string> = new Set(['early_stopping', 'model_checkpoint', 'terminate_on_nan']);

export interface Result {
  readonly id: string;
  readonly area: string;
  readonly passed: boolean;
  /** Why it failed. */
  readonly reason?: string;
  /** Whether it failed since Gradus does not have a kind, a class or an option. */
  readonly missing?: boolean;
}

async function run(c: Case): Promise<void> {
  const kind = textOf(c.config['kind']);
  const replay = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
  if (!replay) throw new Missing(`the kind ${kind}`);
  const { error: expected = null } = c.expected;
  if (expected === null || ownErrors.has(kind)) return replay(c);
  try {
    await replay(c);
  } catch (error) {
    if (isTyped(error)) return;
    throw error;
  }
  throw new Mismatch(`no error, expected ${JSON.stringify(expected)}`);
}

export async function replay(c: Case): Promise<Result> {
  try {
    await run(c);
    return { id: c.id, area: c.area, passed: true };
  } catch (error) {
    const missing = error instanceof Missing;
    const text = error instanceof Error ? error.message : String(error);
    const reason = missing ? `does not exist: ${text}` : error instanceof Mismatch ? text : `${nameOf(error)}: ${text}`;
    return { id: c.id, area: c.area, passed: false, reason, ...(missing ? { missing } : {}) };
  }
}

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : 'error');
