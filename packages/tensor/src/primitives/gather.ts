/** Reading at positions that are data, and adding at them: each the other's adjoint. */
import { dispatch } from '../dispatch.js';
import { ArgumentError, ShapeError } from '../errors.js';
import { axisOf, sameShape, showShape, sizeOf } from '../shape.js';
import { expectDType } from './types.js';
import type { Dense, Family, Signature, TensorType } from '../primitive.js';
import type { Tensor } from '../tensor.js';

interface Axis {
  readonly axis: number;
}

export interface GatherSignatures {
  /** Whole slices of x at the indices of one axis. */
  take: Signature<readonly ['x', 'indices'], Axis>;
  /** Zeros of `size` on the axis, with every slice of x added at its index. */
  takeAdd: Signature<readonly ['x', 'indices'], Axis & { readonly size: number; readonly indexRank: number }>;
  /** One element for each index: indices and x have the same shape beside the axis. */
  takeAlong: Signature<readonly ['x', 'indices'], Axis>;
  /** Zeros of `size` on the axis, with every element of x added at its index. */
  takeAlongAdd: Signature<readonly ['x', 'indices'], Axis & { readonly size: number }>;
}

function checkIndex(operation: string, index: number, size: number): number {
  if (index >= 0 && index < size) return index;
  throw new ArgumentError(`${operation}: index ${index} is out of range: the axis has ${size} element${size === 1 ? '' : 's'}`);
}

function alongType(operation: string, x: TensorType, indices: TensorType, axis: number, size: number): TensorType {
  expectDType(operation, 'indices', indices, 'int32');
  const beside = x.shape.length === indices.shape.length && x.shape.every((n, i) => i === axis || n === indices.shape[i]);
  if (!beside)
    throw new ShapeError(`${operation}: ${showShape(x.shape)} and indices ${showShape(indices.shape)} differ beside axis ${axis}`);
  return { dtype: x.dtype, shape: x.shape.map((_, i) => (i === axis ? size : indices.shape[i])) };
}

/** [outer, n, inner]: the sizes before, on and after the axis. */
function around(shape: readonly number[], axis: number): readonly [number, number, number] {
  return [sizeOf(shape.slice(0, axis)), shape[axis], sizeOf(shape.slice(axis + 1))];
}

/** Sums must not round at every step, so they are collected in double precision. */
function accumulator({ data, dtype }: Dense): Dense['data'] {
  return dtype === 'float32' ? new Float64Array(data.length) : data.fill(0);
}

export const gather: Family<keyof GatherSignatures> = {
  take: {
    name: 'take',
    type([x, indices], { axis }) {
      expectDType('take', 'indices', indices, 'int32');
      return { dtype: x.dtype, shape: [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)] };
    },
    kernel({ data: y }, [x, { data: indices }], { axis }) {
      const [outer, n, inner] = around(x.shape, axis);
      for (let i = 0, to = 0; i < outer; i++) {
        for (let j = 0; j < indices.length; j++, to += inner) {
          const from = (i * n + checkIndex('take', indices[j], n)) * inner;
          for (let k = 0; k < inner; k++) y[to + k] = x.data[from + k];
        }
      }
    },
  },
  takeAdd: {
    name: 'takeAdd',
    type([x, indices], { axis, size, indexRank }) {
      expectDType('takeAdd', 'indices', indices, 'int32');
      const fits = sameShape(x.shape.slice(axis, axis + indexRank), indices.shape);
      if (!fits) throw new ShapeError(`takeAdd: indices ${showShape(indices.shape)} are not at axis ${axis} of ${showShape(x.shape)}`);
      return { dtype: x.dtype, shape: [...x.shape.slice(0, axis), size, ...x.shape.slice(axis + indexRank)] };
    },
    kernel(y, [{ data: x }, { data: indices }], { axis }) {
      const [outer, n, inner] = around(y.shape, axis);
      const total = accumulator(y);
      for (let i = 0, from = 0; i < outer; i++) {
        for (let j = 0; j < indices.length; j++, from += inner) {
          const to = (i * n + checkIndex('takeAdd', indices[j], n)) * inner;
          for (let k = 0; k < inner; k++) total[to + k] += x[from + k];
        }
      }
      if (total !== y.data) y.data.set(total);
    },
  },
  takeAlong: {
    name: 'takeAlong',
    type: ([x, indices], { axis }) => alongType('takeAlong', x, indices, axis, indices.shape[axis]),
    kernel({ data: y, shape }, [x, { data: indices }], { axis }) {
      const [outer, m, inner] = around(shape, axis);
      const n = x.shape[axis];
      for (let i = 0, to = 0; i < outer; i++) {
        for (let j = 0; j < m; j++) {
          for (let k = 0; k < inner; k++, to++) y[to] = x.data[(i * n + checkIndex('takeAlong', indices[to], n)) * inner + k];
        }
      }
    },
  },
  takeAlongAdd: {
    name: 'takeAlongAdd',
    type([x, indices], { axis, size }) {
      if (!sameShape(x.shape, indices.shape)) {
        throw new ShapeError(`takeAlongAdd: ${showShape(x.shape)} values for ${showShape(indices.shape)} indices`);
      }
      return alongType('takeAlongAdd', x, indices, axis, size);
    },
    kernel(y, [x, { data: indices }], { axis }) {
      const [outer, m, inner] = around(x.shape, axis);
      const n = y.shape[axis];
      const total = accumulator(y);
      for (let i = 0, from = 0; i < outer; i++) {
        for (let j = 0; j < m; j++) {
          for (let k = 0; k < inner; k++, from++) {
            total[(i * n + checkIndex('takeAlongAdd', indices[from], n)) * inner + k] += x.data[from];
          }
        }
      }
      if (total !== y.data) y.data.set(total);
    },
  },
};

function indexed(operation: string, indices: Tensor): Tensor {
  if (indices.dtype === 'int32') return indices;
  if (indices.dtype === 'uint8') return indices.cast('int32');
  throw new ArgumentError(`${operation}: indices must be whole numbers (int32 or uint8), found ${indices.dtype}`);
}

/**
 * The slices of x at `indices` of one axis: y[..., i, ...] = x[..., indices[i], ...]. Indices are at least 0.
 * x: [a, n, b], indices: any shape I, y: [a, I, b]; dx adds each slice of dy at its index, equal indices adding up.
 *
 * @example take(tensor([[1, 2], [3, 4]]), tensor([1, 1], 'int32')) // => [[3, 4], [3, 4]]
 */
export function take(x: Tensor, indices: Tensor, axis: number = 0): Tensor {
  return dispatch(gather.take, [x, indexed('take', indices)], { axis: axisOf('take', axis, x.rank) });
}

/** Zeros with `size` on `axis`, and every slice of x added at its index: the adjoint of `take`. */
export function takeAdd(x: Tensor, indices: Tensor, axis: number, size: number): Tensor {
  return dispatch(gather.takeAdd, [x, indexed('takeAdd', indices)], { axis, size, indexRank: indices.rank });
}

/**
 * One element for each index: y[i, j] = x[indices[i, j], j] for axis 0. Shapes agree beside the axis.
 * dx adds each element of dy at its index.
 */
export function takeAlong(x: Tensor, indices: Tensor, axis: number = -1): Tensor {
  return dispatch(gather.takeAlong, [x, indexed('takeAlong', indices)], { axis: axisOf('takeAlong', axis, x.rank) });
}

/** Zeros with `size` on `axis`, and every element of x added at its index: the adjoint of `takeAlong`. */
export function takeAlongAdd(x: Tensor, indices: Tensor, axis: number, size: number): Tensor {
  return dispatch(gather.takeAlongAdd, [x, indexed('takeAlongAdd', indices)], { axis: axisOf('takeAlongAdd', axis, x.rank), size });
}
