/** Reductions: one value of many, over any axes. */
import { dispatch } from '../dispatch.js';
import { ShapeError } from '../errors.js';
import { axesOf, axisOf, reducedShape, showShape, sizeOf, stridesOf } from '../shape.js';
import { toNumber } from './convert.js';
import { numberType } from './types.js';
import type { Dense, Family, Signature, TensorType } from '../primitive.js';
import type { Tensor } from '../tensor.js';

export interface ReduceAttributes {
  /** Ascending, counted from the front. */
  readonly axes: readonly number[];
  readonly keepDims: boolean;
}

/** Which axes, and whether they stay with size 1. */
export interface ReduceOptions {
  /** @defaultValue false */
  readonly keepDims?: boolean;
}

type Reduction = Signature<readonly ['x'], ReduceAttributes>;

export interface ReduceSignatures {
  sum: Reduction;
  prod: Reduction;
  max: Reduction;
  min: Reduction;
  argmax: Signature<readonly ['x'], { readonly axis: number }>;
  argmin: Signature<readonly ['x'], { readonly axis: number }>;
}

function reduced(operation: string, x: TensorType, { axes, keepDims }: ReduceAttributes): TensorType {
  return { dtype: numberType(operation, x).dtype, shape: reducedShape(x.shape, axes, keepDims) };
}

function extremum(operation: string, x: TensorType, attributes: ReduceAttributes): TensorType {
  const empty = attributes.axes.some((axis) => x.shape[axis] === 0);
  if (empty)
    throw new ShapeError(`${operation}: no largest or smallest of no elements: ${showShape(x.shape)} over [${attributes.axes.join(', ')}]`);
  return reduced(operation, x, attributes);
}

function position(operation: string, x: TensorType, axis: number): TensorType {
  return { dtype: 'int32', shape: extremum(operation, x, { axes: [axis], keepDims: false }).shape };
}

/**
 * Where each result's elements lie: result i starts at `starts[i]`, its elements at the offsets from there, ascending.
 * Walking results outside and elements inside keeps the order of summation fixed by the shape alone.
 */
function walk(shape: readonly number[], axes: readonly number[]): { starts: Int32Array; offsets: Int32Array } {
  const kept = shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  return { starts: offsetsOf(shape, kept), offsets: offsetsOf(shape, axes) };
}

function offsetsOf(shape: readonly number[], axes: readonly number[]): Int32Array {
  const strides = stridesOf(shape);
  let offsets = Int32Array.of(0);
  for (const axis of axes) {
    const next = new Int32Array(offsets.length * shape[axis]);
    for (let i = 0, k = 0; i < offsets.length; i++) {
      for (let j = 0; j < shape[axis]; j++) next[k++] = offsets[i] + j * strides[axis];
    }
    offsets = next;
  }
  return offsets;
}

function extreme({ data: y }: Dense, { data: x, shape }: Dense, axes: readonly number[], direction: 1 | -1): void {
  const { starts, offsets } = walk(shape, axes);
  for (let i = 0; i < y.length; i++) {
    let best = x[starts[i]];
    for (let j = 1; j < offsets.length; j++) {
      const value = x[starts[i] + offsets[j]];
      if (direction * value > direction * best || Number.isNaN(value)) best = value;
    }
    y[i] = best;
  }
}

/** The first of the largest (or smallest) elements; the first NaN where there is one, as in NumPy. */
function extremePosition({ data: y }: Dense, { data: x, shape }: Dense, axis: number, direction: 1 | -1): void {
  const { starts, offsets } = walk(shape, [axis]);
  for (let i = 0; i < y.length; i++) {
    let best = 0;
    for (let j = 1; j < offsets.length; j++) {
      const value = direction * x[starts[i] + offsets[j]];
      const leader = direction * x[starts[i] + offsets[best]];
      if (value > leader || (Number.isNaN(value) && !Number.isNaN(leader))) best = j;
    }
    y[i] = best;
  }
}

export const reduce: Family<keyof ReduceSignatures> = {
  sum: {
    name: 'sum',
    type: ([x], attributes) => reduced('sum', x, attributes),
    kernel({ data: y }, [{ data: x, shape }], { axes }) {
      const { starts, offsets } = walk(shape, axes);
      for (let i = 0; i < y.length; i++) {
        let total = 0;
        for (let j = 0; j < offsets.length; j++) total += x[starts[i] + offsets[j]];
        y[i] = total;
      }
    },
  },
  prod: {
    name: 'prod',
    type: ([x], attributes) => reduced('prod', x, attributes),
    kernel({ data: y, dtype }, [{ data: x, shape }], { axes }) {
      const { starts, offsets } = walk(shape, axes);
      for (let i = 0; i < y.length; i++) {
        let total = 1;
        if (dtype === 'int32') for (let j = 0; j < offsets.length; j++) total = Math.imul(total, x[starts[i] + offsets[j]]);
        else for (let j = 0; j < offsets.length; j++) total *= x[starts[i] + offsets[j]];
        y[i] = total;
      }
    },
  },
  max: {
    name: 'max',
    type: ([x], attributes) => extremum('max', x, attributes),
    kernel: (y, [x], { axes }) => extreme(y, x, axes, 1),
  },
  min: {
    name: 'min',
    type: ([x], attributes) => extremum('min', x, attributes),
    kernel: (y, [x], { axes }) => extreme(y, x, axes, -1),
  },
  argmax: {
    name: 'argmax',
    type: ([x], { axis }) => position('argmax', x, axis),
    kernel: (y, [x], { axis }) => extremePosition(y, x, axis, 1),
  },
  argmin: {
    name: 'argmin',
    type: ([x], { axis }) => position('argmin', x, axis),
    kernel: (y, [x], { axis }) => extremePosition(y, x, axis, -1),
  },
};

/**
 * The sum over `axes` (all of them where none is named), accumulated in double precision. dx = dy, broadcast.
 * bool is counted in int32.
 *
 * @example sum(tensor([[1, 2], [3, 4]]), 0) // => [4, 6]
 */
export function sum(x: Tensor, axes?: number | readonly number[], { keepDims = false }: ReduceOptions = {}): Tensor {
  return dispatch(reduce.sum, [toNumber(x)], { axes: axesOf('sum', axes, x.rank), keepDims });
}

/** The product over `axes`; dx = dy times the product of all the others. */
export function prod(x: Tensor, axes?: number | readonly number[], { keepDims = false }: ReduceOptions = {}): Tensor {
  return dispatch(reduce.prod, [toNumber(x)], { axes: axesOf('prod', axes, x.rank), keepDims });
}

/** The largest element over `axes`; NaN where there is one. Ties share the gradient equally. */
export function max(x: Tensor, axes?: number | readonly number[], { keepDims = false }: ReduceOptions = {}): Tensor {
  return dispatch(reduce.max, [toNumber(x)], { axes: axesOf('max', axes, x.rank), keepDims });
}

/** The smallest element over `axes`; NaN where there is one. Ties share the gradient equally. */
export function min(x: Tensor, axes?: number | readonly number[], { keepDims = false }: ReduceOptions = {}): Tensor {
  return dispatch(reduce.min, [toNumber(x)], { axes: axesOf('min', axes, x.rank), keepDims });
}

/** Where the largest element stands on `axis`, int32; the first one where several are equal. */
export function argmax(x: Tensor, axis: number = -1): Tensor {
  return dispatch(reduce.argmax, [toNumber(x)], { axis: axisOf('argmax', axis, x.rank) });
}

/** Where the smallest element stands on `axis`, int32; the first one where several are equal. */
export function argmin(x: Tensor, axis: number = -1): Tensor {
  return dispatch(reduce.argmin, [toNumber(x)], { axis: axisOf('argmin', axis, x.rank) });
}

/** How many elements a reduction over `axes` joins into one. */
export function countOf(shape: readonly number[], axes: readonly number[]): number {
  return sizeOf(axes.map((axis) => shape[axis]));
}
