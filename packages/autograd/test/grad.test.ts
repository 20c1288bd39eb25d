import fc from 'fast-check';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { jit, tensor, Variable } from '@gradus/tensor';
import { tensors } from '@gradus/tensor/testing';
import { EagerTensor } from '@gradus/tensor/extend';
import { grad, valueAndGrad, vmap } from '@gradus/autograd';
import { checkGradients } from '@gradus/autograd/testing';
import type { Tensor } from '@gradus/tensor';

const x = tensor([1, 2, 3]);
const cubes = (v: Tensor): Tensor => v.mul(v).mul(v).sum();

describe('grad', () => {
  test('of a sum of squares is twice the vector', () => {
    expect(grad((v: Tensor) => v.square().sum())(x).toArray(1)).toEqual([2, 4, 6]);
  });

  test('nests', () => {
    const second = grad((v: Tensor) => grad(cubes)(v).sum());
    expect(second(x).toArray(1)).toEqual([6, 12, 18]);
    expect(grad((v: Tensor) => second(v).sum())(x).toArray(1)).toEqual([6, 6, 6]);
  });

  test('does not confuse the perturbations of its levels', () => {
    // d/da [a d/db (a + b)] = 1; a confused implementation finds 2.
    const f = (a: Tensor): Tensor => a.mul(grad((b: Tensor) => a.add(b))(tensor(1)));
    expect(grad(f)(tensor(1)).item()).toBe(1);
    // d/da [a d/db (a b)] = d/da a^2
    expect(grad((a: Tensor) => a.mul(grad((b: Tensor) => a.mul(b))(tensor(7))))(tensor(3)).item()).toBe(6);
  });

  test('differentiates the first argument in any structure, and passes the others on', () => {
    const f = ({ w, more: [b] }: { readonly w: Tensor; readonly more: readonly [Tensor] }, v: Tensor, power: number): Tensor =>
      v.mul(w).add(b).pow(power).sum();
    const d = grad(f)({ w: tensor([2, 3, 4]), more: [tensor(1)] }, x, 2);
    expect(d.w.toArray(1)).toEqual([6, 28, 78]);
    expect(d.more[0].item()).toBe(2 * (3 + 7 + 13));
  });

  test('gives zeros to what is not used', () => {
    const d = grad(([a]: readonly [Tensor, Tensor]) => a.sum())([x, x]);
    expect(d[1].toArray(1)).toEqual([0, 0, 0]);
  });

  test('and jit commute', () => {
    fc.assert(fc.property(tensors({ dtype: 'float64' }), (v) => {
      const f = (u: Tensor): Tensor => u.tanh().mul(u).sum();
      const expected = grad(f)(v).data();
      expect(jit(grad(f))(v).data()).toEqual(expected);
      expect(grad(jit(f))(v).data()).toEqual(expected);
    })); // prettier-ignore
  });

  test('computes nothing that no gradient asked for', () => {
    const loss = jit((w: Tensor, v: Tensor) => grad((u: Tensor) => v.matmul(u).sum())(w));
    loss(tensor([[1], [2]]), tensor([[3, 4]]));
    expect(loss.programs[0].toString().match(/matmul/g)).toHaveLength(1);
  });
});

describe('valueAndGrad', () => {
  const w = new Variable(tensor([1, 1, 2]), { name: 'w' });
  const b = new Variable(tensor(3), { name: 'b' });
  const loss = (v: Tensor): Tensor => v.mul(w.value).sum().add(b.value);

  test('differentiates variables in place of arguments', () => {
    const [value, [dw, db]] = valueAndGrad(loss, { wrt: [w, b] })(x);
    expect(value.item()).toBe(12);
    expect(dw.toArray(1)).toEqual([1, 2, 3]);
    expect(db.item()).toBe(1);
  });

  test('has a tuple type for a tuple of variables', () => {
    const both = valueAndGrad(loss, { wrt: [w, b] });
    expectTypeOf(both(x)[1]).toEqualTypeOf<readonly [Tensor, Tensor]>();
    const list: readonly Variable[] = [w];
    expectTypeOf(valueAndGrad(loss, { wrt: list })(x)[1]).toEqualTypeOf<readonly Tensor[]>();
  });

  test('returns what else the function found, not differentiated', () => {
    const f = (v: Tensor): readonly [Tensor, { readonly doubled: Tensor; readonly note: string }] => [
      cubes(v),
      { doubled: v.mul(2), note: 'seen' },
    ];
    const [[value, { doubled, note }], d] = valueAndGrad(f, { aux: true })(x);
    expect([value.item(), note]).toEqual([36, 'seen']);
    expect(doubled.toArray(1)).toEqual([2, 4, 6]);
    expect(d.toArray(1)).toEqual([3, 12, 27]);
    const withVariables = valueAndGrad((v: Tensor): readonly [Tensor, Tensor] => [loss(v), v.mul(w.value)], { wrt: [w], aux: true });
    expect(withVariables(x)[0][1].toArray(1)).toEqual([1, 2, 6]);
    expect(withVariables(x)[1][0].toArray(1)).toEqual([1, 2, 3]);
  });

  test('of a variable nests: the gradient of a squared gradient', () => {
    const v = new Variable(tensor(3));
    const inner = (): Tensor => valueAndGrad(() => v.value.pow(3), { wrt: [v] })()[1][0];
    const [value, [d]] = valueAndGrad(() => inner().square(), { wrt: [v] })();
    expect([value.item(), d.item()]).toEqual([27 * 27, 2 * 27 * 18]);
  });
});

describe('variables inside', () => {
  test('that are assigned keep the primal, and read it back as a constant', () => {
    const mean = new Variable(tensor(0), { name: 'mean' });
    const f = (v: Tensor): Tensor => {
      mean.assign(mean.value.mul(0.5).add(v.sum().mul(0.5)));
      return mean.value.mul(v).sum();
    };
    expect(grad(f)(x).toArray(1)).toEqual([3, 3, 3]);
    expect(mean.value.item()).toBe(3);
    expect(jit(grad(f))(x).toArray(1)).toEqual([4.5, 4.5, 4.5]);
    expect(mean.value.item()).toBe(4.5);
  });

  test('that are being differentiated cannot be assigned', () => {
    const w = new Variable(tensor(1), { name: 'w' });
    const train = valueAndGrad(function loss(): Tensor { w.assign(w.value.mul(2)); return w.value; }, { wrt: [w] }); // prettier-ignore
    expect(() => train()).toThrowErrorMatchingInlineSnapshot(
      `[ArgumentError: assign w: grad(loss) is differentiating this variable: assign it after the gradient is taken]`,
    );
    expect(w.value.item()).toBe(1);
  });

  test('draw a late first value outside: it is a plain tensor afterwards, and no part of the derivative', () => {
    const other = new Variable(tensor([1, 2, 3]));
    const late = (): Variable => new Variable({ dtype: 'float32', shape: [3], make: () => other.value.mul(2) });
    const [a, b, c] = [late(), late(), late()];
    expect(grad((v: Tensor) => a.value.mul(v).sum())(x).toArray(1)).toEqual([2, 4, 6]);
    expect(valueAndGrad(() => b.value.mul(other.value).sum(), { wrt: [other] })()[1].map((dw) => dw.toArray(1))).toEqual([[2, 4, 6]]);
    expect(vmap((row: Tensor) => c.value.mul(row).sum())(tensor([[1, 0, 0], [0, 1, 1]])).toArray(1)).toEqual([2, 10]); // prettier-ignore
    for (const variable of [a, b, c]) expect(variable.value).toBeInstanceOf(EagerTensor);
  });
});

describe('errors', () => {
  test('name the shape of a value that is no scalar', () => {
    expect(() => grad(function loss(v: Tensor): Tensor { return v.mul(2); })(x)).toThrowErrorMatchingInlineSnapshot(`[ShapeError: grad(loss): the value must be a scalar, found shape [3]: sum it first, say]`); // prettier-ignore
  });

  test('refuse whole numbers, as value and as argument', () => {
    expect(() => grad((v: Tensor) => v.sum().cast('int32'))(x)).toThrowErrorMatchingInlineSnapshot(
      `[DTypeError: grad(anonymous): the value must be a float, found int32]`,
    );
    expect(() => grad(function loss(v: Tensor): Tensor { return v.sum(); })(tensor([1, 2], 'int32'))).toThrowErrorMatchingInlineSnapshot(`[DTypeError: grad(loss): only floats differentiate: the first argument is int32 [2]; close over it instead]`); // prettier-ignore
  });

  test('name the transform that a kept value belongs to', () => {
    const kept: Tensor[] = [];
    grad(function loss(v: Tensor): Tensor { kept.push(v.mul(2)); return v.sum(); })(x); // prettier-ignore
    expect(() => kept[0].add(1)).toThrowErrorMatchingInlineSnapshot(
      `[TraceError: add: an operand belongs to grad(loss), which has returned: a float32 [3]. Return it from the function instead of keeping it.]`,
    );
    expect(() => grad((v: Tensor) => v.mul(kept[0]).sum())(x)).toThrowErrorMatchingInlineSnapshot(
      `[TraceError: mul: an operand belongs to grad(loss), which has returned: a float32 [3]. Return it from the function instead of keeping it.]`,
    );
    expect(() => new Variable(x).assign(kept[0])).toThrowErrorMatchingInlineSnapshot(
      `[TraceError: assign variable: an operand belongs to grad(loss), which has returned: a float32 [3]. Return it from the function instead of keeping it.]`,
    );
    expect(() => jit((v: Tensor) => v.mul(kept[0]))(x)).toThrowErrorMatchingInlineSnapshot(
      `[TraceError: mul: an operand belongs to grad(loss), which has returned: a float32 [3]. Return it from the function instead of keeping it.]`,
    );
    expect(kept[0].toArray(1)).toEqual([2, 4, 6]);
  });

  test('name the trace that a value computed by a gradient inside it belongs to', () => {
    const kept: Tensor[] = [];
    jit(function step(v: Tensor): Tensor { kept.push(grad(cubes)(v)); return v; })(x); // prettier-ignore
    expect(() => kept[0].mul(2)).toThrow(
      /mul: an operand belongs to jit\(step\), which has returned: %\d+.*\[3\] = add .*made at .*grad\.test\.ts/,
    );
  });
});

test('a whole network is right, twice', () => {
  const network = (v: Tensor, w1: Tensor, b1: Tensor, w2: Tensor): Tensor => v.matmul(w1).add(b1).tanh().matmul(w2).softmax().log().mean();
  const inputs = fc.tuple(tensors({ shape: [3, 2] }), tensors({ shape: [2, 4] }), tensors({ shape: [4] }), tensors({ shape: [4, 3] }));
  fc.assert(
    fc.property(inputs, (all) => checkGradients(network, all, { order: 2, elements: 0 })),
    { numRuns: 10 },
  );
});
