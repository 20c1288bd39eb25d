import { expect, test } from 'vitest';
import { concat, conv, key, memory, uniform } from '@gradus/tensor';
import { eager } from '../src/interpreter/eager.js';
import type { Tensor } from '@gradus/tensor';

/** What the reference kernels give. */
function reference(f: () => Tensor): Tensor {
  const { large } = eager;
  eager.large = undefined;
  try {
    return f();
  } finally {
    eager.large = large;
  }
}

const a = uniform(key(1), [70, 130], { min: -1, max: 1 });
const b = uniform(key(2), [130, 90], { min: -1, max: 1 });
const image = uniform(key(3), [2, 30, 30, 8], { min: -1, max: 1 });
const kernel = uniform(key(4), [3, 3, 8, 16], { min: -1, max: 1 });
const many = uniform(key(5), [20_000], { min: -3, max: 3 });

test.each([
  ['a product', () => a.matmul(b)],
  ['a convolution', () => conv(image, kernel)],
  ['exp', () => many.exp()],
  ['tanh of rows', () => many.reshape([100, 200]).tanh()],
] as const)('large work runs on emitted kernels: %s', (_, f) => {
  const expected = reference(f).data('float32');
  const found = f().data('float32');
  expect(found.length).toBe(expected.length);
  let differ = 0;
  const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  for (const [i, value] of found.entries()) {
    const off = Math.abs(value - (expected[i] ?? NaN));
    expect(off).toBeLessThanOrEqual(1e-5 * largest);
    if (off > 0) differ++;
  }
  // Sums in single precision and polynomials round otherwise than double precision: so it was not the reference that ran.
  expect(differ).toBeGreaterThan(0);
});

test('small work, and float64, stay with the reference, bit for bit', () => {
  for (const f of [() => a.slice('0:3').matmul(b.slice(':', '0:4')), () => many.cast('float64').exp(), () => many.slice('0:100').tanh()]) {
    expect(f().data()).toEqual(reference(f).data());
  }
});

test('programs of one primitive are few: their memory is bounded however many shapes come', () => {
  const sizes = Array.from({ length: 60 }, (_, i) => 20_000 + i);
  const long = concat([many, many]);
  for (const size of sizes.slice(0, 30)) long.slice(`0:${size}`).exp();
  const { used } = memory();
  for (const size of sizes.slice(30)) long.slice(`0:${size}`).exp();
  expect(memory().used).toBeLessThan(used + 1e5);
});
