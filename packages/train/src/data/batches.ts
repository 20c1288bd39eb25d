/** Batches of arrays: rows in an order that a seed and the epoch decide, so that any batch can be found again. */
import { countRows, isRows, mapLeaves, rowsOf } from '@gradus/nn';
import { ArgumentError, fromData, key, permutation, sizeOf, Tensor } from '@gradus/tensor';

/** What a step is given: trees of tensors with one row a sample; null where there is none. */
export interface Batch {
  readonly x: unknown;
  readonly y: unknown;
  readonly sampleWeight: unknown;
}

/** Data for training: trees of tensors (or typed arrays, one number a row) with as many rows each. */
export interface Data {
  readonly x: unknown;
  readonly y?: unknown;
  readonly sampleWeight?: unknown;
}

export interface BatchOptions {
  readonly batchSize: number;
  /** Draw an order anew for each epoch from this seed; undefined: as the rows lie. */
  readonly seed: number | undefined;
}

/** All of `data` as tensors, with as many rows each. */
export function tensorsOf({ x, y, sampleWeight }: Data): Batch {
  const tensors = (tree: unknown, name: string): unknown =>
    tree === undefined || tree === null ? null : mapLeaves(tree, isRows, (rows, _, where) => rowsOf(rows, [], where || name));
  const batch = { x: tensors(x, 'x'), y: tensors(y, 'y'), sampleWeight: tensors(sampleWeight, 'sampleWeight') };
  if (batch.x === null) throw new ArgumentError('x is missing');
  countRows([batch.x, batch.y, batch.sampleWeight].filter((tree) => tree !== null));
  return batch;
}

/** How many batches of `batchSize` the rows make; the last one may be smaller. */
export function stepsOf(batch: Batch, batchSize: number): number {
  if (!Number.isInteger(batchSize) || batchSize < 1) {
    throw new ArgumentError(`batchSize: expected a whole number of at least 1, found ${batchSize}`);
  }
  const rows = countRows(batch.x);
  if (rows === 0) throw new ArgumentError('x: there are no rows');
  return Math.ceil(rows / batchSize);
}

/** The batches of one epoch, from batch number `from` on. */
export function* batchesOf(all: Batch, epoch: number, { batchSize, seed }: BatchOptions, from: number = 0): Generator<Batch> {
  const rows = countRows(all.x);
  const order = seed === undefined ? undefined : permutation(key(seed, 'shuffle'), rows, { counter: epoch }).data('int32');
  for (let start = from * batchSize; start < rows; start += batchSize) {
    const stop = Math.min(rows, start + batchSize);
    const pick = (tree: unknown): unknown =>
      tree === null
        ? null
        : mapLeaves(tree, isTensorLeaf, (x) => (order ? gathered(x, order.subarray(start, stop)) : x.slice(`${start}:${stop}`)));
    yield { x: pick(all.x), y: pick(all.y), sampleWeight: pick(all.sampleWeight) };
  }
}

function isTensorLeaf(value: unknown): value is Tensor {
  return value instanceof Tensor;
}

/** The rows of x that `order` names, copied one after the other. */
function gathered(x: Tensor, order: Int32Array): Tensor {
  const row = x.shape.slice(1);
  const size = sizeOf(row);
  const { data, dtype } = x.dense();
  const picked = data.slice(0, order.length * size);
  for (const [i, from] of order.entries()) picked.set(data.subarray(from * size, (from + 1) * size), i * size);
  return fromData(picked, [order.length, ...row], dtype);
}

/** Cuts off the last `fraction` of the rows for validation, before anything is shuffled. */
export function splitOff(all: Batch, fraction: number): readonly [Batch, Batch] {
  const rows = countRows(all.x);
  const kept = Math.floor(rows * (1 - fraction));
  if (kept <= 0 || kept >= rows) {
    throw new ArgumentError(`validationSplit: ${fraction} of ${rows} rows leaves ${kept} to train on and ${rows - kept} to validate`);
  }
  const part = (tree: unknown, range: string): unknown => (tree === null ? null : mapLeaves(tree, isTensorLeaf, (x) => x.slice(range)));
  const cut = (range: string): Batch => ({ x: part(all.x, range), y: part(all.y, range), sampleWeight: part(all.sampleWeight, range) });
  return [cut(`:${kept}`), cut(`${kept}:`)];
}
