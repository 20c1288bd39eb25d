/** Shape moves: the same numbers in other places. */
import { dispatch } from '../dispatch.js';
import { ArgumentError, ShapeError } from '../errors.js';
import { axesOf, checkShape, sameShape, showShape, sizeOf, stridesOf } from '../shape.js';
import type { Dense, Family, Signature } from '../primitive.js';
import type { Shape } from '../shape.js';
import type { Tensor } from '../tensor.js';

/** A regular grid of places: `size` of them on each axis, from `start`, `step` apart (at least 1). */
export interface Grid {
  readonly start: readonly number[];
  readonly size: readonly number[];
  readonly step: readonly number[];
}

export interface MoveSignatures {
  broadcastTo: Signature<readonly ['x'], { readonly shape: Shape }>;
  reshape: Signature<readonly ['x'], { readonly shape: Shape }>;
  transpose: Signature<readonly ['x'], { readonly permutation: readonly number[] }>;
  slice: Signature<readonly ['x'], Grid>;
  /** `slice` in reverse: x lies at the grid's places of an array full of `value`. */
  place: Signature<readonly ['x'], Omit<Grid, 'size'> & { readonly shape: Shape; readonly value: number }>;
  reverse: Signature<readonly ['x'], { readonly axes: readonly number[] }>;
}

/** y[i] = x[start + sum of index * stride], indices running over y's shape: every move that only reads. */
function gatherStrided({ data: y, shape }: Dense, x: Dense, start: number, strides: readonly number[]): void {
  const rank = shape.length;
  if (y.length === 0) return;
  const index = new Int32Array(rank);
  const last = rank === 0 ? 1 : shape[rank - 1];
  const stride = rank === 0 ? 0 : strides[rank - 1];
  for (let i = 0, from = start; i < y.length;) {
    for (let j = 0; j < last; j++) y[i++] = x.data[from + j * stride];
    for (let axis = rank - 2; axis >= 0; axis--) {
      from += strides[axis];
      if (++index[axis] < shape[axis]) break;
      from -= strides[axis] * shape[axis];
      index[axis] = 0;
    }
  }
}

export const move: Family<keyof MoveSignatures> = {
  broadcastTo: {
    name: 'broadcastTo',
    type([x], { shape }) {
      const missing = shape.length - x.shape.length;
      const fits = missing >= 0 && x.shape.every((n, axis) => n === 1 || n === shape[missing + axis]);
      if (fits) return { dtype: x.dtype, shape };
      throw new ShapeError(`broadcastTo: ${showShape(x.shape)} does not broadcast to ${showShape(shape)}`);
    },
    kernel(y, [x], { shape }) {
      const missing = shape.length - x.shape.length;
      const strides = stridesOf(x.shape);
      gatherStrided(y, x, 0, shape.map((_, axis) => (axis < missing || x.shape[axis - missing] === 1 ? 0 : strides[axis - missing]))); // prettier-ignore
    },
  },
  reshape: {
    name: 'reshape',
    alias: true,
    type([x], { shape }) {
      if (sizeOf(shape) === sizeOf(x.shape)) return { dtype: x.dtype, shape };
      throw new ShapeError(`reshape: ${showShape(x.shape)} has ${sizeOf(x.shape)} elements, ${showShape(shape)} has ${sizeOf(shape)}`);
    },
    kernel: ({ data: y }, [{ data: x }]) => y.set(x),
  },
  transpose: {
    name: 'transpose',
    type([x], { permutation }) {
      return { dtype: x.dtype, shape: permutation.map((axis) => x.shape[axis]) };
    },
    kernel(y, [x], { permutation }) {
      const strides = stridesOf(x.shape);
      gatherStrided(y, x, 0, permutation.map((axis) => strides[axis])); // prettier-ignore
    },
  },
  slice: {
    name: 'slice',
    type([x], { start, size, step }) {
      const fits = x.shape.every((n, axis) => start[axis] >= 0 && (size[axis] === 0 || start[axis] + (size[axis] - 1) * step[axis] < n));
      if (fits) return { dtype: x.dtype, shape: size };
      throw new ShapeError(
        `slice: ${showShape(size)} from ${showShape(start)} in steps of ${showShape(step)} leaves ${showShape(x.shape)}`,
      );
    },
    kernel(y, [x], { start, step }) {
      const strides = stridesOf(x.shape);
      gatherStrided(y, x, dot(start, strides), strides.map((stride, axis) => stride * step[axis])); // prettier-ignore
    },
  },
  place: {
    name: 'place',
    type([x], { start, step, shape }) {
      const fits = x.shape.every((n, axis) => start[axis] >= 0 && (n === 0 || start[axis] + (n - 1) * step[axis] < shape[axis]));
      if (fits) return { dtype: x.dtype, shape };
      throw new ShapeError(`place: ${showShape(x.shape)} at ${showShape(start)} in steps of ${showShape(step)} leaves ${showShape(shape)}`);
    },
    kernel({ data: y, shape }, [x], { start, step, value }) {
      y.fill(value);
      const strides = stridesOf(shape);
      const from = stridesOf(x.shape);
      for (let i = 0; i < x.data.length; i++) {
        let to = 0;
        for (let axis = 0, rest = i; axis < shape.length; axis++) {
          const index = Math.floor(rest / from[axis]);
          rest -= index * from[axis];
          to += (start[axis] + index * step[axis]) * strides[axis];
        }
        y[to] = x.data[i];
      }
    },
  },
  reverse: {
    name: 'reverse',
    type: ([{ dtype, shape }]) => ({ dtype, shape }),
    kernel(y, [x], { axes }) {
      const strides = stridesOf(x.shape);
      const start = dot(axes.map((axis) => x.shape[axis] - 1), axes.map((axis) => strides[axis])); // prettier-ignore
      gatherStrided(y, x, start, strides.map((stride, axis) => (axes.includes(axis) ? -stride : stride))); // prettier-ignore
    },
  },
};

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((total, value, i) => total + value * b[i], 0);
}

/**
 * Repeats axes of size 1, and adds new ones in front, until the shape is `shape`. dx = the sum over what was repeated.
 *
 * @example broadcastTo(tensor([1, 2]), [2, 2]) // => [[1, 2], [1, 2]]
 */
export function broadcastTo(x: Tensor, shape: Shape): Tensor {
  if (sameShape(x.shape, shape)) return x;
  checkShape('broadcastTo', shape);
  return dispatch(move.broadcastTo, [x], { shape });
}

/**
 * The same numbers in the same order under another shape; one size may be -1 and is then worked out.
 *
 * @example reshape(tensor([[1, 2], [3, 4]]), [-1]) // => [1, 2, 3, 4]
 */
export function reshape(x: Tensor, shape: Shape): Tensor {
  const full = resolve(x.shape, shape);
  return sameShape(x.shape, full) ? x : dispatch(move.reshape, [x], { shape: full });
}

function resolve(from: Shape, shape: Shape): Shape {
  const unknown = shape.filter((n) => n === -1).length;
  if (unknown === 0) {
    checkShape('reshape', shape);
    return shape;
  }
  const known = sizeOf(shape.filter((n) => n !== -1));
  const missing = sizeOf(from) / known;
  if (unknown === 1 && known > 0 && Number.isInteger(missing)) return shape.map((n) => (n === -1 ? missing : n));
  throw new ShapeError(`reshape: no single size makes ${showShape(shape)} of ${showShape(from)}`);
}

/**
 * Axes in another order; without `permutation` in reverse. Axis i of the result is axis permutation[i] of x.
 *
 * @example transpose(tensor([[1, 2], [3, 4]])) // => [[1, 3], [2, 4]]
 */
export function transpose(x: Tensor, permutation?: readonly number[]): Tensor {
  const order = permutation?.map((axis) => (axis < 0 ? axis + x.rank : axis)) ?? x.shape.map((_, axis) => x.rank - 1 - axis);
  if (order.every((axis, i) => axis === i) && order.length === x.rank) return x;
  const complete = order.length === x.rank && x.shape.every((_, axis) => order.includes(axis));
  if (!complete) throw new ArgumentError(`transpose: [${order.join(', ')}] is no order of the ${x.rank} axes of ${showShape(x.shape)}`);
  return dispatch(move.transpose, [x], { permutation: order });
}

/** Elements from the last to the first along `axes` (all where none is named). */
export function reverse(x: Tensor, axes?: number | readonly number[]): Tensor {
  return dispatch(move.reverse, [x], { axes: axesOf('reverse', axes, x.rank) });
}

/** The elements on a grid; `slice` of a tensor takes the friendlier words. dx = dy, placed back among zeros. */
export function sliceGrid(x: Tensor, grid: Grid): Tensor {
  const whole = sameShape(grid.size, x.shape) && grid.start.every((n) => n === 0);
  return whole ? x : dispatch(move.slice, [x], grid);
}

/** `x` at the places of a grid among equal values: `sliceGrid` in reverse. dx = dy at these places. */
export function placeGrid(x: Tensor, shape: Shape, grid: Omit<Grid, 'size'>, value: number = 0): Tensor {
  return dispatch(move.place, [x], { start: grid.start, step: grid.step, shape, value });
}

/**
 * Adds `value` around: `padding` has one pair (before, after) an axis.
 *
 * @example pad(tensor([1, 2]), [[1, 2]]) // => [0, 1, 2, 0, 0]
 */
export function pad(x: Tensor, padding: readonly (readonly [number, number])[], value: number = 0): Tensor {
  if (padding.length !== x.rank)
    throw new ArgumentError(`pad: ${x.rank} pairs expected for ${showShape(x.shape)}, found ${padding.length}`);
  const shape = x.shape.map((n, axis) => padding[axis][0] + n + padding[axis][1]);
  checkShape('pad', padding.flat());
  if (sameShape(shape, x.shape)) return x;
  return placeGrid(x, shape, { start: padding.map(([before]) => before), step: x.shape.map(() => 1) }, value);
}
