/** Models into files: the weights under their paths, and what the model is made of as JSON beside them. */
import { ArgumentError } from '@gradus/tensor';
import { writeFileAtomically } from './files/files.js';
import { writeSafetensors } from './formats/safetensors.js';
import { Model } from './model.js';
import { savedLayer } from './network-config.js';
import { layersUnder, weightsUnder } from './paths.js';
import { Sequential } from './sequential.js';
import type { Dense, Variable } from '@gradus/tensor';
import type { AnyLayer } from './any-layer.js';
import type { Config, Saved } from './config.js';

/** The version of what stands under 'gradus' in a file's metadata: { version, model }. */
export const formatVersion = 1;

/** A `Sequential` or a `Model` as the bytes of a .safetensors file. */
export function modelToBytes(model: AnyLayer): Uint8Array {
  const tensors = new Map<string, Dense>();
  const held = new Set(whole(model).weights); // an unbuilt model says so here
  for (const { path, weight } of weightsUnder(model)) {
    if (tensors.has(path)) throw new ArgumentError(`model: two weights are called ${path}`);
    if (held.has(weight.variable)) tensors.set(path, weight.variable.value.dense());
  }
  const description = JSON.stringify({ version: formatVersion, model: savedLayer(model) });
  return writeSafetensors(tensors, new Map([['gradus', description]]));
}

/** What a trainer adds to a file of Keras: how the model was compiled, and the state of the optimizer. */
export interface Compiled {
  /** Keras' compile_config. */
  readonly config: Config;
  readonly optimizer: CompiledOptimizer;
}

/** An optimizer as Keras has it. */
export interface CompiledOptimizer {
  readonly name: string;
  /** Class and options. */
  readonly saved: Saved;
  /** All that it keeps for the given weights, in Keras' order. */
  variables(weights: readonly Variable[]): readonly (readonly [name: string, variable: Variable])[];
}

export interface SaveOptions {
  /** For `.keras` and `.h5`: lets Keras go on training. @defaultValue nothing: Keras compiles the model anew */
  readonly compiled?: Compiled | undefined;
}

/** What a file's extension stands for. */
export type FileFormat = 'safetensors' | 'keras' | 'h5';

/** A `Sequential` or a `Model` as the bytes of a file of Keras 3. @throws MissingPeerError where the package h5wasm is not installed */
export async function modelToKeras(model: AnyLayer, format: 'keras' | 'h5', { compiled }: SaveOptions = {}): Promise<Uint8Array> {
  const keras = await import('./keras/save.js');
  return keras.modelToKeras(whole(model), format, compiled);
}

/**
 * Writes a model into a file, by its extension: `.safetensors`, or Keras' `.keras` and `.h5`, which want the optional peer dependency h5wasm. A file
 * that exists is replaced in one step.
 *
 * @example await saveModel(model, 'digits.safetensors');
 */
export async function saveModel(model: AnyLayer, path: string, options: SaveOptions = {}): Promise<void> {
  const format = formatOf(path);
  await writeFileAtomically(path, format === 'safetensors' ? modelToBytes(model) : await modelToKeras(model, format, options));
}

/** The weights of a model as the bytes of Keras' `.weights.h5`. @throws MissingPeerError where the package h5wasm is not installed */
export async function weightsToKeras(model: AnyLayer, { compiled }: SaveOptions = {}): Promise<Uint8Array> {
  const keras = await import('./keras/save.js');
  return keras.weightsToKeras(whole(model), compiled);
}

/** Writes the weights of a model into a file that ends in `.weights.h5`, as Keras does. */
export async function saveWeights(model: AnyLayer, path: string, options: SaveOptions = {}): Promise<void> {
  checkWeightsPath(path);
  await writeFileAtomically(path, await weightsToKeras(model, options));
}

/** Loads what it takes to write this file, so that a missing package is known before there is something to write. */
export async function prepareToSave(path: string): Promise<void> {
  if (formatOf(path) === 'safetensors') return;
  const { loadHdf5 } = await import('./formats/hdf5/write.js');
  await loadHdf5();
}

/** A model that a file can hold. */
function whole(model: AnyLayer): Sequential | Model<unknown, unknown> {
  if (!(model instanceof Sequential || model instanceof Model)) {
    throw new ArgumentError(`model: expected a Sequential or a Model, found a ${model.className}`);
  }
  for (const { path, layer } of layersUnder(model)) checkClass(path, layer);
  return model;
}

/** Refuses a class whose name a minifier would change: files need it. */
function checkClass(path: string, layer: AnyLayer): void {
  const own: unknown = Object.hasOwn(layer.constructor, 'className') ? Reflect.get(layer.constructor, 'className') : '';
  if (own === layer.className && own !== '') return;
  const who = layer.constructor.name || 'a class';
  throw new ArgumentError(
    `model: ${who}${path === '' ? '' : ` at ${path}`} has no name for files: give the class \`static className = '${who}'\``,
  );
}

/** What the extension of a file stands for. @throws ArgumentError for one that Gradus does not write */
export function formatOf(path: string): FileFormat {
  const extension = /\.([^./\\]*)$/.exec(path)?.[1]?.toLowerCase();
  if (extension === 'safetensors' || extension === 'keras' || extension === 'h5') return extension;
  throw new ArgumentError(`path: expected a file that ends in .safetensors, .keras or .h5, found '${path}'`);
}

/** @throws ArgumentError where a file of weights is not called so */
export function checkWeightsPath(path: string): void {
  if (!path.endsWith('.weights.h5')) throw new ArgumentError(`path: expected a file that ends in .weights.h5, found '${path}'`);
}
