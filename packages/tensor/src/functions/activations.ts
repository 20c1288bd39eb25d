/** The everyday activations; the rest live with the layers. */
import { toFloat } from '../primitives/convert.js';
import { sum } from '../primitives/reduce.js';
import { exp } from '../primitives/unary.js';
import { lessEqual, where } from './arithmetic.js';
import { logSumExp, shiftOf } from './statistics.js';
import type { Tensor } from '../tensor.js';

/** y = x where x > 0, else 0; dx = dy where x > 0, else 0. NaN stays NaN. */
export function relu(x: Tensor): Tensor {
  return where(lessEqual(x, 0), 0, x);
}

/** y = e^x / sum(e^x) along `axis`, without overflow; dx = y (dy - sum(dy y)). */
export function softmax(x: Tensor, axis: number | readonly number[] = -1): Tensor {
  const real = toFloat(x);
  const e = exp(real.sub(shiftOf(real, axis)));
  return e.div(sum(e, axis, { keepDims: true }));
}

/** y = x - log(sum(e^x)) along `axis`; dx = dy - softmax(x) sum(dy). */
export function logSoftmax(x: Tensor, axis: number | readonly number[] = -1): Tensor {
  return toFloat(x).sub(logSumExp(x, axis, { keepDims: true }));
}
