import fc from 'fast-check';
import { expect, test } from 'vitest';
import { productKernel } from '../../../src/compiler/kernels/product/index.js';
import { product } from '../../../src/primitives/matmul.js';
import { absolute, layoutOf, runKernel, waves } from './harness.js';
import type { Dense } from '../../../src/primitive.js';

interface Case {
  readonly batch: readonly number[];
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly transposeA: boolean;
  readonly transposeB: boolean;
  readonly gaps: readonly [number, number, number];
}

function check({ batch, m, n, k, transposeA, transposeB, gaps }: Case, fma: boolean = false): void {
  const a = waves([...batch, ...(transposeA ? [k, m] : [m, k])], 1);
  const b = waves([...batch, ...(transposeB ? [n, k] : [k, n])], 2);
  const attributes = { transposeA, transposeB };
  const type = product.matmul.type([a, b], attributes);
  const node = { kind: 'op', name: 'matmul', operands: [0, 1], attributes, type } as const;
  const [la, lb, ly] = [layoutOf(a, gaps[0]), layoutOf(b, gaps[1]), layoutOf(type, gaps[2])];
  const kernel = productKernel(node, [la, lb], [ly], { fma });
  if (!kernel) throw new Error('no kernel');
  const [found] = runKernel(kernel, [[a, la], [b, lb]], [ly]); // prettier-ignore
  const expected: Dense = { ...type, data: new Float32Array(found.data.length) };
  product.matmul.kernel(expected, [a, b], attributes);
  // The sum of the terms' sizes bounds what the order of additions can do.
  const sizes: Dense = { ...type, data: new Float32Array(found.data.length) };
  product.matmul.kernel(sizes, [absolute(a), absolute(b)], attributes);
  for (const [i, value] of found.data.entries()) {
    const bound = (k + 4) * 2 ** -24 * sizes.data[i];
    expect(Math.abs(value - expected.data[i]), `element ${i}: ${value}, expected ${expected.data[i]}`).toBeLessThanOrEqual(bound);
  }
}

const size = (most: number): fc.Arbitrary<number> => fc.oneof(fc.constantFrom(0, 1, 2, 3, 4, 5, 7, 8, 9, 16, 17), fc.nat(most));
const cases = fc.record({
  batch: fc.constantFrom<readonly number[]>([], [1], [3], [2, 2]),
  m: size(40),
  n: size(70),
  k: size(60),
  transposeA: fc.boolean(),
  transposeB: fc.boolean(),
  gaps: fc.tuple(fc.nat(5), fc.nat(5), fc.nat(5)),
});

test('products of any shape, transposed or not, with rows apart, are the reference within the bound', () => {
  fc.assert(fc.property(cases, (one) => check(one)));
});

test.each([
  ['a sum in blocks over a transposed a', { m: 9, n: 10, k: 900, transposeA: true, transposeB: false }],
  ['a long sum', { m: 5, n: 20, k: 2100, transposeA: false, transposeB: false }],
  ['a long sum over a packed b', { m: 5, n: 11, k: 2100, transposeA: false, transposeB: true }],
  ['more rows than stay near', { m: 1001, n: 9, k: 3, transposeA: false, transposeB: false }],
  ['one row, wide', { m: 1, n: 77, k: 30, transposeA: false, transposeB: false }],
  ['two rows, wide', { m: 2, n: 43, k: 30, transposeA: true, transposeB: true }],
] as const)('%s', (_, one) => check({ ...one, batch: [], gaps: [0, 0, 0] }));

test('products of other types have no kernel', () => {
  const x: Dense = { dtype: 'int32', shape: [2, 2], data: Int32Array.of(1, 2, 3, 4) };
  const attributes = { transposeA: false, transposeB: false };
  const node = { kind: 'op', name: 'matmul', operands: [0, 1], attributes, type: { dtype: 'int32', shape: [2, 2] } } as const;
  const layout = layoutOf(x);
  expect(productKernel(node, [layout, layout], [layout], { fma: false })).toBeUndefined();
});
