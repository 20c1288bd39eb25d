/** Options in Keras' spelling and in ours: keys, activations, initializers, regularizers. */
import { FormatError } from '@gradus/tensor';
import { isRecord } from '../config.js';
import { snakeCase } from '../paths.js';
import type { Config, Json } from '../config.js';

/** Keys that are more than another spelling, ours first. */
const otherKeys = [
  ['std', 'stddev'],
  ['min', 'minval'],
  ['max', 'maxval'],
] as const;

/** Words that are, ours first. */
const otherWords = [
  ['uniform', 'random_uniform'],
  ['normal', 'random_normal'],
  ['l1l2', 'l1_l2'],
] as const;

/** `kernelInitializer` -> `kernel_initializer`. */
export function kerasKey(key: string): string {
  return otherKeys.find(([ours]) => ours === key)?.[1] ?? snakeCase(key);
}

/** `kernel_initializer` -> `kernelInitializer`. */
export function ourKey(key: string): string {
  return otherKeys.find(([, theirs]) => theirs === key)?.[0] ?? camelCase(key);
}

function camelCase(text: string): string {
  return text.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}

/** `glorot_uniform` and `GlorotUniform` -> `glorotUniform`. */
function ourWord(word: string): string {
  const snake = snakeCase(word);
  return otherWords.find(([, theirs]) => theirs === snake)?.[0] ?? camelCase(snake);
}

/** `glorotUniform` -> `GlorotUniform`. */
function kerasClass(word: string): string {
  const snake = otherWords.find(([ours]) => ours === word)?.[1] ?? word;
  const camel = camelCase(snake);
  return camel.charAt(0).toUpperCase() + camel.slice(1);
}

/** An object as Keras writes it down. */
export function kerasObject(module: string, className: string, config: Json): Json {
  return { module, class_name: className, config, registered_name: null };
}

/** One option of a layer, as Keras has it. */
export function valueToKeras(key: string, value: Json): Json {
  if (value === null) return null;
  if (/activation$|^mode$/i.test(key) && typeof value === 'string') return snakeCase(value);
  if (/initializer$/i.test(key)) return initializerToKeras(value);
  if (/regularizer$/i.test(key)) return regularizerToKeras(value);
  if (/constraint$/i.test(key)) return constraintToKeras(value);
  return value;
}

/** One option of a layer, out of a file of Keras. */
export function valueFromKeras(key: string, value: Json): Json {
  if (value === null) return null;
  if (key.endsWith('activation')) return activationFromKeras(value);
  if (key === 'mode' && typeof value === 'string') return camelCase(value);
  if (key.endsWith('initializer')) return initializerFromKeras(value);
  if (key.endsWith('regularizer')) return regularizerFromKeras(value);
  if (key.endsWith('constraint')) return constraintFromKeras(value);
  return value;
}

function initializerToKeras(value: Json): Json {
  if (typeof value === 'string') return kerasObject('keras.initializers', kerasClass(value), {});
  const { className, config } = objectOf(value, 'className');
  const entries = Object.entries(config).map(([key, one]) => [kerasKey(key), kerasWord(one)]);
  return kerasObject('keras.initializers', className, Object.fromEntries(entries));
}

/** Of variance scaling, where 'uniform' is a law and no initializer. */
function kerasWord(value: Json): Json {
  if (typeof value !== 'string') return value;
  return value === 'fanAverage' ? 'fan_avg' : snakeCase(value);
}

/** Classes without options; the others are objects here too. */
const named = /^(Zeros|Ones|(Glorot|He|Lecun)(Uniform|Normal))$/;

function initializerFromKeras(value: Json): Json {
  if (typeof value === 'string') return ourWord(value);
  const { className, config } = objectOf(value, 'class_name');
  if (named.test(className)) return ourWord(className);
  // Seeds are ours; axes matter only for the first values, which the file replaces.
  const kept = Object.entries(config).filter(([key, one]) => one !== null && !/^(seed|input_axes|output_axes)$/.test(key));
  const entries = kept.map(([key, one]) => [ourKey(key), typeof one === 'string' ? wordOfScaling(one) : one]);
  return { className: className.replace(/Initializer$/, ''), config: Object.fromEntries(entries) };
}

function wordOfScaling(word: string): string {
  return word === 'fan_avg' ? 'fanAverage' : camelCase(word);
}

function regularizerToKeras(value: Json): Json {
  if (typeof value === 'string') return kerasObject('keras.regularizers', kerasClass(value), {});
  const { className, config } = objectOf(value, 'className');
  return kerasObject('keras.regularizers', className, config);
}

function regularizerFromKeras(value: Json): Json {
  if (typeof value === 'string') return ourWord(value);
  const { className, config } = objectOf(value, 'class_name');
  return { className: /^L[12]$/.test(className) ? 'L1L2' : className, config };
}

function constraintToKeras(value: Json): Json {
  if (typeof value === 'string') return kerasObject('keras.constraints', kerasClass(value), {});
  const { className, config } = objectOf(value, 'className');
  return kerasObject('keras.constraints', className, Object.fromEntries(Object.entries(config).map(([key, one]) => [kerasKey(key), one])));
}

function constraintFromKeras(value: Json): Json {
  if (typeof value === 'string') return ourWord(value);
  const { className, config } = objectOf(value, 'class_name');
  return { className, config: Object.fromEntries(Object.entries(config).map(([key, one]) => [ourKey(key), one])) };
}

function activationFromKeras(value: Json): Json {
  if (typeof value === 'string') return camelCase(value);
  const { className } = objectOf(value, 'class_name');
  if (className === 'function' && isRecord(value) && typeof value['config'] === 'string') return camelCase(value['config']);
  throw new FormatError(`activation: expected the name of one, found ${JSON.stringify(value)}`);
}

interface Named {
  readonly className: string;
  readonly config: Config;
}

/** A class and its options, the class under the given key. */
export function objectOf(value: Json, key: 'className' | 'class_name'): Named {
  if (isRecord(value)) {
    const { [key]: className, config } = value;
    if (typeof className === 'string') return { className, config: config !== undefined && isRecord(config) ? config : {} };
  }
  throw new FormatError(`expected { ${key}, config }, found ${JSON.stringify(value)?.slice(0, 100)}`);
}
