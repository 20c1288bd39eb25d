import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { atan, cos, erf, exp, expm1, log, log1p, sigmoid, sin, softplus, sqrt, tan, tanh, tensor } from '@gradus/tensor';
import type { Tensor } from '@gradus/tensor';

interface Case {
  readonly function: string;
  readonly inputs: readonly (number | string)[];
  readonly expected: readonly (number | string)[];
}
const fixture: { readonly cases: readonly Case[] } = JSON.parse(
  readFileSync(new URL('./fixtures/functions.json', import.meta.url), 'utf8'),
);

/** How far a result may be from the correctly rounded one, in units of its last place. */
const functions: Readonly<Record<string, readonly [f: (x: Tensor) => Tensor, ulps: number]>> = {
  exp: [exp, 1],
  expm1: [expm1, 1],
  log: [log, 1],
  log1p: [log1p, 1],
  sqrt: [sqrt, 0],
  sin: [sin, 1],
  cos: [cos, 1],
  tan: [tan, 1],
  tanh: [tanh, 2],
  atan: [atan, 1],
  erf: [erf, 8], // by a sum times e^(-x^2), whose exponent is rounded
  sigmoid: [sigmoid, 1],
};

/** The distance from one float64 to the next of that size. */
function ulpOf(x: number): number {
  return 2 ** (Math.max(-1022, Math.floor(Math.log2(Math.abs(x) || Number.MIN_VALUE))) - 52);
}

describe('in float64', () => {
  test('every function of the fixture is tested', () => {
    expect(fixture.cases.map((c) => c.function).toSorted()).toEqual(Object.keys(functions).toSorted());
  });
  test.each(fixture.cases.map((c) => [c.function, c] as const))(
    '%s is right to a few units in the last place',
    (name, { inputs, expected }) => {
      const [f, ulps] = functions[name] ?? [sqrt, 0];
      const found = f(tensor(inputs.map(Number), 'float64')).data('float64');
      for (const [i, value] of expected.map(Number).entries()) {
        if (!Number.isFinite(value) || value === 0) expect(found[i], `${name}(${inputs[i]})`).toBe(value);
        // 1 / (1 + e^-x) is 0 at once where e^-x overflows: numbers without full precision are left out.
        else if (name === 'sigmoid' && value < 2 ** -1022) expect(found[i]).toBe(0);
        else
          expect(Math.abs(found[i] - value) / ulpOf(value), `${name}(${inputs[i]}) = ${found[i]}, exactly ${value}`).toBeLessThanOrEqual(
            ulps,
          );
      }
    },
  );
});

describe('in float32', () => {
  // Functions of a float32 are computed in double precision and rounded once: right but for ties that are missed.
  test.each(fixture.cases.map((c) => [c.function, c] as const))('%s rounds once', (name, { inputs }) => {
    const [f] = functions[name] ?? [sqrt];
    const x = Float32Array.from(inputs.map(Number));
    const exact = f(tensor(Float64Array.from(x))).data('float64');
    expect([...f(tensor(x)).data('float32')]).toEqual([...exact].map(Math.fround));
  });
});

describe('softplus', () => {
  const closedForms: readonly (readonly [number, number])[] = [
    [0, Math.LN2],
    [Math.log(3), Math.log(4)],
    [-Math.log(3), Math.log(4 / 3)],
    [1000, 1000],
    [-1000, 0],
    [-40, Math.exp(-40)], // log(1 + e^x) = e^x - e^2x / 2 ...
    [Infinity, Infinity],
    [-Infinity, 0],
    [NaN, NaN],
  ];
  test.each(closedForms)('of %s is %s', (x, y) => {
    const found = softplus(tensor(x, 'float64')).item();
    if (Number.isFinite(y)) expect(Math.abs(found - y)).toBeLessThanOrEqual(4 * ulpOf(y));
    else expect(found).toBe(y);
  });
});
