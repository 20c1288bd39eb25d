/** @gradus/nn: layers, models, losses, metrics, optimizers. */
export { Layer } from './layer.js';
export { Model } from './model.js';
export { Sequential } from './sequential.js';
export { input, Symbolic } from './symbolic.js';
export { apply } from './apply.js';
export { Context } from './context.js';
export { Stream } from './stream.js';
export { unbuilt, Weight } from './weight.js';
export { lastOf, sizeAt } from './shapes.js';
export { claim, childrenOf, layersUnder, snakeCase, weightsUnder } from './paths.js';
export { countRows, isRows, joinRows, predictRows, rowsOf, sliceRows } from './predict.js';
export { isTensor } from './masks.js';
export { isLayer } from './any-layer.js';
export { leavesOf, mapLeaves, placesOf } from './trees.js';
export { isList, isRecord } from './config.js';
export { registryOf } from './registry.js';
export { activation, celu, elu, gelu, glu, leakyRelu, logSigmoid, mish, selu, silu, softsign, squareplus } from './activations.js';
export {
  hardShrink,
  hardSigmoid,
  hardSilu,
  hardTanh,
  relu6,
  softShrink,
  sparsePlus,
  sparseSigmoid,
  tanhShrink,
  threshold,
} from './activations-piecewise.js';
export { sparsemax } from './sparsemax.js';
export {
  Constant,
  glorotUniform,
  Identity,
  Initializer,
  Orthogonal,
  RandomNormal,
  RandomUniform,
  TruncatedNormal,
  VarianceScaling,
} from './initializers.js';
export { initializer } from './initializer-names.js';
export { constraint, MaxNorm, MinMaxNorm, NonNeg, UnitNorm } from './constraints.js';
export { l1, l1l2, L1L2, l2, OrthogonalRegularizer, regularizer } from './regularizers.js';
export { Dense } from './layers/dense.js';
export { Dropout } from './layers/dropout.js';
export { Activation } from './layers/activation.js';
export { Add } from './layers/add.js';
export { BatchNormalization } from './layers/batch-normalization.js';
export { Concatenate } from './layers/concatenate.js';
export { Embedding } from './layers/embedding.js';
export { Flatten } from './layers/flatten.js';
export { LayerNormalization } from './layers/layer-normalization.js';
export { LSTM, LSTMWithState } from './layers/lstm.js';
export { MaxPooling2D } from './layers/max-pooling2d.js';
export { Normalization } from './layers/normalization.js';
export { ReLU } from './layers/relu.js';
export { Rescaling } from './layers/rescaling.js';
export { Reshape } from './layers/reshape.js';
export { Softmax } from './layers/softmax.js';
export { CenterCrop } from './layers/augmentation/center-crop.js';
export { RandomBrightness } from './layers/augmentation/random-brightness.js';
export { RandomContrast } from './layers/augmentation/random-contrast.js';
export { RandomCrop } from './layers/augmentation/random-crop.js';
export { RandomFlip } from './layers/augmentation/random-flip.js';
export { RandomRotation } from './layers/augmentation/random-rotation.js';
export { RandomTranslation } from './layers/augmentation/random-translation.js';
export { RandomZoom } from './layers/augmentation/random-zoom.js';
export { Resizing } from './layers/augmentation/resizing.js';
export {
  GlobalAveragePooling1D,
  GlobalAveragePooling2D,
  GlobalAveragePooling3D,
  GlobalMaxPooling1D,
  GlobalMaxPooling2D,
  GlobalMaxPooling3D,
} from './layers/global-pooling.js';
export {
  AdaptiveAveragePooling1D,
  AdaptiveAveragePooling2D,
  AdaptiveAveragePooling3D,
  AdaptiveMaxPooling1D,
  AdaptiveMaxPooling2D,
  AdaptiveMaxPooling3D,
} from './layers/adaptive-pooling.js';
export { ELU } from './layers/elu.js';
export { LeakyReLU } from './layers/leaky-relu.js';
export { PReLU } from './layers/prelu.js';
export { Average, Maximum, Minimum, Multiply, Subtract } from './layers/merge.js';
export { Dot } from './layers/dot.js';
export { Permute } from './layers/permute.js';
export { RepeatVector } from './layers/repeat-vector.js';
export { Masking } from './layers/masking.js';
export { Cropping1D, Cropping2D, Cropping3D } from './layers/cropping.js';
export { ZeroPadding1D, ZeroPadding2D, ZeroPadding3D } from './layers/zero-padding.js';
export { UpSampling1D, UpSampling2D, UpSampling3D } from './layers/up-sampling.js';
export { AveragePooling1D, AveragePooling2D, AveragePooling3D, MaxPooling1D, MaxPooling3D } from './layers/pooling.js';
export { Conv1D, Conv2D, Conv3D } from './layers/conv.js';
export { DepthwiseConv1D, DepthwiseConv2D, SeparableConv1D, SeparableConv2D } from './layers/depthwise-conv.js';
export { Conv1DTranspose, Conv2DTranspose, Conv3DTranspose } from './layers/conv-transpose.js';
export { GroupNormalization } from './layers/group-normalization.js';
export { RMSNormalization } from './layers/rms-normalization.js';
export { UnitNormalization } from './layers/unit-normalization.js';
export { AlphaDropout, GaussianDropout, GaussianNoise, SpatialDropout1D, SpatialDropout2D, SpatialDropout3D } from './layers/noise.js';
export { ActivityRegularization } from './layers/activity-regularization.js';
export { EinsumDense } from './layers/einsum-dense.js';
export { SimpleRNN, SimpleRNNWithState } from './layers/simple-rnn.js';
export { GRU, GRUWithState } from './layers/gru.js';
export { Cell, StackedRNNCells } from './layers/cell.js';
export { RNN, RNNWithState } from './layers/rnn.js';
export { Bidirectional, BidirectionalWithState } from './layers/bidirectional.js';
export { TimeDistributed } from './layers/time-distributed.js';
export { AdditiveAttention, AdditiveAttentionWithScores, Attention, AttentionWithScores } from './layers/attention.js';
export { MultiHeadAttention, MultiHeadAttentionWithScores } from './layers/multi-head-attention.js';
export { GroupQueryAttention, GroupQueryAttentionWithScores } from './layers/group-query-attention.js';
export { CategoryEncoding } from './layers/category-encoding.js';
export { Discretization } from './layers/discretization.js';
export { RandomGrayscale } from './layers/augmentation/random-grayscale.js';
export { RandomInvert } from './layers/augmentation/random-invert.js';
export { loadModel, loadWeights, modelFromBytes, modelFromKeras, weightsFromKeras } from './load.js';
export { checkWeightsPath, formatOf, modelToBytes, modelToKeras, prepareToSave, saveModel, saveWeights, weightsToKeras } from './save.js';
export { MissingPeerError } from './formats/hdf5/errors.js';
export { normalize } from './normalize.js';
export { summary } from './summary.js';
export { Loss } from './losses/loss.js';
export { loss } from './losses/index.js';
export { Circle } from './losses/circle.js';
export { CTC } from './losses/ctc.js';
export { CategoricalGeneralizedCrossEntropy } from './losses/generalized.js';
export { BinaryCrossentropy, CategoricalCrossentropy, SparseCategoricalCrossentropy } from './losses/crossentropy.js';
export { KLDivergence } from './losses/divergence.js';
export { BinaryFocalCrossentropy, CategoricalFocalCrossentropy } from './losses/focal.js';
export { CategoricalHinge, Hinge, SquaredHinge } from './losses/hinge.js';
export { Dice, Tversky } from './losses/overlap.js';
export {
  CosineSimilarity,
  Huber,
  LogCosh,
  MeanAbsoluteError,
  MeanAbsolutePercentageError,
  MeanSquaredError,
  MeanSquaredLogarithmicError,
  Poisson,
} from './losses/regression.js';
export { Metric } from './metrics/metric.js';
export { Mean, MeanOfValues, Sum } from './metrics/mean.js';
export { Accuracy, BinaryAccuracy, CategoricalAccuracy, SparseCategoricalAccuracy } from './metrics/accuracy.js';
export { SparseTopKCategoricalAccuracy, TopKCategoricalAccuracy } from './metrics/top-k.js';
export { FalseNegatives, FalsePositives, Precision, Recall, TrueNegatives, TruePositives } from './metrics/confusion.js';
export { AUC } from './metrics/auc.js';
export { ConcordanceCorrelation, PearsonCorrelation } from './metrics/correlation.js';
export { BinaryIoU, IoU, MeanIoU, OneHotIoU, OneHotMeanIoU } from './metrics/iou.js';
export { PrecisionAtRecall, RecallAtPrecision, SensitivityAtSpecificity, SpecificityAtSensitivity } from './metrics/trade-off.js';
export { F1Score, FBetaScore } from './metrics/f-score.js';
export { CosineSimilarityMetric, R2Score, RootMeanSquaredError } from './metrics/regression.js';
export { MeanLoss } from './metrics/losses.js';
export { metric, metricKey } from './metrics/index.js';
export { LossScaleOptimizer } from './optimizers/loss-scale.js';
export { Optimizer } from './optimizers/optimizer.js';
export { optimizer } from './optimizers/index.js';
export { Adam, adamW } from './optimizers/adam.js';
export { Adagrad } from './optimizers/adagrad.js';
export { Adadelta } from './optimizers/adadelta.js';
export { Adamax } from './optimizers/adamax.js';
export { Nadam } from './optimizers/nadam.js';
export { Lion } from './optimizers/lion.js';
export { Lamb } from './optimizers/lamb.js';
export { Adafactor } from './optimizers/adafactor.js';
export { Ftrl } from './optimizers/ftrl.js';
export { Muon } from './optimizers/muon.js';
export { ScheduleFreeAdamW } from './optimizers/schedule-free.js';
export { RMSprop } from './optimizers/rmsprop.js';
export { SGD } from './optimizers/sgd.js';
export {
  cosineDecay,
  cosineDecayRestarts,
  exponentialDecay,
  inverseTimeDecay,
  piecewiseConstantDecay,
  polynomialDecay,
} from './schedules/schedules.js';
export { NoFilesError, readFile, removeFile, writeFileAtomically } from './files/files.js';
export { crc32 } from './formats/crc32.js';
export { readSafetensors, writeSafetensors } from './formats/safetensors.js';
export type { ActivationName } from './activations.js';
export type { AnyLayer, PartialShape } from './any-layer.js';
export type { Loaded, LoadOptions, LoadWeightsOptions, Trees } from './load.js';
export type { Compiled, CompiledOptimizer, FileFormat, SaveOptions } from './save.js';
export type { Config, Field, Fields, Json, Saved } from './config.js';
export type { CallOptions } from './context.js';
export type { InitializerLike, InitializerName } from './initializer-names.js';
export type { VarianceScalingOptions } from './initializers.js';
export type { LayerOptions } from './layer.js';
export type { NormalizeOptions } from './normalize.js';
export type { DenseOptions } from './layers/dense.js';
export type { CellInput } from './layers/cell.js';
export type { RecurrentOptions, Sequence, Step } from './layers/recurrent.js';
export type { UnitsOptions } from './layers/gates.js';
export type { GRUOptions } from './layers/gru.js';
export type { BidirectionalOptions, MergeMode } from './layers/bidirectional.js';
export type { Conv1DOptions, Conv2DOptions, Conv3DOptions } from './layers/conv.js';
export type { ConvTransposeOptions } from './layers/conv-transpose.js';
export type { DepthwiseOptions, SeparableOptions } from './layers/depthwise-conv.js';
export type { PoolingOptions } from './layers/pooling.js';
export type { GlobalPoolingOptions } from './layers/global-pooling.js';
export type { EinsumDenseOptions } from './layers/einsum-dense.js';
export type { NoiseOptions } from './layers/noise.js';
export type { Edges } from './layers/edges.js';
export type { DropoutOptions } from './layers/dropout.js';
export type { Factor } from './layers/augmentation/factor.js';
export type { FillMode, Interpolation, ResampleOptions } from './layers/augmentation/resample.js';
export type { ResizeInterpolation } from './layers/augmentation/resize.js';
export type { FlipMode, RandomFlipOptions } from './layers/augmentation/random-flip.js';
export type { RandomBrightnessOptions } from './layers/augmentation/random-brightness.js';
export type { RandomContrastOptions } from './layers/augmentation/random-contrast.js';
export type { RandomCropOptions } from './layers/augmentation/random-crop.js';
export type { RandomRotationOptions } from './layers/augmentation/random-rotation.js';
export type { RandomTranslationOptions } from './layers/augmentation/random-translation.js';
export type { RandomZoomOptions } from './layers/augmentation/random-zoom.js';
export type { ResizingOptions } from './layers/augmentation/resizing.js';
export type { LossCall, LossOptions, Reduction } from './losses/loss.js';
export type { CircleOptions } from './losses/circle.js';
export type { GeneralizedOptions } from './losses/generalized.js';
export type { BinaryFocalOptions, FocalOptions } from './losses/focal.js';
export type { OverlapOptions, TverskyOptions } from './losses/overlap.js';
export type { CosineSimilarityOptions, HuberOptions } from './losses/regression.js';
export type {
  CosineOptions,
  CosineRestartsOptions,
  DecayOptions,
  PiecewiseConstantOptions,
  PolynomialOptions,
} from './schedules/schedules.js';
export type { LossLike, LossName } from './losses/index.js';
export type { MetricCall, MetricOptions } from './metrics/metric.js';
export type { BinaryAccuracyOptions } from './metrics/accuracy.js';
export type { SparseTopKOptions, TopKOptions } from './metrics/top-k.js';
export type { PrecisionOptions, ThresholdOptions } from './metrics/confusion.js';
export type { CorrelationOptions } from './metrics/correlation.js';
export type { BinaryIoUOptions, IoUOptions, MeanIoUOptions, OneHotIoUOptions, OneHotMeanIoUOptions } from './metrics/iou.js';
export type { TradeOffOptions } from './metrics/trade-off.js';
export type { AUCOptions, Curve, SummationMethod } from './metrics/auc.js';
export type { F1ScoreOptions, FBetaScoreOptions, ScoreAverage } from './metrics/f-score.js';
export type { ClassAggregation, CosineSimilarityMetricOptions, R2ScoreOptions } from './metrics/regression.js';
export type { MetricLike, MetricName } from './metrics/index.js';
export type { ModelOptions } from './model.js';
export type { LossScaleOptions } from './optimizers/loss-scale.js';
export type { AdamOptions } from './optimizers/adam.js';
export type { AdagradOptions } from './optimizers/adagrad.js';
export type { AdadeltaOptions } from './optimizers/adadelta.js';
export type { AdamaxOptions } from './optimizers/adamax.js';
export type { NadamOptions } from './optimizers/nadam.js';
export type { LionOptions } from './optimizers/lion.js';
export type { LambOptions } from './optimizers/lamb.js';
export type { AdafactorOptions } from './optimizers/adafactor.js';
export type { FtrlOptions } from './optimizers/ftrl.js';
export type { MuonOptions } from './optimizers/muon.js';
export type { ScheduleFreeAdamWOptions } from './optimizers/schedule-free.js';
export type { OptimizerLike, OptimizerName } from './optimizers/index.js';
export type { Moment, OptimizerOptions, Schedule } from './optimizers/optimizer.js';
export type { RMSpropOptions } from './optimizers/rmsprop.js';
export type { SgdOptions } from './optimizers/sgd.js';
export type { PredictOptions, Rows } from './predict.js';
export type { LayerClass, Registry } from './registry.js';
export type { Constraint, ConstraintLike, MaxNormOptions, MinMaxNormOptions, NormOptions } from './constraints.js';
export type { OrthogonalOptions, Regularizer, RegularizerLike } from './regularizers.js';
export type { InputOptions, Masks, Shapes, Symbols, Tensors } from './symbolic.js';
export type { PlacedWeight } from './paths.js';
export type { WeightOptions } from './weight.js';
export type { Safetensors } from './formats/safetensors.js';
