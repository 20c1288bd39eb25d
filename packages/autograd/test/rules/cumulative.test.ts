import fc from 'fast-check';
import { test } from 'vitest';
import { cumsum } from '@gradus/tensor';
import { tensors } from '@gradus/tensor/testing';
import { checkGradients } from '@gradus/autograd/testing';

test('the derivative of cumsum, twice, equals the difference', () => {
  const cases = fc.tuple(tensors({ rank: [1, 3] }), fc.nat(2), fc.boolean());
  fc.assert(fc.property(cases, ([x, axis, reverse]) =>
    checkGradients((v) => cumsum(v.square(), axis % v.rank, { reverse }).square(), [x], { order: 2, tolerance: 1e-5 }))); // prettier-ignore
});
