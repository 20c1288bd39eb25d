/** Vectors of length one: data preparation, as `keras.utils.normalize`. */
import {
  abs,
  and,
  ArgumentError,
  axesOf,
  equal,
  greater,
  isFinite,
  max,
  pow,
  sqrt,
  square,
  stopGradient,
  sum,
  toFloat,
  where,
} from '@gradus/tensor';
import type { Tensor } from '@gradus/tensor';

export interface NormalizeOptions {
  /** Along which axis a vector lies, or along which ones: then all their elements are one vector. @defaultValue -1 */
  readonly axis?: number | readonly number[];
  /** Which length: (sum |x|^order)^(1 / order), at least 1; Infinity takes the largest |x|. @defaultValue 2 */
  readonly order?: number;
}

/**
 * y = x / |x| along `axis`; zeros where all of x is zero. The shape of x, a float: whole numbers become float32.
 *
 * @example normalize(tensor([[3, 4], [0, 0]], 'uint8')) // => [[0.6, 0.8], [0, 0]]
 */
export function normalize(x: Tensor, { axis = -1, order = 2 }: NormalizeOptions = {}): Tensor {
  if (!(order >= 1)) throw new ArgumentError(`normalize: expected an order of at least 1, found ${order}`);
  const axes = axesOf('normalize', axis, x.rank);
  const real = toFloat(x);
  if (x.size === 0) return real;
  const size = max(abs(real), axes, { keepDims: true });
  // Powers of large and of tiny numbers leave the range of a float; relative to the largest of them they do not.
  const scale = where(and(isFinite(size), greater(size, 0)), size, 1);
  if (order === Infinity) return real.div(where(equal(size, 0), 1, size));
  const scaled = real.div(stopGradient(scale));
  return scaled.div(lengthOf(scaled, axes, order));
}

/** (sum |x|^order)^(1 / order), but 1 where every x is 0. */
function lengthOf(x: Tensor, axes: readonly number[], order: number): Tensor {
  const powers = order === 1 ? abs(x) : order === 2 ? square(x) : pow(abs(x), order);
  const total = sum(powers, axes, { keepDims: true });
  const safe = where(equal(total, 0), 1, total);
  return order === 1 ? safe : order === 2 ? sqrt(safe) : pow(safe, 1 / order);
}
