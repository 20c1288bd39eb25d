/** Models out of files. Nothing in a file runs, and only registered classes are made. */
import { FormatError, fromData, isFloat, sameShape, showShape } from '@gradus/tensor';
import { isList, isRecord, savedOf } from './config.js';
import { readFile } from './files/files.js';
import { readSafetensors } from './formats/safetensors.js';
import { builtInLayers } from './layers/index.js';
import { Model } from './model.js';
import { maxLayers } from './network-config.js';
import { weightsUnder } from './paths.js';
import { layerFrom, registryOf } from './registry.js';
import { checkExtension, formatVersion } from './save.js';
import { Sequential } from './sequential.js';
import type { Dense, Tensor, Variable } from '@gradus/tensor';
import type { AnyLayer } from './any-layer.js';
import type { Json, Saved } from './config.js';
import type { PredictOptions } from './predict.js';
import type { LayerClass } from './registry.js';

/** A tensor, or tensors in lists and records. */
export type Trees = Tensor | readonly Trees[] | { readonly [key: string]: Trees };

/** A model whose inputs and outputs only its file knows. */
export interface Loaded extends AnyLayer {
  readonly layers: readonly AnyLayer[];
  trainable: boolean;
  readonly weights: readonly Variable[];
  readonly trainableVariables: readonly Variable[];
  readonly nonTrainableVariables: readonly Variable[];
  readonly parameterCount: number;
  summary(): void;
  /** A tensor for a tensor, where the model has one input and one output; else trees of them. */
  predict(x: Tensor, options?: PredictOptions): Tensor;
  predict(x: Trees, options?: PredictOptions): Trees;
}

export interface LoadOptions {
  /** Classes of one's own that the file may name. */
  readonly registry?: readonly LayerClass[];
}

/** The model in the bytes of a .safetensors file. @throws FormatError saying all that does not fit */
export function modelFromBytes(bytes: Uint8Array, { registry = [] }: LoadOptions = {}): Loaded {
  const { tensors, metadata } = readSafetensors(bytes);
  const saved = savedIn(metadata.get('gradus'));
  const model = made(() => layerFrom(saved, registryOf(builtInLayers, registry)));
  if (!isLoaded(model)) throw new FormatError(`model: expected a Sequential or a Model, found a ${model.className}`);
  made(() => model.weights);
  putWeights(model, tensors);
  return model;
}

/**
 * Reads a model from a file, by its extension: `.safetensors`.
 *
 * @example const model = await loadModel('digits.safetensors', { registry: [Gated] });
 */
export async function loadModel(path: string, options: LoadOptions = {}): Promise<Loaded> {
  checkExtension(path);
  return modelFromBytes(await readFile(path), options);
}

function isLoaded(layer: AnyLayer): layer is Loaded {
  return layer instanceof Sequential || layer instanceof Model;
}

/** What `make` gives; what a layer refuses is then a fault of the file. */
function made<T>(make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (error instanceof FormatError || !(error instanceof Error)) throw error;
    throw new FormatError(`model: ${error.message}`, { cause: error });
  }
}

function savedIn(text: string | undefined): Saved {
  if (text === undefined) throw new FormatError("the file holds tensors but no model: its metadata has no 'gradus'");
  const json = made((): Json => JSON.parse(text));
  checkSize(json);
  const { version, model } = isRecord(json) ? json : {};
  if (version !== formatVersion) throw new FormatError(`version: expected ${formatVersion}, found ${JSON.stringify(version)}`);
  return savedOf(model ?? null, 'model');
}

/** How deep models stand in models, and lists and records in each other. */
const maxNesting = 64;
const maxDepth = 1_000;

interface Inside {
  readonly json: Json;
  readonly models: number;
  readonly depth: number;
}

/** Refuses what would overflow the stack or the memory of a reader, before anything is made. */
function checkSize(root: Json): void {
  const left: Inside[] = [{ json: root, models: 0, depth: 0 }];
  let layers = 0;
  for (let next = left.pop(); next; next = left.pop()) {
    const { json, depth } = next;
    const inside = isRecord(json) ? (json['layers'] ?? null) : null;
    const models = next.models + Number(isList(inside));
    if (isList(inside)) layers += inside.length;
    if (models > maxNesting) throw new FormatError(`model: nested deeper than ${maxNesting}`);
    if (depth > maxDepth) throw new FormatError(`model: lists and records nested deeper than ${maxDepth}`);
    if (layers > maxLayers) throw new FormatError(`model: more than ${maxLayers} layers`);
    if (isRecord(json) || isList(json)) for (const child of Object.values(json)) left.push({ json: child, models, depth: depth + 1 });
  }
}

function putWeights(model: AnyLayer, tensors: ReadonlyMap<string, Dense>): void {
  const weights = weightsUnder(model);
  const paths = new Set(weights.map(({ path }) => path));
  const problems: string[] = [];
  for (const { path, weight } of weights) {
    const problem = mismatch(weight.variable, tensors.get(path));
    if (problem !== undefined) problems.push(`${path} ${problem}`);
  }
  for (const path of tensors.keys()) if (!paths.has(path)) problems.push(`${path} is unknown to the model`);
  if (problems.length > 0) throw new FormatError(`weights: ${problems.join('; ')}`);
  for (const { path, weight } of weights) {
    const found = tensors.get(path);
    if (found) weight.variable.put(fromData(found.data, found.shape, found.dtype).cast(weight.variable.dtype));
  }
}

function mismatch({ shape, dtype }: Variable, found: Dense | undefined): string | undefined {
  if (!found) return 'is missing';
  if (!sameShape(shape, found.shape)) return `has shape ${showShape(shape)}, in the file ${showShape(found.shape)}`;
  const fits = dtype === found.dtype || (isFloat(dtype) && isFloat(found.dtype));
  return fits ? undefined : `is ${dtype}, in the file ${found.dtype}`;
}
