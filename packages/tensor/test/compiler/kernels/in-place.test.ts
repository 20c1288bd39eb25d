import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ModuleBuilder } from '../../../src/compiler/wasm/index.js';
import { nestKernel } from '../../../src/compiler/kernels/nest/index.js';
import { flavours, layoutOf, nodeOf, numbers } from './harness.js';
import type { FusedNode, Node } from '../../../src/compiler/graph.js';
import type { Layout } from '../../../src/compiler/kernels/kernel.js';
import type { TensorType } from '../../../src/primitive.js';

/** m' = 0.9 m + g, v' = 0.99 v + g g, w' = w - m' / sqrt(v' + 1) + column: the order of results is not that of operands. */
function update(rows: number, columns: number): FusedNode {
  const type: TensorType = { dtype: 'float32', shape: [rows, columns] };
  const input: Node = { kind: 'input', type };
  const splat = (value: number): Node => ({ kind: 'splat', value, type });
  const column: Node = { kind: 'input', type: { dtype: 'float32', shape: [columns] } };
  const op = (name: string, ...operands: readonly number[]): Node => nodeOf(name, operands, type);
  const spread = nodeOf('broadcastTo', [4], type, { shape: [rows, columns] });
  const nodes: Node[] = [input, input, input, input, column, splat(0.9), splat(0.99), splat(1)]; // w, m, v, g
  nodes.push(op('mul', 1, 5), op('add', 8, 3), op('mul', 2, 6), op('mul', 3, 3), op('add', 10, 11), op('add', 12, 7));
  nodes.push(op('sqrt', 13), op('div', 9, 14), op('sub', 0, 15), spread, op('add', 16, 17));
  const body = { nodes, inputs: [0, 1, 2, 3, 4], outputs: [12, 18, 9] };
  return { kind: 'fused', operands: [0, 1, 2, 3, 4], body, rows, columns, types: [type, type, type] };
}

describe.each(flavours)('fma: $fma', (target) => {
  test('a nest of a single sweep writes over its operands and is none the wiser', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 40 }), fc.nat(4), (rows, columns, gap) => {
        const node = update(rows, columns);
        const layouts = node.body.inputs.map((id): Layout => layoutOf(typeAt(node.body.nodes[id]), id < 4 ? gap : 0));
        const results = node.types.map((type) => layoutOf(type, gap));
        const kernel = nestKernel(node, layouts, results, target);
        if (!kernel) throw new Error('no kernel');
        const module = new ModuleBuilder();
        module.importMemory('env', 'memory', { minimum: 1 });
        module.export('f', kernel.emit(module));
        const compiled = new WebAssembly.Module(module.finish());
        const bytes = 4096;
        const run = (w: number, m: number, v: number): Float32Array[] => {
          const memory = new WebAssembly.Memory({ initial: 1 });
          const all = new Float32Array(memory.buffer);
          for (let i = 0; i < 5; i++) all.set(numbers({ dtype: 'float32', shape: [bytes / 4] }, i).map(Math.abs), ((i + 1) * bytes) / 4);
          const { f } = new WebAssembly.Instance(compiled, { env: { memory } }).exports;
          if (typeof f === 'function') f(1 * bytes, 2 * bytes, 3 * bytes, 4 * bytes, 5 * bytes, v * bytes, w * bytes, m * bytes, ...kernel.extra); // prettier-ignore
          const part = (at: number): number[] => Array.from({ length: rows * columns }, (_, i) => (at * bytes) / 4 + Math.floor(i / columns) * (columns + gap) + (i % columns)); // prettier-ignore
          return [w, m, v].map((at) => Float32Array.from(part(at), (i) => all[i]));
        };
        expect(run(1, 2, 3)).toEqual(run(6, 7, 8));
      }),
    );
  });
});

function typeAt(node: Node): TensorType {
  if (node.kind === 'op' || node.kind === 'input' || node.kind === 'splat') return node.type;
  throw new Error(node.kind);
}
