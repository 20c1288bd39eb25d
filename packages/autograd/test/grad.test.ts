import { expect, test } from 'vitest';
import { tensor, Variable } from '@gradus/tensor';
import { grad, valueAndGrad } from '@gradus/autograd';
import type { Tensor } from '@gradus/tensor';

const x = tensor([1, 2, 3]);

test('the gradient of a sum of squares is twice the vector', () => {
  expect(grad((v: Tensor) => v.square().sum())(x).toArray(1)).toEqual([2, 4, 6]);
});

test('gradients nest', () => {
  const cubes = (v: Tensor): Tensor => v.mul(v).mul(v).sum();
  expect(grad((v: Tensor) => grad(cubes)(v).sum())(x).toArray(1)).toEqual([6, 12, 18]);
});

test('variables are differentiated in place of arguments', () => {
  const w = new Variable(tensor([1, 1, 2]));
  const b = new Variable(tensor(3));
  const [loss, [dw, db]] = valueAndGrad((v: Tensor) => v.mul(w.value).sum().add(b.value), { wrt: [w, b] })(x);
  expect(loss.item()).toBe(12);
  expect(dw.toArray(1)).toEqual([1, 2, 3]);
  expect(db.item()).toBe(1);
});
