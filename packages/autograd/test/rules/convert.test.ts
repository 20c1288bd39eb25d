import { expect, test } from 'vitest';
import { tensor } from '@gradus/tensor';
import { grad } from '@gradus/autograd';
import type { Tensor } from '@gradus/tensor';

test('a gradient is cast back to the type of its value', () => {
  const dx = grad((x: Tensor) => x.cast('float64').square().sum())(tensor([1, 2]));
  expect(dx.dtype).toBe('float32');
  expect(dx.toArray(1)).toEqual([2, 4]);
});

test('no gradient flows through whole numbers', () => {
  expect(grad((x: Tensor) => x.cast('int32').cast('float32').mul(x).sum())(tensor([1.5, 2.5])).toArray(1)).toEqual([1, 2]);
});

test('stopGradient makes a constant, in the second derivative too', () => {
  const f = (x: Tensor): Tensor => x.stopGradient().mul(x).mul(x).sum();
  expect(grad(f)(tensor([3])).item()).toBe(18);
  expect(grad((x: Tensor) => grad(f)(x).sum())(tensor([3])).item()).toBe(6);
});
