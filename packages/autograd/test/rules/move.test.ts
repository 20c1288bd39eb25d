import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pad, reverse, tensor } from '@gradus/tensor';
import { tensorPairs, tensors } from '@gradus/tensor/testing';
import { grad } from '@gradus/autograd';
import { checkGradients } from '@gradus/autograd/testing';
import type { Tensor } from '@gradus/tensor';

// The square makes the second derivative go through the adjoint.
describe('the derivative, twice, equals the difference', () => {
  test('of broadcastTo', () => {
    fc.assert(fc.property(tensorPairs(), ([a, b]) => {
      const wide = a.add(b).shape;
      return checkGradients((x) => x.broadcastTo(wide).square(), [a], { order: 2 });
    })); // prettier-ignore
  });

  test('of reshape', () => {
    fc.assert(fc.property(tensors(), (a) => checkGradients((x) => x.reshape([...x.shape, 1]).square(), [a], { order: 2 })));
  });

  test('of transpose', () => {
    const cases = tensors({ rank: [2, 4] }).chain((x) => fc.tuple(fc.constant(x), fc.shuffledSubarray(x.shape.map((_, axis) => axis), { minLength: x.rank }))); // prettier-ignore
    fc.assert(fc.property(cases, ([a, order]) => checkGradients((x) => x.transpose(order).square(), [a], { order: 2 })));
  });

  const bound = fc.option(fc.integer({ min: -4, max: 4 }), { nil: '' });
  const range = fc.tuple(bound, bound, fc.constantFrom(-2, -1, 1, 2, 3)).map((parts) => parts.join(':'));
  test('of slice', () => {
    const cases = tensors().chain((x) => fc.tuple(fc.constant(x), fc.array(range, { maxLength: x.rank })));
    fc.assert(fc.property(cases, ([a, indices]) => checkGradients((x) => x.slice(...indices).square(), [a], { order: 2 })));
  });

  test('of pad', () => {
    const cases = tensors().chain((x) =>
      fc.tuple(fc.constant(x), fc.array(fc.tuple(fc.nat(2), fc.nat(2)), { minLength: x.rank, maxLength: x.rank })),
    );
    fc.assert(fc.property(cases, ([a, padding]) => checkGradients((x) => pad(x, padding, 3).square(), [a], { order: 2 })));
  });

  test('of reverse', () => {
    fc.assert(fc.property(tensors({ rank: [1, 3] }), (a) => checkGradients((x) => reverse(x, 0).square().mul(x), [a], { order: 2 })));
  });
});

test('a number that is used twice gets both gradients', () => {
  expect(grad((x: Tensor) => x.slice(1).mul(x.slice(1)).add(x.slice(0)))(tensor([5, 7])).toArray(1)).toEqual([1, 14]);
});
