/** Sorting: an order, then a gather. */
import { dispatch } from '../dispatch.js';
import { ArgumentError } from '../errors.js';
import { axisOf, showShape, sizeOf } from '../shape.js';
import { toNumber } from './convert.js';
import { takeAlong } from './gather.js';
import type { Family, Signature } from '../primitive.js';
import type { Tensor } from '../tensor.js';

export interface SortSignatures {
  argsort: Signature<readonly ['x'], { readonly axis: number; readonly descending: boolean }>;
}

export const sorting: Family<keyof SortSignatures> = {
  argsort: {
    name: 'argsort',
    type: ([{ shape }]) => ({ dtype: 'int32', shape }),
    kernel({ data: y, shape }, [{ data: x }], { axis, descending }) {
      const n = shape[axis];
      const inner = sizeOf(shape.slice(axis + 1));
      const sign = descending ? -1 : 1;
      for (let outer = 0; outer < y.length; outer += n * inner) {
        for (let k = outer; k < outer + inner; k++) {
          const order = Int32Array.from({ length: n }, (_, j) => j);
          order.sort((i, j) => sign * ascending(x[k + i * inner], x[k + j * inner]) || i - j);
          for (let j = 0; j < n; j++) y[k + j * inner] = order[j];
        }
      }
    },
  },
};

/** NaN counts as the largest, as in NumPy. */
function ascending(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  return a < b ? -1 : Number(a > b);
}

/** @defaultValue descending: false */
export interface SortOptions {
  readonly descending?: boolean;
}

/** The positions that put `axis` in order, int32; equal elements keep theirs. NaN counts as the largest. */
export function argsort(x: Tensor, axis: number = -1, { descending = false }: SortOptions = {}): Tensor {
  return dispatch(sorting.argsort, [toNumber(x)], { axis: axisOf('argsort', axis, x.rank), descending });
}

/** The elements along `axis` in order; dx brings dy back to where each element came from. */
export function sort(x: Tensor, axis: number = -1, options: SortOptions = {}): Tensor {
  return takeAlong(toNumber(x), argsort(x, axis, options), axis);
}

/** The `k` largest elements along `axis`, largest first, and where they stood. */
export function topK(x: Tensor, k: number, axis: number = -1): { readonly values: Tensor; readonly indices: Tensor } {
  const along = axisOf('topK', axis, x.rank);
  if (!(Number.isInteger(k) && k >= 0 && k <= x.shape[along])) {
    throw new ArgumentError(`topK: k must be a whole number from 0 to ${x.shape[along]} for ${showShape(x.shape)}, found ${k}`);
  }
  const order = argsort(x, along, { descending: true });
  const [indices] = order.split([k, x.shape[along] - k], along);
  return { values: takeAlong(toNumber(x), indices, along), indices };
}
