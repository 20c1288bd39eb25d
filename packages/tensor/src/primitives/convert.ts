/** Conversions that leave every position where it is. */
import { dispatch } from '../dispatch.js';
import { isFloat } from '../dtype.js';
import type { DType } from '../dtype.js';
import type { Family, Signature } from '../primitive.js';
import type { Tensor } from '../tensor.js';

export interface ConvertSignatures {
  cast: Signature<readonly ['x'], { readonly dtype: DType }>;
  stopGradient: Signature<readonly ['x']>;
}

export const convert: Family<keyof ConvertSignatures> = {
  cast: {
    name: 'cast',
    type: ([{ shape }], { dtype }) => ({ dtype, shape }),
    kernel({ data: y, dtype }, [{ data: x }]) {
      if (dtype === 'bool') for (let i = 0; i < y.length; i++) y[i] = x[i] === 0 ? 0 : 1;
      else for (let i = 0; i < y.length; i++) y[i] = x[i];
    },
  },
  stopGradient: {
    name: 'stopGradient',
    alias: true,
    type: ([{ dtype, shape }]) => ({ dtype, shape }),
    kernel: ({ data: y }, [{ data: x }]) => y.set(x),
  },
};

/**
 * Converts to another element type. Floats are cut towards zero to int32 and wrap modulo 2^32 (uint8: 2^8);
 * any number but 0 is true. The gradient is cast back; it is zero through an integer.
 *
 * @example cast(tensor([1.7, -1.7]), 'int32') // => [1, -1]
 */
export function cast(x: Tensor, dtype: DType): Tensor {
  return x.dtype === dtype ? x : dispatch(convert.cast, [x], { dtype });
}

/** y = x, but a constant for differentiation: dx = 0. */
export function stopGradient(x: Tensor): Tensor {
  return dispatch(convert.stopGradient, [x], {});
}

/** `x` as a float: integers and bool become float32. */
export function toFloat(x: Tensor): Tensor {
  return isFloat(x.dtype) ? x : cast(x, 'float32');
}

/** `x` as numbers: bool becomes int32. */
export function toNumber(x: Tensor): Tensor {
  return x.dtype === 'bool' ? cast(x, 'int32') : x;
}
