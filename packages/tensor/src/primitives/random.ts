/** Random numbers as a function of a key and a counter: the only source of randomness. */
import { allocate } from '../dtype.js';
import { dispatch } from '../dispatch.js';
import { ShapeError } from '../errors.js';
import { showShape } from '../shape.js';
import { expectDType } from './types.js';
import type { DType } from '../dtype.js';
import type { Family, Signature, TensorType } from '../primitive.js';
import type { Shape } from '../shape.js';
import type { Tensor } from '../tensor.js';

export interface RandomSignatures {
  /** 32 random bits an element, as int32. key: int32 [2], counter: int32 []. */
  randomBits: Signature<readonly ['key', 'counter'], { readonly shape: Shape }>;
  /** Uniform in [0, 1), a multiple of 2^-24 (float64: 2^-53). */
  randomUniform: Signature<readonly ['key', 'counter'], { readonly shape: Shape; readonly dtype: DType }>;
}

const rotations = [
  [13, 15, 26, 6],
  [17, 29, 16, 24],
] as const;

/**
 * Threefry-2x32 with 20 rounds: encrypts the counter (x0, x1) under the key (k0, k1). Five groups of four rounds of
 * add, rotate, xor; after each group a part of the key is added again.
 *
 * Salmon, Moraes, Dror, Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3".
 */
export function threefry(k0: number, k1: number, x0: number, x1: number): readonly [number, number] {
  const keys = [k0, k1, k0 ^ k1 ^ 0x1bd11bda];
  let a = (x0 + k0) | 0;
  let b = (x1 + k1) | 0;
  for (let group = 0; group < 5; group++) {
    for (const r of rotations[group % 2]) {
      a = (a + b) | 0;
      b = ((b << r) | (b >>> (32 - r))) ^ a;
    }
    a = (a + keys[(group + 1) % 3]) | 0;
    b = (b + keys[(group + 2) % 3] + group + 1) | 0;
  }
  return [a, b];
}

/** Word i of a stream is half of block floor(i / 2), whose counter is (counter, block). */
function fill(bits: Int32Array, key: ArrayLike<number>, counter: number): void {
  for (let i = 0; i < bits.length; i += 2) {
    const [a, b] = threefry(key[0], key[1], counter, i >> 1);
    bits[i] = a;
    if (i + 1 < bits.length) bits[i + 1] = b;
  }
}

function checkKey(operation: string, key: TensorType, counter: TensorType): void {
  expectDType(operation, 'key', key, 'int32');
  expectDType(operation, 'counter', counter, 'int32');
  if (key.shape.length === 1 && key.shape[0] === 2 && counter.shape.length === 0) return;
  throw new ShapeError(`${operation}: expected a key [2] and a counter [], found ${showShape(key.shape)} and ${showShape(counter.shape)}`);
}

export const random: Family<keyof RandomSignatures> = {
  randomBits: {
    name: 'randomBits',
    type([key, counter], { shape }) {
      checkKey('randomBits', key, counter);
      return { dtype: 'int32', shape };
    },
    kernel({ data: y }, [{ data: key }, { data: counter }]) {
      if (y instanceof Int32Array) fill(y, key, counter[0]);
    },
  },
  randomUniform: {
    name: 'randomUniform',
    type([key, counter], { shape, dtype }) {
      checkKey('randomUniform', key, counter);
      return { dtype, shape };
    },
    kernel({ data: y, dtype }, [{ data: key }, { data: counter }]) {
      const bits = allocate('int32', dtype === 'float64' ? 2 * y.length : y.length);
      fill(bits, key, counter[0]);
      if (dtype !== 'float64') for (let i = 0; i < y.length; i++) y[i] = (bits[i] >>> 8) * 2 ** -24;
      else for (let i = 0; i < y.length; i++) y[i] = ((bits[2 * i] >>> 5) * 2 ** 26 + (bits[2 * i + 1] >>> 6)) * 2 ** -53;
    },
  },
};

/** 32 random bits an element; the same for the same key and counter, whatever ran before. */
export function randomBits(key: Tensor, counter: Tensor, shape: Shape): Tensor {
  return dispatch(random.randomBits, [key, counter], { shape });
}

/** Uniform numbers in [0, 1); the same for the same key and counter, whatever ran before. */
export function randomUniform(key: Tensor, counter: Tensor, shape: Shape, dtype: DType): Tensor {
  return dispatch(random.randomUniform, [key, counter], { shape, dtype });
}
