/** @gradus/train: what trains a model, and data sets to train on. */
export { digits } from './datasets/digits.js';
export { DownloadError } from './datasets/download.js';
export { readIdx } from './datasets/idx.js';
export { mnist } from './datasets/mnist.js';
export type { Examples } from './datasets/digits.js';
export type { Fetch } from './datasets/download.js';
export type { DataSet, MnistOptions } from './datasets/mnist.js';
export { Callback } from './callback.js';
export { compiledOf } from './compiled.js';
export { BackupAndRestore } from './callbacks/backup-and-restore.js';
export { CSVLogger } from './callbacks/csv-logger.js';
export { EarlyStopping } from './callbacks/early-stopping.js';
export { NotFiniteError } from './find-nan.js';
export { History } from './callbacks/history.js';
export { LambdaCallback } from './callbacks/lambda-callback.js';
export { LearningRateScheduler } from './callbacks/learning-rate-scheduler.js';
export { ModelCheckpoint } from './callbacks/model-checkpoint.js';
export { ReduceLROnPlateau } from './callbacks/reduce-lr-on-plateau.js';
export { TensorBoard } from './callbacks/tensorboard.js';
export { TerminateOnNaN } from './callbacks/terminate-on-nan.js';
export { SummaryWriter } from './tensorboard/summary-writer.js';
export { readEvents } from './tensorboard/summary.js';
export { Progbar } from './progbar.js';
export { trainTestSplit } from './data/split.js';
export { Trainer } from './trainer.js';
export { checkpointFromBytes, checkpointToBytes } from './codec.js';
export {
  Accuracy,
  Activation,
  Adam,
  adamW,
  Add,
  AUC,
  BatchNormalization,
  BinaryAccuracy,
  BinaryCrossentropy,
  BinaryFocalCrossentropy,
  CategoricalAccuracy,
  CategoricalCrossentropy,
  CategoricalFocalCrossentropy,
  CategoricalHinge,
  Concatenate,
  Constant,
  Context,
  Conv2D,
  cosineDecay,
  cosineDecayRestarts,
  CosineSimilarity,
  CosineSimilarityMetric,
  Dense,
  Dice,
  Dropout,
  elu,
  Embedding,
  exponentialDecay,
  F1Score,
  FalseNegatives,
  FalsePositives,
  FBetaScore,
  Flatten,
  gelu,
  hardSigmoid,
  Hinge,
  Huber,
  Identity,
  Initializer,
  input,
  inverseTimeDecay,
  KLDivergence,
  l1,
  L1L2,
  l1l2,
  l2,
  lastOf,
  Layer,
  LayerNormalization,
  leakyRelu,
  loadModel,
  loadWeights,
  LogCosh,
  logSigmoid,
  Loss,
  LSTM,
  LSTMWithState,
  MaxPooling2D,
  Mean,
  MeanAbsoluteError,
  MeanAbsolutePercentageError,
  MeanLoss,
  MeanSquaredError,
  MeanSquaredLogarithmicError,
  Metric,
  mish,
  MissingPeerError,
  Model,
  modelFromBytes,
  modelFromKeras,
  modelToBytes,
  modelToKeras,
  MultiHeadAttention,
  Normalization,
  Optimizer,
  Orthogonal,
  piecewiseConstantDecay,
  Poisson,
  polynomialDecay,
  Precision,
  R2Score,
  RandomNormal,
  RandomUniform,
  Recall,
  ReLU,
  relu6,
  Rescaling,
  Reshape,
  RMSprop,
  RootMeanSquaredError,
  saveModel,
  saveWeights,
  selu,
  Sequential,
  SGD,
  silu,
  Softmax,
  softsign,
  SparseCategoricalAccuracy,
  SparseCategoricalCrossentropy,
  SparseTopKCategoricalAccuracy,
  SquaredHinge,
  Sum,
  TopKCategoricalAccuracy,
  TrueNegatives,
  TruePositives,
  TruncatedNormal,
  Tversky,
  unbuilt,
  VarianceScaling,
  weightsFromKeras,
  weightsToKeras,
} from '@gradus/nn';
export {
  CenterCrop,
  RandomBrightness,
  RandomContrast,
  RandomCrop,
  RandomFlip,
  RandomRotation,
  RandomTranslation,
  RandomZoom,
  Resizing,
} from '@gradus/nn';
export { customGradient, grad, hessian, jacobian, jvp, recompute, valueAndGrad, vjp, vmap } from '@gradus/autograd';
export {
  abs,
  add,
  all,
  any,
  arange,
  argmax,
  argmin,
  argsort,
  bernoulli,
  cast,
  ceil,
  clip,
  concat,
  cos,
  cumsum,
  div,
  equal,
  erf,
  exp,
  expandDims,
  eye,
  floor,
  foldIn,
  fromData,
  full,
  greater,
  greaterEqual,
  jit,
  key,
  less,
  lessEqual,
  linspace,
  log,
  logSoftmax,
  logSumExp,
  matmul,
  max,
  maximum,
  mean,
  memory,
  min,
  minimum,
  mul,
  neg,
  norm,
  normal,
  notEqual,
  oneHot,
  ones,
  onesLike,
  pad,
  permutation,
  pow,
  prod,
  relu,
  reshape,
  round,
  scan,
  setThreads,
  sigmoid,
  sign,
  sin,
  slice,
  softmax,
  softplus,
  sort,
  split,
  sqrt,
  square,
  stack,
  std,
  stopGradient,
  sub,
  sum,
  take,
  takeAlong,
  tanh,
  tensor,
  Tensor,
  topK,
  transpose,
  truncatedNormal,
  uniform,
  Variable,
  variance,
  where,
  zeros,
  zerosLike,
} from '@gradus/tensor';
export type {
  ActivationName,
  Config,
  InitializerLike,
  LayerOptions,
  LossLike,
  MetricLike,
  OptimizerLike,
  PartialShape,
  Regularizer,
  Registry,
  Schedule,
  Symbolic,
} from '@gradus/nn';
export type { DType, Program, Shape, TypedArray } from '@gradus/tensor';
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
export type { CSVLoggerOptions } from './callbacks/csv-logger.js';
export type { LambdaHooks } from './callbacks/lambda-callback.js';
export type { LearningRateSchedulerOptions } from './callbacks/learning-rate-scheduler.js';
export type { TensorBoardOptions } from './callbacks/tensorboard.js';
export type { EmbeddingsMetadata } from './tensorboard/projector.js';
export type { Summary } from './tensorboard/summary.js';
export type { TerminateOnNaNOptions } from './callbacks/terminate-on-nan.js';
export type { EarlyStoppingOptions } from './callbacks/early-stopping.js';
export type { MonitorOptions } from './callbacks/monitor.js';
export type { ModelCheckpointOptions } from './callbacks/model-checkpoint.js';
export type { ReduceLROnPlateauOptions } from './callbacks/reduce-lr-on-plateau.js';
export type { ProgbarOptions, ProgbarValues, UpdateOptions } from './progbar.js';
export type { Batch, Data, Shuffle } from './data/batches.js';
export type { ClassWeight } from './data/class-weight.js';
export type { Batches, Generated } from './data/source.js';
export type { SplitOptions } from './data/split.js';
export type { Metrics, ObjectiveOptions } from './objective.js';
export type { PerOutput } from './outputs.js';
export type { Measures, Tools } from './own-step.js';
export type { ReportOptions } from './report/report.js';
export type { EvaluateOptions, FitOptions, OwnStepOptions, SupervisedOptions, TrainerOptions, Verbosity } from './options.js';
export type { Checkpoint, State } from './state.js';
export { StateFields } from './state.js';
