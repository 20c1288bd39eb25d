import { expect, test } from 'vitest';
import { key, normal, tensor, uniform } from '@gradus/tensor';
import { grad } from '@gradus/autograd';
import type { Tensor } from '@gradus/tensor';

test('random numbers are constants of the derivative', () => {
  const noise = uniform(key(1), [3]);
  expect(grad((x: Tensor) => x.mul(uniform(key(1), [3])).sum())(tensor([1, 2, 3])).toArray(1)).toEqual(noise.toArray(1));
});

test('a sample differentiates by its mean and its deviation', () => {
  const z = normal(key(2), [4]);
  const sample = ([mean, deviation]: readonly Tensor[]): Tensor => normal(key(2), [4]).mul(deviation).add(mean).sum();
  const [dMean, dDeviation] = grad(sample)([tensor(1), tensor(2)]);
  expect(dMean.item()).toBe(4);
  expect(dDeviation.item()).toBeCloseTo(z.sum().item(), 6);
});
