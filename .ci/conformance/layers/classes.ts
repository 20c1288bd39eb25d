/** Keras' layers as ours: the class for a name and arguments, and its configuration. */
import * as gradus from '@gradus/train';
import { camelCase, Missing, nestedOf } from '../classes.js';
import { OneStateRNNCell, TwoStatesRNNCell } from './cells.js';
import { isList } from '../json.js';
import type { Config, Registry, Variable } from '@gradus/train';
import type { Json, JsonRecord } from '../json.js';

/** What the runner asks of a layer, whatever it takes and gives. */
export interface AnyLayer {
  readonly weights: readonly Variable[];
  readonly trainableVariables: readonly Variable[];
  readonly nonTrainableVariables: readonly Variable[];
  apply(x: unknown, options?: CallOptions): unknown;
}

export interface CallOptions {
  readonly training?: boolean;
  readonly mask?: unknown;
}

/** A class that can be read back, as the registry of files wants it too. */
interface LayerClass {
  readonly className: string;
  fromConfig(config: Config, registry: Registry): AnyLayer & ReturnType<ReturnType<Registry['get']>['fromConfig']>;
}

/** One Keras class: ours, perhaps chosen by the arguments, and what differs from camelCase. */
interface LayerEntry {
  readonly choose: (args: JsonRecord) => LayerClass;
  readonly names?: Readonly<Record<string, string>>;
}

function layer(Class: LayerClass, names: Readonly<Record<string, string>> = {}): LayerEntry {
  return { choose: () => Class, names };
}

/** One that gives its last states too where it is asked to. */
function stated(Class: LayerClass, WithState: LayerClass): LayerEntry {
  return { choose: (args) => (args['return_state'] === true ? WithState : Class) };
}

/** One that gives how much each place attends to each too, where a call asks for it. */
function scored(Class: LayerClass, WithScores: LayerClass, names: Readonly<Record<string, string>> = {}): LayerEntry {
  return { choose: (args) => (args['return_attention_scores'] === true ? WithScores : Class), names };
}

const layers: Readonly<Record<string, LayerEntry>> = {
  Activation: layer(gradus.Activation),
  ActivityRegularization: layer(gradus.ActivityRegularization),
  AdaptiveAveragePooling1D: layer(gradus.AdaptiveAveragePooling1D),
  AdaptiveAveragePooling2D: layer(gradus.AdaptiveAveragePooling2D),
  AdaptiveAveragePooling3D: layer(gradus.AdaptiveAveragePooling3D),
  AdaptiveMaxPooling1D: layer(gradus.AdaptiveMaxPooling1D),
  AdaptiveMaxPooling2D: layer(gradus.AdaptiveMaxPooling2D),
  AdaptiveMaxPooling3D: layer(gradus.AdaptiveMaxPooling3D),
  Add: layer(gradus.Add),
  AdditiveAttention: scored(gradus.AdditiveAttention, gradus.AdditiveAttentionWithScores),
  AlphaDropout: layer(gradus.AlphaDropout),
  Attention: scored(gradus.Attention, gradus.AttentionWithScores),
  Average: layer(gradus.Average),
  AveragePooling1D: layer(gradus.AveragePooling1D),
  AveragePooling2D: layer(gradus.AveragePooling2D),
  AveragePooling3D: layer(gradus.AveragePooling3D),
  BatchNormalization: layer(gradus.BatchNormalization),
  Bidirectional: {
    choose: (args) => (nestedOf(args['layer'])?.args['return_state'] === true ? gradus.BidirectionalWithState : gradus.Bidirectional),
  },
  CategoryEncoding: layer(gradus.CategoryEncoding),
  CenterCrop: layer(gradus.CenterCrop),
  Concatenate: layer(gradus.Concatenate),
  Conv1D: layer(gradus.Conv1D),
  Conv1DTranspose: layer(gradus.Conv1DTranspose),
  Conv2D: layer(gradus.Conv2D),
  Conv2DTranspose: layer(gradus.Conv2DTranspose),
  Conv3D: layer(gradus.Conv3D),
  Conv3DTranspose: layer(gradus.Conv3DTranspose),
  Cropping1D: layer(gradus.Cropping1D),
  Cropping2D: layer(gradus.Cropping2D),
  Cropping3D: layer(gradus.Cropping3D),
  Dense: layer(gradus.Dense),
  DepthwiseConv1D: layer(gradus.DepthwiseConv1D),
  DepthwiseConv2D: layer(gradus.DepthwiseConv2D),
  Discretization: layer(gradus.Discretization),
  Dot: layer(gradus.Dot),
  Dropout: layer(gradus.Dropout),
  EinsumDense: layer(gradus.EinsumDense),
  ELU: layer(gradus.ELU),
  Embedding: layer(gradus.Embedding),
  Flatten: layer(gradus.Flatten),
  GaussianDropout: layer(gradus.GaussianDropout),
  GaussianNoise: layer(gradus.GaussianNoise),
  GlobalAveragePooling1D: layer(gradus.GlobalAveragePooling1D),
  GlobalAveragePooling2D: layer(gradus.GlobalAveragePooling2D),
  GlobalAveragePooling3D: layer(gradus.GlobalAveragePooling3D),
  GlobalMaxPooling1D: layer(gradus.GlobalMaxPooling1D),
  GlobalMaxPooling2D: layer(gradus.GlobalMaxPooling2D),
  GlobalMaxPooling3D: layer(gradus.GlobalMaxPooling3D),
  GroupedQueryAttention: scored(gradus.GroupQueryAttention, gradus.GroupQueryAttentionWithScores),
  GroupNormalization: layer(gradus.GroupNormalization),
  GroupQueryAttention: scored(gradus.GroupQueryAttention, gradus.GroupQueryAttentionWithScores),
  GRU: stated(gradus.GRU, gradus.GRUWithState),
  LayerNormalization: layer(gradus.LayerNormalization),
  LeakyReLU: layer(gradus.LeakyReLU),
  LSTM: stated(gradus.LSTM, gradus.LSTMWithState),
  Masking: layer(gradus.Masking),
  Maximum: layer(gradus.Maximum),
  MaxPooling1D: layer(gradus.MaxPooling1D),
  MaxPooling2D: layer(gradus.MaxPooling2D),
  MaxPooling3D: layer(gradus.MaxPooling3D),
  Minimum: layer(gradus.Minimum),
  MultiHeadAttention: scored(gradus.MultiHeadAttention, gradus.MultiHeadAttentionWithScores, { output_shape: 'outputDim' }),
  Multiply: layer(gradus.Multiply),
  Normalization: layer(gradus.Normalization),
  OneStateRNNCell: layer(OneStateRNNCell),
  Permute: layer(gradus.Permute),
  PReLU: layer(gradus.PReLU),
  RandomBrightness: layer(gradus.RandomBrightness),
  RandomContrast: layer(gradus.RandomContrast),
  RandomCrop: layer(gradus.RandomCrop),
  RandomFlip: layer(gradus.RandomFlip),
  RandomGrayscale: layer(gradus.RandomGrayscale),
  RandomInvert: layer(gradus.RandomInvert),
  RandomRotation: layer(gradus.RandomRotation),
  RandomTranslation: layer(gradus.RandomTranslation),
  RandomZoom: layer(gradus.RandomZoom),
  ReLU: layer(gradus.ReLU),
  RepeatVector: layer(gradus.RepeatVector),
  Rescaling: layer(gradus.Rescaling),
  Reshape: layer(gradus.Reshape),
  Resizing: layer(gradus.Resizing),
  RMSNormalization: layer(gradus.RMSNormalization),
  RNN: stated(gradus.RNN, gradus.RNNWithState),
  SeparableConv1D: layer(gradus.SeparableConv1D),
  SeparableConv2D: layer(gradus.SeparableConv2D),
  SimpleRNN: stated(gradus.SimpleRNN, gradus.SimpleRNNWithState),
  Softmax: layer(gradus.Softmax),
  SpatialDropout1D: layer(gradus.SpatialDropout1D),
  SpatialDropout2D: layer(gradus.SpatialDropout2D),
  SpatialDropout3D: layer(gradus.SpatialDropout3D),
  StackedRNNCells: layer(gradus.StackedRNNCells),
  Subtract: layer(gradus.Subtract),
  TimeDistributed: layer(gradus.TimeDistributed),
  TwoStatesRNNCell: layer(TwoStatesRNNCell),
  UnitNormalization: layer(gradus.UnitNormalization),
  UpSampling1D: layer(gradus.UpSampling1D),
  UpSampling2D: layer(gradus.UpSampling2D),
  UpSampling3D: layer(gradus.UpSampling3D),
  ZeroPadding1D: layer(gradus.ZeroPadding1D),
  ZeroPadding2D: layer(gradus.ZeroPadding2D),
  ZeroPadding3D: layer(gradus.ZeroPadding3D),
};

/** Arguments that say nothing to us with these values; null stands for any value. */
const neutral: Readonly<Record<string, readonly Json[] | null>> = {
  bounding_box_format: null, // of inputs by name
  data_format: null, // see `order.ts`
  dtype: null,
  flash_attention: null,
  implementation: null,
  return_attention_scores: null, // chooses the class
  return_state: null, // chooses the class
  seed: null, // nothing that is drawn equals what Keras draws
  state_size: null, // of the cases' own cells
  unroll: null, // loops are compiled as they are
  synchronized: [false],
};

/** Arguments that only matter beside another one. */
function isIdle(key: string, args: JsonRecord): boolean {
  if (key === 'epsilon' && 'bin_boundaries' in args) return true; // of adapting
  if (key === 'fill_mode' && 'crop_to_aspect_ratio' in args) return args[key] === 'constant';
  if (key.startsWith('renorm_')) return args['renorm'] !== true;
  return (key === 'stateful' || key === 'renorm' || key === 'rms_scaling') && args[key] === false;
}

/** Arguments for which null is a value of its own. */
const nullable: ReadonlySet<string> = new Set(['axis', 'merge_mode']);

/** Arguments that hold a name of a nonlinearity or of a way to do something. */
const words: ReadonlySet<string> = new Set([
  'activation',
  'fill_mode',
  'interpolation',
  'merge_mode',
  'mode',
  'output_mode',
  'padding',
  'recurrent_activation',
  'score_mode',
]);

const classNames: Readonly<Record<string, string>> = {
  IdentityInitializer: 'Identity',
  OrthogonalInitializer: 'Orthogonal',
};

/** A name as our options have it: 'glorot_uniform' and 'GlorotUniform' are 'glorotUniform'. */
function word(text: string): string {
  const camel = camelCase(text);
  return camel.charAt(0).toLowerCase() + camel.slice(1);
}

const initializerNames: Readonly<Record<string, string>> = { stddev: 'std', minval: 'min', maxval: 'max' };

/** The configuration of an initializer, a regularizer or a constraint. */
function partOf({ name, args }: { readonly name: string; readonly args: JsonRecord }): Json {
  if (name === 'L1' || name === 'L2') return { className: 'L1L2', config: args };
  if (Object.keys(args).every((key) => args[key] === null || key === 'seed')) return word(classNames[name] ?? name);
  const config = Object.entries(args).flatMap(([key, value]): readonly (readonly [string, Json])[] => {
    if (value === null || key === 'seed' || key === 'dtype') return [];
    return [
      [
        initializerNames[key] ?? camelCase(key),
        typeof value === 'string' ? (value === 'fan_avg' ? 'fanAverage' : camelCase(value)) : value,
      ],
    ];
  });
  return { className: classNames[name] ?? name, config: Object.fromEntries(config) };
}

const isPart = (key: string): boolean => /(_initializer|_regularizer|_constraint)$/.test(key);

function valueOf(key: string, value: Json): Json {
  const nested = nestedOf(value);
  if (isPart(key)) return nested ? partOf(nested) : typeof value === 'string' ? word(value) : value;
  if (nested) return savedOf(nested.name, nested.args);
  if (isList(value)) return value.map((one) => valueOf(key, one));
  return typeof value === 'string' && words.has(key) ? camelCase(value) : value;
}

function entryOf(name: string): LayerEntry {
  const found = Object.hasOwn(layers, name) ? layers[name] : undefined;
  if (found) return found;
  throw new Missing(`the layer ${name}`);
}

/** A layer as data: our class, and what files keep of it. */
export function savedOf(name: string, args: JsonRecord): { readonly className: string; readonly config: Config } {
  const { choose, names = {} } = entryOf(name);
  const config = Object.entries(args).flatMap(([key, value]): readonly (readonly [string, Json])[] => {
    const idle = neutral[key];
    if (idle === null || idle?.includes(value) || isIdle(key, args)) return [];
    if (value === null && !nullable.has(key)) return [];
    return [[names[key] ?? camelCase(key), valueOf(key, value)]];
  });
  return { className: choose(args).className, config: Object.fromEntries(config) };
}

const byClassName = (className: string): LayerClass => {
  for (const { choose } of Object.values(layers)) {
    const found = [
      choose({}),
      choose({ return_state: true }),
      choose({ return_attention_scores: true }),
      choose({ layer: { class: '', args: { return_state: true } } }),
    ].find((one) => one.className === className);
    if (found) return found;
  }
  throw new Missing(`the layer ${className}`);
};

export const registry: Registry = { get: byClassName };

/** The layer that Keras makes of these arguments. */
export function layerOf(name: string, args: JsonRecord): AnyLayer {
  const { className, config } = savedOf(name, args);
  try {
    return byClassName(className).fromConfig(config, registry);
  } catch (error) {
    if (error instanceof Error && /unknown option/.test(error.message)) throw new Missing(`of ${name}: ${error.message}`);
    throw error;
  }
}
