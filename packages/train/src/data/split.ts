/** Setting rows aside before training. */
import { countRows, mapLeaves } from '@gradus/nn';
import { ArgumentError, fromData, key, permutation, take, Tensor } from '@gradus/tensor';

export interface SplitOptions {
  /** The share of rows in the second part; ceil(n testSize) of them. @defaultValue 0.25 */
  readonly testSize?: number;
  /** @defaultValue 0 */
  readonly seed?: number;
  /** @defaultValue true */
  readonly shuffle?: boolean;
  /** Keep the share of each class the same in both parts: one class a row. */
  readonly stratify?: Tensor;
}

function isTensor(value: unknown): value is Tensor {
  return value instanceof Tensor;
}

/**
 * Two parts of `data` ({ x, y, sampleWeight }, or any tree of tensors with as many rows each): [train, test].
 *
 * @throws ArgumentError where a part would be empty
 */
export function trainTestSplit<D>(data: D, options?: SplitOptions): readonly [D, D];
export function trainTestSplit(data: unknown, options: SplitOptions = {}): readonly [unknown, unknown] {
  const { testSize = 0.25, seed = 0, shuffle = true, stratify } = options;
  const rows = countRows(data);
  const held = Math.ceil(rows * testSize);
  if (!(testSize > 0 && testSize < 1) || held < 1 || held >= rows) {
    throw new ArgumentError(`testSize: expected a share between 0 and 1 that leaves rows on both sides, found ${testSize} of ${rows} rows`);
  }
  const order = shuffle ? permutation(key(seed, 'split'), rows).data('int32') : Int32Array.from({ length: rows }, (_, i) => i);
  const [train, test] = stratify
    ? stratified(order, stratify, held)
    : shuffle
      ? [order.subarray(held), order.subarray(0, held)]
      : [order.subarray(0, rows - held), order.subarray(rows - held)];
  const part = (indices: Int32Array): unknown => mapLeaves(data, isTensor, (x) => take(x, fromData(indices.slice())));
  return [part(train), part(test)];
}

/** Of every class its share, by largest remainder, so that the parts have the sizes that were asked for. */
function stratified(order: Int32Array, classes: Tensor, held: number): readonly [Int32Array, Int32Array] {
  const labels = classes.dense().data;
  if (labels.length !== order.length) throw new ArgumentError(`stratify: ${labels.length} classes for ${order.length} rows`);
  const groups = new Map<number, number[]>();
  for (const row of order) {
    const group = groups.get(labels[row] ?? 0) ?? [];
    group.push(row);
    groups.set(labels[row] ?? 0, group);
  }
  const shares = [...groups.values()].map((rows) => ({ rows, exact: (rows.length * held) / order.length }));
  const counts = shares.map(({ exact }) => Math.floor(exact));
  const missing = held - counts.reduce((a, b) => a + b, 0);
  const byRemainder = shares
    .map(({ exact }, i) => ({ i, rest: exact - Math.floor(exact) }))
    .toSorted((a, b) => b.rest - a.rest || a.i - b.i);
  for (const { i } of byRemainder.slice(0, missing)) counts[i] = (counts[i] ?? 0) + 1;
  const test = new Set(shares.flatMap(({ rows }, i) => rows.slice(0, counts[i])));
  return [order.filter((row) => !test.has(row)), order.filter((row) => test.has(row))];
}
