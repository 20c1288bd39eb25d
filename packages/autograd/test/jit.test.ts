import { describe, expect, test } from 'vitest';
import { jit, tensor, Variable } from '@gradus/tensor';
import { grad, valueAndGrad, vmap } from '@gradus/autograd';
import type { Tensor } from '@gradus/tensor';

const cube = (x: Tensor): Tensor => x.mul(x).mul(x).sum();

describe('compiled functions', () => {
  test('have a gradient, are the gradient, or both', () => {
    const x = tensor([1, 2, -3]);
    expect(grad(jit(cube))(x).toArray(1)).toEqual([3, 12, 27]);
    expect(jit(grad(cube))(x).toArray(1)).toEqual([3, 12, 27]);
    expect(jit(grad(jit(cube)))(x).toArray(1)).toEqual([3, 12, 27]);
    expect(jit((y: Tensor) => grad((z: Tensor) => grad(jit(cube))(z).sum())(y))(x).toArray(1)).toEqual([6, 12, -18]);
  });

  test('run example by example', () => {
    const rows = tensor([[1, 2], [3, 4]]); // prettier-ignore
    const sum = jit((row: Tensor) => row.mul(2).sum());
    expect(vmap(sum)(rows).toArray(1)).toEqual([6, 14]);
    expect(jit(vmap(sum))(rows).toArray(1)).toEqual([6, 14]);
  });

  test('train: read, differentiate and assign a variable in one program', () => {
    const w = new Variable(tensor([4, -2]));
    const loss = valueAndGrad((x: Tensor) => w.value.sub(x).square().sum(), { wrt: [w] });
    const step = jit((x: Tensor) => {
      const [value, [dw]] = loss(x);
      w.assign(w.value.sub(dw.mul(0.25)));
      return value;
    });
    // (w - x)^2 shrinks by 1/4 with every step: w - x by 1/2.
    expect([20, 5, 1.25].map(() => step(tensor([0, 0])).item())).toEqual([20, 5, 1.25]);
    expect(w.value.toArray(1)).toEqual([0.5, -0.25]);
    expect(step.programs).toHaveLength(1);
  });
});
