/** How layers stand in Keras' files: their classes and options, and in which groups their weights are. */
import { ArgumentError, FormatError } from '@gradus/tensor';
import { isList, isRecord } from '../config.js';
import { kerasKey, ourKey, valueFromKeras, valueToKeras } from './values.js';
import type { AnyLayer } from '../any-layer.js';
import type { Config, Json, Saved } from '../config.js';
import type { Weight } from '../weight.js';

/** Layers over steps, whose weights Keras keeps in a cell. */
const recurrent = /^(LSTM|GRU|SimpleRNN)(WithState)?$/;

/** What Keras calls a class of ours. */
export function kerasClassOf({ className }: AnyLayer): string {
  if (recurrent.test(className)) return className.replace('WithState', '');
  if (/With(State|Scores)$|^(Bidirectional|TimeDistributed|RNN|StackedRNNCells)/.test(className)) {
    throw new ArgumentError(`model: ${className} has no form in files of Keras; save it as .safetensors`);
  }
  return className === 'Model' ? 'Functional' : className;
}

/** Options that stand elsewhere in Keras' files. */
const elsewhere = new Set(['name', 'trainable', 'inputShape', 'useCausalMask']);

/** The options of a layer in Keras' spelling; those that are not set have Keras' defaults. */
export function optionsToKeras(layer: AnyLayer): Config {
  const isAttention = layer.className === 'MultiHeadAttention';
  const set = Object.entries(layer.toConfig()).filter(([key]) => !elsewhere.has(key));
  const entries = set.map(([key, value]) => {
    return [isAttention && key === 'outputDim' ? 'output_shape' : kerasKey(key), valueToKeras(key, value)];
  });
  return {
    ...Object.fromEntries(entries),
    ...(recurrent.test(layer.className) && layer.className.endsWith('WithState') ? { return_state: true } : {}),
  };
}

/** Options that change nothing here, whatever they are. */
const idle = /^(unroll|implementation|synchronized|renorm_momentum|flash_attention|optional|autocast|input_length)$/;

/** Options that Gradus has only one value of, and that value. */
const fixed: ReadonlyMap<string, readonly Json[]> = new Map([
  ['data_format', ['channels_last']],
  ['sparse', [false]],
  ['ragged', [false]],
  ['stateful', [false]],
  ['renorm', [false]],
  ['rms_scaling', [false]],
  ['time_major', [false]],
  ['fill_mode', ['constant']], // of Resizing: layers of augmentation have more
]);

/** A layer out of a file of Keras. Options that Gradus lacks are an error, unless they are off. */
export function layerFromKeras(className: string, config: Config, where: string): Saved {
  const entries = Object.entries(config).flatMap(([key, value]) => optionFrom(className, key, value, where));
  const options: Config = Object.fromEntries(entries);
  if (recurrent.test(className)) return recurrentFrom(className, options);
  return { className, config: className === 'MultiHeadAttention' ? attentionFrom(options, where) : options };
}

/** One option in our spelling; none where Gradus does without it. */
function optionFrom(className: string, key: string, value: Json, where: string): readonly (readonly [string, Json])[] {
  if ((value === null && key !== 'axis') || idle.test(key) || (key === 'seed' && recurrent.test(className))) return [];
  if (key === 'dtype') return checkType(value, where);
  if (fixed.has(key) && (key !== 'fill_mode' || className === 'Resizing')) return checkFixed(key, value, where);
  if (/^batch_(input_)?shape$/.test(key)) return [['inputShape', isList(value) ? value.slice(1) : value]];
  return [[ourKey(key), valueFromKeras(key, value)]];
}

function recurrentFrom(className: string, { returnState = false, ...options }: Config): Saved {
  return { className: returnState === true ? `${className}WithState` : className, config: options };
}

function attentionFrom({ outputShape, attentionAxes, ...options }: Config, where: string): Config {
  if (attentionAxes !== undefined && JSON.stringify(attentionAxes) !== '[1]') throw unsupported('attention_axes', attentionAxes, where);
  const [size = outputShape, ...more] = outputShape !== undefined && isList(outputShape) ? outputShape : [];
  if (more.length > 0) throw unsupported('output_shape', outputShape, where);
  return size === undefined ? options : { ...options, outputDim: size };
}

function checkFixed(key: string, value: Json, where: string): readonly [] {
  if (fixed.get(key)?.includes(value)) return [];
  throw unsupported(key, value, where);
}

/** Layers compute in the type of their weights, float32: Keras' policies of mixed precision are refused. */
function checkType(dtype: Json, where: string): readonly [] {
  const policy = isRecord(dtype) && isRecord(dtype['config'] ?? null) ? dtype['config'] : undefined;
  const name = policy && isRecord(policy) ? policy['name'] : dtype;
  if (name === 'float32') return [];
  throw unsupported('dtype', dtype, where);
}

function unsupported(key: string, value: Json | undefined, where: string): FormatError {
  return new FormatError(`${where}: ${key}: Gradus has no ${JSON.stringify(value)?.slice(0, 100)}`);
}

/** Weights that Keras keeps in one group. */
export interface Group {
  /** Where it stands below the layer's group, '' for that itself; first as Keras writes it now, then as it once did. */
  readonly at: readonly string[];
  /** What Keras calls the object; '' for the layer itself. */
  readonly name: string;
  readonly weights: readonly Weight[];
}

/** Keras' attributes for the parts of attention. */
const attentionParts: ReadonlyMap<string, readonly string[]> = new Map([
  ['query', ['query_dense', '_query_dense']],
  ['key', ['key_dense', '_key_dense']],
  ['gate', ['_gate_dense', 'gate_dense']],
  ['value', ['value_dense', '_value_dense']],
  ['attention_output', ['output_dense', '_output_dense']],
]);

const cellNames: ReadonlyMap<string, string> = new Map([
  ['LSTM', 'lstm_cell'],
  ['GRU', 'gru_cell'],
  ['SimpleRNN', 'simple_rnn_cell'],
]);

/** The layer's own weights by their groups, without the counters of random streams, which Keras has not. */
export function groupsOf({ className, ownWeights }: AnyLayer): readonly Group[] {
  const weights = ownWeights.filter(({ name }) => name !== 'random');
  if (recurrent.test(className)) {
    const order = ['kernel', 'recurrent_kernel', 'bias'];
    const sorted = weights.toSorted((a, b) => order.indexOf(a.name) - order.indexOf(b.name));
    return [{ at: [''], name: '', weights: [] }, { at: ['cell'], name: cellNames.get(className.replace('WithState', '')) ?? '', weights: sorted }]; // prettier-ignore
  }
  if (className !== 'MultiHeadAttention') return [{ at: [''], name: '', weights: inOrder(weights) }];
  const parts = [...attentionParts].map(([name, at]) => ({ at, name, weights: weights.filter((one) => one.name.startsWith(`${name}/`)) }));
  return [{ at: [''], name: '', weights: [] }, ...parts.filter((part) => part.weights.length > 0)];
}

/** Those that train come first. */
function inOrder(weights: readonly Weight[]): readonly Weight[] {
  return [...weights.filter(({ trainable }) => trainable), ...weights.filter(({ trainable }) => !trainable)];
}
