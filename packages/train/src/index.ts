/** @gradus/train: what trains a model, and data sets to train on. */
export { digits } from './datasets/digits.js';
export { DownloadError } from './datasets/download.js';
export { readIdx } from './datasets/idx.js';
export { mnist } from './datasets/mnist.js';
export type { Examples } from './datasets/digits.js';
export type { Fetch } from './datasets/download.js';
export type { DataSet, MnistOptions } from './datasets/mnist.js';
export { Callback } from './callback.js';
export { BackupAndRestore } from './callbacks/backup-and-restore.js';
export { EarlyStopping } from './callbacks/early-stopping.js';
export { History } from './callbacks/history.js';
export { ModelCheckpoint } from './callbacks/model-checkpoint.js';
export { ReduceLROnPlateau } from './callbacks/reduce-lr-on-plateau.js';
export { trainTestSplit } from './data/split.js';
export { Trainer } from './trainer.js';
export {
  Activation,
  Add,
  BatchNormalization,
  Concatenate,
  Conv2D,
  Embedding,
  Flatten,
  LSTM,
  LSTMWithState,
  MaxPooling2D,
  Normalization,
  ReLU,
  Rescaling,
  Reshape,
  Softmax,
  loadModel,
  saveModel,
  Adam,
  adamW,
  BinaryAccuracy,
  BinaryCrossentropy,
  CategoricalAccuracy,
  CategoricalCrossentropy,
  Dense,
  Dropout,
  input,
  l1,
  l1l2,
  l2,
  Layer,
  Loss,
  MeanAbsoluteError,
  MeanSquaredError,
  Metric,
  Model,
  RMSprop,
  Sequential,
  SGD,
  SparseCategoricalAccuracy,
  SparseCategoricalCrossentropy,
} from '@gradus/nn';
export { grad, hessian, jvp, valueAndGrad, vjp, vmap } from '@gradus/autograd';
export { fromData, jit, key, scan, tensor, Tensor, Variable, zeros } from '@gradus/tensor';
export type {
  BatchEnd,
  BatchEvent,
  EndEvent,
  EpochEnd,
  EpochEvent,
  Events,
  Logs,
  PredictBatchEnd,
  Save,
  TrainBatchEnd,
  TrainBatchEvent,
  Training,
  TrainingEvent,
} from './callback.js';
export type { BackupAndRestoreOptions, Store } from './callbacks/backup-and-restore.js';
export type { Frequency } from './callbacks/every.js';
export type { EarlyStoppingOptions } from './callbacks/early-stopping.js';
export type { MonitorOptions } from './callbacks/monitor.js';
export type { ModelCheckpointOptions } from './callbacks/model-checkpoint.js';
export type { ReduceLROnPlateauOptions } from './callbacks/reduce-lr-on-plateau.js';
export type { Batch, Data, Shuffle } from './data/batches.js';
export type { ClassWeight } from './data/class-weight.js';
export type { Batches, Generated } from './data/source.js';
export type { SplitOptions } from './data/split.js';
export type { Metrics, ObjectiveOptions } from './objective.js';
export type { PerOutput } from './outputs.js';
export type { Measures, Tools } from './own-step.js';
export type { EvaluateOptions, FitOptions, OwnStepOptions, SupervisedOptions, TrainerOptions, Verbosity } from './options.js';
export type { State } from './state.js';
export { Fields } from './state.js';
