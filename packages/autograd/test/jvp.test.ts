import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jit, tensor } from '@gradus/tensor';
import { tensors } from '@gradus/tensor/testing';
import { grad, jvp } from '@gradus/autograd';
import type { Tensor } from '@gradus/tensor';

const f = (x: Tensor, y: Tensor): Tensor =>
  x
    .mul(y)
    .sin()
    .add(x.matmul(y.transpose()).sum(1, { keepDims: true }));
const pairs = fc.tuple(...[1, 2, 3, 4].map(() => tensors({ shape: [2, 3], dtype: 'float64' })));

test('the change along a direction equals the difference', () => {
  fc.assert(fc.property(pairs, ([x, y, dx, dy]) => {
    const [value, change] = jvp(f, [x, y], [dx, dy]);
    expect(value.data()).toEqual(f(x, y).data());
    const h = 1e-5;
    const at = (step: number): Tensor => f(x.add(dx.mul(step)), y.add(dy.mul(step)));
    const numeric = at(h).sub(at(-h)).div(2 * h).data();
    for (const [i, d] of change.data().entries()) expect(d).toBeCloseTo(numeric[i], 6);
  })); // prettier-ignore
});

test('forward over reverse is reverse over reverse', () => {
  fc.assert(fc.property(pairs, ([x, y, dx]) => {
    const loss = (v: Tensor): Tensor => f(v, y).square().sum();
    const forward = jvp(grad(loss), [x], [dx])[1].data();
    const backward = grad((v: Tensor) => grad(loss)(v).mul(dx).sum())(x).data();
    for (const [i, d] of forward.entries()) expect(d).toBeCloseTo(backward[i], 6);
  })); // prettier-ignore
});

test('whole results do not change, and neither does what is not used', () => {
  const [, [order, first]] = jvp(
    (x: Tensor, _unused: Tensor): readonly [Tensor, Tensor] => [x.argmax(0), x.slice(0)],
    [tensor([1, 2]), tensor(1)],
    [tensor([3, 4]), tensor(5)],
  );
  expect([order.item(), order.dtype, first.item()]).toEqual([0, 'int32', 3]);
});

test('jvp compiles', () => {
  const push = jit((x: Tensor, dx: Tensor) => jvp((v: Tensor) => v.exp().sum(), [x], [dx])[1]);
  expect(push(tensor([0, 0]), tensor([1, 2])).item()).toBe(3);
});
