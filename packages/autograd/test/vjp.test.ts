import { describe, expect, test } from 'vitest';
import { jit, tensor, Variable } from '@gradus/tensor';
import { vjp } from '@gradus/autograd';
import type { Tensor } from '@gradus/tensor';

describe('vjp', () => {
  test('pulls a gradient of the value back, any number of times', () => {
    const [y, pull] = vjp((x: Tensor) => x.square(), tensor([1, 2]));
    expect(y.toArray(1)).toEqual([1, 4]);
    expect(pull(tensor([1, 1]))[0].toArray(1)).toEqual([2, 4]);
    expect(pull(tensor([0, 10]))[0].toArray(1)).toEqual([0, 40]);
  });

  test('takes and gives tensors in any structure', () => {
    const f = (p: { readonly a: Tensor }, q: readonly Tensor[]): { readonly sum: Tensor; readonly product: Tensor } => ({
      sum: p.a.add(q[0]),
      product: p.a.mul(q[0]),
    });
    const [, pull] = vjp(f, { a: tensor(2) }, [tensor(5)]);
    const [dp, dq] = pull({ sum: tensor(1), product: tensor(10) });
    expect([dp.a.item(), dq[0].item()]).toEqual([51, 21]);
  });

  test('differentiates variables in place of arguments', () => {
    const w = new Variable(tensor([1, 2]));
    const unused = new Variable(tensor([1]));
    const [y, pull] = vjp(() => w.value.mul(3), { wrt: [w, unused] });
    expect(y.toArray(1)).toEqual([3, 6]);
    const [dw, none] = pull(tensor([1, 2]));
    expect([dw.toArray(1), none.toArray(1)]).toEqual([[3, 6], [0]]);
  });

  test('returns operands and constants as they are', () => {
    const [[x, one], pull] = vjp((v: Tensor): readonly [Tensor, Tensor] => [v, tensor(1)], tensor(4));
    expect([x.item(), one.item()]).toEqual([4, 1]);
    expect(pull([tensor(2), tensor(3)])[0].item()).toBe(2);
  });

  test('refuses a gradient of another shape or another structure', () => {
    const [, pull] = vjp(function f(x: Tensor): Tensor { return x.mul(2); }, tensor([1, 2])); // prettier-ignore
    expect(() => pull(tensor([1, 2, 3]))).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: the pull-back: the value has shape [2], its gradient [3]]`,
    );
    const [, both] = vjp(function f(x: Tensor): readonly Tensor[] { return [x, x]; }, tensor([1, 2])); // prettier-ignore
    expect(() => both([tensor([1, 2])])).toThrowErrorMatchingInlineSnapshot(
      `[ArgumentError: vjp(f): the value has 2 tensors, its gradient 1]`,
    );
    expect(() => vjp(function f(x: Tensor): Tensor { return x; }, tensor([1], 'int32'))).toThrowErrorMatchingInlineSnapshot(`[DTypeError: vjp(f): only floats differentiate: an argument is int32 [1]; close over it instead]`); // prettier-ignore
  });

  test('of a pull-back kept from a trace is an error', () => {
    const kept: ((dy: Tensor) => readonly Tensor[])[] = [];
    jit(function step(x: Tensor): Tensor { kept.push(vjp((v: Tensor) => v.exp(), x)[1]); return x; })(tensor([1])); // prettier-ignore
    expect(() => kept[0](tensor([1]))).toThrow(/mul: an operand belongs to jit\(step\), which has returned/);
  });
});
