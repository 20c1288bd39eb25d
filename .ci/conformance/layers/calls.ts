/** A call of a Keras layer, `layer(*args, **kwargs)`, as the one argument and the options that our layers take. */
import { Missing } from '../classes.js';
import { isList, isRecord } from '../json.js';
import { isArray, tensorOf } from '../values.js';
import type { CallOptions } from './classes.js';
import type { Json, JsonRecord } from '../json.js';

export interface LayerCall {
  readonly x: unknown;
  readonly options: CallOptions;
  /** Options that we give to the layer, and Keras to the call. */
  readonly config: JsonRecord;
}

/** Tensors for the arrays of a tree. */
export function treeOf(json: Json | undefined): unknown {
  if (isArray(json) || typeof json === 'number') return tensorOf(json);
  if (isList(json)) return isNumbers(json) ? tensorOf(json) : json.map(treeOf);
  if (isRecord(json)) return Object.fromEntries(Object.entries(json).map(([key, value]) => [key, treeOf(value)]));
  throw new Error(`the case: expected arrays, found ${JSON.stringify(json)}`);
}

const isNumbers = (json: Json): boolean =>
  isList(json) ? json.length > 0 && json.every(isNumbers) : typeof json === 'number' || typeof json === 'boolean';

const maskOf = (json: Json | undefined): unknown => {
  if (json === undefined || json === null) return undefined;
  return isList(json) && !isNumbers(json) ? json.map(maskOf) : tensorOf(json).cast('bool');
};

const attention: ReadonlySet<string> = new Set([
  'AdditiveAttention',
  'Attention',
  'GroupedQueryAttention',
  'GroupQueryAttention',
  'MultiHeadAttention',
]);

export function callOf(name: string, args: readonly Json[], kwargs: JsonRecord): LayerCall {
  return attention.has(name) ? attentionCall(args, kwargs) : plainCall(args, kwargs);
}

/** Refuses what no call of ours can say. */
function checkKnown(kwargs: JsonRecord, known: readonly string[]): void {
  const unknown = Object.entries(kwargs).find(([key, value]) => !known.includes(key) && value !== null);
  if (unknown) throw new Missing(`the argument ${unknown[0]} = ${JSON.stringify(unknown[1])} of a call`);
}

function trainingOf({ training = null }: JsonRecord): { readonly training?: boolean } {
  return typeof training === 'boolean' ? { training } : {};
}

function plainCall([first, ...more]: readonly Json[], kwargs: JsonRecord): LayerCall {
  checkKnown(kwargs, ['training', 'mask', 'initial_state', 'count_weights', 'inputs']);
  if (more.length > 1) throw new Missing(`a call with ${more.length + 1} arguments`);
  const { initial_state: initial = null, count_weights: weights = null } = kwargs;
  const given = first ?? kwargs['inputs'];
  if (isRecord(given) && !isArray(given)) throw new Missing('inputs of images with labels and boxes');
  const x = treeOf(given);
  const states = isList(initial) && !isNumbers(initial) ? initial.map(treeOf) : [treeOf(initial ?? 0)];
  const mask = maskOf(kwargs['mask'] ?? more[0]);
  const inputs = initial !== null ? { x, initialState: states } : weights !== null ? { x, countWeights: treeOf(weights) } : x;
  const masks = mask !== undefined && initial !== null ? { x: mask } : mask;
  return { x: inputs, options: { ...trainingOf(kwargs), ...(masks === undefined ? {} : { mask: masks }) }, config: {} };
}

/** Queries, values and keys come one by one or as a list; so do their masks. */
function attentionCall(args: readonly Json[], kwargs: JsonRecord): LayerCall {
  const own = ['training', 'mask', 'use_causal_mask', 'return_attention_scores'];
  checkKnown(kwargs, [...own, 'query', 'value', 'key', 'attention_mask', 'query_mask', 'value_mask', 'key_mask']);
  const [first] = args;
  const [query = kwargs['query'], value = kwargs['value'], key = kwargs['key'] ?? null] = isList(first) ? first : args;
  const [queryMask, valueMask, keyMask] = isList(kwargs['mask']) ? kwargs['mask'] : [];
  const masks = {
    query: maskOf(kwargs['query_mask'] ?? queryMask),
    value: maskOf(kwargs['value_mask'] ?? valueMask),
    key: maskOf(kwargs['key_mask'] ?? keyMask),
  };
  const given = maskOf(kwargs['attention_mask']);
  const keys = key === null ? {} : { key: treeOf(key) };
  const x = { query: treeOf(query), value: treeOf(value), ...keys, ...(given === undefined ? {} : { attentionMask: given }) };
  const mask = Object.values(masks).some((one) => one !== undefined) ? { mask: masks } : {};
  const config = {
    ...(kwargs['use_causal_mask'] === true ? { use_causal_mask: true } : {}),
    ...(kwargs['return_attention_scores'] === true ? { return_attention_scores: true } : {}),
  };
  return { x, options: { ...trainingOf(kwargs), ...mask }, config };
}
