/** Reductions composed of others. */
import { axesOf } from '../shape.js';
import { countOf, max, min, sum } from '../primitives/reduce.js';
import { cast, stopGradient, toFloat } from '../primitives/convert.js';
import { exp, log, sqrt } from '../primitives/unary.js';
import { isFinite, square, where } from './arithmetic.js';
import type { ReduceOptions } from '../primitives/reduce.js';
import type { Tensor } from '../tensor.js';

type Axes = number | readonly number[];

/** The mean over `axes` (all of them where none is named), always a float; dx = dy / n. NaN of no elements. */
export function mean(x: Tensor, axes?: Axes, options: ReduceOptions = {}): Tensor {
  const n = countOf(x.shape, axesOf('mean', axes, x.rank));
  return sum(toFloat(x), axes, options).div(n);
}

/** The mean squared distance from the mean: biased, divided by n, in two passes so that nothing cancels. */
export function variance(x: Tensor, axes?: Axes, options: ReduceOptions = {}): Tensor {
  return mean(square(x.sub(mean(x, axes, { keepDims: true }))), axes, options);
}

/** The square root of `variance`. */
export function std(x: Tensor, axes?: Axes, options: ReduceOptions = {}): Tensor {
  return sqrt(variance(x, axes, options));
}

/** Whether all elements over `axes` are true (of none: yes). */
export function all(x: Tensor, axes?: Axes, options: ReduceOptions = {}): Tensor {
  return empty(x, axes) ? sum(x, axes, options).equal(0) : cast(min(cast(x, 'bool'), axes, options), 'bool');
}

/** Whether any element over `axes` is true (of none: no). */
export function any(x: Tensor, axes?: Axes, options: ReduceOptions = {}): Tensor {
  return empty(x, axes) ? sum(x, axes, options).notEqual(0) : cast(max(cast(x, 'bool'), axes, options), 'bool');
}

function empty(x: Tensor, axes: Axes | undefined): boolean {
  return countOf(x.shape, axesOf('all', axes, x.rank)) === 0;
}

/** The largest element as a constant, 0 where it is infinite: what keeps exponentials in range. */
export function shiftOf(x: Tensor, axes?: Axes): Tensor {
  const largest = stopGradient(max(x, axes, { keepDims: true }));
  return where(isFinite(largest), largest, 0);
}

/** log(sum(e^x)) over `axes`, without overflow; dx = dy softmax(x). Minus infinity where every element is. */
export function logSumExp(x: Tensor, axes?: Axes, { keepDims = false }: ReduceOptions = {}): Tensor {
  const real = toFloat(x);
  const shift = shiftOf(real, axes);
  const total = log(sum(exp(real.sub(shift)), axes, { keepDims: true })).add(shift);
  return keepDims ? total : total.squeeze(axesOf('logSumExp', axes, x.rank));
}

/** The Euclidean length over `axes`: sqrt(sum(x^2)). */
export function norm(x: Tensor, axes?: Axes, options: ReduceOptions = {}): Tensor {
  return sqrt(sum(square(toFloat(x)), axes, options));
}
