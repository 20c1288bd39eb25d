/** Models out of files. Nothing in a file runs, and only registered classes are made. */
import { FormatError } from '@gradus/tensor';
import { isRecord, savedOf } from './config.js';
import { readFile } from './files/files.js';
import { readSafetensors } from './formats/safetensors.js';
import { weightsUnder } from './paths.js';
import { modelFrom, parseDescription, putWeights } from './reading.js';
import { formatOf, formatVersion } from './save.js';
import type { Tensor, Variable } from '@gradus/tensor';
import type { AnyLayer } from './any-layer.js';
import type { Saved } from './config.js';
import type { PredictOptions } from './predict.js';
import type { LayerClass } from './registry.js';
import type { Compiled } from './save.js';

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
  const model = modelFrom(savedIn(metadata.get('gradus')), registry);
  const weights = weightsUnder(model);
  const paths = new Set(weights.map(({ path }) => path));
  putWeights(
    weights,
    ({ path }) => tensors.get(path),
    [...tensors.keys()].filter((path) => !paths.has(path)),
  );
  return model;
}

/**
 * The model in the bytes of a file of Keras: a `.keras` archive, or a whole model as `.h5`. Needs no other package.
 *
 * Random streams begin anew: Keras' files do not have them.
 *
 * @throws FormatError naming what Gradus does not have, or does not trust
 */
export async function modelFromKeras(bytes: Uint8Array, { registry = [] }: LoadOptions = {}): Promise<Loaded> {
  const keras = await import('./keras/load.js');
  return keras.modelFromKeras(bytes, registry);
}

/**
 * Reads a model from a file, by its extension: `.safetensors`, `.keras` or `.h5`.
 *
 * @example const model = await loadModel('digits.safetensors', { registry: [Gated] });
 */
export async function loadModel(path: string, options: LoadOptions = {}): Promise<Loaded> {
  const format = formatOf(path);
  const bytes = await readFile(path);
  return format === 'safetensors' ? modelFromBytes(bytes, options) : modelFromKeras(bytes, options);
}

export interface LoadWeightsOptions {
  /** The trainer's, `compiledOf(trainer)`: its optimizer then takes up the state in the file. @defaultValue none */
  readonly compiled?: Compiled | undefined;
}

/** Gives a model the weights in the bytes of a `.weights.h5` file, or of any whole model of Keras. */
export async function weightsFromKeras(model: AnyLayer, bytes: Uint8Array, { compiled }: LoadWeightsOptions = {}): Promise<void> {
  const keras = await import('./keras/load.js');
  await keras.weightsFromKeras(model, bytes, compiled);
}

/**
 * Gives a model the weights in a `.weights.h5` file, or in any of Keras: by the places of the layers, as Keras does, not by their names.
 *
 * @example await loadWeights(model, 'digits.weights.h5');
 */
export async function loadWeights(model: AnyLayer, path: string, options: LoadWeightsOptions = {}): Promise<void> {
  await weightsFromKeras(model, await readFile(path), options);
}

function savedIn(text: string | undefined): Saved {
  if (text === undefined) throw new FormatError("the file holds tensors but no model: its metadata has no 'gradus'");
  const json = parseDescription(text);
  const { version, model } = isRecord(json) ? json : {};
  if (version !== formatVersion) throw new FormatError(`version: expected ${formatVersion}, found ${JSON.stringify(version)}`);
  return savedOf(model ?? null, 'model');
}
