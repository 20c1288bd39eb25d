/** Where weights stand in Keras' files. */
import { childrenOf, snakeCase } from '../paths.js';
import { Model } from '../model.js';
import { Sequential } from '../sequential.js';
import { isLayer } from '../any-layer.js';
import { groupsOf, kerasClassOf } from './layers.js';
import { kerasLayers } from './order.js';
import { nameOf, namesIn } from './write-model.js';
import type { Variable } from '@gradus/tensor';
import type { AnyLayer } from '../any-layer.js';
import type { Weight } from '../weight.js';

/** The variables of one object of Keras: a group of a .weights.h5 file. */
export interface Place {
  /** The group: '' for the model itself, `layers/dense_1` for a layer; the first is the one to write. */
  readonly paths: readonly string[];
  readonly name: string;
  readonly weights: readonly Weight[];
}

/** The groups of a model, each object once, as `model.save_weights` makes them: named by class and count, in Keras' order. */
export function placesOf(model: AnyLayer): readonly Place[] {
  const seen = new Set<AnyLayer>();
  const places: Place[] = [];
  const visit = (layer: AnyLayer, path: string, name: string): void => {
    if (seen.has(layer)) return;
    seen.add(layer);
    for (const group of groupsOf(layer)) {
      places.push({ paths: group.at.map((at) => joined(path, at)), name: group.name === '' ? name : group.name, weights: group.weights });
    }
    const names = namesIn(layer);
    for (const [inside, child] of childrenIn(layer)) visit(child, joined(path, inside), names(child));
  };
  visit(model, '', nameOf(model));
  return places;
}

function joined(path: string, name: string): string {
  return path === '' || name === '' ? path + name : `${path}/${name}`;
}

/** The layers inside a layer, and the group of each: by the fields that hold them. */
function childrenIn(layer: AnyLayer): readonly (readonly [string, AnyLayer])[] {
  if (layer instanceof Sequential || layer instanceof Model) return counted('layers', kerasLayers(layer));
  const fields: [string, unknown][] = Object.entries(layer);
  return fields
    .map(([field, value]): [string, unknown] => [snakeCase(field), value])
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([field, value]) => {
      if (isLayer(value)) return [[field, value] as const];
      return Array.isArray(value) ? counted(field, value.filter(isLayer)) : []; // prettier-ignore
    });
}

/** `layers/dense`, `layers/dense_1`: the class in snake case, counted within the list. */
function counted(list: string, layers: readonly AnyLayer[]): readonly (readonly [string, AnyLayer])[] {
  const counts = new Map<string, number>();
  return layers.map((layer) => {
    const name = snakeCase(kerasClassOf(layer));
    const count = counts.get(name) ?? 0;
    counts.set(name, count + 1);
    return [`${list}/${count === 0 ? name : `${name}_${count}`}`, layer] as const;
  });
}

interface Owned {
  readonly weight: Weight;
  readonly trains: boolean;
}

/** The weights of a layer in the order of Keras' `trainable_weights + non_trainable_weights`, by which whole-model .h5 files are read. */
export function legacyWeights(layer: AnyLayer): readonly Weight[] {
  const all = owned(layer, new Set());
  const trained = layer.trainable ? all.filter(({ trains }) => trains) : [];
  return [...trained, ...all.filter((one) => !trained.includes(one))].map(({ weight }) => weight);
}

/** What gradients change in a layer, in Keras' order. */
export function trainedVariables(layer: AnyLayer): readonly Variable[] {
  return owned(layer, new Set()).flatMap(({ trains, weight }) => (trains ? [weight.variable] : []));
}

/** The weights of a layer and of those inside it, each once. */
function owned(layer: AnyLayer, seen: Set<AnyLayer>): readonly Owned[] {
  if (seen.has(layer)) return [];
  seen.add(layer);
  const own = groupsOf(layer).flatMap(({ weights }) => weights);
  const inside = layer instanceof Sequential || layer instanceof Model ? kerasLayers(layer) : childrenOf(layer);
  return [
    ...own.map((weight) => ({ weight, trains: weight.trainable && layer.trainable })),
    ...inside.flatMap((child) => owned(child, seen)),
  ];
}
