import fc from 'fast-check';
import { expect, test } from 'vitest';
import { eye, tensor } from '@gradus/tensor';
import { tensors } from '@gradus/tensor/testing';
import { grad, hessian, jacobian } from '@gradus/autograd';
import type { Tensor } from '@gradus/tensor';

test('the Hessian of a sum of squares is twice the identity', () => {
  expect(hessian((x: Tensor) => x.square().sum())(tensor([1, 2])).toArray(2)).toEqual([[2, 0], [0, 2]]); // prettier-ignore
});

test('the Hessian of x A x / 2 is the symmetric part of A, for every shape of x', () => {
  fc.assert(fc.property(tensors({ shape: [4, 4], dtype: 'float64' }), tensors({ shape: [2, 2], dtype: 'float64' }), (a, x) => {
    const f = (v: Tensor): Tensor => v.flatten().matmul(a).mul(v.flatten()).sum().mul(0.5);
    const h = hessian(f)(x);
    expect(h.shape).toEqual([2, 2, 2, 2]);
    const expected = a.add(a.transpose()).mul(0.5).data();
    for (const [i, d] of h.data().entries()) expect(d).toBeCloseTo(expected[i], 10);
  })); // prettier-ignore
});

test('the Jacobian of a product with a matrix is the matrix', () => {
  fc.assert(fc.property(tensors({ shape: [3, 2] }), tensors({ shape: [2] }), (a, x) => {
    expect(jacobian((v: Tensor) => a.matmul(v))(x).toArray(2)).toEqual(a.toArray(2));
  })); // prettier-ignore
});

test('the Jacobian of the identity, and of nothing', () => {
  expect(jacobian((x: Tensor) => x)(tensor([1, 2, 3])).toArray(2)).toEqual(eye(3).toArray(2));
  expect(jacobian((x: Tensor) => x)(tensor([])).shape).toEqual([0, 0]);
});

test('the Hessian is the same by rows of gradients', () => {
  fc.assert(fc.property(tensors({ shape: [3], dtype: 'float64' }), (x) => {
    const f = (v: Tensor): Tensor => v.softmax().mul(v.exp()).sum().sin();
    const h = hessian(f)(x);
    for (let i = 0; i < 3; i++) {
      const row = grad((v: Tensor) => grad(f)(v).slice(i))(x).data();
      for (const [j, d] of row.entries()) expect(h.at(i, j)).toBeCloseTo(d, 9);
    }
  })); // prettier-ignore
});
