/**
 * Models as data. A list of layers is a list of classes with their options; a functional graph adds its calls, in
 * order: { layer, inputs }, where { $: [call, index] } stands for the index-th result of an earlier call, and call -1
 * for the model's inputs.
 */
import { ArgumentError, FormatError, isDType } from '@gradus/tensor';
import { apply, isSymbol } from './apply.js';
import { isList, isRecord, listOf, nullable, number, required, savedOf } from './config.js';
import { layerFields } from './layers/fields.js';
import { layerFrom } from './registry.js';
import { input } from './symbolic.js';
import { leavesOf } from './trees.js';
import type { AnyLayer } from './any-layer.js';
import type { Field, Fields, Json } from './config.js';
import type { ModelOptions } from './model.js';
import type { Network } from './network.js';
import type { Registry } from './registry.js';
import type { Symbolic } from './symbolic.js';

/** How many layers a model from a file may have. */
export const maxLayers = 10_000;

/** `layer` as data: its class, its options, and whether it is frozen by now. */
export function savedLayer(layer: AnyLayer): Json {
  const { trainable: _, ...config } = layer.toConfig();
  return { className: layer.className, config: layer.trainable ? config : { ...config, trainable: false } };
}

const layersField: Field<readonly AnyLayer[]> = {
  write: (layers) => layers.map(savedLayer),
  read(json, where, registry) {
    if (!isList(json)) throw new FormatError(`${where}: expected a list of layers`);
    if (json.length > maxLayers) throw new FormatError(`${where}: ${json.length} layers are more than ${maxLayers}`);
    return json.map((saved, i) => layerFrom(savedOf(saved, `${where}[${i}]`), registry));
  },
};

const anything: Field<Json> = { write: (json) => json, read: (json) => json };

interface SequentialConfig extends ModelOptions {
  readonly layers: readonly AnyLayer[];
}

export const sequentialFields: Fields<SequentialConfig> = { ...layerFields, seed: number, layers: required(layersField) };

interface ModelConfig extends SequentialConfig {
  readonly inputs: Json;
  readonly calls: Json;
  readonly ends: Json;
}

export const modelFields: Fields<ModelConfig> = {
  ...sequentialFields,
  inputs: required(anything),
  calls: required(anything),
  ends: required(anything),
};

/** A network without its layers, which `layers` holds. */
export interface Wiring {
  readonly inputs: Json;
  readonly calls: Json;
  readonly ends: Json;
}

/** How the calls of a network hang together. */
export function writeNetwork({ inputs, outputs, calls }: Network, layers: readonly AnyLayer[]): Wiring {
  const places = new Map<Symbolic, Json>();
  const place = (call: number, made: unknown): void => {
    for (const [i, symbol] of leavesOf(made, isSymbol).entries()) if (!places.has(symbol)) places.set(symbol, { $: [call, i] });
  };
  place(-1, inputs);
  for (const [i, call] of calls.entries()) place(i, call.outputs);
  const reference = (symbol: Symbolic): Json => places.get(symbol) ?? null;
  return {
    inputs: writeTree(inputs, describe),
    calls: calls.map(({ layer, inputs: from }) => ({ layer: layers.indexOf(layer), inputs: writeTree(from, reference) })),
    ends: writeTree(outputs, reference),
  };
}

function describe({ shape, dtype, name }: Symbolic): Json {
  return { $: { shape: shape.slice(1), dtype, ...(name === undefined ? {} : { name }) } };
}

function writeTree(tree: unknown, leaf: (symbol: Symbolic) => Json): Json {
  if (isSymbol(tree)) return leaf(tree);
  if (Array.isArray(tree)) return tree.map((child: unknown) => writeTree(child, leaf));
  if (typeof tree !== 'object' || tree === null) throw new ArgumentError(`Model: unexpected ${String(tree)} among its inputs or outputs`);
  const entries: [string, unknown][] = Object.entries(tree);
  if (Object.hasOwn(tree, '$')) throw new ArgumentError("Model: an input or output called '$' cannot be saved");
  return Object.fromEntries(entries.map(([key, child]) => [key, writeTree(child, leaf)]));
}

/** Trees of symbols. */
export interface Ends {
  readonly inputs: unknown;
  readonly outputs: unknown;
}

/** Trees of symbols: the inputs, and what the calls make of them. */
export function readNetwork({ inputs, calls, ends }: Wiring, layers: readonly AnyLayer[], registry: Registry): Ends {
  const given = readTree(inputs, 'inputs', (json, where) => inputFrom(json, where, registry));
  const made = new Map<number, readonly Symbolic[]>([[-1, leavesOf(given, isSymbol)]]);
  const reference = (json: Json, where: string): Symbolic => {
    const [call = NaN, index = NaN] = listOf(number).read(json, where, registry);
    const symbol = made.get(call)?.[index];
    if (symbol) return symbol;
    throw new FormatError(`${where}: there is no result ${index} of a call ${call} before it`);
  };
  if (!isList(calls)) throw new FormatError('calls: expected a list');
  for (const [i, call] of calls.entries()) made.set(i, resultsOf(call, `calls[${i}]`, layers, reference));
  return { inputs: given, outputs: readTree(ends, 'ends', reference) };
}

type Reference = (json: Json, where: string) => Symbolic;

function resultsOf(call: Json, where: string, layers: readonly AnyLayer[], reference: Reference): readonly Symbolic[] {
  const { layer: index, inputs } = isRecord(call) ? call : {};
  const layer = typeof index === 'number' ? layers[index] : undefined;
  if (!layer || inputs === undefined) throw new FormatError(`${where}: expected { layer, inputs }, layer one of ${layers.length}`);
  const x = readTree(inputs, `${where}.inputs`, reference);
  if (leavesOf(x, isSymbol).length === 0) throw new FormatError(`${where}.inputs: a call without inputs`);
  return leavesOf(apply(layer, x), isSymbol);
}

function inputFrom(json: Json, where: string, registry: Registry): Symbolic {
  const { shape, dtype, name } = isRecord(json) ? json : {};
  if (shape === undefined || typeof dtype !== 'string' || !isDType(dtype)) throw new FormatError(`${where}: expected { shape, dtype }`);
  return input(listOf(nullable(number)).read(shape, `${where}.shape`, registry), { dtype, ...(typeof name === 'string' ? { name } : {}) });
}

function readTree(json: Json, where: string, leaf: Reference): unknown {
  if (isList(json)) return json.map((child, i) => readTree(child, `${where}[${i}]`, leaf));
  if (!isRecord(json)) throw new FormatError(`${where}: expected a tree of symbols, found ${JSON.stringify(json)}`);
  const { $: symbol } = json;
  if (symbol !== undefined) return leaf(symbol, where);
  const entries: [string, Json][] = Object.entries(json);
  return Object.fromEntries(entries.map(([key, child]) => [key, readTree(child, `${where}.${key}`, leaf)]));
}
