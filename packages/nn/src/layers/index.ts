/** All built-in layers, and the list that files are read with. */
import { Model } from '../model.js';
import { Sequential } from '../sequential.js';
import { Activation } from './activation.js';
import { Add } from './add.js';
import { imageLayers } from './augmentation/index.js';
import { BatchNormalization } from './batch-normalization.js';
import { Concatenate } from './concatenate.js';
import { Conv2D } from './conv2d.js';
import { Dense } from './dense.js';
import { Dropout } from './dropout.js';
import { Embedding } from './embedding.js';
import { Flatten } from './flatten.js';
import { LayerNormalization } from './layer-normalization.js';
import { LSTM, LSTMWithState } from './lstm.js';
import { MaxPooling2D } from './max-pooling2d.js';
import { MultiHeadAttention } from './multi-head-attention.js';
import { Normalization } from './normalization.js';
import { ReLU } from './relu.js';
import { Rescaling } from './rescaling.js';
import { Reshape } from './reshape.js';
import { Softmax } from './softmax.js';
import type { LayerClass } from '../registry.js';

export {
  Activation,
  Add,
  BatchNormalization,
  Concatenate,
  Conv2D,
  Dense,
  Dropout,
  Embedding,
  Flatten,
  LayerNormalization,
  LSTM,
  LSTMWithState,
  MaxPooling2D,
  MultiHeadAttention,
  Normalization,
  ReLU,
  Rescaling,
  Reshape,
  Softmax,
};
export type { BatchNormalizationOptions } from './batch-normalization.js';
export type { ConcatenateOptions } from './concatenate.js';
export type { Conv2DOptions } from './conv2d.js';
export type { DenseOptions } from './dense.js';
export type { DropoutOptions } from './dropout.js';
export type { EmbeddingOptions } from './embedding.js';
export type { Padding, Sizes } from './geometry.js';
export type { LayerNormalizationOptions } from './layer-normalization.js';
export type { LSTMOptions, LSTMState } from './lstm-base.js';
export type { MaxPooling2DOptions } from './max-pooling2d.js';
export type { AttentionInputs, MultiHeadAttentionOptions } from './multi-head-attention.js';
export type { NormalizationOptions } from './normalization.js';
export type { ReLUOptions } from './relu.js';
export type { RescalingOptions } from './rescaling.js';
export type { SoftmaxOptions } from './softmax.js';

/** What a file may name without being told of more classes. */
export const builtInLayers: readonly LayerClass[] = [
  ...imageLayers,
  Activation,
  Add,
  BatchNormalization,
  Concatenate,
  Conv2D,
  Dense,
  Dropout,
  Embedding,
  Flatten,
  LayerNormalization,
  LSTM,
  LSTMWithState,
  MaxPooling2D,
  Model,
  MultiHeadAttention,
  Normalization,
  ReLU,
  Rescaling,
  Reshape,
  Sequential,
  Softmax,
];
