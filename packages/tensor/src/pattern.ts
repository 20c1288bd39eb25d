/**
 * What a program was traced for: structure, element types, shapes, fixed values. Arguments are compared with it piece
 * by piece, which makes no garbage: for a training step that is most of what happens outside the program.
 */
import { Tensor } from './tensor.js';
import { sameShape } from './shape.js';
import type { DType } from './dtype.js';
import type { Shape } from './shape.js';

export type Pattern =
  | { readonly kind: 'tensor'; readonly dtype: DType; readonly shape: Shape }
  | { readonly kind: 'list'; readonly items: readonly Pattern[] }
  | { readonly kind: 'record'; readonly keys: readonly string[]; readonly items: readonly Pattern[] }
  | { readonly kind: 'fixed'; readonly value: unknown };

/** The pattern that `tree` fits. */
export function patternOf(tree: unknown): Pattern {
  if (tree instanceof Tensor) return { kind: 'tensor', dtype: tree.dtype, shape: tree.shape };
  if (Array.isArray(tree)) return { kind: 'list', items: tree.map(patternOf) };
  if (typeof tree !== 'object' || tree === null) return { kind: 'fixed', value: tree };
  const entries: [string, unknown][] = Object.entries(tree);
  return { kind: 'record', keys: entries.map(([key]) => key), items: entries.map(([, child]) => patternOf(child)) };
}

/** Whether `tree` fits; its tensors are then in `leaves`, in the order of its keys. */
export function fits(pattern: Pattern, tree: unknown, leaves: Tensor[]): boolean {
  switch (pattern.kind) {
    case 'tensor':
      if (!(tree instanceof Tensor) || tree.dtype !== pattern.dtype || !sameShape(tree.shape, pattern.shape)) return false;
      leaves.push(tree);
      return true;
    case 'list':
      if (!Array.isArray(tree) || tree.length !== pattern.items.length) return false;
      for (let i = 0; i < pattern.items.length; i++) if (!fits(pattern.items[i], tree[i], leaves)) return false;
      return true;
    case 'record':
      return fitsRecord(pattern, tree, leaves);
    case 'fixed':
      return Object.is(tree, pattern.value);
  }
}

function fitsRecord({ keys, items }: Pattern & { readonly kind: 'record' }, tree: unknown, leaves: Tensor[]): boolean {
  if (!isRecord(tree)) return false;
  let i = 0;
  for (const key in tree) {
    if (!Object.hasOwn(tree, key)) continue;
    if (keys[i] !== key || !fits(items[i], tree[key], leaves)) return false;
    i++;
  }
  return i === keys.length;
}

function isRecord(tree: unknown): tree is Readonly<Record<string, unknown>> {
  return typeof tree === 'object' && tree !== null && !Array.isArray(tree) && !(tree instanceof Tensor);
}
