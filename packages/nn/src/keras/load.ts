/** Models and weights out of whole files of Keras. Nothing in them runs, and only registered classes are made. */
import { FormatError, fromData, sameShape, showShape } from '@gradus/tensor';
import { isHdf5, readHdf5 } from '../formats/hdf5/read.js';
import { isZip, ZipReader } from '../formats/zip.js';
import { weightsUnder } from '../paths.js';
import { modelFrom, parseDescription, putWeights } from '../reading.js';
import { kerasLayers } from './order.js';
import { savedFrom } from './read-model.js';
import { legacyWeights, placesOf, trainedVariables } from './weights.js';
import type { Dense, Variable } from '@gradus/tensor';
import type { AnyLayer } from '../any-layer.js';
import type { Hdf5Object } from '../formats/hdf5/read.js';
import type { Loaded } from '../load.js';
import type { LayerClass } from '../registry.js';
import type { Compiled } from '../save.js';
import type { Weight } from '../weight.js';

/** A file of Keras: the description of the model, where it has one, and the weights. */
interface Parts {
  readonly description: string | undefined;
  /** Beside the weights may stand the state of an optimizer. */
  readonly root: Hdf5Object;
  readonly weights: Hdf5Object;
}

export async function modelFromKeras(bytes: Uint8Array, own: readonly LayerClass[]): Promise<Loaded> {
  const { description, weights } = await partsOf(bytes);
  if (description === undefined) throw new FormatError('the file holds weights but no model: load them into one with loadWeights');
  const names = new Set(own.map(({ className }) => className));
  const model = modelFrom(
    savedFrom(parseDescription(description), (className) => names.has(className)),
    own,
  );
  putInto(model, weights);
  return model;
}

export async function weightsFromKeras(model: AnyLayer, bytes: Uint8Array, compiled: Compiled | undefined): Promise<void> {
  const { root, weights } = await partsOf(bytes);
  const state = compiled && stateFor(compiled, trainedVariables(model), root);
  putInto(model, weights);
  for (const [variable, { data, shape, dtype }] of state ?? []) variable.put(fromData(data, shape, dtype));
}

async function partsOf(bytes: Uint8Array): Promise<Parts> {
  if (isHdf5(bytes)) {
    const root = readHdf5(bytes);
    return { description: root.text('model_config'), root, weights: root.get('model_weights') ?? root };
  }
  if (!isZip(bytes)) throw new FormatError('the file is neither HDF5 (.h5) nor an archive (.keras)');
  const archive = new ZipReader(bytes);
  const config = await archive.read('config.json', mostOf(bytes));
  const weights = await archive.read('model.weights.h5', mostOf(bytes));
  if (!config || !weights) throw new FormatError(`the archive has no ${config ? 'model.weights.h5' : 'config.json'}: it is no .keras file`);
  const root = readHdf5(weights);
  return { description: textOf(config), root, weights: root };
}

/** Members that unpack to more than this are bombs: weights hardly get smaller when they are packed. */
function mostOf({ length }: Uint8Array): number {
  return 100 * length + 1_000_000;
}

function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new FormatError('config.json is not UTF-8', { cause: error });
  }
}

/** Gives the model the weights of a file; streams of randomness, which Keras does not save, stay as they are. */
function putInto(model: AnyLayer, root: Hdf5Object): void {
  const found = root.texts('layer_names') === undefined && !root.text('layer_names0') ? byPlace(model, root) : byOrder(model, root);
  const placed = weightsUnder(model).filter(({ weight }) => weight.name !== 'random');
  putWeights(placed, ({ weight }) => found.get(weight));
}

/** The state of the optimizer in the file, for the variables of this one. @throws FormatError where it is another optimizer's */
function stateFor({ optimizer }: Compiled, trained: readonly Variable[], root: Hdf5Object): ReadonlyMap<Variable, Dense> {
  const variables = optimizer.variables(trained);
  const saved = savedState(root);
  if (saved.length !== variables.length) {
    throw new FormatError(`optimizer: the file has ${saved.length} variables of an optimizer, ${optimizer.name} has ${variables.length}`);
  }
  const found = new Map<Variable, Dense>();
  for (const [i, [name, variable]] of variables.entries()) {
    const dense = saved[i]?.dense();
    if (!dense || dense.dtype !== variable.dtype || !sameShape(dense.shape, variable.shape)) {
      const what = dense ? `${dense.dtype} ${showShape(dense.shape)}` : 'nothing';
      throw new FormatError(`optimizer: ${name} is ${variable.dtype} ${showShape(variable.shape)}, in the file ${what}`);
    }
    found.set(variable, dense);
  }
  return found;
}

/** The variables of the optimizer: by number, or in .h5 by a list of names. */
function savedState(root: Hdf5Object): readonly Hdf5Object[] {
  const named = root.get('optimizer_weights');
  if (named) return listOf(named, 'weight_names').map((name) => member(named, name));
  const numbered = root.get('optimizer/vars');
  const saved: Hdf5Object[] = [];
  for (let next = numbered?.get('0'); next; next = numbered?.get(String(saved.length))) saved.push(next);
  return saved;
}

/** Files of Keras 3: variables by number, in the groups of their objects. */
function byPlace(model: AnyLayer, root: Hdf5Object): ReadonlyMap<Weight, Dense> {
  const found = new Map<Weight, Dense>();
  for (const { paths, weights } of placesOf(model)) {
    const [group] = paths.map((path) => root.get(path === '' ? 'vars' : `${path}/vars`)).filter((one) => one !== undefined);
    for (const [i, weight] of weights.entries()) {
      const dense = group?.get(String(i))?.dense();
      if (dense) found.set(weight, dense);
    }
  }
  return found;
}

/** Whole models as .h5, and weights of Keras 2: layer by layer and weight by weight, whatever they are called. */
function byOrder(model: AnyLayer, root: Hdf5Object): ReadonlyMap<Weight, Dense> {
  const layers = kerasLayers(model).filter((layer) => legacyWeights(layer).length > 0);
  const groups = listOf(root, 'layer_names').map((name) => ({ name, group: member(root, name) }));
  const saved = groups.map(({ name, group }) => ({ name, group, names: listOf(group, 'weight_names') })).filter(({ names }) => names.length > 0); // prettier-ignore
  if (saved.length !== layers.length) {
    throw new FormatError(`weights: the file has ${saved.length} layers with weights, the model has ${layers.length}`);
  }
  const found = new Map<Weight, Dense>();
  for (const [i, { name, group, names }] of saved.entries()) {
    const weights = layers[i] ? legacyWeights(layers[i]) : [];
    if (names.length !== weights.length)
      throw new FormatError(`weights: ${name} has ${names.length} in the file, ${weights.length} in the model`);
    for (const [j, weight] of weights.entries()) found.set(weight, member(group, names[j] ?? '').dense());
  }
  return found;
}

function member(group: Hdf5Object, name: string): Hdf5Object {
  const found = group.get(name);
  if (found) return found;
  throw new FormatError(`weights: the file has no ${name}`);
}

/** A list of texts; a long one is cut into several attributes, `name0`, `name1`. */
function listOf(group: Hdf5Object, name: string): readonly string[] {
  const whole = group.texts(name);
  if (whole) return whole;
  const parts: string[] = [];
  for (let part = 0; ; part++) {
    const texts = group.texts(`${name}${part}`);
    if (!texts) return parts;
    parts.push(...texts);
  }
}
