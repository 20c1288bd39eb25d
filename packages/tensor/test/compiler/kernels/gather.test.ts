import fc from 'fast-check';
import { expect, test } from 'vitest';
import { gatherKernel } from '../../../src/compiler/kernels/gather/index.js';
import { randomKernel } from '../../../src/compiler/kernels/random/index.js';
import { gather } from '../../../src/primitives/gather.js';
import { random } from '../../../src/primitives/random.js';
import { layoutOf, runKernel } from './harness.js';
import type { Dense } from '../../../src/primitive.js';

const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** Small whole numbers: sums of them are exact in any order. */
function wholes(shape: readonly number[], dtype: 'float32' | 'int32', seed: number): Dense {
  const values = Array.from({ length: sizeOf(shape) }, (_, i) => ((Math.imul(i + seed, 2654435761) >>> 9) % 201) - 100);
  return { dtype, shape, data: dtype === 'float32' ? Float32Array.from(values) : Int32Array.from(values) };
}

function indicesOf(shape: readonly number[], n: number, seed: number): Dense {
  return { dtype: 'int32', shape, data: Int32Array.from({ length: sizeOf(shape) }, (_, i) => (Math.imul(i + seed, 40503) >>> 4) % n) };
}

const cases = fc.record({
  before: fc.array(fc.nat(3), { maxLength: 2 }),
  n: fc.integer({ min: 1, max: 6 }),
  m: fc.nat(6),
  behind: fc.array(fc.nat(7), { maxLength: 2 }),
  dtype: fc.constantFrom('float32' as const, 'int32' as const),
  gaps: fc.tuple(fc.nat(3), fc.nat(3), fc.nat(3)),
  seed: fc.nat(1000),
});

test('elements are read where their indices say, and added there', () => {
  fc.assert(
    fc.property(cases, ({ before, n, m, behind, dtype, gaps, seed }) => {
      const axis = before.length;
      const x = wholes([...before, n, ...behind], dtype, seed);
      const indices = indicesOf([...before, m, ...behind], n, seed);
      const [lx, li] = [layoutOf(x, gaps[0]), layoutOf(indices, gaps[1])];
      const type = gather.takeAlong.type([x, indices], { axis });
      const ly = layoutOf(type, gaps[2]);
      const kernel = gatherKernel({ kind: 'op', name: 'takeAlong', operands: [0, 1], attributes: { axis }, type }, [lx, li], [ly]);
      if (!kernel) throw new Error('no kernel');
      const [found] = runKernel(kernel, [[x, lx], [indices, li]], [ly]); // prettier-ignore
      const expected: Dense = { ...type, data: found.data.slice().fill(0) };
      gather.takeAlong.kernel(expected, [x, indices], { axis });
      expect(found.data).toEqual(expected.data);
      const back = { axis, size: n };
      const dy = wholes(type.shape, 'float32', seed + 1);
      const node = {
        kind: 'op',
        name: 'takeAlongAdd',
        operands: [0, 1],
        attributes: back,
        type: { dtype: 'float32', shape: x.shape },
      } as const;
      const adding = gatherKernel(
        node,
        [ly, li],
        [lx].map(({ pitch }) => ({ type: node.type, pitch })),
      );
      if (dtype === 'int32') return;
      if (!adding) throw new Error('no kernel');
      const [added] = runKernel(adding, [[dy, ly], [indices, li]], [lx]); // prettier-ignore
      const sum: Dense = { ...node.type, data: new Float32Array(x.data.length) };
      gather.takeAlongAdd.kernel(sum, [dy, indices], back);
      expect(added.data).toEqual(sum.data);
    }),
  );
});

test('slices are read where their indices say, and added there', () => {
  fc.assert(
    fc.property(cases, fc.boolean(), ({ before, n, m, behind, gaps, seed }, wide) => {
      const axis = before.length;
      const inner = behind.length === 0 ? [3] : behind;
      const x = wholes([...before, n, ...inner], 'float32', seed);
      const indices = indicesOf(wide ? [m, 2] : [m], n, seed);
      const [lx, li] = [layoutOf(x, gaps[0]), layoutOf(indices)];
      const type = gather.take.type([x, indices], { axis });
      const ly = layoutOf(type, gaps[2]);
      const kernel = gatherKernel({ kind: 'op', name: 'take', operands: [0, 1], attributes: { axis }, type }, [lx, li], [ly]);
      if (!kernel) throw new Error('no kernel');
      const [found] = runKernel(kernel, [[x, lx], [indices, li]], [ly]); // prettier-ignore
      const expected: Dense = { ...type, data: new Float32Array(found.data.length) };
      gather.take.kernel(expected, [x, indices], { axis });
      expect(found.data).toEqual(expected.data);
      const back = { axis, size: n, indexRank: indices.shape.length };
      const dy = wholes(type.shape, 'float32', seed + 1);
      const node = { kind: 'op', name: 'takeAdd', operands: [0, 1], attributes: back, type: { dtype: 'float32', shape: x.shape } } as const;
      const adding = gatherKernel(node, [ly, li], [lx]);
      if (!adding) throw new Error('no kernel');
      const [added] = runKernel(adding, [[dy, ly], [indices, li]], [lx]); // prettier-ignore
      const sum: Dense = { ...node.type, data: new Float32Array(x.data.length) };
      gather.takeAdd.kernel(sum, [dy, indices], back);
      expect(added.data).toEqual(sum.data);
    }),
  );
});

test.each([3, -1, 2 ** 31 - 1])('the index %i of an axis of 3 traps', (index) => {
  const x = wholes([3, 2], 'float32', 1);
  const indices: Dense = { dtype: 'int32', shape: [1], data: Int32Array.of(index) };
  const type = gather.take.type([x, indices], { axis: 0 });
  const [lx, li, ly] = [layoutOf(x), layoutOf(indices), layoutOf(type)];
  const kernel = gatherKernel({ kind: 'op', name: 'take', operands: [0, 1], attributes: { axis: 0 }, type }, [lx, li], [ly]);
  if (!kernel) throw new Error('no kernel');
  expect(() => runKernel(kernel, [[x, lx], [indices, li]], [ly])).toThrow(WebAssembly.RuntimeError); // prettier-ignore
});

test.each([0, 1, 2, 7, 8, 9, 31, 64, 1001])('%i random words are the reference’s, bit for bit', (size) => {
  const key: Dense = { dtype: 'int32', shape: [2], data: Int32Array.of(0x12345678, -987654321) };
  const counter: Dense = { dtype: 'int32', shape: [], data: Int32Array.of(77) };
  for (const name of ['randomBits', 'randomUniform'] as const) {
    const dtype = name === 'randomBits' ? ('int32' as const) : ('float32' as const);
    const type = { dtype, shape: [size] };
    const node =
      name === 'randomBits'
        ? ({ kind: 'op', name, operands: [0, 1], attributes: { shape: [size] }, type } as const)
        : ({ kind: 'op', name, operands: [0, 1], attributes: { shape: [size], dtype }, type } as const);
    const kernel = randomKernel(node, [layoutOf(type)]);
    if (!kernel) throw new Error('no kernel');
    const [found] = runKernel(kernel, [[key, layoutOf(key)], [counter, layoutOf(counter)]], [layoutOf(type)]); // prettier-ignore
    const expected: Dense = { ...type, data: found.data.slice().fill(0) };
    if (name === 'randomBits') random.randomBits.kernel(expected, [key, counter], { shape: [size] });
    else random.randomUniform.kernel(expected, [key, counter], { shape: [size], dtype });
    expect(found.data).toEqual(expected.data);
  }
});
