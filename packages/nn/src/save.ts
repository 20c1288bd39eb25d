/** Models into files: the weights under their paths, and what the model is made of as JSON beside them. */
import { ArgumentError, FormatError } from '@gradus/tensor';
import { writeFileAtomically } from './files/files.js';
import { writeSafetensors } from './formats/safetensors.js';
import { Model } from './model.js';
import { savedLayer } from './network-config.js';
import { layersUnder, weightsUnder } from './paths.js';
import { Sequential } from './sequential.js';
import type { Dense } from '@gradus/tensor';
import type { AnyLayer } from './any-layer.js';

/** The version of what stands under 'gradus' in a file's metadata: { version, model }. */
export const formatVersion = 1;

/** A `Sequential` or a `Model` as the bytes of a .safetensors file. */
export function modelToBytes(model: AnyLayer): Uint8Array {
  if (!(model instanceof Sequential || model instanceof Model)) {
    throw new ArgumentError(`model: expected a Sequential or a Model, found a ${model.className}`);
  }
  for (const { path, layer } of layersUnder(model)) checkClass(path, layer);
  const tensors = new Map<string, Dense>();
  const held = new Set(model.weights); // an unbuilt model says so here
  for (const { path, weight } of weightsUnder(model)) {
    if (tensors.has(path)) throw new ArgumentError(`model: two weights are called ${path}`);
    if (held.has(weight.variable)) tensors.set(path, weight.variable.value.dense());
  }
  const description = JSON.stringify({ version: formatVersion, model: savedLayer(model) });
  return writeSafetensors(tensors, new Map([['gradus', description]]));
}

/**
 * Writes a model into a file, by its extension: `.safetensors`. A file that exists is replaced in one step.
 *
 * @example await saveModel(model, 'digits.safetensors');
 */
export async function saveModel(model: AnyLayer, path: string): Promise<void> {
  checkExtension(path);
  await writeFileAtomically(path, modelToBytes(model));
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

/** @throws FormatError for formats of other programs that Gradus does not know yet, ArgumentError for anything else */
export function checkExtension(path: string): void {
  const extension = /\.[^./\\]*$/.exec(path)?.[0].toLowerCase() ?? '';
  if (extension === '.safetensors') return;
  if (extension === '.h5' || extension === '.keras') {
    throw new FormatError(`path: there is no codec for ${extension} files yet: use .safetensors, found '${path}'`);
  }
  throw new ArgumentError(`path: expected a file that ends in .safetensors, found '${path}'`);
}
