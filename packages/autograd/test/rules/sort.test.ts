import fc from 'fast-check';
import { expect, test } from 'vitest';
import { argsort, sort, topK } from '@gradus/tensor';
import { tensors } from '@gradus/tensor/testing';
import { grad } from '@gradus/autograd';
import { checkGradients } from '@gradus/autograd/testing';
import type { Tensor } from '@gradus/tensor';

const rows = tensors({ rank: [1, 3], size: [1, 5], distinct: true });

test('the derivative of sort, twice, equals the difference', () => {
  fc.assert(
    fc.property(rows, fc.boolean(), (x, descending) => checkGradients((v) => sort(v, -1, { descending }).square(), [x], { order: 2 })),
  );
});

test('the derivative of topK equals the difference', () => {
  fc.assert(fc.property(rows, (x) => checkGradients((v) => topK(v, 1).values.square(), [x], { order: 2 })));
});

test('an order has no gradient', () => {
  fc.assert(fc.property(rows, (x) => {
    const dx = grad((v: Tensor) => argsort(v).cast(v.dtype).sum())(x);
    expect(dx.data().every((value) => value === 0)).toBe(true);
  })); // prettier-ignore
});
