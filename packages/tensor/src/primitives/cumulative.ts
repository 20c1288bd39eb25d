/** Running sums. */
import { dispatch } from '../dispatch.js';
import { axisOf, sizeOf } from '../shape.js';
import { toNumber } from './convert.js';
import { numberType } from './types.js';
import type { Family, Signature } from '../primitive.js';
import type { Tensor } from '../tensor.js';

export interface CumulativeSignatures {
  cumsum: Signature<readonly ['x'], { readonly axis: number; readonly reverse: boolean }>;
}

export const cumulative: Family<keyof CumulativeSignatures> = {
  cumsum: {
    name: 'cumsum',
    type: ([x]) => numberType('cumsum', x),
    kernel({ data: y, shape }, [{ data: x }], { axis, reverse }) {
      const n = shape[axis];
      const inner = sizeOf(shape.slice(axis + 1));
      for (let outer = 0; outer < y.length; outer += n * inner) {
        for (let k = outer; k < outer + inner; k++) {
          let total = 0;
          for (let j = 0; j < n; j++) {
            const at = k + (reverse ? n - 1 - j : j) * inner;
            total += x[at];
            y[at] = total;
          }
        }
      }
    },
  },
};

/**
 * y[i] = x[0] + ... + x[i] along `axis`, or from the end with `reverse`. dx is the running sum from the other end.
 *
 * @example cumsum(tensor([1, 2, 3])) // => [1, 3, 6]
 */
export function cumsum(x: Tensor, axis: number = -1, { reverse = false }: { readonly reverse?: boolean } = {}): Tensor {
  return dispatch(cumulative.cumsum, [toNumber(x)], { axis: axisOf('cumsum', axis, x.rank), reverse });
}
