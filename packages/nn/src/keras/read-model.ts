/** Models out of Keras' descriptions, as data in our own form: nothing is made here, and nothing that a file says runs. */
import { FormatError } from '@gradus/tensor';
import { isList, isRecord } from '../config.js';
import { layerFromKeras } from './layers.js';
import { objectOf } from './values.js';
import { comparedToZero, endsOf, madeBy, mapReferences, nodesOf, usesOf, wired } from './wiring.js';
import type { Config, Json, Saved } from '../config.js';
import type { Use } from './wiring.js';

/** Whether a class of one's own is known: files may name only such, and those of Gradus. */
export type IsOwn = (className: string) => boolean;

/** `json`, { class_name, config }, as one of our layers or models. @throws FormatError for what Gradus does not have */
export function savedFrom(json: Json, isOwn: IsOwn): Saved {
  const { className, config } = objectOf(json, 'class_name');
  const where = typeof config['name'] === 'string' ? config['name'] : className;
  checkOrigin(json, className, where, isOwn);
  if (className === 'Sequential') return sequential(config, where, isOwn);
  if (className === 'Functional' || className === 'Model') return functional(config, where, isOwn);
  return layerFromKeras(className, config, where);
}

/** Classes of others must not pass for ours, and operations on tensors are no layers. */
function checkOrigin(json: Json, className: string, where: string, isOwn: IsOwn): void {
  const { module, registered_name: registered } = isRecord(json) ? json : {};
  if (typeof module === 'string' && /^keras(\.src)?\.ops/.test(module)) {
    throw new FormatError(`${where}: the operation ${className} stands between layers: Gradus reads layers only`);
  }
  const foreign =
    (typeof module === 'string' && !/^keras(\.|$)/.test(module)) || (typeof registered === 'string' && registered.includes('>'));
  if (foreign && !isOwn(className)) throw new FormatError(`${where}: unknown class ${className}: pass it in the registry`);
}

/** What all models keep. */
function common({ name, trainable }: Config): Config {
  return { ...(typeof name === 'string' ? { name } : {}), ...(trainable === false ? { trainable } : {}) };
}

function listIn(config: Config, key: string, where: string): readonly Json[] {
  const list = config[key];
  if (list !== undefined && isList(list)) return list;
  throw new FormatError(`${where}: ${key}: expected a list`);
}

function sequential(config: Config, where: string, isOwn: IsOwn): Saved {
  const layers: Json[] = [];
  const shapes = [config['build_input_shape']];
  for (const json of listIn(config, 'layers', where)) {
    const { className, config: inner } = objectOf(json, 'class_name');
    if (className === 'InputLayer') shapes.unshift(batchShapeOf(inner));
    else layers.push(asJson(savedFrom(json, isOwn)));
  }
  const shape = shapes.find((one) => one !== undefined && isList(one));
  const inputShape = shape !== undefined && isList(shape) ? { inputShape: shape.slice(1) } : {};
  return { className: 'Sequential', config: { ...common(config), ...inputShape, layers } };
}

function batchShapeOf({ batch_shape: shape, batch_input_shape: old }: Config): Json {
  return shape ?? old ?? null;
}

function asJson({ className, config }: Saved): Json {
  return { className, config };
}

function functional(config: Config, where: string, isOwn: IsOwn): Saved {
  const listed = listIn(config, 'layers', where).map((json) => listedLayer(json, where));
  const names = new Set(listed.map(({ name }) => name));
  if (names.size < listed.length) throw new FormatError(`${where}: two layers have one name`);
  const masks = listed.filter(({ className }) => className === 'NotEqual');
  const maskNames = new Set(masks.map(({ name }) => name));
  const entries = new Map<string, Json>();
  const layers = new Map<string, Saved>();
  const uses: Use[] = [];
  for (const { name, className, config: inner, json } of listed) {
    if (className === 'InputLayer') entries.set(name, entryOf(inner, name));
    else if (!maskNames.has(name)) {
      const read = usesOf(savedFrom(json, isOwn), nodesOf(json, name), name, maskNames);
      layers.set(name, read.saved);
      uses.push(...read.uses);
    }
  }
  checkMasks(masks, layers, uses);
  const inputs = endsOf(config['input_layers'], `${where}: input_layers`);
  const outputs = endsOf(config['output_layers'], `${where}: output_layers`);
  const wiring = wired(inputs, uses, outputs, [...layers.keys()], where);
  const parts = { layers: [...layers.values()].map(asJson), inputs: inputsOf(inputs, entries, where), ...wiring };
  return { className: 'Model', config: { ...common(config), ...parts } };
}

interface Listed {
  readonly name: string;
  readonly className: string;
  readonly config: Config;
  readonly json: Json;
}

function listedLayer(json: Json, where: string): Listed {
  const { className, config } = objectOf(json, 'class_name');
  return { name: ownName(json, config, where), className, config, json };
}

/** Keras writes the masks of embeddings as operations, x != 0; here an embedding knows its own. No other is read. */
function checkMasks(masks: readonly Listed[], layers: ReadonlyMap<string, Saved>, uses: readonly Use[]): void {
  const masked = uses.filter(({ layer }) => layers.get(layer)?.config['maskZero'] === true).map(({ inputs }) => madeBy(inputs));
  for (const { name, json } of masks) {
    const compared = comparedToZero(nodesOf(json, name), name);
    if (compared === undefined || !masked.includes(compared))
      throw new FormatError(`${name}: an operation between layers: Gradus reads layers only`);
  }
}

function ownName(json: Json, inner: Config, where: string): string {
  const name = (isRecord(json) ? json['name'] : undefined) ?? inner['name'];
  if (typeof name === 'string') return name;
  throw new FormatError(`${where}: a layer without a name`);
}

const types: ReadonlyMap<Json | undefined, string> = new Map(
  ['float32', 'float64', 'int32', 'uint8', 'bool'].map((name): [string, string] => [name, name]),
)
  .set('int64', 'int32')
  .set('float16', 'float32');

/** An input, as our files have it. */
function entryOf(config: Config, name: string): Json {
  const shape = batchShapeOf(config);
  const dtype = types.get(config['dtype'] ?? 'float32');
  if (!isList(shape)) throw new FormatError(`${name}: batch_shape: expected a list`);
  if (dtype === undefined) throw new FormatError(`${name}: dtype: Gradus has no ${JSON.stringify(config['dtype'])}`);
  return { $: { shape: shape.slice(1), dtype, name } };
}

/** The same tree with a description for every input. */
function inputsOf(ends: unknown, entries: ReadonlyMap<string, Json>, where: string): Json {
  return mapReferences(ends, ({ layer }) => {
    const found = entries.get(layer);
    if (found === undefined) throw new FormatError(`${where}: the input ${layer} is not among its layers`);
    return found;
  });
}
