/** How the layers of a functional model hang together in Keras' files, and the same as our files say it. */
import { FormatError } from '@gradus/tensor';
import { isList, isRecord } from '../config.js';
import { leavesOf } from '../trees.js';
import { objectOf } from './values.js';
import type { Json, Saved } from '../config.js';

/** Result number `result` of use number `use` of a layer. */
export class Reference {
  readonly layer: string;
  readonly use: number;
  readonly result: number;

  constructor(layer: string, use: number, result: number) {
    this.layer = layer;
    this.use = use;
    this.result = result;
  }

  /** The use that makes it. */
  get maker(): string {
    return `${this.use} of ${this.layer}`;
  }
}

/** One use of a layer; `inputs` is a tree of references. */
export interface Use {
  readonly layer: string;
  readonly maker: string;
  readonly inputs: unknown;
}

function isReference(value: unknown): value is Reference {
  return value instanceof Reference;
}

function referenceOf(json: Json, where: string): Reference | undefined {
  if (!isList(json)) return undefined;
  const [layer, use, result] = json;
  if (typeof layer !== 'string') return undefined;
  if (typeof use === 'number' && typeof result === 'number') return new Reference(layer, use, result);
  throw new FormatError(`${where}: expected [layer, use, result], found ${JSON.stringify(json)}`);
}

/** The same tree with `f` of every reference. */
export function mapReferences(tree: unknown, f: (reference: Reference) => Json): Json {
  if (isReference(tree)) return f(tree);
  if (Array.isArray(tree)) return tree.map((child: unknown) => mapReferences(child, f));
  const entries: [string, unknown][] = Object.entries(typeof tree === 'object' && tree !== null ? tree : {});
  return Object.fromEntries(entries.map(([key, child]) => [key, mapReferences(child, f)]));
}

/** The inputs or outputs of a model: a tree of references. A list of one is that one. */
export function endsOf(json: Json | undefined, where: string): unknown {
  if (json === undefined) throw new FormatError(`${where}: missing`);
  const reference = referenceOf(json, where);
  if (reference) return reference;
  if (isList(json)) return json.length === 1 ? endsOf(json[0], where) : json.map((child) => endsOf(child, where));
  if (isRecord(json)) return recordOf(json, (child) => endsOf(child, where));
  throw new FormatError(`${where}: expected references, found ${JSON.stringify(json)}`);
}

/** Keras counts results by the keys of records in order. */
function recordOf(json: { readonly [key: string]: Json }, read: (child: Json) => unknown): Record<string, unknown> {
  const entries: [string, Json][] = Object.entries(json);
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([key, child]) => [key, read(child)]));
}

/** What a layer is called with: a tensor, or lists and records of them. */
function argumentOf(json: Json, where: string): unknown {
  if (isList(json)) return json.map((child) => argumentOf(child, where));
  if (!isRecord(json)) throw new FormatError(`${where}: is called with ${JSON.stringify(json)}: Gradus reads tensors only`);
  if (json['class_name'] === undefined) return recordOf(json, (child) => argumentOf(child, where));
  const { className, config } = objectOf(json, 'class_name');
  if (className === '__tuple__') return argumentOf(json['items'] ?? [], where);
  const reference = className === '__keras_tensor__' ? referenceOf(config['keras_history'] ?? null, where) : undefined;
  if (reference) return reference;
  throw new FormatError(`${where}: is called with ${className}: Gradus reads tensors only`);
}

/** The order of Keras' arguments of attention, and what Gradus calls those that it has. */
const attentionNames = ['query', 'value', 'key', 'query_mask', 'value_mask', 'key_mask', 'attention_mask'];
const attentionKeys = new Map([['query', 'query'], ['value', 'value'], ['key', 'key'], ['attention_mask', 'attentionMask']]); // prettier-ignore

interface Read {
  readonly saved: Saved;
  readonly uses: readonly Use[];
}

/** How a layer was used. */
export function nodesOf(json: Json, layer: string): readonly Json[] {
  const nodes = isRecord(json) ? json['inbound_nodes'] : undefined;
  if (nodes !== undefined && isList(nodes)) return nodes;
  throw new FormatError(`${layer}: inbound_nodes: expected a list`);
}

/** What Keras computes masks by; here layers find them by themselves. */
export type MaskNames = ReadonlySet<string>;

/** The uses of a layer. A causal mask is an option of our layer, and an argument in Keras. */
export function usesOf(saved: Saved, nodes: readonly Json[], layer: string, masks: MaskNames): Read {
  const read = nodes.map((node) => (isList(node) ? oldCall(node, layer) : callOf(node, saved.className, layer, masks)));
  const uses = read.map(({ inputs }, use) => ({ layer, maker: new Reference(layer, use, 0).maker, inputs }));
  const causal = new Set(read.map((call) => call.causal));
  if (causal.size > 1) throw new FormatError(`${layer}: has a causal mask in one call and none in another: Gradus has one for all calls`);
  return { saved: causal.has(true) ? { ...saved, config: { ...saved.config, useCausalMask: true } } : saved, uses };
}

interface ReadCall {
  readonly inputs: unknown;
  readonly causal: boolean;
}

/** As Keras 2 wrote it: [[layer, use, result, options], ...]. */
function oldCall(node: readonly Json[], where: string): ReadCall {
  const references = node.map((json) => {
    const options = isList(json) ? json[3] : undefined;
    checkOff(options !== undefined && isRecord(options) ? options : {}, where);
    return referenceOf(json, where) ?? argumentOf(json, where);
  });
  return { inputs: references.length === 1 ? references[0] : references, causal: false };
}

function callOf(node: Json, className: string, where: string, masks: MaskNames): ReadCall {
  const { positional, mask = null, named } = argumentsIn(node, where);
  if (!isFound(mask, masks)) throw new FormatError(`${where}: is called with a mask of its own, which Gradus does not read`);
  if (className === 'MultiHeadAttention') return attentionCall(positional, named, where);
  checkOff(named, where);
  const [only = null, ...more] = positional;
  checkOff(Object.fromEntries(more.map((value, i) => [`argument ${i + 2}`, value])), where);
  const inputs = argumentOf(only, where);
  const isModel = className === 'Model' || className === 'Sequential';
  return { inputs: isModel && Array.isArray(inputs) && inputs.length === 1 ? inputs[0] : inputs, causal: false };
}

interface Arguments {
  readonly positional: readonly Json[];
  readonly mask: Json | undefined;
  readonly named: { readonly [key: string]: Json };
}

function argumentsIn(node: Json, where: string): Arguments {
  const { args, kwargs } = isRecord(node) ? node : {};
  const items = args !== undefined && isRecord(args) && args['class_name'] === '__tuple__' ? args['items'] : args;
  if (items === undefined || !isList(items)) throw new FormatError(`${where}: args: expected a list`);
  const { mask, ...named } = kwargs !== undefined && isRecord(kwargs) ? kwargs : {};
  return { positional: items, mask, named };
}

/** Whether a mask is none, or one that layers here find by themselves. */
function isFound(mask: Json, masks: MaskNames): boolean {
  if (mask === null) return true;
  if (isList(mask)) return mask.every((one) => isFound(one, masks));
  if (!isRecord(mask)) return false;
  if (mask['class_name'] === undefined) return Object.values(mask).every((one) => isFound(one, masks));
  const maker = argumentOf(mask, 'mask');
  return isReference(maker) && masks.has(maker.layer);
}

/** What an operation x != 0 compares; undefined for any other. Keras finds the mask of an embedding by it. */
export function comparedToZero(nodes: readonly Json[], where: string): string | undefined {
  const [node = null, ...more] = nodes;
  if (more.length > 0 || isList(node)) return undefined;
  const [x = null, zero] = argumentsIn(node, where).positional;
  return zero === 0 ? madeBy(argumentOf(x, where)) : undefined;
}

/** Which use makes this value, if it is a single one. */
export function madeBy(value: unknown): string | undefined {
  return isReference(value) ? `${value.maker}, ${value.result}` : undefined;
}

function attentionCall(positional: readonly Json[], named: { readonly [key: string]: Json }, where: string): ReadCall {
  const { use_causal_mask: causal = false, ...kwargs } = named;
  const given = [
    ...positional.map((value, i): [string, Json] => [attentionNames[i] ?? `argument ${i + 1}`, value]),
    ...Object.entries(kwargs),
  ];
  const known = given.filter(([key, value]) => attentionKeys.has(key) && value !== null);
  checkOff(Object.fromEntries(given.filter(([key]) => !attentionKeys.has(key))), where);
  const inputs = Object.fromEntries(known.map(([key, value]) => [attentionKeys.get(key) ?? key, argumentOf(value, where)]));
  return { inputs, causal: causal === true };
}

/** Arguments that Gradus does not have must be off. */
function checkOff(options: { readonly [key: string]: Json }, where: string): void {
  const on = Object.entries(options).find(([, value]) => value !== null && value !== false);
  if (on) throw new FormatError(`${where}: is called with ${on[0]} = ${JSON.stringify(on[1])?.slice(0, 100)}, which Gradus does not read`);
}

/** The calls of a model as our files have them, each after those that it needs. */
export interface Wired {
  readonly calls: readonly Json[];
  readonly ends: Json;
}

export function wired(inputs: unknown, uses: readonly Use[], outputs: unknown, layers: readonly string[], where: string): Wired {
  const order = new Map(layers.map((layer, i) => [layer, i]));
  // Where the results of a use stand; of an input, its place among the inputs.
  const calls = new Map<string, number>();
  const entries = new Map(leavesOf(inputs, isReference).map(({ maker }, i) => [maker, i]));
  const place = ({ maker, result }: Reference): Json => {
    const entry = entries.get(maker);
    if (entry !== undefined) return { $: [-1, entry] };
    const call = calls.get(maker);
    if (call !== undefined) return { $: [call, result] };
    throw new FormatError(`${where}: nothing makes use ${maker}`);
  };
  const sorted = inTurn(uses, new Set(entries.keys()));
  const written = sorted.map(({ layer, maker, inputs: taken }, i): Json => {
    const call = { layer: order.get(layer) ?? -1, inputs: mapReferences(taken, place) };
    calls.set(maker, i);
    return call;
  });
  return { calls: written, ends: mapReferences(outputs, place) };
}

/** The uses in an order in which each finds what it takes; those that never do are left out, and missed later. */
function inTurn(uses: readonly Use[], made: Set<string>): readonly Use[] {
  const waiting = new Map<string, Use[]>();
  const missing = new Map<Use, number>();
  const ready: Use[] = [];
  for (const use of uses) {
    const needs = new Set(leavesOf(use.inputs, isReference).map(({ maker }) => maker).filter((maker) => !made.has(maker))); // prettier-ignore
    missing.set(use, needs.size);
    for (const maker of needs) waiting.set(maker, [...(waiting.get(maker) ?? []), use]);
    if (needs.size === 0) ready.push(use);
  }
  for (const use of ready) {
    for (const next of waiting.get(use.maker) ?? []) {
      const left = (missing.get(next) ?? 0) - 1;
      missing.set(next, left);
      if (left === 0) ready.push(next);
    }
  }
  return ready;
}
