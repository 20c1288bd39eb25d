/** Models as Keras describes them: the JSON of `model.get_config()`. */
import { ArgumentError } from '@gradus/tensor';
import { builtInLayers } from '../layers/index.js';
import { Model } from '../model.js';
import { childrenOf, namesOf } from '../paths.js';
import { Sequential } from '../sequential.js';
import { Symbolic } from '../symbolic.js';
import { kerasClassOf, optionsToKeras } from './layers.js';
import { membersOf, symbolsIn } from './order.js';
import type { AnyLayer, PartialShape } from '../any-layer.js';
import type { Config, Json } from '../config.js';
import type { Call } from '../symbolic.js';

/** `legacy`: as in whole-model .h5 files, which do not say in which module a class is. */
export interface Style {
  readonly legacy: boolean;
}

/** What a model is called that was given no name. */
export function nameOf(model: AnyLayer): string {
  return model.name ?? (model instanceof Sequential ? 'sequential' : 'functional');
}

/** The names of the layers in a model, as in the paths of its weights. */
export function namesIn(model: AnyLayer): (layer: AnyLayer) => string {
  const children = childrenOf(model);
  const names = namesOf(children);
  const known = new Map(children.map((child, i) => [child, names[i] ?? '']));
  return (layer) => known.get(layer) ?? nameOf(layer);
}

/** A model or a layer: { class_name, config }. */
export function describe(layer: AnyLayer, name: string, style: Style): Config {
  const config = { name, trainable: layer.trainable, ...inside(layer, name, style) };
  return labelled(kerasClassOf(layer), config, layer, style);
}

function inside(layer: AnyLayer, name: string, style: Style): Config {
  if (layer instanceof Sequential) return sequential(layer, name, style);
  if (layer instanceof Model) return functional(layer, name, style);
  return { dtype: 'float32', ...optionsToKeras(layer) };
}

function labelled(className: string, config: Config, layer: AnyLayer | undefined, { legacy }: Style): Config {
  if (legacy) return { class_name: className, config };
  if (layer instanceof Model) return { module: 'keras.src.models.functional', class_name: className, config, registered_name: className };
  const own = layer !== undefined && !builtInLayers.some((one) => one.className === layer.className);
  if (own) return { module: null, class_name: className, config, registered_name: className };
  return { module: layer instanceof Sequential ? 'keras' : 'keras.layers', class_name: className, config, registered_name: null };
}

/** The layers in a row, the input in front where its shape is known. */
function sequential(model: Sequential, name: string, style: Style): Config {
  const names = namesIn(model);
  const layers = model.layers.map((layer) => describe(layer, names(layer), style));
  const [first] = model.flow;
  if (!first) throw new ArgumentError(`${name}: has no weights yet: apply it, or give inputShape`);
  const free = freeName('input_layer', new Set(model.layers.map(names)));
  return { layers: [entry(first, free, style), ...layers], build_input_shape: first.shape };
}

function freeName(name: string, taken: ReadonlySet<string>): string {
  for (let i = 0; ; i++) {
    const candidate = i === 0 ? name : `${name}_${i}`;
    if (!taken.has(candidate)) return candidate;
  }
}

/** The layer that Keras has for an input. */
function entry({ shape, dtype }: { readonly shape: PartialShape; readonly dtype: string }, name: string, style: Style): Config {
  return labelled('InputLayer', { batch_shape: shape, dtype, sparse: false, ragged: false, name, optional: false }, undefined, style);
}

/** Which result of which use of which layer. */
type History = readonly [name: string, use: number, result: number];

function functional(model: Model<unknown, unknown>, name: string, style: Style): Config {
  const { inputs, outputs, calls } = model.network;
  const names = namesIn(model);
  const entries = entryNames(inputs, name, new Set(model.layers.map(names)));
  const histories = new Map<Symbolic, History>([...entries].map(([symbol, own]) => [symbol, [own, 0, 0]]));
  const uses = new Map<AnyLayer, Call[]>();
  for (const call of calls) {
    const known = uses.get(call.layer) ?? [];
    for (const [i, symbol] of symbolsIn(call.outputs).entries()) histories.set(symbol, [names(call.layer), known.length, i]);
    uses.set(call.layer, [...known, call]);
  }
  const history = (symbol: Symbolic): Json => histories.get(symbol) ?? null;
  const tensor = (symbol: Symbolic): Json => ({
    class_name: '__keras_tensor__',
    config: { shape: symbol.shape, dtype: symbol.dtype, keras_history: history(symbol) },
  });
  const layers = membersOf(model.network).map((member): Json => {
    if (member instanceof Symbolic) {
      const own = entries.get(member) ?? '';
      return { ...entry(member, own, style), name: own, inbound_nodes: [] };
    }
    const nodes = (uses.get(member) ?? []).map((call) => argumentsOf(call, tensor));
    return { ...describe(member, names(member), style), name: names(member), inbound_nodes: nodes };
  });
  return { layers, input_layers: mapTree(inputs, history), output_layers: mapTree(outputs, history) };
}

/** Keras' inputs have names: those of a record are its keys, which Keras insists on. */
export function entryNames(inputs: unknown, model: string, taken: ReadonlySet<string>): ReadonlyMap<Symbolic, string> {
  const names = new Map<Symbolic, string>();
  const used = new Set(taken);
  const give = (symbol: unknown, key: string | undefined): void => {
    if (!(symbol instanceof Symbolic)) throw new ArgumentError(`${model}: Keras has one list or record of inputs, not one in another`);
    if (key !== undefined && used.has(key))
      throw new ArgumentError(`${model}: an input and a layer are both called '${key}': rename the layer`);
    const name = key ?? freeName(symbol.name ?? 'input_layer', used);
    names.set(symbol, name);
    used.add(name);
  };
  if (inputs instanceof Symbolic) give(inputs, undefined);
  else if (Array.isArray(inputs)) for (const symbol of inputs) give(symbol, undefined);
  else if (typeof inputs === 'object' && inputs !== null) for (const key of Object.keys(inputs)) give(Reflect.get(inputs, key), key);
  return names;
}

/** What a layer is called with: { args, kwargs }. */
function argumentsOf({ layer, inputs }: Call, tensor: (symbol: Symbolic) => Json): Json {
  const whole = mapTree(inputs, tensor);
  if (layer.className !== 'MultiHeadAttention' || typeof inputs !== 'object' || inputs === null) return { args: [whole], kwargs: {} };
  const entries: [string, unknown][] = Object.entries(inputs);
  const given = new Map(entries.map(([key, value]) => [key === 'attentionMask' ? 'attention_mask' : key, mapTree(value, tensor)]));
  const positional = ['query', 'value'].map((key) => given.get(key) ?? null);
  const named = [...given].filter(([key]) => key !== 'query' && key !== 'value');
  const causal = layer.toConfig()['useCausalMask'] === true ? { use_causal_mask: true } : {};
  return { args: positional, kwargs: { ...Object.fromEntries(named), ...causal } };
}

function mapTree(tree: unknown, leaf: (symbol: Symbolic) => Json): Json {
  if (tree instanceof Symbolic) return leaf(tree);
  if (Array.isArray(tree)) return tree.map((child: unknown) => mapTree(child, leaf));
  if (typeof tree !== 'object' || tree === null) return null;
  const entries: [string, unknown][] = Object.entries(tree);
  return Object.fromEntries(entries.map(([key, child]) => [key, mapTree(child, leaf)]));
}
