import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as g from '@gradus/tensor';
import { awayFrom, tensorPairs, tensors } from '@gradus/tensor/testing';
import { grad } from '@gradus/autograd';
import { checkGradients } from '@gradus/autograd/testing';
import type { Tensor } from '@gradus/tensor';

const apart = awayFrom([0], 0.25);

describe('the derivative, twice and over broadcast operands, equals the difference', () => {
  test.each([g.add, g.sub, g.mul].map((f) => [f.name, f] as const))('of %s', (_, f) => {
    fc.assert(fc.property(tensorPairs(), ([a, b]) => checkGradients(f, [a, b], { order: 2 })));
  });

  test('of div', () => {
    fc.assert(fc.property(tensorPairs(), ([a, b]) => checkGradients(g.div, [a, apart(b)], { order: 2, tolerance: 1e-5 })));
  });

  test('of pow, for positive bases', () => {
    fc.assert(fc.property(tensorPairs({ min: 0.25 }), ([a, b]) => checkGradients(g.pow, [a, b], { order: 2 })));
  });

  test('of pow with a whole number, for every base', () => {
    const powers = fc.tuple(tensors(), fc.integer({ min: 0, max: 5 }));
    fc.assert(fc.property(powers, ([x, n]) => checkGradients((v) => v.pow(n), [x], { order: 2 })));
  });

  test('of atan2', () => {
    fc.assert(fc.property(tensorPairs(), ([a, b]) => checkGradients(g.atan2, [a, apart(b)], { order: 2, tolerance: 1e-5 })));
  });

  // Values a whole distance from each other: no tie within a step of the differences.
  const distinct = tensors({ rank: [1, 3], distinct: true }).map((x) => [x, g.reverse(x).add(1 / 128)] as const);
  test.each([g.maximum, g.minimum].map((f) => [f.name, f] as const))('of %s', (_, f) => {
    fc.assert(fc.property(distinct, ([a, b]) => checkGradients(f, [a, b], { order: 2 })));
  });

  test('of remainder, off the multiples of its divisor', () => {
    fc.assert(fc.property(tensors(), (x) => checkGradients((a, b) => a.remainder(b), [x, g.full(x.shape, 0.75)], { order: 2 })));
  });

  test('of clip', () => {
    fc.assert(fc.property(tensors(), (x) => checkGradients((v) => v.clip(-0.5, 1), [x], { order: 2 })));
  });
});

describe('at the kinks', () => {
  const both = (f: (a: Tensor, b: Tensor) => Tensor, a: number, b: number): number[] =>
    grad((xs: readonly Tensor[]) => f(xs[0], xs[1]))([g.tensor(a), g.tensor(b)]).map((d) => d.item());

  test('a tie of maximum and minimum shares the gradient equally', () => {
    expect(both(g.maximum, 2, 2)).toEqual([0.5, 0.5]);
    expect(both(g.minimum, 2, 2)).toEqual([0.5, 0.5]);
  });

  test('powers of 0 have gradients, not NaN', () => {
    expect(both(g.pow, 0, 0)).toEqual([0, 0]);
    expect(both(g.pow, 0, 1)).toEqual([1, 0]);
    expect(both(g.pow, 0, 2)).toEqual([0, 0]);
    expect(both(g.pow, 3, 0)[0]).toBe(0);
  });

  test('the mixed derivative of a^b at b = 0 is 1 / a', () => {
    const da = (a: Tensor, b: Tensor): Tensor => grad((x: Tensor) => g.pow(x, b))(a);
    expect(grad((b: Tensor) => da(g.tensor(4), b))(g.tensor(0)).item()).toBe(0.25);
  });

  test('second derivatives of powers of 0 are right', () => {
    const second = (n: number): number => {
      const exponent = g.tensor(n);
      return grad((x: Tensor) => grad((v: Tensor) => g.pow(v, exponent))(x))(g.tensor(0)).item();
    };
    expect([0, 1, 2, 3].map(second)).toEqual([0, 0, 2, 0]);
  });
});
