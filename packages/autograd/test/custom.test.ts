import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { jit, scan, tensor, Variable } from '@gradus/tensor';
import { tensors } from '@gradus/tensor/testing';
import { customGradient, grad, jvp, valueAndGrad, vmap } from '@gradus/autograd';
import { checkGradients } from '@gradus/autograd/testing';
import type { Tensor } from '@gradus/tensor';

/** x^3, whose derivative is right, and marked: ten times too large. */
const marked = customGradient((x: Tensor) => x.mul(x).mul(x), (dy, _, x) => [dy.mul(x.square().mul(30))]); // prettier-ignore
const cube = customGradient((x: Tensor) => x.mul(x).mul(x), (dy, _, x) => [dy.mul(x.square().mul(3))]); // prettier-ignore
const x = tensor([1, 2]);

describe('customGradient', () => {
  test('runs the function and takes its own derivative', () => {
    expect(marked(x).toArray(1)).toEqual([1, 8]);
    expect(grad((v: Tensor) => marked(v).sum())(x).toArray(1)).toEqual([30, 120]);
  });

  test('is right in every order where the pull-back is', () => {
    fc.assert(fc.property(tensors(), (v) => checkGradients(cube, [v], { order: 3 })));
  });

  test('is seen by every level of nested derivatives', () => {
    // Inner level: d/du of u^3 under an outer level that differentiates through the same call.
    const f = (v: Tensor): Tensor => grad((u: Tensor) => marked(u.mul(v)).sum())(v).sum();
    // pull gives 30 (u v)^2 v at u = v: 30 v^5; its derivative, with the marked one inside, by the rule of products.
    expect(grad(f)(tensor([1])).item()).toBe(30 * 5);
    // The value of an inner level is differentiated by the outer one alone, which must see the call too.
    const value = (v: Tensor): Tensor => valueAndGrad((u: Tensor) => marked(u).sum())(v)[0];
    expect(grad(value)(x).toArray(1)).toEqual([30, 120]);
    const outer = (v: Tensor): Tensor =>
      marked(v)
        .mul(grad((u: Tensor) => u.square().sum())(v))
        .sum();
    expect(grad(outer)(tensor([1])).item()).toBe(30 * 2 + 2);
  });

  test('survives jit, vmap, scan and jvp', () => {
    const loss = (v: Tensor): Tensor => marked(v).sum();
    expect(jit(grad(loss))(x).toArray(1)).toEqual([30, 120]);
    expect(grad(jit(loss))(x).toArray(1)).toEqual([30, 120]);
    expect(vmap(grad(loss))(x).toArray(1)).toEqual([30, 120]);
    expect(grad((v: Tensor) => vmap(marked)(v).sum())(x).toArray(1)).toEqual([30, 120]);
    expect(jvp(marked, [x], [tensor([1, 0])])[1].toArray(1)).toEqual([30, 0]);
    const loop = (v: Tensor): Tensor => scan((h: Tensor, row: Tensor) => [h.add(marked(row)), h], tensor(0), v)[0];
    expect(grad(loop)(x).toArray(1)).toEqual([30, 120]);
    expect(jit(grad(loop))(x).toArray(1)).toEqual([30, 120]);
    expect(grad((v: Tensor) => grad(loop)(v).sum())(x).toArray(1)).toEqual([60, 120]);
  });

  test('under vmap sums the gradients of what the examples share', () => {
    const product = customGradient((a: Tensor, b: Tensor) => a.mul(b), (dy, _, a, b) => [dy.mul(b), dy.mul(a)]); // prettier-ignore
    const f = (w: Tensor): Tensor => vmap((v: Tensor) => product(v, w))(x).sum();
    expect(grad(f)(tensor(5)).item()).toBe(3);
  });

  test('lets a rounded value keep its gradient', () => {
    const round = customGradient((v: Tensor) => v.round(), (dy) => [dy]); // prettier-ignore
    expect(grad((v: Tensor) => round(v).square().sum())(tensor([1.4, 2.6])).toArray(1)).toEqual([2, 6]);
  });

  test('takes and gives structures; undefined is no gradient', () => {
    const f = customGradient(
      (p: { readonly a: Tensor; readonly b: Tensor }, n: Tensor) => [p.a.mul(p.b), p.a.add(n)] as const,
      ([d], _, p) => [{ a: d.mul(p.b), b: d.mul(p.a) }, undefined],
    );
    const d = grad((p: { readonly a: Tensor; readonly b: Tensor }) => f(p, tensor(1, 'int32'))[0])({ a: tensor(2), b: tensor(3) });
    expect([d.a.item(), d.b.item()]).toEqual([3, 2]);
  });

  test('assigns variables once, compiled or not', () => {
    const calls = new Variable(tensor(0));
    const counted = customGradient((v: Tensor) => { calls.assign(calls.value.add(1)); return v.mul(2); }, (dy) => [dy.mul(2)]); // prettier-ignore
    const step = (v: Tensor): Tensor => grad((u: Tensor) => counted(u).sum())(v);
    expect(step(x).toArray(1)).toEqual([2, 2]);
    expect(calls.value.item()).toBe(1);
    expect(jit(step)(x).toArray(1)).toEqual([2, 2]);
    expect(calls.value.item()).toBe(2);
  });

  test('refuses to close over what is being differentiated', () => {
    const f = (v: Tensor): Tensor => customGradient(function scaled(u: Tensor): Tensor { return u.mul(v); }, (dy) => [dy])(v).sum(); // prettier-ignore
    expect(() => grad(f)(x)).toThrowErrorMatchingInlineSnapshot(
      `[TraceError: mul: an operand belongs to grad(f), which does not run here: a float32 [2]. Pass it as an argument instead of closing over it.]`,
    );
  });

  test('says which gradient has the wrong shape', () => {
    const f = customGradient(function total(v: Tensor): Tensor { return v.sum(); }, (dy) => [dy]); // prettier-ignore
    expect(() => grad(f)(x)).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: customGradient(total): the value has shape [2], its gradient []]`,
    );
  });
});
