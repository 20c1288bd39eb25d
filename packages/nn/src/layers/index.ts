/** All built-in layers, and the list that files are read with. */
import { Model } from '../model.js';
import { Sequential } from '../sequential.js';
import { Activation } from './activation.js';
import { Add } from './add.js';
import { imageLayers } from './augmentation/index.js';
import { BatchNormalization } from './batch-normalization.js';
import { Concatenate } from './concatenate.js';
import { Dense } from './dense.js';
import { Dropout } from './dropout.js';
import { Embedding } from './embedding.js';
import { Flatten } from './flatten.js';
import { LayerNormalization } from './layer-normalization.js';
import { LSTM, LSTMWithState } from './lstm.js';
import { MaxPooling2D } from './max-pooling2d.js';
import { Normalization } from './normalization.js';
import { ReLU } from './relu.js';
import { Rescaling } from './rescaling.js';
import { Reshape } from './reshape.js';
import { Softmax } from './softmax.js';
import {
  GlobalAveragePooling1D,
  GlobalAveragePooling2D,
  GlobalAveragePooling3D,
  GlobalMaxPooling1D,
  GlobalMaxPooling2D,
  GlobalMaxPooling3D,
} from './global-pooling.js';
import {
  AdaptiveAveragePooling1D,
  AdaptiveAveragePooling2D,
  AdaptiveAveragePooling3D,
  AdaptiveMaxPooling1D,
  AdaptiveMaxPooling2D,
  AdaptiveMaxPooling3D,
} from './adaptive-pooling.js';
import { ELU } from './elu.js';
import { LeakyReLU } from './leaky-relu.js';
import { PReLU } from './prelu.js';
import { Average, Maximum, Minimum, Multiply, Subtract } from './merge.js';
import { Dot } from './dot.js';
import { Permute } from './permute.js';
import { RepeatVector } from './repeat-vector.js';
import { Masking } from './masking.js';
import { Cropping1D, Cropping2D, Cropping3D } from './cropping.js';
import { ZeroPadding1D, ZeroPadding2D, ZeroPadding3D } from './zero-padding.js';
import { UpSampling1D, UpSampling2D, UpSampling3D } from './up-sampling.js';
import { AveragePooling1D, AveragePooling2D, AveragePooling3D, MaxPooling1D, MaxPooling3D } from './pooling.js';
import { Conv1D, Conv2D, Conv3D } from './conv.js';
import { DepthwiseConv1D, DepthwiseConv2D, SeparableConv1D, SeparableConv2D } from './depthwise-conv.js';
import { Conv1DTranspose, Conv2DTranspose, Conv3DTranspose } from './conv-transpose.js';
import { GroupNormalization } from './group-normalization.js';
import { RMSNormalization } from './rms-normalization.js';
import { UnitNormalization } from './unit-normalization.js';
import { AlphaDropout, GaussianDropout, GaussianNoise, SpatialDropout1D, SpatialDropout2D, SpatialDropout3D } from './noise.js';
import { ActivityRegularization } from './activity-regularization.js';
import { EinsumDense } from './einsum-dense.js';
import { SimpleRNN, SimpleRNNWithState } from './simple-rnn.js';
import { GRU, GRUWithState } from './gru.js';
import { StackedRNNCells } from './cell.js';
import { RNN, RNNWithState } from './rnn.js';
import { Bidirectional, BidirectionalWithState } from './bidirectional.js';
import { TimeDistributed } from './time-distributed.js';
import { AdditiveAttention, AdditiveAttentionWithScores, Attention, AttentionWithScores } from './attention.js';
import { MultiHeadAttention, MultiHeadAttentionWithScores } from './multi-head-attention.js';
import { GroupQueryAttention, GroupQueryAttentionWithScores } from './group-query-attention.js';
import { CategoryEncoding } from './category-encoding.js';
import { Discretization } from './discretization.js';
import type { LayerClass } from '../registry.js';

export {
  Activation,
  ActivityRegularization,
  AdaptiveAveragePooling1D,
  AdaptiveAveragePooling2D,
  AdaptiveAveragePooling3D,
  AdaptiveMaxPooling1D,
  AdaptiveMaxPooling2D,
  AdaptiveMaxPooling3D,
  Add,
  AdditiveAttention,
  AdditiveAttentionWithScores,
  AlphaDropout,
  Attention,
  AttentionWithScores,
  Average,
  AveragePooling1D,
  AveragePooling2D,
  AveragePooling3D,
  BatchNormalization,
  Bidirectional,
  BidirectionalWithState,
  CategoryEncoding,
  Concatenate,
  Conv1D,
  Conv1DTranspose,
  Conv2D,
  Conv2DTranspose,
  Conv3D,
  Conv3DTranspose,
  Cropping1D,
  Cropping2D,
  Cropping3D,
  Dense,
  DepthwiseConv1D,
  DepthwiseConv2D,
  Discretization,
  Dot,
  Dropout,
  EinsumDense,
  ELU,
  Embedding,
  Flatten,
  GaussianDropout,
  GaussianNoise,
  GlobalAveragePooling1D,
  GlobalAveragePooling2D,
  GlobalAveragePooling3D,
  GlobalMaxPooling1D,
  GlobalMaxPooling2D,
  GlobalMaxPooling3D,
  GroupNormalization,
  GroupQueryAttention,
  GroupQueryAttentionWithScores,
  GRU,
  GRUWithState,
  LayerNormalization,
  LeakyReLU,
  LSTM,
  LSTMWithState,
  Masking,
  Maximum,
  MaxPooling1D,
  MaxPooling2D,
  MaxPooling3D,
  Minimum,
  MultiHeadAttention,
  MultiHeadAttentionWithScores,
  Multiply,
  Normalization,
  Permute,
  PReLU,
  ReLU,
  RepeatVector,
  Rescaling,
  Reshape,
  RMSNormalization,
  RNN,
  RNNWithState,
  SeparableConv1D,
  SeparableConv2D,
  SimpleRNN,
  SimpleRNNWithState,
  Softmax,
  SpatialDropout1D,
  SpatialDropout2D,
  SpatialDropout3D,
  StackedRNNCells,
  Subtract,
  TimeDistributed,
  UnitNormalization,
  UpSampling1D,
  UpSampling2D,
  UpSampling3D,
  ZeroPadding1D,
  ZeroPadding2D,
  ZeroPadding3D,
};
export type { BatchNormalizationOptions } from './batch-normalization.js';
export type { ConcatenateOptions } from './concatenate.js';
export type { Conv1DOptions, Conv2DOptions, Conv3DOptions } from './conv.js';
export type { DenseOptions } from './dense.js';
export type { DropoutOptions } from './dropout.js';
export type { EmbeddingOptions } from './embedding.js';
export type { Padding, Sizes } from './geometry.js';
export type { LayerNormalizationOptions } from './layer-normalization.js';
export type { LSTMOptions, LSTMState } from './lstm-base.js';
export type { MaxPooling2DOptions } from './max-pooling2d.js';
export type { AttentionInputs } from './attention-heads.js';
export type { MultiHeadAttentionOptions } from './multi-head-attention.js';
export type { NormalizationOptions } from './normalization.js';
export type { ReLUOptions } from './relu.js';
export type { RescalingOptions } from './rescaling.js';
export type { SoftmaxOptions } from './softmax.js';

/** What a file may name without being told of more classes. */
export const builtInLayers: readonly LayerClass[] = [
  Activation,
  ActivityRegularization,
  AdaptiveAveragePooling1D,
  AdaptiveAveragePooling2D,
  AdaptiveAveragePooling3D,
  AdaptiveMaxPooling1D,
  AdaptiveMaxPooling2D,
  AdaptiveMaxPooling3D,
  Add,
  AdditiveAttention,
  AdditiveAttentionWithScores,
  AlphaDropout,
  Attention,
  AttentionWithScores,
  Average,
  AveragePooling1D,
  AveragePooling2D,
  AveragePooling3D,
  BatchNormalization,
  Bidirectional,
  BidirectionalWithState,
  CategoryEncoding,
  Concatenate,
  Conv1D,
  Conv1DTranspose,
  Conv2D,
  Conv2DTranspose,
  Conv3D,
  Conv3DTranspose,
  Cropping1D,
  Cropping2D,
  Cropping3D,
  Dense,
  DepthwiseConv1D,
  DepthwiseConv2D,
  Discretization,
  Dot,
  Dropout,
  EinsumDense,
  ELU,
  Embedding,
  Flatten,
  GaussianDropout,
  GaussianNoise,
  GlobalAveragePooling1D,
  GlobalAveragePooling2D,
  GlobalAveragePooling3D,
  GlobalMaxPooling1D,
  GlobalMaxPooling2D,
  GlobalMaxPooling3D,
  GroupNormalization,
  GroupQueryAttention,
  GroupQueryAttentionWithScores,
  GRU,
  GRUWithState,
  LayerNormalization,
  LeakyReLU,
  LSTM,
  LSTMWithState,
  Masking,
  Maximum,
  MaxPooling1D,
  MaxPooling2D,
  MaxPooling3D,
  Minimum,
  Model,
  MultiHeadAttention,
  MultiHeadAttentionWithScores,
  Multiply,
  Normalization,
  Permute,
  PReLU,
  ReLU,
  RepeatVector,
  Rescaling,
  Reshape,
  RMSNormalization,
  RNN,
  RNNWithState,
  SeparableConv1D,
  SeparableConv2D,
  Sequential,
  SimpleRNN,
  SimpleRNNWithState,
  Softmax,
  SpatialDropout1D,
  SpatialDropout2D,
  SpatialDropout3D,
  StackedRNNCells,
  Subtract,
  TimeDistributed,
  UnitNormalization,
  UpSampling1D,
  UpSampling2D,
  UpSampling3D,
  ZeroPadding1D,
  ZeroPadding2D,
  ZeroPadding3D,
  ...imageLayers,
];
