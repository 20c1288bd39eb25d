/**
 * Random numbers: counter-based, so that a number depends on its key, its counter and its place, never on the order in
 * which things ran. There is no global generator.
 */
import { ArgumentError } from './errors.js';
import { fromData } from './create.js';
import { argsort } from './primitives/sort.js';
import { randomBits, randomUniform, threefry } from './primitives/random.js';
import { erfOf } from './primitives/erf.js';
import { erfInv } from './functions/special.js';
import { toFloat } from './primitives/convert.js';
import { less } from './functions/arithmetic.js';
import type { DType } from './dtype.js';
import type { TensorLike } from './operand.js';
import type { Shape } from './shape.js';
import type { Tensor } from './tensor.js';

/**
 * A key: int32 [2], drawn from a seed and, where many streams share one seed, from a path that names this one.
 *
 * @param seed - a whole number from 0 to 2^53 - 1
 * @example key(1, 'model/dropout')
 */
export function key(seed: number, path: string = ''): Tensor {
  if (!Number.isSafeInteger(seed) || seed < 0) throw new ArgumentError(`key: the seed must be a whole number of at least 0, found ${seed}`);
  let words: readonly [number, number] = [Math.floor(seed / 2 ** 32) | 0, seed | 0];
  for (let i = 0; i < path.length; i++) words = threefry(words[0], words[1], path.charCodeAt(i), i + 1);
  return fromData(Int32Array.from(words));
}

/** A new key for each (key, number): the encrypted number. `n` may be a traced counter. */
export function foldIn(from: Tensor, n: Tensor | number): Tensor {
  return randomBits(from, counterOf(n), [2]);
}

function counterOf(n: Tensor | number): Tensor {
  return typeof n === 'number' ? fromData(Int32Array.of(n), []) : n;
}

export interface RandomOptions {
  /** Which draw under this key; a counter variable, say. @defaultValue 0 */
  readonly counter?: Tensor | number;
  /** @defaultValue 'float32' */
  readonly dtype?: DType;
}

/** 32 random bits an element, int32. */
export function bits(from: Tensor, shape: Shape, { counter = 0 }: { readonly counter?: Tensor | number } = {}): Tensor {
  return randomBits(from, counterOf(counter), shape);
}

/** Uniform numbers in [min, max), multiples of 2^-24 of the range (float64: 2^-53). @defaultValue [0, 1) */
export function uniform(
  from: Tensor,
  shape: Shape,
  options: RandomOptions & { readonly min?: number; readonly max?: number } = {},
): Tensor {
  const { counter = 0, dtype = 'float32', min = 0, max = 1 } = options;
  const u = randomUniform(from, counterOf(counter), shape, dtype);
  return min === 0 && max === 1 ? u : u.mul(max - min).add(min);
}

/** Normal numbers by inversion: mean + std sqrt(2) erfInv(u), u uniform in (-1, 1). */
export function normal(
  from: Tensor,
  shape: Shape,
  options: RandomOptions & { readonly mean?: number; readonly std?: number } = {},
): Tensor {
  const { mean = 0, std = 1 } = options;
  return inverted(from, shape, options, 1).mul(std).add(mean);
}

/** Normal numbers no further than two standard deviations from the mean; `std` is that of the untruncated law. */
export function truncatedNormal(
  from: Tensor,
  shape: Shape,
  options: RandomOptions & { readonly mean?: number; readonly std?: number } = {},
): Tensor {
  const { mean = 0, std = 1 } = options;
  return inverted(from, shape, options, erfOf(Math.SQRT2)).mul(std).add(mean);
}

/** Standard normal numbers z with |erf(z / sqrt(2))| < bound. */
function inverted(from: Tensor, shape: Shape, { counter = 0, dtype = 'float32' }: RandomOptions, bound: number): Tensor {
  const u = randomUniform(from, counterOf(counter), shape, dtype);
  // Half a step away from both ends, where the inverse is infinite.
  const step = dtype === 'float64' ? 2 ** -53 : 2 ** -24;
  return erfInv(
    u
      .mul(2)
      .add(step - 1)
      .mul(bound),
  ).mul(Math.SQRT2);
}

/** Truth values, true with probability `p` (a number, or a tensor that broadcasts to the shape). */
export function bernoulli(from: Tensor, p: TensorLike, shape: Shape, { counter = 0 }: { readonly counter?: Tensor | number } = {}): Tensor {
  return less(randomUniform(from, counterOf(counter), shape, 'float32'), typeof p === 'object' ? toFloat(p) : p);
}

/** The numbers 0 to n - 1 in random order, int32: the order of n random words. */
export function permutation(from: Tensor, n: number, { counter = 0 }: { readonly counter?: Tensor | number } = {}): Tensor {
  return argsort(randomBits(from, counterOf(counter), [n]));
}
