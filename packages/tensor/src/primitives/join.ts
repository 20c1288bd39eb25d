/** Joining along an axis, and splitting, each the other's adjoint. */
import { dispatch, interpreterFor } from '../dispatch.js';
import { ArgumentError, DTypeError, ShapeError } from '../errors.js';
import { axisOf, sameShape, showShape, sizeOf } from '../shape.js';
import { sliceGrid } from './move.js';
import type { Callee } from '../dispatch.js';
import type { Family, Signature } from '../primitive.js';
import type { Tensor } from '../tensor.js';

export interface JoinSignatures {
  concat: Signature<readonly string[], { readonly axis: number }>;
}

export const join: Family<keyof JoinSignatures> = {
  concat: {
    name: 'concat',
    type(operands, { axis }) {
      const [first] = operands;
      const shape = first.shape.slice();
      shape[axis] = operands.reduce((total, x) => total + x.shape[axis], 0);
      for (const x of operands) {
        if (x.dtype !== first.dtype) throw new DTypeError(`concat: element types differ: ${first.dtype} and ${x.dtype}`);
        const rest = x.shape.map((n, i) => (i === axis ? shape[axis] : n));
        if (!sameShape(rest, shape)) {
          throw new ShapeError(`concat: ${showShape(first.shape)} and ${showShape(x.shape)} differ beside axis ${axis}`);
        }
      }
      return { dtype: first.dtype, shape };
    },
    kernel({ data: y, shape }, operands, { axis }) {
      const rows = sizeOf(shape.slice(0, axis));
      const inner = sizeOf(shape.slice(axis + 1));
      let to = 0;
      for (let row = 0; row < rows; row++) {
        for (const x of operands) {
          const length = x.shape[axis] * inner;
          y.set(x.data.subarray(row * length, (row + 1) * length), to);
          to += length;
        }
      }
    },
  },
};

/**
 * Joins tensors of one element type along `axis`; their other axes agree. Each gets its part of dy.
 *
 * @example concat([tensor([1, 2]), tensor([3])]) // => [1, 2, 3]
 */
export function concat(xs: readonly Tensor[], axis: number = 0): Tensor {
  if (xs.length === 0) throw new ArgumentError('concat: no tensor was given');
  const rank = xs[0].rank;
  const odd = xs.find((x) => x.rank !== rank);
  if (odd) throw new ShapeError(`concat: ${showShape(xs[0].shape)} and ${showShape(odd.shape)} differ in rank`);
  if (xs.length === 1) return xs[0];
  return dispatch(join.concat, xs, { axis: axisOf('concat', axis, rank) });
}

/** A tuple of `N` where `N` is known to the compiler, else an array. */
export type TupleOf<T, N extends number> = number extends N ? readonly T[] : Grow<T, N, readonly []>;
type Grow<T, N extends number, Made extends readonly T[]> = Made['length'] extends N ? Made : Grow<T, N, readonly [T, ...Made]>;

/**
 * Cuts `axis` into `parts` equal pieces, or into pieces of the given sizes.
 *
 * @example split(tensor([1, 2, 3, 4]), 2) // => [1, 2] and [3, 4]
 */
export function split<N extends number>(x: Tensor, parts: N, axis?: number): TupleOf<Tensor, N>;
export function split(x: Tensor, sizes: readonly number[], axis?: number): readonly Tensor[];
export function split(x: Tensor, parts: number | readonly number[], axis: number = 0): readonly Tensor[] {
  const along = axisOf('split', axis, x.rank);
  const sizes = sizesOf(x, parts, along);
  // One call, not several slices, so that the gradient is a single concat and no sum of padded pieces.
  const pieces: Callee = {
    name: 'split',
    forward: ([whole]) => slices(whole, sizes, along),
    pull: (_, __, dys) => [concat(dys, along)],
  };
  return sizes.length === 1 ? [x] : interpreterFor('split', [x]).call(pieces, [x]);
}

function sizesOf(x: Tensor, parts: number | readonly number[], axis: number): readonly number[] {
  const n = x.shape[axis];
  if (typeof parts !== 'number') {
    if (parts.length > 0 && parts.reduce((a, b) => a + b, 0) === n && parts.every((size) => size >= 0)) return parts;
    throw new ShapeError(`split: sizes [${parts.join(', ')}] do not add up to ${n}, axis ${axis} of ${showShape(x.shape)}`);
  }
  if (Number.isInteger(parts) && parts > 0 && n % parts === 0) return Array.from({ length: parts }, () => n / parts);
  throw new ShapeError(`split: ${parts} equal parts cannot be cut from axis ${axis} of ${showShape(x.shape)}`);
}

function slices(x: Tensor, sizes: readonly number[], axis: number): readonly Tensor[] {
  let from = 0;
  return sizes.map((size) => {
    const start = x.shape.map((_, i) => (i === axis ? from : 0));
    from += size;
    return sliceGrid(x, { start, size: x.shape.map((n, i) => (i === axis ? size : n)), step: x.shape.map(() => 1) });
  });
}

/** Joins tensors of one shape along a new axis. */
export function stack(xs: readonly Tensor[], axis: number = 0): Tensor {
  if (xs.length === 0) throw new ArgumentError('stack: no tensor was given');
  const at = axisOf('stack', axis, xs[0].rank + 1);
  return concat(
    xs.map((x) => x.reshape([...x.shape.slice(0, at), 1, ...x.shape.slice(at)])),
    at,
  );
}
