import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compiled, flavours, graphOf, layoutOf, many, nodeOf, numbers, reference } from './harness.js';
import { faultIn } from '../../../src/compiler/kernels/fault.js';
import { kernelFor } from '../../../src/compiler/kernels/index.js';
import { random } from '../../../src/primitives/random.js';
import { windows } from '../../../src/primitives/window.js';
import { ModuleBuilder } from '../../../src/compiler/wasm/index.js';
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

const indicesOf = (shape: readonly number[], n: number, seed: number): readonly [TensorType, Int32Array] => {
  const type: TensorType = { dtype: 'int32', shape };
  return [type, Int32Array.from(numbers(type, seed), (value) => ((value % n) + n) % n)];
};

describe('gathers', () => {
  const cases = fc.record({ outer: fc.integer({ min: 1, max: 3 }), n: size, inner: size, count: size, dtype: dtypes, gap: fc.nat(3) });

  test('slices at indices, and sums at them, are the reference', () => {
    fc.assert(
      fc.property(cases, fc.boolean(), ({ outer, n, inner, count, dtype, gap }, leading) => {
        const before = leading ? [] : [outer];
        const axis = before.length;
        const x: TensorType = { dtype, shape: [...before, n, inner] };
        const parts: TensorType = { dtype, shape: [...before, count, inner] };
        const apart = leading ? gap : 0;
        check('take', { axis }, [[x, numbers(x, 1), apart], indicesOf([count], n, 2)], parts);
        check(
          'takeAdd',
          { axis, size: n, indexRank: 1 },
          [[parts, numbers(parts, 3), apart], indicesOf([count], n, 4)],
          x,
          dtype === 'float32' ? 1e-5 : 0,
        );
      }),
    );
  });

  test('numbers at indices along an axis, and sums at them, are the reference', () => {
    fc.assert(
      fc.property(cases, ({ outer, n, inner, count, dtype }) => {
        const x: TensorType = { dtype, shape: [outer, n, inner] };
        const y: TensorType = { dtype, shape: [outer, count, inner] };
        const indices = indicesOf(y.shape, n, 2);
        check('takeAlong', { axis: 1 }, [[x, numbers(x, 1)], indices], y);
        check('takeAlongAdd', { axis: 1, size: n }, [[y, numbers(y, 3)], indices], x, dtype === 'float32' ? 1e-5 : 0);
      }),
    );
  });

  test.each([3, -1])('index %d is refused with the message of the reference', (index) => {
    const x: TensorType = { dtype: 'float32', shape: [3, 2] };
    const node = nodeOf('take', [0, 1], { dtype: 'float32', shape: [1, 2] }, { axis: 0 });
    const layouts = [layoutOf(x), layoutOf({ dtype: 'int32', shape: [1] })];
    const kernel = kernelFor(node, layouts, [layoutOf(node.type)], target);
    const module = new ModuleBuilder();
    module.importMemory('env', 'memory', { minimum: 1 });
    if (kernel) module.export('f', kernel.emit(module));
    const memory = new WebAssembly.Memory({ initial: 1 });
    const { f } = new WebAssembly.Instance(new WebAssembly.Module(module.finish()), { env: { memory } }).exports;
    new Int32Array(memory.buffer)[32] = index;
    expect(() => typeof f === 'function' && f(256, 128, 512)).toThrow(WebAssembly.RuntimeError);
    expect(faultIn(memory.buffer)?.message).toBe(`take: index ${index} is out of range: the axis has 3 elements`);
    expect(faultIn(memory.buffer)).toBeUndefined();
  });
});

test('random words and uniform numbers are the reference bit for bit', () => {
  const key: TensorType = { dtype: 'int32', shape: [2] };
  const counter: TensorType = { dtype: 'int32', shape: [] };
  fc.assert(
    fc.property(fc.integer(), fc.integer(), fc.integer(), fc.nat(100), (k0, k1, c, n) => {
      const operands = [[key, Int32Array.of(k0, k1)] as const, [counter, Int32Array.of(c)] as const];
      check('randomBits', { shape: [n] }, operands, random.randomBits.type([key, counter], { shape: [n] }));
      check('randomUniform', { shape: [n], dtype: 'float32' }, operands, { dtype: 'float32', shape: [n] });
    }),
  );
});

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

test('positions of the largest in windows are the reference, padding left out', () => {
  const axis = fc.record({ n: fc.integer({ min: 3, max: 9 }), size: fc.integer({ min: 1, max: 3 }), stride: fc.integer({ min: 1, max: 3 }), before: fc.nat(1), after: fc.nat(1) }); // prettier-ignore
  fc.assert(
    fc.property(
      dtypes,
      fc.array(axis, { minLength: 1, maxLength: 3 }),
      fc.integer({ min: 1, max: 2 }),
      fc.integer({ min: 1, max: 9 }),
      fc.boolean(),
      (dtype, axes, images, channels, nan) => {
        const x: TensorType = { dtype, shape: [images, ...axes.map(({ n }) => n), channels] };
        const padded = axes.every((one) => one.before < one.size && one.after < one.size);
        const padding = axes.map((one) => (padded ? ([one.before, one.after] as const) : ([0, 0] as const)));
        const attributes = { sizes: axes.map((one) => one.size), strides: axes.map(({ stride }) => stride), padding };
        check('windowArgmax', attributes, [[x, ties(x, 1, nan)]], windows.windowArgmax.type([x], attributes));
      },
    ),
  );
});
