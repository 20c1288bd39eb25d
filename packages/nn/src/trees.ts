/** Trees of symbols, tensors, shapes and masks, walked side by side and looked up by key. */
import { ArgumentError } from '@gradus/tensor';

/**
 * The same structure with `f(leaf, others)` for every value that `isLeaf` accepts; `others` holds the values at the
 * same place of the other trees (undefined where they have none).
 */
export function mapLeaves<T>(
  tree: unknown,
  isLeaf: (value: unknown) => value is T,
  f: (leaf: T, others: readonly unknown[], where: string) => unknown,
  others: readonly unknown[] = [],
  where: string = '',
): unknown {
  if (isLeaf(tree)) return f(tree, others, where);
  if (typeof tree !== 'object' || tree === null) throw new ArgumentError(`${where || 'the structure'}: unexpected ${String(tree)}`);
  const inside = (key: string, child: unknown): unknown =>
    mapLeaves(child, isLeaf, f, others.map((other) => at(other, key)), where ? `${where}.${key}` : key); // prettier-ignore
  if (Array.isArray(tree)) return tree.map((child: unknown, i) => inside(String(i), child));
  const entries: [string, unknown][] = Object.entries(tree);
  return Object.fromEntries(entries.map(([key, child]) => [key, inside(key, child)]));
}

function at(tree: unknown, key: string): unknown {
  if (typeof tree !== 'object' || tree === null || !Object.hasOwn(tree, key)) return undefined;
  return Reflect.get(tree, key);
}

/** Every value of a tree that `isLeaf` accepts, in order of its keys. */
export function leavesOf<T>(tree: unknown, isLeaf: (value: unknown) => value is T): T[] {
  const found: T[] = [];
  mapLeaves(tree, isLeaf, (leaf) => found.push(leaf));
  return found;
}

/** The keys under which a tree's leaves stand, joined by dots: '' for a single leaf. */
export function placesOf<T>(tree: unknown, isLeaf: (value: unknown) => value is T): string[] {
  const found: string[] = [];
  mapLeaves(tree, isLeaf, (_, __, where) => found.push(where));
  return found;
}
