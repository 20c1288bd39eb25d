/**
 * Where layers stand: a model is walked, and every layer and weight in it has a path, `encoder/dense_1/kernel`.
 * Paths are never stored, so that a layer may be part of several models; the first place counts where it is shared.
 */
import { ArgumentError } from '@gradus/tensor';
import { Symbolic } from './symbolic.js';
import { isLayer } from './any-layer.js';
import type { AnyLayer } from './any-layer.js';
import type { Weight } from './weight.js';

/** `BatchNormalization` -> `batch_normalization`, `Conv2D` -> `conv2d`, `ReLU` -> `re_lu`. */
export function snakeCase(name: string): string {
  return name
    .replace(/(.)([A-Z][a-z]+)/g, '$1_$2')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase();
}

/** A layer and where it stands below its root: '' for the root itself. */
export interface Placed {
  readonly path: string;
  readonly layer: AnyLayer;
}

/** The layers in the fields of `layer`, in order: alone, in lists or in records. */
export function childrenOf(layer: AnyLayer): readonly AnyLayer[] {
  const found = new Set<AnyLayer>();
  const look = (value: unknown, depth: number): void => {
    if (isLayer(value)) found.add(value);
    else if (depth < 4 && isPlain(value)) for (const child of Object.values(value)) look(child, depth + 1);
  };
  for (const field of Object.values(layer)) look(field, 0);
  found.delete(layer);
  return [...found];
}

function isPlain(value: unknown): value is Record<string, unknown> | readonly unknown[] {
  if (typeof value !== 'object' || value === null || value instanceof Symbolic) return false;
  return Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype;
}

/** What siblings are called: the given name, else that of the class; a second one gets `_1`, and so on. */
export function namesOf(siblings: readonly AnyLayer[]): readonly string[] {
  const taken = new Set(siblings.flatMap(({ name }) => (name === undefined ? [] : [name])));
  const counts = new Map<string, number>();
  return siblings.map(({ name, className }) => {
    if (name !== undefined) return name;
    const base = snakeCase(className);
    for (;;) {
      const count = counts.get(base) ?? 0;
      counts.set(base, count + 1);
      const candidate = count === 0 ? base : `${base}_${count}`;
      if (taken.has(candidate)) continue;
      taken.add(candidate);
      return candidate;
    }
  });
}

/** Refuses two siblings of one name. */
export function checkNames(siblings: readonly AnyLayer[]): void {
  const names = [...new Set(siblings)].flatMap(({ name }) => (name === undefined ? [] : [name]));
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new ArgumentError(`name: two layers of one model are called '${twice}'`);
}

/** `root` and every layer below it, each once, parents first. */
export function layersUnder(root: AnyLayer): readonly Placed[] {
  const seen = new Set<AnyLayer>();
  const placed: Placed[] = [];
  const visit = (layer: AnyLayer, path: string): void => {
    if (seen.has(layer)) return;
    seen.add(layer);
    placed.push({ path, layer });
    const children = childrenOf(layer);
    const names = namesOf(children);
    for (const [i, child] of children.entries()) visit(child, join(path, names[i] ?? ''));
  };
  visit(root, '');
  return placed;
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}/${name}`;
}

/** A weight and where it stands below its root. */
export interface PlacedWeight {
  readonly path: string;
  readonly weight: Weight;
  readonly layer: AnyLayer;
}

/** Every weight of `root` and below it, each once. */
export function weightsUnder(root: AnyLayer): readonly PlacedWeight[] {
  return layersUnder(root).flatMap(({ path, layer }) => {
    return layer.ownWeights.map((weight) => ({ path: join(path, weight.name), weight, layer }));
  });
}

/**
 * Says where every weight is drawn from: the seed, and the path below `root`. A model inside that was given a seed of
 * its own keeps it, with paths that start there.
 */
export function claim(root: AnyLayer, seed: number): void {
  const layers = layersUnder(root);
  const owners = layers.filter(({ layer }) => layer.seed !== undefined);
  for (const { path, layer } of layers) {
    const owner = owners.findLast((candidate) => path === candidate.path || path.startsWith(`${candidate.path}/`));
    const from = owner && owner.path !== '' ? path.slice(owner.path.length).replace(/^\//, '') : path;
    for (const weight of layer.ownWeights) weight.claim(owner?.layer.seed ?? seed, join(from, weight.name));
  }
}
