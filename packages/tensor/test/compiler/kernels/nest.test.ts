import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nestKernel, nestOf } from '../../../src/compiler/kernels/nest/index.js';
import { show } from '../../../src/compiler/kernels/nest/nest.js';
import { compiled, flavours, graphOf, layoutOf, many, numbers, reference } from './harness.js';
import { ModuleBuilder, textOf } from '../../../src/compiler/wasm/index.js';
import type { AnyOp, FusedNode, Graph, Node } from '../../../src/compiler/graph.js';
import type { DType } from '../../../src/dtype.js';
import type { TensorType } from '../../../src/primitive.js';

const type = (dtype: DType, ...shape: readonly number[]): TensorType => ({ dtype, shape });
const input = (dtype: DType, ...shape: readonly number[]): Node => ({ kind: 'input', type: type(dtype, ...shape) });

/** The nest of a body whose inputs come first. */
function fused(rows: number, columns: number, nodes: readonly Node[], outputs: readonly number[]): FusedNode {
  const inputs = nodes.flatMap((node, id) => (node.kind === 'input' ? [id] : []));
  const body: Graph = { nodes, inputs, outputs };
  return { kind: 'fused', operands: inputs, body, rows, columns, types: outputs.map((id) => typeAt(nodes[id])) };
}

function typeAt(node: Node): TensorType {
  if (node.kind === 'op' || node.kind === 'input' || node.kind === 'splat') return node.type;
  throw new Error(node.kind);
}

/** Runs the kernel beside the reference; floats may differ by `tolerance` times the largest value. */
function check(node: AnyOp | FusedNode, body: Graph, gaps: readonly number[], fma: boolean, tolerance: number, must: boolean = true): void {
  const types = body.inputs.map((id) => typeAt(body.nodes[id]));
  const results = body.outputs.map((id) => typeAt(body.nodes[id]));
  const inputs = types.map((t, i) => numbers(t, i + 1));
  const gap = (i: number): number => gaps[i % gaps.length] ?? 0;
  const found = compiled(node, types.map((t, i) => layoutOf(t, gap(i))), results.map((t, i) => layoutOf(t, gap(i + types.length))), inputs, { fma }); // prettier-ignore
  if (!found) {
    expect(must, 'there is a kernel').toBe(false);
    return;
  }
  for (const [o, expected] of reference(body, inputs).entries()) {
    let largest = 0;
    for (const value of expected) largest = Math.max(largest, Math.abs(value));
    const exact = results[o].dtype !== 'float32';
    for (let i = 0; i < expected.length; i++) {
      const off = Object.is(found[o][i], expected[i]) ? 0 : Math.abs(found[o][i] - expected[i]);
      if (!(off <= (exact ? 0 : tolerance * largest))) throw new Error(`result ${o} at ${i}: ${found[o][i]}, expected ${expected[i]}`);
    }
  }
}

const op = (name: string, operands: readonly number[], t: TensorType, attributes: object = {}): Node => {
  const node: { kind: 'op'; name: string; operands: readonly number[]; attributes: object; type: TensorType } = { kind: 'op', name, operands, attributes, type: t }; // prettier-ignore
  if (isNode(node)) return node;
  throw new Error(name);
};

function isNode(node: { readonly kind: 'op' }): node is AnyOp {
  return node.kind === 'op';
}

function asOp(node: Node): AnyOp {
  if (node.kind === 'op') return node;
  throw new Error(node.kind);
}

/** Softmax with cross-entropy, its loss, the gradient and the gradient of a bias. */
function crossEntropy(r: number, c: number): FusedNode {
  const full = type('float32', r, c);
  const row = type('float32', r, 1);
  return fused(
    r,
    c,
    [
      input('float32', c),
      input('float32', r, c),
      input('float32', r, c),
      op('broadcastTo', [0], full, { shape: [r, c] }),
      op('add', [1, 3], full),
      op('max', [4], row, { axes: [1], keepDims: true }),
      op('broadcastTo', [5], full, { shape: [r, c] }),
      op('sub', [4, 6], full),
      op('exp', [7], full),
      op('sum', [8], row, { axes: [1], keepDims: true }),
      op('log', [9], row),
      op('broadcastTo', [10], full, { shape: [r, c] }),
      op('sub', [7, 11], full),
      op('mul', [12, 2], full),
      op('sum', [13], type('float32', r), { axes: [1], keepDims: false }),
      op('broadcastTo', [9], full, { shape: [r, c] }),
      op('div', [8, 15], full),
      op('sub', [16, 2], full),
      op('sum', [17], type('float32', c), { axes: [0], keepDims: false }),
      op('neg', [14], type('float32', r)),
      op('sum', [19], type('float32'), { axes: [0], keepDims: false }),
    ],
    [17, 18, 19, 20, 12],
  );
}

describe.each(flavours)('fma: $fma', ({ fma }) => {
  const sizes = fc.oneof(fc.constantFrom(1, 2, 3, 4, 5, 7, 8, 9, 12, 13, 16, 17), fc.integer({ min: 1, max: 50 }));

  test('softmax with cross-entropy, forward and backward, is the reference', () => {
    fc.assert(
      fc.property(sizes, sizes, fc.array(fc.nat(5), { minLength: 1, maxLength: 4 }), (r, c, gaps) => {
        fc.pre(r > 1 && c > 1);
        const node = crossEntropy(r, c);
        // A row of one number a row has no room for a pitch in what reads it as a vector.
        const layouts = [0, gaps[0], gaps[1] ?? 0, gaps[2] ?? 0, 0, 0, 0, gaps[3] ?? 0];
        check(node, node.body, layouts, fma, 4e-6);
      }),
    );
  });

  const dtypes = fc.constantFrom<DType>('float32', 'int32', 'uint8', 'bool');
  const binary = ['add', 'sub', 'mul', 'maximum', 'minimum', 'div', 'equal', 'less', 'lessEqual', 'and', 'or'];
  const suits = (name: string, dtype: DType): boolean => {
    if (name === 'and' || name === 'or') return dtype === 'bool';
    if (name === 'div') return dtype === 'float32';
    return dtype !== 'bool' || ['equal', 'less', 'lessEqual'].includes(name);
  };

  test('functions of two numbers are the reference, whole numbers bit for bit', () => {
    fc.assert(
      fc.property(fc.constantFrom(...binary), dtypes, sizes, sizes, fc.nat(3), (name, dtype, r, c, gap) => {
        fc.pre(suits(name, dtype));
        const x = type(dtype, r, c);
        const node = asOp(op(name, [0, 1], { ...x, dtype: ['equal', 'less', 'lessEqual'].includes(name) ? 'bool' : dtype }));
        check(node, graphOf(node, [x, x]), [gap], fma, 0);
      }),
      { numRuns: many },
    );
  });

  test('casts are the reference, whole numbers bit for bit', () => {
    fc.assert(
      fc.property(dtypes, dtypes, sizes, fc.nat(3), (from, to, n, gap) => {
        const node = asOp(op('cast', [0], type(to, 3, n), { dtype: to }));
        check(node, graphOf(node, [type(from, 3, n)]), [gap], fma, 0);
      }),
      { numRuns: many },
    );
  });

  test('a float becomes a whole number as in JavaScript, far outside of 32 bits too', () => {
    const x = Float32Array.of(
      0,
      -0,
      0.9,
      -0.9,
      2 ** 31,
      -(2 ** 31),
      2 ** 32,
      3e9,
      -3e9,
      1e10,
      -1e10,
      2 ** 33 + 2 ** 12,
      1e30,
      Infinity,
      -Infinity,
      NaN,
      -1e-40,
    );
    for (const to of ['int32', 'uint8', 'bool'] as const) {
      const node = asOp(op('cast', [0], type(to, x.length), { dtype: to }));
      const layout = (dtype: DType) => layoutOf(type(dtype, x.length));
      const [found] = compiled(node, [layout('float32')], [layout(to)], [x], { fma }) ?? [];
      expect([...found]).toEqual([...reference(graphOf(node, [type('float32', x.length)]), [x])[0]]);
    }
  });

  test('selection by a mask is the reference', () => {
    fc.assert(
      fc.property(dtypes, sizes, sizes, fc.nat(3), (dtype, r, c, gap) => {
        const x = type(dtype, r, c);
        const node = asOp(op('where', [0, 1, 2], x));
        check(node, graphOf(node, [type('bool', r, c), x, x]), [gap], fma, 0);
      }),
    );
  });

  test('reductions over the last axis, over the leading ones and over all are the reference', () => {
    const cases = fc.record({ name: fc.constantFrom('sum', 'max', 'min', 'prod'), dtype: dtypes, axes: fc.constantFrom<readonly number[]>([1], [0], [0, 1]), r: sizes, c: sizes, gap: fc.nat(3), keepDims: fc.boolean() }); // prettier-ignore
    fc.assert(
      fc.property(cases, ({ name, dtype, axes, r, c, gap, keepDims }) => {
        fc.pre(dtype !== 'bool' && !(name === 'prod' && dtype === 'uint8'));
        const shape = keepDims ? [axes.includes(0) ? 1 : r, axes.includes(1) ? 1 : c] : [r, c].filter((_, i) => !axes.includes(i));
        const node = asOp(op(name, [0], { dtype, shape }, { axes, keepDims }));
        check(node, graphOf(node, [type(dtype, r, c)]), [gap, 0], fma, name === 'prod' ? 2e-5 : 1e-5);
      }),
      { numRuns: many },
    );
  });

  test('a NaN is the largest and the smallest of its row, wherever it stands', () => {
    for (const name of ['max', 'min']) {
      for (let at = 0; at < 11; at++) {
        const x = Float32Array.from({ length: 22 }, (_, i) => (i === 11 + at ? NaN : i - 9));
        const node = asOp(op(name, [0], type('float32', 2), { axes: [1], keepDims: false }));
        const [found] = compiled(node, [layoutOf(type('float32', 2, 11))], [layoutOf(node.type)], [x], { fma }) ?? [];
        expect([...found]).toEqual([name === 'max' ? 1 : -9, NaN]);
      }
    }
  });

  test('reductions over any axes are the reference', () => {
    const cases = fc.record({ name: fc.constantFrom('sum', 'max', 'min'), dtype: dtypes, shape: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 4 }), chosen: fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }) }); // prettier-ignore
    fc.assert(
      fc.property(cases, ({ name, dtype, shape, chosen }) => {
        const axes = shape.flatMap((_, i) => (chosen[i] ? [i] : []));
        fc.pre(dtype !== 'bool');
        const node = asOp(op(name, [0], { dtype, shape: shape.filter((_, i) => !chosen[i]) }, { axes, keepDims: false }));
        const groups = shape.filter((n) => n > 1).length;
        check(node, graphOf(node, [type(dtype, ...shape)]), [0], fma, 1e-5, groups < 4);
      }),
      { numRuns: many },
    );
  });

  test('a broadcast of one number, of a row and of a column is the reference', () => {
    fc.assert(
      fc.property(dtypes, fc.constantFrom('one', 'row', 'column'), sizes, sizes, fc.nat(3), (dtype, how, r, c, gap) => {
        const from = how === 'one' ? [] : how === 'row' ? [r, 1] : [c];
        const node = asOp(op('broadcastTo', [0], type(dtype, r, c), { shape: [r, c] }));
        check(node, graphOf(node, [type(dtype, ...from)]), [0, gap], fma, 0);
      }),
    );
  });
});

test('a nest prints as the loop that it is', () => {
  const node = crossEntropy(32, 10);
  const nest = nestOf(node, node.body.inputs.map((id) => layoutOf(typeAt(node.body.nodes[id]))), node.types.map((t) => layoutOf(t))); // prettier-ignore
  expect(nest && show(nest)).toMatchInlineSnapshot(`
    "for each row:
      for c < 10: %0 = load $0[c]; %1 = load $1[r, c]; %2 = add %1 %0; %9 = load $2[r, c]
      %3 = max %2
      for c < 10: %4 = sub %2 %3; %5 = exp %4
      %6 = sum %5; %7 = log %6
      for c < 10: %8 = sub %4 %7; %10 = mul %8 %9; %12 = div %5 %6; %13 = sub %12 %9; store $3 = %13; store $7 = %8; $4 = sum %13
      %11 = sum %10; %14 = neg %11
      store $5 = %14
      $6 = sum %14"
  `);
});

test('shapes share the code of a flat loop, and rows that of a nest', () => {
  const kernel = (name: string, ...shape: readonly number[]) => {
    const node = asOp(op(name, [0], type('float32', ...shape)));
    return nestKernel(node, [layoutOf(node.type)], [layoutOf(node.type)], { fma: false });
  };
  expect(kernel('exp', 3, 4)?.signature).toBe(kernel('exp', 100)?.signature);
  expect(kernel('exp', 3, 4)?.extra).toEqual([12]);
  const [a, b] = [crossEntropy(32, 10), crossEntropy(5, 10)].map((node) => nestKernel(node, node.body.inputs.map((id) => layoutOf(typeAt(node.body.nodes[id]))), node.types.map((t) => layoutOf(t)), { fma: false })); // prettier-ignore
  expect(a?.signature).toBe(b?.signature);
  expect([a?.extra, b?.extra]).toEqual([[32], [5]]);
});

test('a kernel can be read as text', () => {
  const node = fused(8, 6, [input('float32', 8, 6), input('float32', 6), op('broadcastTo', [1], type('float32', 8, 6), { shape: [8, 6] }), op('add', [0, 2], type('float32', 8, 6))], [3]); // prettier-ignore
  const kernel = nestKernel(node, [layoutOf(type('float32', 8, 6)), layoutOf(type('float32', 6))], [layoutOf(node.types[0])], { fma: false }); // prettier-ignore
  const module = new ModuleBuilder();
  const index = kernel?.emit(module) ?? 0;
  expect(textOf(module.body(index))).toMatchInlineSnapshot(`
    "local i32 x 1
    local v128 x 3
    loop
      local.get 1
      v128.load
      local.set 5
      local.get 0
      v128.load
      local.set 6
      local.get 2
      local.get 6
      local.get 5
      f32x4.add
      v128.store
      local.get 1
      v128.load offset=16
      local.set 6
      local.get 0
      v128.load offset=16
      local.tee 5
      local.get 6
      f32x4.add
      local.set 7
      local.get 2
      local.get 7
      v128.store64_lane offset=16 0
      local.get 0
      i32.const 24
      i32.add
      local.set 0
      local.get 2
      i32.const 24
      i32.add
      local.set 2
      local.get 3
      i32.const 1
      i32.sub
      local.tee 3
      br_if 0
    end"
  `);
});
