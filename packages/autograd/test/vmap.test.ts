import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as g from '@gradus/tensor';
import { tensors } from '@gradus/tensor/testing';
import { grad, vmap } from '@gradus/autograd';
import type { Tensor } from '@gradus/tensor';

type Function = (...xs: Tensor[]) => Tensor;

/** What vmap means: a call for each example, stacked. */
function oneByOne(f: Function, inAxes: readonly (number | null)[], xs: readonly Tensor[]): Tensor {
  const at = inAxes.findIndex((axis) => axis !== null);
  const size = xs[at].shape[inAxes[at] ?? 0];
  const example = (x: Tensor, axis: number | null, i: number): Tensor => {
    if (axis === null) return x;
    return x.slice(...x.shape.slice(0, axis).map(() => ':'), i);
  };
  return g.stack(Array.from({ length: size }, (_, i) => f(...xs.map((x, j) => example(x, inAxes[j], i)))));
}

function agree(f: Function, inAxes: readonly (number | null)[], xs: readonly Tensor[]): void {
  const expected = oneByOne(f, inAxes, xs);
  for (const batched of [vmap(f, { inAxes }), g.jit(vmap(f, { inAxes }))]) {
    const y = batched(...xs);
    expect([y.dtype, y.shape]).toEqual([expected.dtype, expected.shape]);
    const [left, right] = [y.data(), expected.data()];
    for (let i = 0; i < left.length; i++) expect(left[i]).toBeCloseTo(right[i], 9);
  }
}

interface Case {
  /** Shapes of one example of each operand; the last ones are int32 indices below 3, if `indices` says so. */
  readonly shapes: readonly g.Shape[];
  readonly f: Function;
  readonly indices?: number;
}

const kernel = { strides: 2, padding: 'same', dilation: 1, groups: 2 } as const;
const primitives: Readonly<Record<string, Case>> = {
  'unary functions': { shapes: [[3]], f: (x) => x.tanh().exp().neg() },
  'binary functions': { shapes: [[2, 3], [3]], f: (a, b) => a.mul(b).maximum(b) },
  'selections': { shapes: [[3], [3]], f: (a, b) => g.where(a.less(b), a, b.square()) },
  'conversions': { shapes: [[3]], f: (x) => x.cast('int32').cast('float32').add(x.stopGradient()) },
  'reductions': { shapes: [[2, 3]], f: (x) => x.sum(0).add(x.max(1, { keepDims: true })).add(x.prod()).add(x.min(0)) },
  'argmax and argmin': { shapes: [[2, 3]], f: (x) => x.argmax(1).add(x.argmin(0).sum()) },
  'broadcasts that add axes': { shapes: [[3]], f: (x) => x.broadcastTo([2, 4, 3]) },
  'reshape and transpose': { shapes: [[2, 3]], f: (x) => x.transpose().reshape([6, 1]) },
  'slices, padding and reversal': { shapes: [[4, 3]], f: (x) => g.pad(g.reverse(x, 1).slice('1::2', -1), [[1, 2]], 7) },
  'concat and split': { shapes: [[2, 3], [2, 1]], f: (a, b) => { const [p, q] = g.concat([a, b], 1).split(2, 1); return p.mul(q); } },
  'matmul': { shapes: [[2, 3], [3, 4]], f: (a, b) => g.matmul(a, b) },
  'matmul, transposed': { shapes: [[3, 2], [4, 3]], f: (a, b) => g.matmul(a, b, { transposeA: true, transposeB: true }) },
  'batched matmul': { shapes: [[2, 2, 3], [2, 3, 4]], f: (a, b) => g.matmul(a, b) },
  'conv': { shapes: [[2, 5, 4, 4], [3, 2, 2, 6]], f: (x, w) => g.conv(x, w, kernel) },
  'conv in one dimension': { shapes: [[1, 6, 2], [3, 2, 3]], f: (x, w) => g.conv(x, w, { dilation: 2 }) },
  'max pooling': { shapes: [[2, 4, 4, 2]], f: (x) => g.maxPool(x, 2, { strides: 1, padding: 'same' }) },
  'take': { shapes: [[2, 3, 2], [4]], indices: 1, f: (x, i) => g.take(x, i, 1) },
  'take with indices of many axes': { shapes: [[3, 2], [2, 2]], indices: 1, f: (x, i) => g.take(x, i) },
  'take with a scalar index': { shapes: [[2, 3], []], indices: 1, f: (x, i) => g.take(x, i, 1) },
  'takeAdd': { shapes: [[2, 4, 2], [4]], indices: 1, f: (x, i) => g.takeAdd(x, i, 1, 3) },
  'takeAdd with indices of many axes': { shapes: [[2, 2, 3], [2, 2]], indices: 1, f: (x, i) => g.takeAdd(x, i, 0, 5) },
  'takeAlong': { shapes: [[3, 2], [4, 2]], indices: 1, f: (x, i) => g.takeAlong(x, i, 0) },
  'takeAlongAdd': { shapes: [[4, 2], [4, 2]], indices: 1, f: (x, i) => g.takeAlongAdd(x, i, 0, 3) },
  'cumsum': { shapes: [[2, 3]], f: (x) => g.cumsum(x, 1, { reverse: true }) },
  'sort': { shapes: [[2, 3]], f: (x) => g.sort(x, 0, { descending: true }) },
  'softmax': { shapes: [[2, 3]], f: (x) => x.softmax().add(x.logSoftmax(0)) },
  'random numbers': { shapes: [[]], indices: 1, f: (i) => g.uniform(g.foldIn(g.key(1), i), [5]).add(g.bits(g.key(2), [5], { counter: i })) },
  'scan, carry and sequence': { shapes: [[2], [3, 2]], f: (h, xs) => { const [last, ys] = g.scan((a: Tensor, x: Tensor) => [a.mul(x).tanh(), a], h, xs); return ys.add(last); } },
  'scan whose carry becomes batched': { shapes: [[3, 2]], f: (xs) => g.scan((a: Tensor, x: Tensor) => [a.add(x), a], g.zeros([2], 'float64'), xs, { reverse: true })[1] },
  'scan over a capture': { shapes: [[2], [2]], f: (h, w) => g.scan((a: Tensor) => [a.mul(w), w], h, [], { length: 3 })[0] },
}; // prettier-ignore

describe('vmap equals a call for each example', () => {
  for (const [name, { shapes, f, indices = 0 }] of Object.entries(primitives)) {
    test(`of ${name}, whichever operands are batched, on whichever axis`, () => {
      const axes = fc.array(fc.constantFrom(null, 0, -1), { minLength: shapes.length, maxLength: shapes.length });
      const batches = axes.filter((list) => list.some((axis) => axis !== null));
      const cases = fc.tuple(batches, fc.integer({ min: 1, max: 3 })).chain(([list, size]) => {
        const whole = (i: number): boolean => i >= shapes.length - indices;
        const operand = (shape: g.Shape, i: number): fc.Arbitrary<Tensor> => {
          const wide = list[i] === null ? shape : list[i] === 0 ? [size, ...shape] : [...shape, size];
          return tensors({ shape: wide, ...(whole(i) ? { dtype: 'int32', min: 0, max: 2 } : { dtype: 'float64', distinct: true }) });
        };
        const known = list.map((axis, i) => (axis === -1 ? shapes[i].length : axis));
        return fc.tuple(fc.constant(known), fc.tuple(...shapes.map(operand)));
      });
      fc.assert(
        fc.property(cases, ([inAxes, xs]) => agree(f, inAxes, xs)),
        { numRuns: 12 },
      );

      if (indices === shapes.length) return;
      // The derivative of a batched function is the batched derivative.
      const floats = shapes.map((_, i) => i).filter((i) => i < shapes.length - indices);
      for (const i of floats) {
        const slope: Function = (...xs) =>
          grad((x: Tensor) =>
            f(...xs.map((other, j) => (i === j ? x : other)))
              .cast('float64')
              .sum(),
          )(xs[i]);
        fc.assert(
          fc.property(cases, ([inAxes, xs]) => agree(slope, inAxes, xs)),
          { numRuns: 6 },
        );
      }
    });
  }
});

describe('vmap', () => {
  const x = g.tensor([[1, 2], [3, 4]]); // prettier-ignore

  test('works row by row', () => {
    expect(vmap((row: Tensor) => row.sum())(x).toArray(1)).toEqual([3, 7]);
  });

  test('nests', () => {
    const outer = vmap((a: Tensor) => vmap((b: Tensor) => a.mul(b))(g.tensor([1, 10, 100])))(g.tensor([1, 2]));
    expect(outer.toArray(2)).toEqual([[1, 10, 100], [2, 20, 200]]); // prettier-ignore
  });

  test('takes and gives structures, and repeats what does not depend on an example', () => {
    const y = vmap(({ a }: { readonly a: Tensor }) => ({ double: a.mul(2), one: g.tensor(1) }))({ a: x });
    expect(y.double.toArray(2)).toEqual([[2, 4], [6, 8]]); // prettier-ignore
    expect(y.one.toArray(1)).toEqual([1, 1]);
  });

  test('gives a gradient for each example', () => {
    const perExample = vmap(
      grad((w: Tensor, row: Tensor) => w.mul(row).sum().square()),
      { inAxes: [null, 0] },
    );
    expect(perExample(g.tensor([1, 1]), x).toArray(2)).toEqual([[6, 12], [42, 56]]); // prettier-ignore
  });

  test('differentiates', () => {
    const f = (w: Tensor): Tensor => vmap((row: Tensor) => row.mul(w).sum().square())(x).sum();
    expect(grad(f)(g.tensor([1, 1])).toArray(1)).toEqual([48, 68]);
    expect(
      g
        .jit(grad(f))(g.tensor([1, 1]))
        .toArray(1),
    ).toEqual([48, 68]);
  });

  test('runs inside a loop', () => {
    const step = (h: Tensor): readonly [Tensor, Tensor] => [vmap((row: Tensor) => row.mul(row.sum()))(h), h];
    expect(g.scan(step, x, [], { length: 2 })[0].toArray(2)).toEqual([[27, 54], [1029, 1372]]); // prettier-ignore
  });

  test('reads variables, and assigns what does not depend on an example', () => {
    const w = new g.Variable(g.tensor(2), { name: 'w' });
    const f = (row: Tensor): Tensor => {
      const y = row.mul(w.value);
      w.assign(g.tensor(3));
      return y;
    };
    expect(vmap(f)(x).toArray(2)).toEqual([[2, 4], [6, 8]]); // prettier-ignore
    expect(w.value.item()).toBe(3);
  });
});

describe('errors', () => {
  const x = g.tensor([[1, 2], [3, 4]]); // prettier-ignore

  test('say what is wrong with the examples', () => {
    expect(() => vmap((a: Tensor, b: Tensor) => a.add(b))(x, g.tensor([1, 2, 3]))).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: vmap(anonymous): the arguments differ in their number of examples: 2, 3]`,
    );
    expect(() => vmap((a: Tensor) => a, { inAxes: [null] })(x)).toThrowErrorMatchingInlineSnapshot(
      `[ArgumentError: vmap(anonymous): no argument has an axis of examples]`,
    );
    expect(() => vmap((a: Tensor) => a, { inAxes: [0, 0] })(x)).toThrowErrorMatchingInlineSnapshot(
      `[ArgumentError: vmap(anonymous): inAxes has 2 entries for 1 arguments]`,
    );
  });

  test('refuse to assign a value for each example to one variable', () => {
    const w = new g.Variable(g.tensor(0), { name: 'w' });
    expect(() => vmap(function f(row: Tensor): Tensor { w.assign(row.sum()); return row; })(x)).toThrowErrorMatchingInlineSnapshot(`[ArgumentError: assign w: under vmap(f) there are 2 values for one variable: return the value and assign a reduction of it]`); // prettier-ignore
  });

  test('refuse to read numbers of an example', () => {
    expect(() => vmap(function f(row: Tensor): Tensor { return row.sum().item() > 2 ? row : row.neg(); })(x)).toThrowErrorMatchingInlineSnapshot(`[TraceError: a float32 [] stands for 2 examples of vmap(f) and has no numbers of its own. Use where() instead of if, and read numbers of what the function returns.]`); // prettier-ignore
  });

  test('name the transform that a kept example belongs to', () => {
    const kept: Tensor[] = [];
    vmap(function f(row: Tensor): Tensor { kept.push(row); return row; })(x); // prettier-ignore
    expect(() => kept[0].add(1)).toThrowErrorMatchingInlineSnapshot(
      `[TraceError: add: an operand belongs to vmap(f), which has returned: a float32 [2]. Return it from the function instead of keeping it.]`,
    );
  });
});
