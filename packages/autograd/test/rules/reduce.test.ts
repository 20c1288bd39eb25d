import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { max, min, prod, sum, tensor } from '@gradus/tensor';
import { tensors } from '@gradus/tensor/testing';
import { grad } from '@gradus/autograd';
import { checkGradients } from '@gradus/autograd/testing';
import type { Tensor } from '@gradus/tensor';

/** A tensor, some of its axes, and whether they stay. */
function cases(x: fc.Arbitrary<Tensor>): fc.Arbitrary<readonly [Tensor, readonly number[], boolean]> {
  return x.chain((known) => {
    const axes = fc.subarray(known.shape.map((_, axis) => axis));
    return fc.tuple(fc.constant(known), axes, fc.boolean());
  });
}

describe('the derivative, twice, equals the difference', () => {
  test('of sum', () => {
    fc.assert(
      fc.property(cases(tensors()), ([x, axes, keepDims]) => checkGradients((v) => sum(v, axes, { keepDims }).square(), [x], { order: 2 })),
    );
  });

  test('of prod', () => {
    fc.assert(
      fc.property(cases(tensors()), ([x, axes, keepDims]) =>
        checkGradients((v) => prod(v, axes, { keepDims }).square(), [x], { order: 2 }),
      ),
    );
  });

  test('of prod, with any number of zeros', () => {
    const zeros = tensors({ min: -1, max: 2, rank: [1, 2] }).map((x) => x.floor());
    fc.assert(fc.property(cases(zeros), ([x, axes]) => checkGradients((v) => prod(v, axes), [x], { order: 2 })));
  });

  const filled = tensors({ size: [1, 5], distinct: true });
  test.each([max, min].map((f) => [f.name, f] as const))('of %s', (_, f) => {
    fc.assert(
      fc.property(cases(filled), ([x, axes, keepDims]) =>
        checkGradients((v) => f(v.mul(v.exp()), axes, { keepDims }).square(), [x.add(3)], { order: 2 }),
      ),
    );
  });
});

test('equal largest elements share the gradient', () => {
  expect(grad((x: Tensor) => max(x))(tensor([1, 3, 3])).toArray(1)).toEqual([0, 0.5, 0.5]);
  expect(grad((x: Tensor) => min(x, 1).sum())(tensor([[2, 2, 2, 2], [1, 0, 3, 4]])).toArray(2)).toEqual([[0.25, 0.25, 0.25, 0.25], [0, 1, 0, 0]]); // prettier-ignore
});

test('the gradient of a product of a long row is exact', () => {
  const x = tensor(Float64Array.from({ length: 37 }, (_, i) => (i === 11 ? 0 : 1 + i / 64)));
  const dx = grad((v: Tensor) => prod(v))(x).data('float64');
  const others = x.data('float64').reduce((total, value) => (value === 0 ? total : total * value), 1);
  for (const [i, d] of dx.entries()) expect(d).toBeCloseTo(i === 11 ? others : 0, 10);
});
