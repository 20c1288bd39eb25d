import fc from 'fast-check';
import { expect, test } from 'vitest';
import { moveKernel } from '../../../src/compiler/kernels/move/index.js';
import { move } from '../../../src/primitives/move.js';
import { join } from '../../../src/primitives/join.js';
import { layoutOf, many, numbers, runKernel } from './harness.js';
import type { AnyOp } from '../../../src/compiler/graph.js';
import type { DType } from '../../../src/dtype.js';
import type { Dense, TensorType } from '../../../src/primitive.js';

const dtypes = fc.constantFrom<DType>('float32', 'int32', 'uint8', 'bool');
const shapes = fc
  .array(fc.oneof(fc.constantFrom(1, 2, 4, 16), fc.integer({ min: 1, max: 23 })), { minLength: 1, maxLength: 4 })
  .filter((shape) => shape.reduce((a, b) => a * b, 1) < 3000);
const gaps = fc.tuple(fc.nat(5), fc.nat(5));

const dense = (type: TensorType, seed: number): Dense => ({ ...type, data: numbers(type, seed) });

/** Holds the kernel to what the reference kernel wrote. */
function check(node: AnyOp, operands: readonly Dense[], expected: Dense, [gap, gapY]: readonly [number, number]): void {
  const layouts = operands.map((x) => layoutOf(x, x.shape.length < 2 ? 0 : gap));
  const y = layoutOf(node.type, node.type.shape.length < 2 ? 0 : gapY);
  const kernel = moveKernel(node, layouts, [y]);
  if (!kernel) throw new Error(`no kernel for ${node.name}`);
  const [found] = runKernel(kernel, operands.map((x, i) => [x, layouts[i]] as const), [y]); // prettier-ignore
  expect(found.data).toEqual(expected.data);
}

const empty = (type: TensorType): Dense => ({ ...type, data: numbers(type, 99) });

test('a transpose is the reference', () => {
  const cases = shapes.chain((shape) =>
    fc.tuple(
      fc.constant(shape),
      fc.shuffledSubarray(
        shape.map((_, i) => i),
        { minLength: shape.length },
      ),
    ),
  );
  fc.assert(
    fc.property(cases, dtypes, gaps, ([shape, permutation], dtype, gap) => {
      const x = dense({ dtype, shape }, 1);
      const type = move.transpose.type([x], { permutation });
      const y = empty(type);
      move.transpose.kernel(y, [x], { permutation });
      check({ kind: 'op', name: 'transpose', operands: [0], attributes: { permutation }, type }, [x], y, gap);
    }),
    { numRuns: many },
  );
});

test('a slice and a placement are the reference', () => {
  const grids = shapes.chain((shape) =>
    fc.tuple(
      fc.constant(shape),
      fc.tuple(...shape.map((n) => fc.record({ start: fc.nat(n - 1), step: fc.integer({ min: 1, max: 3 }), part: fc.nat(3) }))),
    ),
  );
  fc.assert(
    fc.property(grids, dtypes, gaps, ([shape, axes], dtype, gap) => {
      const start = axes.map((axis) => axis.start);
      const step = axes.map((axis) => axis.step);
      const size = axes.map((axis, i) => Math.max(axis.part === 3 ? 0 : 1, Math.ceil((shape[i] - axis.start) / axis.step) - axis.part));
      const x = dense({ dtype, shape }, 1);
      const type = move.slice.type([x], { start, size, step });
      const y = empty(type);
      move.slice.kernel(y, [x], { start, size, step });
      check({ kind: 'op', name: 'slice', operands: [0], attributes: { start, size, step }, type }, [x], y, gap);
      const attributes = { start, step, shape, value: dtype === 'bool' ? 1 : 3 };
      const whole = empty(move.place.type([y], attributes));
      move.place.kernel(whole, [y], attributes);
      check({ kind: 'op', name: 'place', operands: [0], attributes, type: { dtype, shape } }, [y], whole, gap);
    }),
    { numRuns: many },
  );
});

test('a reversal and a broadcast are the reference', () => {
  fc.assert(
    fc.property(
      shapes,
      fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
      fc.nat(3),
      dtypes,
      gaps,
      (shape, chosen, missing, dtype, gap) => {
        const axes = shape.flatMap((_, i) => (chosen[i] ? [i] : []));
        const x = dense({ dtype, shape }, 1);
        const y = empty(x);
        move.reverse.kernel(y, [x], { axes });
        check({ kind: 'op', name: 'reverse', operands: [0], attributes: { axes }, type: { dtype, shape } }, [x], y, gap);
        const narrow = dense({ dtype, shape: shape.map((n, i) => (chosen[i] ? 1 : n)).slice(Math.min(missing, shape.length - 1)) }, 2);
        const wide = empty(x);
        move.broadcastTo.kernel(wide, [narrow], { shape });
        check({ kind: 'op', name: 'broadcastTo', operands: [0], attributes: { shape }, type: { dtype, shape } }, [narrow], wide, gap);
      },
    ),
    { numRuns: many },
  );
});

test('a concatenation is the reference', () => {
  fc.assert(
    fc.property(
      shapes,
      fc.nat(3),
      fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 4 }),
      dtypes,
      gaps,
      (shape, at, sizes, dtype, gap) => {
        const axis = at % shape.length;
        const parts = sizes.map((size, i) => dense({ dtype, shape: shape.map((n, k) => (k === axis ? size : n)) }, i));
        const type = join.concat.type(parts, { axis });
        const y = empty(type);
        join.concat.kernel(y, parts, { axis });
        check({ kind: 'op', name: 'concat', operands: parts.map((_, i) => i), attributes: { axis }, type }, parts, y, gap);
      },
    ),
    { numRuns: many },
  );
});
