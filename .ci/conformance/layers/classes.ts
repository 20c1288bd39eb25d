/** Keras' layers as ours: the class for a name and arguments, and its configuration. */
import * as gradus from '@gradus/train';
import { camelCase, Missing, nestedOf } from '../classes.js';
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

const layers: Readonly<Record<string, LayerEntry>> = {
  Activation: layer(gradus.Activation),
  Add: layer(gradus.Add),
  BatchNormalization: layer(gradus.BatchNormalization),
  Concatenate: layer(gradus.Concatenate),
  Conv2D: layer(gradus.Conv2D),
  Dense: layer(gradus.Dense),
  Dropout: layer(gradus.Dropout),
  Embedding: layer(gradus.Embedding),
  Flatten: layer(gradus.Flatten),
  LayerNormalization: layer(gradus.LayerNormalization),
  LSTM: { choose: (args) => (args['return_state'] === true ? gradus.LSTMWithState : gradus.LSTM) },
  MaxPooling2D: layer(gradus.MaxPooling2D),
  MultiHeadAttention: layer(gradus.MultiHeadAttention, { output_shape: 'outputDim' }),
  Normalization: layer(gradus.Normalization),
  ReLU: layer(gradus.ReLU),
  Rescaling: layer(gradus.Rescaling),
  Reshape: layer(gradus.Reshape),
  Softmax: layer(gradus.Softmax),
};

/** Arguments that say nothing to us with these values; null stands for any value. */
const neutral: Readonly<Record<string, readonly Json[] | null>> = {
  data_format: null, // see `order.ts`
  dtype: null,
  flash_attention: null,
  implementation: null,
  return_state: null, // chooses the class
  seed: null, // nothing that is drawn equals what Keras draws
  state_size: null, // of the cases' own cells
  unroll: null, // loops are compiled as they are
  synchronized: [false],
};

/** Arguments that only matter beside another one. */
function isIdle(key: string, args: JsonRecord): boolean {
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
    const found = [choose({}), choose({ return_state: true })].find((one) => one.className === className);
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
