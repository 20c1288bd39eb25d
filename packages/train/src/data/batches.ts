/** Batches of arrays: rows in an order that a seed and the pass decide, so that any batch can be found again. */
import { countRows, isRows, isTensor, mapLeaves, rowsOf, sliceRows } from '@gradus/nn';
import { ArgumentError, fromData, key, permutation, sizeOf } from '@gradus/tensor';
import type { Tensor, TypedArray } from '@gradus/tensor';

/** What a step is given: trees of tensors with one row a sample; null where there is none. */
export interface Batch<X = Tensor, Y = unknown> {
  readonly x: X;
  readonly y: Y;
  readonly sampleWeight: unknown;
}

export type AnyBatch = Batch<unknown>;

/** Data for training: trees of tensors (or typed arrays, one number a row) with as many rows each. */
export interface Data {
  readonly x: unknown;
  readonly y?: unknown;
  readonly sampleWeight?: unknown;
}

/** true: one order of all rows for each pass; 'batch': the same rows in each batch, in another order. */
export type Shuffle = boolean | 'batch';

export interface BatchOptions {
  readonly batchSize: number;
  readonly shuffle: Shuffle;
  readonly seed: number;
}

export function isData(data: unknown): data is Data {
  return typeof data === 'object' && data !== null && 'x' in data;
}

/** All of `data` as tensors, with as many rows each. */
export function tensorsOf({ x, y, sampleWeight }: Data): AnyBatch {
  const tensors = (tree: unknown, name: string): unknown => {
    if (tree === undefined || tree === null) return null;
    if (typeof tree !== 'object' || (Array.isArray(tree) && !leavesFit(tree))) {
      throw new ArgumentError(
        `${name}: expected tensors or typed arrays, found ${Array.isArray(tree) ? 'a list of values: tensor(list) makes one tensor' : typeof tree}`,
      );
    }
    return mapLeaves(tree, isRows, (rows, _, where) => rowsOf(rows, [], where || name));
  };
  const batch = { x: tensors(x, 'x'), y: tensors(y, 'y'), sampleWeight: tensors(sampleWeight, 'sampleWeight') };
  if (batch.x === null) throw new ArgumentError('x is missing');
  countRows(Object.fromEntries(Object.entries(batch).filter(([, tree]) => tree !== null)));
  return batch;
}

/** Whether a list holds inputs one by one, and not the numbers themselves. */
function leavesFit(list: readonly unknown[]): boolean {
  return list.every(
    (item) =>
      isRows(item) || (typeof item === 'object' && item !== null && !Array.isArray(item)) || (Array.isArray(item) && leavesFit(item)),
  );
}

/** How many batches of `batchSize` the rows make; the last one may be smaller. */
export function countBatches({ x }: AnyBatch, batchSize: number): number {
  const rows = countRows(x);
  if (rows === 0) throw new ArgumentError('x: there are no rows');
  return Math.ceil(rows / batchSize);
}

/** @throws ArgumentError unless `n` is a whole number of at least 1 */
export function checkCount(n: number, name: string): number {
  if (Number.isInteger(n) && n >= 1) return n;
  throw new ArgumentError(`${name}: expected a whole number of at least 1, found ${n}`);
}

/**
 * The batches of one pass, from batch number `from` on. Shuffled rows are gathered into arrays that are used again: such
 * a batch is lent until the next one is asked for.
 */
export function* batchesOf(all: AnyBatch, pass: number, options: BatchOptions, from: number = 0): Generator<AnyBatch> {
  const { batchSize } = options;
  const rows = countRows(all.x);
  const order = orderOf(rows, pass, options);
  const shelf = new Shelf();
  for (let start = from * batchSize; start < rows; start += batchSize) {
    const stop = Math.min(rows, start + batchSize);
    const picked = order?.subarray(start, stop);
    yield eachPart(all, (tree) => (picked ? mapLeaves(tree, isTensor, (x) => shelf.gathered(x, picked)) : sliceRows(tree, start, stop)));
  }
}

/** Which row comes when; undefined: as they lie. */
function orderOf(rows: number, pass: number, { batchSize, shuffle, seed }: BatchOptions): Int32Array | undefined {
  if (shuffle === false) return undefined;
  const order = permutation(key(seed, 'shuffle'), rows, { counter: pass }).data('int32');
  if (shuffle === true) return order;
  const inBatches = Int32Array.from({ length: rows }, (_, i) => i);
  for (let start = 0; start < rows; start += batchSize) {
    inBatches.subarray(start, start + batchSize).sort((a, b) => (order[a] ?? 0) - (order[b] ?? 0));
  }
  return inBatches;
}

function eachPart({ x, y, sampleWeight }: AnyBatch, f: (tree: unknown) => unknown): AnyBatch {
  const part = (tree: unknown): unknown => (tree === null ? null : f(tree));
  return { x: f(x), y: part(y), sampleWeight: part(sampleWeight) };
}

/** One array for each tensor whose rows are gathered, as long as the longest batch. */
class Shelf {
  private readonly arrays: Map<Tensor, TypedArray> = new Map();

  /** The rows of x that `order` names, one after the other. */
  gathered(x: Tensor, order: Int32Array): Tensor {
    const row = x.shape.slice(1);
    const size = sizeOf(row);
    const { data, dtype } = x.dense();
    const length = order.length * size;
    const kept = this.arrays.get(x) ?? data.slice(0, length);
    this.arrays.set(x, kept);
    for (let i = 0; i < order.length; i++) {
      const from = (order[i] ?? 0) * size;
      kept.set(data.subarray(from, from + size), i * size);
    }
    return fromData(kept.subarray(0, length), [order.length, ...row], dtype);
  }
}

/** Cuts off the last `fraction` of the rows for validation, before anything is shuffled. */
export function splitOff(all: AnyBatch, fraction: number): readonly [AnyBatch, AnyBatch] {
  const rows = countRows(all.x);
  const kept = Math.floor(rows * (1 - fraction));
  if (kept <= 0 || kept >= rows) {
    throw new ArgumentError(`validationSplit: ${fraction} of ${rows} rows leaves ${kept} to train on and ${rows - kept} to validate`);
  }
  return [eachPart(all, (tree) => sliceRows(tree, 0, kept)), eachPart(all, (tree) => sliceRows(tree, kept, rows))];
}
