/** Predictions for many rows, a batch at a time. */
import { ArgumentError, concat, fromData, jit, ShapeError, sizeOf, Tensor } from '@gradus/tensor';
import { apply } from './apply.js';
import { isTensor } from './masks.js';
import { mapLeaves } from './trees.js';
import type { Jitted, TypedArray } from '@gradus/tensor';
import type { AnyLayer, PartialShape } from './any-layer.js';

/** The same tree with data for every tensor: a tensor, or a typed array with one row after the other. */
export type Rows<T> = T extends Tensor ? Tensor | TypedArray : { readonly [K in keyof T]: Rows<T[K]> };

export interface PredictOptions {
  /** How many rows go through at once. @defaultValue 32 */
  readonly batchSize?: number;
}

export function isRows(value: unknown): value is Tensor | TypedArray {
  return isTensor(value) || (ArrayBuffer.isView(value) && 'BYTES_PER_ELEMENT' in value);
}

/** `rows` as a tensor whose rows have the given shape (without the batch axis), where it is known. */
export function rowsOf(rows: Tensor | TypedArray, shape: PartialShape | undefined, where: string): Tensor {
  if (rows instanceof Tensor) return rows;
  const sizes = shape?.map((n) => n ?? -1) ?? [];
  const unknown = sizes.includes(-1);
  if (unknown) throw new ShapeError(`${where}: a typed array needs a known row shape; give a tensor instead`);
  const row = sizeOf(sizes);
  if (row > 0 && rows.length % row === 0) return fromData(rows, [rows.length / row, ...sizes]);
  throw new ShapeError(`${where}: ${rows.length} numbers do not make rows of ${row}`);
}

/** How many rows there are; all tensors of the tree must agree. */
export function countRows(tree: unknown): number {
  const counts: string[] = [];
  const sizes = new Set<number>();
  mapLeaves(tree, isTensor, ({ shape }, _, where) => {
    sizes.add(shape[0] ?? 0);
    counts.push(`${where || 'x'} has ${shape[0] ?? 'no rows'}`);
  });
  const [rows = 0] = sizes;
  if (sizes.size > 1) throw new ShapeError(`numbers of rows differ: ${counts.join(', ')}`);
  return rows;
}

/** Rows `from` to before `to` of every tensor in the tree. */
export function sliceRows(tree: unknown, from: number, to: number): unknown {
  return mapLeaves(tree, isTensor, (x) => x.slice(`${from}:${to}`));
}

/** The results of `forward` for all rows, batch after batch, joined again. */
export function predictRows(forward: (x: unknown) => unknown, x: unknown, { batchSize = 32 }: PredictOptions): unknown {
  if (!Number.isInteger(batchSize) || batchSize < 1) {
    throw new ArgumentError(`batchSize: expected a whole number of at least 1, found ${batchSize}`);
  }
  const rows = countRows(x);
  if (rows <= batchSize) return forward(x);
  const parts: unknown[] = [];
  for (let from = 0; from < rows; from += batchSize) parts.push(forward(sliceRows(x, from, Math.min(rows, from + batchSize))));
  return joinRows(parts);
}

/** The results of several batches as those of one: tensors in the same places follow each other. */
export function joinRows(parts: readonly unknown[]): unknown {
  return mapLeaves(parts[0], isTensor, (leaf, others) => concat([leaf, ...others.filter(isTensor)]), parts.slice(1));
}

/** A forward pass as a compiled function. */
export type Forward = Jitted<readonly [unknown], unknown>;

/** The layer's results without training, compiled once for each shape. */
export function forwardOf(layer: AnyLayer): Forward {
  return jit((x: unknown) => apply(layer, x, { training: false }), { name: `${layer.className}.predict` });
}
