/** Nested structures of tensors: records, arrays and tuples, to any depth. */
import { Tensor } from './tensor.js';

/** `T` if every leaf of it is a tensor; else a type that does not fit it. */
export type Tree<T> = T extends Tensor ? T : T extends object ? { readonly [K in keyof T]: Tree<T[K]> } : never;

/** All tensors in `tree`, in the order of its keys. */
export function leaves(tree: unknown): Tensor[] {
  const found: Tensor[] = [];
  mapTree(tree, (leaf) => {
    found.push(leaf);
    return leaf;
  });
  return found;
}

/** The same structure with `f(leaf)` for every tensor; numbers, strings and the like stay as they are. */
export function mapTree<T>(tree: T, f: (leaf: Tensor) => Tensor): T;
export function mapTree(tree: unknown, f: (leaf: Tensor) => Tensor): unknown {
  if (tree instanceof Tensor) return f(tree);
  if (Array.isArray(tree)) return tree.map((child: unknown) => mapTree(child, f));
  if (typeof tree !== 'object' || tree === null) return tree;
  const prototype: unknown = Object.getPrototypeOf(tree);
  if (prototype !== Object.prototype && prototype !== null) {
    throw new TypeError(`expected tensors in plain objects and arrays, found an instance of ${tree.constructor.name}`);
  }
  const entries: [string, unknown][] = Object.entries(tree);
  return Object.fromEntries(entries.map(([key, child]) => [key, mapTree(child, f)]));
}

/** The structure with other tensors in the places of its own, in order. */
export function fillTree<T>(tree: T, values: readonly Tensor[]): T {
  let next = 0;
  return mapTree(tree, () => values[next++]);
}

/**
 * A text that two trees share exactly if they have the same structure, types and fixed values: for finding programs.
 *
 * @throws TypeError for functions and symbols: no text tells two of them apart
 */
export function signature(tree: unknown): string {
  if (tree instanceof Tensor) return `${tree.dtype}[${tree.shape.join(',')}]`;
  if (Array.isArray(tree)) return `(${tree.map(signature).join(';')})`;
  if (typeof tree === 'object' && tree !== null) {
    const entries: [string, unknown][] = Object.entries(tree);
    return `{${entries.map(([key, child]) => `${JSON.stringify(key)}:${signature(child)}`).join(';')}}`;
  }
  return fixed(tree);
}

function fixed(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'function' || typeof value === 'symbol')
    throw new TypeError(`expected tensors and fixed values (numbers, texts, truth values), found a ${typeof value}`);
  return Object.is(value, -0) ? '-0' : String(value);
}
