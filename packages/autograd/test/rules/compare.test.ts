import fc from 'fast-check';
import { expect, test } from 'vitest';
import { equal, less, lessEqual, tensor, where } from '@gradus/tensor';
import { tensorPairs, tensors } from '@gradus/tensor/testing';
import { grad } from '@gradus/autograd';
import { checkGradients } from '@gradus/autograd/testing';
import type { Tensor } from '@gradus/tensor';

test('a selection sends the gradient to what it took', () => {
  fc.assert(fc.property(tensorPairs(), ([a, b]) => checkGradients((x, y) => where(x.greater(0), x.mul(y), y), [a, b], { order: 2 })));
});

test('a broadcast condition is no obstacle', () => {
  const condition = tensor([[true], [false]]);
  fc.assert(fc.property(tensors({ shape: [3] }), (a) => checkGradients((x) => where(condition, x.square(), x), [a], { order: 2 })));
});

test('the branch that was not taken sends 0, not NaN', () => {
  const safe = (x: Tensor): Tensor => where(x.greater(0), where(x.greater(0), x, 1).log(), 0).sum();
  expect(grad(safe)(tensor([-1, 0, 2])).toArray(1)).toEqual([0, 0, 0.5]);
});

test('comparisons are constants', () => {
  for (const f of [equal, less, lessEqual]) {
    expect(grad((x: Tensor) => f(x, 1).cast('float32').mul(x).sum())(tensor([1])).item()).toBe(f === less ? 0 : 1);
  }
});
