/** The table of all batching rules, complete by type: a missing one does not compile. */
import { conv, product, windows } from './products.js';
import { gather } from './gather.js';
import { cumulative, join, move, reduce, sorting } from './shapes.js';
import { random } from './random.js';
import type { BinarySignatures, CompareSignatures, ConvertSignatures, PrimitiveName, UnarySignatures } from '@gradus/tensor/extend';
import type { BatchRule, BatchRules } from './rule.js';

/** Families that do not see the batch: one rule serves them all. */
type Elementwise = keyof (UnarySignatures & BinarySignatures & CompareSignatures & ConvertSignatures);

const others: BatchRules<Exclude<PrimitiveName, Elementwise>> = {
  ...reduce,
  ...move,
  ...join,
  ...gather,
  ...product,
  ...conv,
  ...windows,
  ...cumulative,
  ...sorting,
  ...random,
};

/** The rules by name; primitives without one work element by element. */
export const batchRules: { readonly [P in PrimitiveName]?: BatchRule<P> } = others;
