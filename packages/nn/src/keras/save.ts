/** Models into whole files of Keras 3: `.keras` archives, `.h5`, and `.weights.h5`. */
import { ArgumentError } from '@gradus/tensor';
import { loadHdf5, writeHdf5 } from '../formats/hdf5/write.js';
import { writeZip } from '../formats/zip.js';
import { Model } from '../model.js';
import { weightsUnder } from '../paths.js';
import { Symbolic } from '../symbolic.js';
import { kerasLayers, membersOf } from './order.js';
import { legacyWeights, placesOf, trainedVariables } from './weights.js';
import { describe, entryNames, nameOf, namesIn } from './write-model.js';
import type { Dense } from '@gradus/tensor';
import type { AnyLayer } from '../any-layer.js';
import type { Group } from '../formats/hdf5/write.js';
import type { Compiled } from '../save.js';

/** The version of Keras whose files these are. */
const version = '3.15.1';

/** A whole model. */
export async function modelToKeras(model: AnyLayer, format: 'keras' | 'h5', compiled: Compiled | undefined): Promise<Uint8Array> {
  const library = await loadHdf5();
  if (format === 'h5') return writeHdf5(library, wholeGroup(model, compiled));
  const config = { ...describe(model, nameOf(model), { legacy: false }), ...(compiled ? { compile_config: compileConfig(compiled) } : {}) };
  const metadata = { keras_version: version, date_saved: new Date().toISOString().slice(0, 19).replace('T', '@') };
  const members = new Map([
    ['metadata.json', encoded(JSON.stringify(metadata))],
    ['config.json', encoded(JSON.stringify(config))],
    ['model.weights.h5', writeHdf5(library, weightsGroup(model, compiled))],
  ]);
  return writeZip(members);
}

/** The weights alone. */
export async function weightsToKeras(model: AnyLayer, compiled: Compiled | undefined): Promise<Uint8Array> {
  return writeHdf5(await loadHdf5(), weightsGroup(model, compiled));
}

const encoded = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Variables by number, in a group for each object. */
function weightsGroup(model: AnyLayer, compiled: Compiled | undefined): Group {
  const groups = new Map<string, Group>();
  for (const { paths, name, weights } of placesOf(model)) {
    const [path = ''] = paths;
    const values = weights.map(({ variable }) => variable.value.dense());
    groups.set(path === '' ? 'vars' : `${path}/vars`, { attributes: { name }, data: numbered(values) });
  }
  if (compiled) {
    const { optimizer } = compiled;
    const values = optimizer.variables(trainedVariables(model)).map(([, variable]) => variable.value.dense());
    if (values.length > 0) groups.set('optimizer/vars', { attributes: { name: optimizer.name }, data: numbered(values) });
  }
  return { groups };
}

function numbered(values: readonly Dense[]): ReadonlyMap<string, Dense> {
  return new Map(values.map((value, i) => [String(i), value]));
}

/** The file of a whole model: its description as text, and its weights by layers and names. */
function wholeGroup(model: AnyLayer, given: Compiled | undefined): Group {
  const compiled = given?.optimizer.saved.className === 'Lamb' ? undefined : given; // Keras cannot read a .h5 file that names it
  const names = namesIn(model);
  const layers = kerasLayers(model);
  const groups = new Map(layers.map((layer): [string, Group] => [names(layer), layerGroup(layer, names(layer))]));
  const entries =
    model instanceof Model ? entryNames(model.network.inputs, nameOf(model), new Set(groups.keys())) : new Map<Symbolic, string>();
  for (const name of entries.values()) groups.set(name, namedGroup([]));
  if (groups.has('top_level_model_weights')) throw new ArgumentError("name: Keras keeps 'top_level_model_weights' for itself");
  const ordered = model instanceof Model ? membersOf(model.network) : layers;
  const layerNames = ordered.map((member) => (member instanceof Symbolic ? (entries.get(member) ?? '') : names(member)));
  const common = { backend: 'gradus', keras_version: version };
  const sorted = [...groups].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const weights: Group = {
    attributes: { layer_names: layerNames, ...common },
    groups: new Map([...sorted, ['top_level_model_weights', namedGroup([])]]),
  };
  const description = JSON.stringify(describe(model, nameOf(model), { legacy: true }));
  return {
    attributes: { ...common, model_config: description, ...(compiled ? { training_config: trainingConfig(compiled) } : {}) },
    groups: new Map([['model_weights', weights], ...(compiled ? [['optimizer_weights', optimizerGroup(model, compiled)] as const] : [])]),
  };
}

/** A layer's weights; they are read by their order. */
function layerGroup(layer: AnyLayer, name: string): Group {
  const paths = new Map(weightsUnder(layer).map(({ path, weight }) => [weight, path]));
  return namedGroup(legacyWeights(layer).map((weight) => [`${name}/${paths.get(weight) ?? weight.name}`, weight.variable.value.dense()]));
}

function namedGroup(values: readonly (readonly [name: string, value: Dense])[]): Group {
  return { attributes: { weight_names: values.map(([name]) => name) }, data: new Map(values) };
}

function optimizerGroup(model: AnyLayer, { optimizer }: Compiled): Group {
  return namedGroup(
    optimizer.variables(trainedVariables(model)).map(([name, variable]) => [`${optimizer.name}/${name}`, variable.value.dense()]),
  );
}

function compileConfig({ config, optimizer }: Compiled): Compiled['config'] {
  const { className, config: options } = optimizer.saved;
  return { ...config, optimizer: { module: 'keras.optimizers', class_name: className, config: options, registered_name: null } };
}

function trainingConfig({ config, optimizer }: Compiled): string {
  const { className, config: options } = optimizer.saved;
  return JSON.stringify({ ...config, optimizer_config: { class_name: className, config: options } });
}
