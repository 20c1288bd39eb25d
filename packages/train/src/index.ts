/** @gradus/train: what trains a model, and data sets to train on. */
export { digits } from './datasets/digits.js';
export { DownloadError } from './datasets/download.js';
export { readIdx } from './datasets/idx.js';
export { mnist } from './datasets/mnist.js';
export type { Examples } from './datasets/digits.js';
export type { Fetch } from './datasets/download.js';
export type { DataSet, MnistOptions } from './datasets/mnist.js';
export { Callback } from './callback.js';
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
export type { BatchEnd, EpochBegin, EpochEnd, Logs, TrainEnd, TrainEvent, Training } from './callback.js';
export type { EarlyStoppingOptions } from './callbacks/early-stopping.js';
export type { MonitorOptions } from './callbacks/monitor.js';
export type { ModelCheckpointOptions } from './callbacks/model-checkpoint.js';
export type { ReduceLROnPlateauOptions } from './callbacks/reduce-lr-on-plateau.js';
export type { Data } from './data/batches.js';
export type { SplitOptions } from './data/split.js';
export type { PerOutput } from './objective.js';
export type { EvaluateOptions, FitOptions, TrainerOptions } from './trainer.js';
