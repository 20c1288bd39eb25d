import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bernoulli, foldIn, jit, key, tensor, Variable, where } from '@gradus/tensor';
import { tensors } from '@gradus/tensor/testing';
import { grad, recompute, valueAndGrad, vmap } from '@gradus/autograd';
import { checkGradients } from '@gradus/autograd/testing';
import type { Tensor } from '@gradus/tensor';

const block = (x: Tensor): Tensor => x.tanh().mul(x.exp()).add(x.square());

describe('recompute', () => {
  test('changes no value and no derivative', () => {
    fc.assert(fc.property(tensors(), (x) => checkGradients(recompute(block), [x], { order: 2 })));
    fc.assert(fc.property(tensors({ dtype: 'float64' }), (x) => {
      const loss = (f: (v: Tensor) => Tensor) => (v: Tensor): Tensor => f(f(v)).sum();
      const expected = grad(loss(block))(x).data();
      expect(grad(loss(recompute(block)))(x).data()).toEqual(expected);
      expect(jit(grad(loss(recompute(block))))(x).data()).toEqual(expected);
      expect(recompute(grad(loss(block)))(x).data()).toEqual(expected);
    })); // prettier-ignore
  });

  test('differentiates variables and values from outside', () => {
    const w = new Variable(tensor([2, 3]));
    const f = (x: Tensor): Tensor => grad((v: Tensor) => recompute((u: Tensor) => u.mul(w.value).mul(v))(v).sum())(x);
    expect(f(tensor([1, 1])).toArray(1)).toEqual([4, 6]);
    const [, [dw]] = valueAndGrad((v: Tensor) => recompute((u: Tensor) => u.mul(w.value).square())(v).sum(), { wrt: [w] })(tensor([1, 2]));
    expect(dw.toArray(1)).toEqual([4, 24]);
  });

  test('replays random counters with the same values, and assigns them once', () => {
    const counter = new Variable(tensor(0, 'int32'));
    const dropout = (x: Tensor): Tensor => {
      const kept = bernoulli(foldIn(key(3), counter.value), 0.5, x.shape);
      counter.assign(counter.value.add(1));
      return where(kept, x.mul(2), 0).square();
    };
    const x = tensor(Float32Array.from({ length: 64 }, (_, i) => i + 1));
    const run = (f: (v: Tensor) => Tensor): Tensor[] => {
      counter.assign(tensor(7, 'int32'));
      const [value, d] = valueAndGrad((v: Tensor) => f(v).sum())(x);
      expect(counter.value.item()).toBe(8);
      return [value, d];
    };
    const expected = run(dropout).map((t) => [...t.data()]);
    expect(run(recompute(dropout)).map((t) => [...t.data()])).toEqual(expected);
    expect(run(jit(recompute(dropout))).map((t) => [...t.data()])).toEqual(expected);
    counter.assign(tensor(7, 'int32'));
    const step = jit((v: Tensor) => valueAndGrad((u: Tensor) => recompute(dropout)(u).sum())(v));
    expect([...step(x)].map((t) => [...t.data()])).toEqual(expected);
    expect(counter.value.item()).toBe(8);
  });

  test('keeps nothing but the arguments: the forward pass of a program gives out no residual', () => {
    const step = jit((x: Tensor) => grad((v: Tensor) => recompute(block)(v).sum())(x));
    step(tensor([1, 2]));
    const calls = step.programs[0].graph.nodes.filter((node) => node.kind === 'call');
    // The value of the first call is not needed by anyone: what is left is the backward call, which runs forward again.
    expect(calls.map(({ operands }) => operands.length)).toEqual([2]);
    expect(step.programs[0].toString()).toContain('recompute(block), backward');
  });

  test('batches', () => {
    const x = tensor([[1, 2], [3, 4]]); // prettier-ignore
    const f = (row: Tensor): Tensor => grad((v: Tensor) => recompute(block)(v).sum())(row);
    expect(vmap(f)(x).toArray(2)).toEqual([0, 1].map((i) => f(x.slice(i)).toArray(1)));
  });
});
