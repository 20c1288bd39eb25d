import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as g from '@gradus/tensor';
import { awayFrom, tensors } from '@gradus/tensor/testing';
import { grad } from '@gradus/autograd';
import { checkGradients } from '@gradus/autograd/testing';
import type { Tensor } from '@gradus/tensor';

type Unary = (x: Tensor) => Tensor;

const everywhere: readonly Unary[] = [
  g.neg, g.abs, g.exp, g.expm1, g.sin, g.cos, g.atan, g.tanh, g.sigmoid, g.softplus, g.erf, g.square, g.relu, g.sign, g.floor, g.ceil,
]; // prettier-ignore

describe('the derivative, twice, equals the difference', () => {
  test.each(everywhere.map((f) => [f.name, f] as const))('of %s', (_, f) => {
    fc.assert(fc.property(tensors().map(awayFrom([-1, 0, 1], 1 / 128)), (x) => checkGradients(f, [x], { order: 2 })));
  });

  const positive: readonly Unary[] = [g.log, g.sqrt];
  test.each(positive.map((f) => [f.name, f] as const))('of %s, for positive numbers', (_, f) => {
    fc.assert(fc.property(tensors({ min: 0.125, max: 4 }), (x) => checkGradients(f, [x], { order: 2, tolerance: 1e-5 })));
  });

  test('of log1p, above -1', () => {
    fc.assert(fc.property(tensors({ min: -0.75, max: 3 }), (x) => checkGradients(g.log1p, [x], { order: 2 })));
  });

  test('of tan, between its poles', () => {
    fc.assert(fc.property(tensors({ min: -1.25, max: 1.25 }), (x) => checkGradients(g.tan, [x], { order: 2, tolerance: 1e-5 })));
  });

  test('of erfInv, below 1', () => {
    fc.assert(fc.property(tensors({ min: -0.9, max: 0.9 }), (x) => checkGradients(g.erfInv, [x], { order: 2, tolerance: 1e-4 })));
  });
});

describe('at the ends of the range', () => {
  const at = (f: Unary, x: number): number => grad((v: Tensor) => f(v).sum())(g.tensor([x], 'float64')).item();

  test('saturated activations have gradients, not NaN', () => {
    for (const x of [-1000, 1000])
      for (const f of [g.tanh, g.sigmoid, g.softplus, g.erf]) expect(at(f, x)).toBe(f === g.softplus && x > 0 ? 1 : 0);
  });

  test('|x| has the gradient 0 at 0', () => {
    expect(at(g.abs, 0)).toBe(0);
  });

  test('rounding functions are constant', () => {
    for (const f of [g.sign, g.floor, g.ceil, g.round]) expect(at(f, 0.7)).toBe(0);
  });
});
