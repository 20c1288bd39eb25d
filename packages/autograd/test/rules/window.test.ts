import fc from 'fast-check';
import { expect, test } from 'vitest';
import { maxPool, tensor } from '@gradus/tensor';
import { tensors } from '@gradus/tensor/testing';
import { grad } from '@gradus/autograd';
import { checkGradients } from '@gradus/autograd/testing';
import type { Tensor } from '@gradus/tensor';

const images = fc.integer({ min: 1, max: 2 }).chain((rank) => tensors({ rank: rank + 2, size: [2, 4], distinct: true }));
const padding = fc.constantFrom('valid' as const, 'same' as const);

test('the derivative of max pooling, twice, equals the difference', () => {
  const walk = fc.tuple(images, fc.integer({ min: 1, max: 2 }), fc.integer({ min: 1, max: 3 }), padding);
  fc.assert(fc.property(walk, ([x, size, strides, how]) =>
    checkGradients((v) => maxPool(v, size, { strides, padding: how }).square(), [x], { order: 2, name: 'maxPool' }))); // prettier-ignore
});

test('the first of equal largest elements gets the gradient', () => {
  const x = tensor([1, 1, 1, 1]).reshape([1, 4, 1]);
  expect(
    grad((v: Tensor) => maxPool(v, 2).sum())(x)
      .flatten()
      .toArray(1),
  ).toEqual([1, 0, 1, 0]);
});
