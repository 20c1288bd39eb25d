import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { tensor } from '@gradus/tensor';
import { tensorPairs, tensors } from '@gradus/tensor/testing';
import { customGradient } from '@gradus/autograd';
import { checkGradients } from '@gradus/autograd/testing';
import type { Tensor } from '@gradus/tensor';

/** Whether a property is refuted, and by what. */
function refuted<T>(arbitrary: fc.Arbitrary<T>, property: (value: T) => boolean): string {
  const { failed, errorInstance } = fc.check(fc.property(arbitrary, property), { numRuns: 20 });
  return failed && errorInstance instanceof Error ? errorInstance.message : 'nothing';
}

describe('checkGradients', () => {
  test('accepts what is right and holds whole numbers fixed', () => {
    expect(checkGradients((x, i) => x.mul(i), [tensor([1.5, 2]), tensor([1, 2], 'int32')], { order: 2 })).toBe(true);
  });

  test('says where, what and how far', () => {
    const mish = customGradient(
      (x: Tensor) => x.mul(x.exp().add(1).log().tanh()),
      (dy) => [dy],
    );
    expect(() => checkGradients(mish, [tensor([[0, 0.5], [1, 2]])], { name: 'mish' })).toThrowErrorMatchingInlineSnapshot(`[Error: mish: d/dx[0, 0]: analytic 1, numeric 0.6 (order 1) at x = tensor([[0, 0.5], [1, 2]])]`); // prettier-ignore
  });

  test('finds a wrong sign', () => {
    const cosine = customGradient((x: Tensor) => x.cos(), (dy, _, x) => [dy.mul(x.sin())]); // prettier-ignore
    expect(refuted(tensors(), (x) => checkGradients(cosine, [x]))).toContain('order 1');
  });

  test('finds 1 - y where 1 - y^2 belongs', () => {
    const tanh = customGradient((x: Tensor) => x.tanh(), (dy, y) => [dy.mul(y.neg().add(1))]); // prettier-ignore
    expect(refuted(tensors(), (x) => checkGradients(tanh, [x]))).toContain('order 1');
  });

  test('finds a forgotten sum over what was broadcast', () => {
    const add = customGradient((a: Tensor, b: Tensor) => a.add(b), (dy) => [dy, dy]); // prettier-ignore
    expect(refuted(tensorPairs(), ([a, b]) => checkGradients(add, [a, b]))).toMatch(/the value has shape \[.*\], its gradient \[.*\]/);
  });

  test('finds a derivative that is right once but not twice', () => {
    const cube = customGradient((x: Tensor) => x.mul(x).mul(x), (dy, _, x) => [dy.mul(x.stopGradient().square().mul(3))]); // prettier-ignore
    expect(refuted(tensors(), (x) => checkGradients(cube, [x]))).toBe('nothing');
    expect(refuted(tensors(), (x) => checkGradients(cube, [x], { order: 2 }))).toContain('order 2');
  });

  test('finds a single wrong element in a large input', () => {
    const last = customGradient((x: Tensor) => x.square(), (dy, _, x) => [dy.mul(x.mul(2).add(tensor([...new Array<number>(99).fill(0), 0.01], 'float64')))]); // prettier-ignore
    expect(() => checkGradients(last, [tensor(new Float64Array(100).fill(0.5))])).toThrow('d/dx[99]');
  });

  test('finds NaN', () => {
    expect(() => checkGradients((x) => x.sqrt(), [tensor([-1])], { name: 'sqrt' })).toThrow('sqrt: d/dx[0]: analytic NaN');
  });
});
