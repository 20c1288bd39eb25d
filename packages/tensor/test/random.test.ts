import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { threefry } from '@gradus/tensor/extend';
import { bernoulli, erfInv, key, normal, permutation, tensor, truncatedNormal, uniform } from '@gradus/tensor';

test('the same key, counter and place give the same number, whatever ran before', () => {
  const first = uniform(key(7, 'a'), [5], { counter: 3 }).data('float32').slice();
  uniform(key(8), [100]);
  expect(uniform(key(7, 'a'), [5], { counter: 3 }).data('float32')).toEqual(first);
  expect(uniform(key(7, 'b'), [5], { counter: 3 }).data('float32')).not.toEqual(first);
  expect(uniform(key(7, 'a'), [5], { counter: 4 }).data('float32')).not.toEqual(first);
});

test('normal numbers have mean 0 and deviation 1; truncated ones stay within 2, with deviation 0.8796', () => {
  const z = normal(key(1), [100_000]);
  expect(Math.abs(z.mean().item())).toBeLessThan(0.01);
  expect(Math.abs(z.std().item() - 1)).toBeLessThan(0.01);
  const t = truncatedNormal(key(2), [100_000]);
  expect(t.abs().max().item()).toBeLessThanOrEqual(2);
  expect(Math.abs(t.std().item() - 0.8796)).toBeLessThan(0.01);
});

test('bernoulli is true with its probability', () => {
  expect(Math.abs(bernoulli(key(3), 0.3, [100_000]).cast('float32').mean().item() - 0.3)).toBeLessThan(0.01);
});

test('a permutation holds every number once', () => {
  const order = permutation(key(4), 1000).data('int32');
  expect([...order].toSorted((a, b) => a - b)).toEqual(Array.from({ length: 1000 }, (_, i) => i));
  expect(order.every((n, i) => n === i)).toBe(false);
});

test('erfInv undoes erf', () => {
  const x = tensor([-2.5, -1, -0.125, 0, 0.3, 1.75], 'float64');
  const erf = [-0.999593047982555, -0.8427007929497149, -0.1403162048013338, 0, 0.3286267594591274, 0.9866716712191824];
  const found = erfInv(tensor(erf, 'float64')).data('float64');
  for (const [i, value] of x.data('float64').entries()) expect(found[i]).toBeCloseTo(value, 9);
});

interface Vector {
  readonly name: string;
  readonly key: readonly [number, number];
  readonly counter: readonly [number, number];
  readonly output: readonly [number, number];
}
const vectors: { readonly cases: readonly Vector[] } = JSON.parse(
  readFileSync(new URL('./fixtures/random123.json', import.meta.url), 'utf8'),
);

test.each(vectors.cases)('Threefry encrypts $counter under $key as published', ({ key: [k0, k1], counter: [x0, x1], output }) => {
  expect(threefry(k0 | 0, k1 | 0, x0 | 0, x1 | 0).map((word) => word >>> 0)).toEqual([...output]);
});
