/** Numbers out of a tensor. */
import { ArgumentError, DTypeError, ShapeError } from './errors.js';
import { showShape, stridesOf } from './shape.js';
import type { DType, TypedArray } from './dtype.js';
import type { Tensor } from './tensor.js';

/** Numbers nested to any depth. */
export type Nested = number | readonly Nested[];

/** The ranks for which `toArray` has a type. */
export type Rank = 0 | 1 | 2 | 3 | 4;

/** Numbers nested `R` deep. */
export type NumbersOf<R extends Rank> = [number, number[], number[][], number[][][], number[][][][]][R];

/** The tensor's own array. */
export function numbersOf(x: Tensor, dtype: DType | undefined): TypedArray {
  if (dtype === undefined || dtype === x.dtype) return x.dense().data;
  throw new DTypeError(`data: the tensor is ${x.dtype}, not ${dtype}: cast it first`);
}

export function nested(x: Tensor, rank: number): Nested {
  if (x.rank !== rank) throw new ShapeError(`toArray: the tensor has ${x.rank} dimensions ${showShape(x.shape)}, not ${rank}`);
  const { data } = x.dense();
  const strides = stridesOf(x.shape);
  const block = (axis: number, from: number): Nested =>
    axis === x.rank ? data[from] : Array.from({ length: x.shape[axis] }, (_, i) => block(axis + 1, from + i * strides[axis]));
  return block(0, 0);
}

export function single(x: Tensor): number {
  if (x.size === 1) return x.dense().data[0];
  throw new ShapeError(`item: the tensor has ${x.size} elements ${showShape(x.shape)}, not one`);
}

export function elementAt(x: Tensor, index: readonly number[]): number {
  if (index.length !== x.rank) throw new ArgumentError(`at: ${index.length} indices for ${showShape(x.shape)}`);
  const strides = stridesOf(x.shape);
  let from = 0;
  for (const [axis, n] of x.shape.entries()) {
    const i = index[axis];
    if (!Number.isInteger(i) || i < -n || i >= n)
      throw new ArgumentError(`at: index ${i} is out of range on axis ${axis} of ${showShape(x.shape)}`);
    from += (i < 0 ? i + n : i) * strides[axis];
  }
  return x.dense().data[from];
}
