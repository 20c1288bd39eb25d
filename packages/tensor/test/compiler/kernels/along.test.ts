import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compiled, flavours, graphOf, layoutOf, many, nodeOf, numbers, reference } from './harness.js';
import type { DType, TypedArray } from '../../../src/dtype.js';
import type { TensorType } from '../../../src/primitive.js';

const target = flavours[0];
const size = fc.oneof(fc.constantFrom(1, 2, 3, 4, 5, 8, 16), fc.integer({ min: 1, max: 30 }));
const dtypes = fc.constantFrom<DType>('float32', 'int32', 'uint8');

/** Holds the kernel to the reference, bit for bit or within `tolerance` of the largest value. */
function check(
  name: string,
  attributes: object,
  operands: readonly (readonly [TensorType, TypedArray, number?])[],
  type: TensorType,
  tolerance: number = 0,
): void {
  const node = nodeOf(name, operands.map((_, i) => i), type, attributes); // prettier-ignore
  const types = operands.map(([t]) => t);
  const inputs = operands.map(([, data]) => data);
  const layouts = operands.map(([t, , gap = 0]) => layoutOf(t, t.shape.length < 2 ? 0 : gap));
  const [found] = compiled(node, layouts, [layoutOf(type)], inputs, target) ?? [];
  expect(found, 'there is a kernel').toBeDefined();
  const [expected] = reference(graphOf(node, types), inputs);
  if (tolerance === 0) return expect(found).toEqual(expected);
  let largest = 0;
  for (const value of expected) largest = Math.max(largest, Math.abs(value));
  for (const [i, value] of expected.entries()) expect(Math.abs(found[i] - value)).toBeLessThanOrEqual(tolerance * largest);
}

test('running sums are the reference', () => {
  fc.assert(
    fc.property(dtypes, fc.nat(2), fc.boolean(), fc.tuple(fc.integer({ min: 1, max: 4 }), size, size), (dtype, axis, reverse, shape) => {
      const x: TensorType = { dtype, shape };
      check('cumsum', { axis, reverse }, [[x, numbers(x, 1)]], x, dtype === 'float32' ? 1e-5 : 0);
    }),
  );
});

/** Few different numbers, so that many are equal, and sometimes NaN. */
function ties(type: TensorType, seed: number, nan: boolean): TypedArray {
  const data = numbers(type, seed);
  for (let i = 0; i < data.length; i++) data[i] = nan && data[i] % 7 > 6.5 ? NaN : Math.round(data[i]) % 3;
  return data;
}

test('positions of the largest and the smallest are the reference: the first of equals, NaN before all', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('argmax', 'argmin'),
      dtypes,
      fc.nat(2),
      fc.tuple(fc.integer({ min: 1, max: 4 }), size, size),
      fc.nat(3),
      fc.boolean(),
      (name, dtype, axis, shape, gap, nan) => {
        const x: TensorType = { dtype, shape };
        const y: TensorType = { dtype: 'int32', shape: shape.filter((_, i) => i !== axis) };
        check(name, { axis }, [[x, ties(x, 1, nan), axis === 2 ? gap : 0]], y);
      },
    ),
    { numRuns: many },
  );
});
