import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { foldIn, jit, key, scan, stack, tensor, uniform, Variable, zeros } from '@gradus/tensor';
import { tensors } from '@gradus/tensor/testing';
import { grad, valueAndGrad, vjp } from '@gradus/autograd';
import { checkGradients } from '@gradus/autograd/testing';
import type { ScanOptions, Tensor } from '@gradus/tensor';

type Cell = (h: Tensor, x: Tensor) => readonly [Tensor, Tensor];
type Loop = (h: Tensor, xs: Tensor, w: Tensor) => readonly [Tensor, Tensor];

function loop(cell: (w: Tensor) => Cell, options: ScanOptions): Loop {
  return (h, xs, w) => scan(cell(w), h, xs, options);
}

function unrolled(cell: (w: Tensor) => Cell, { reverse = false }: ScanOptions): Loop {
  return (h, xs, w) => {
    const n = xs.shape[0];
    const ys: Tensor[] = [];
    let carry = h;
    for (let step = 0; step < n; step++) {
      const t = reverse ? n - 1 - step : step;
      const [next, y] = cell(w)(carry, xs.slice(t));
      carry = next;
      ys[t] = y;
    }
    return [carry, n === 0 ? zeros([0, ...h.shape], h.dtype) : stack(ys)];
  };
}

/** h' = tanh(x + h w), y = h h': residuals of every kind (a carry, a capture, a cheap value, an expensive one). */
const recurrent = (w: Tensor): Cell => (h, x) => {
  const next = x.add(h.matmul(w.square())).tanh();
  return [next, next.mul(h)];
}; // prettier-ignore

const cases = fc.record({
  sizes: fc.tuple(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 1, max: 2 }), fc.integer({ min: 1, max: 3 })),
  reverse: fc.boolean(),
  recompute: fc.boolean(),
}).chain(({ sizes: [steps, rows, units], reverse, recompute }) =>
  fc.record({
    h: tensors({ shape: [rows, units], dtype: 'float64' }),
    xs: tensors({ shape: [steps, rows, units], dtype: 'float64' }),
    w: tensors({ shape: [units, units], dtype: 'float64', min: -1, max: 1 }),
    options: fc.constant({ reverse, recompute }),
  })); // prettier-ignore

function close(a: readonly Tensor[], b: readonly Tensor[]): void {
  for (const [i, x] of a.entries()) {
    expect(x.shape).toEqual(b[i].shape);
    const [left, right] = [x.data(), b[i].data()];
    for (let k = 0; k < left.length; k++) expect(left[k]).toBeCloseTo(right[k], 9);
  }
}

describe('the derivative of a loop', () => {
  test('equals the difference, twice: carries, sequences, captures, both directions, kept or recomputed', () => {
    fc.assert(fc.property(cases, ({ h, xs, w, options }) =>
      checkGradients(loop(recurrent, options), [h, xs, w], { order: 2, tolerance: 1e-5, name: 'recurrent', elements: 6 }))); // prettier-ignore
  });

  test('equals that of the unrolled loop, also compiled', () => {
    fc.assert(fc.property(cases, ({ h, xs, w, options }) => {
      const loss = (f: Loop) => (values: readonly Tensor[]): Tensor => {
        const [last, ys] = f(values[0], values[1], values[2]);
        return last.sum().add(ys.square().sum());
      };
      const expected = grad(loss(unrolled(recurrent, options)))([h, xs, w]);
      const scanned = grad(loss(loop(recurrent, options)));
      close(scanned([h, xs, w]), expected);
      close(jit(scanned)([h, xs, w]), expected);
    })); // prettier-ignore
  });

  test('is right when only the last carry or only the stacked results are used', () => {
    fc.assert(fc.property(cases, fc.boolean(), ({ h, xs, w, options }, last) =>
      checkGradients((a, b, c) => loop(recurrent, options)(a, b, c)[last ? 0 : 1], [h, xs, w], { order: 2, tolerance: 1e-5, elements: 0 }))); // prettier-ignore
  });

  test('passes by whole numbers that are carried, counted or given', () => {
    const f = (x: Tensor, indices: Tensor): Tensor => {
      const step = (carry: { readonly total: Tensor; readonly t: Tensor }, i: Tensor): readonly [typeof carry, Tensor] => {
        const value = x.slice(0).mul(carry.t.cast('float64')).add(i);
        return [{ total: carry.total.mul(value), t: carry.t.add(1) }, value];
      };
      const [{ total }, values] = scan(step, { total: tensor(1, 'float64'), t: tensor(1, 'int32') }, indices);
      return total.add(values.sum());
    };
    fc.assert(fc.property(tensors({ shape: [2] }), (x) => checkGradients(f, [x, tensor([3, 1, 2], 'int32')], { order: 2 })));
  });

  test('leaves carries without a gradient alone', () => {
    const f = (x: Tensor): Tensor => {
      const step = ([p, q]: readonly [Tensor, Tensor]): readonly [readonly [Tensor, Tensor], Tensor] => [[p.mul(x).add(q), q.mul(0.5)], q];
      const [[a, noise]] = scan(step, [x, tensor(1, 'float64')], [], { length: 3 });
      return a.add(noise);
    };
    fc.assert(fc.property(tensors({ shape: [] }), (x) => checkGradients(f, [x], { order: 2 })));
  });

  test('is right for a loop in a loop', () => {
    const f = (x: Tensor, w: Tensor): Tensor => {
      const inner = (h: Tensor): readonly [Tensor, Tensor] => scan((a: Tensor, row: Tensor) => [a.mul(w).add(row).tanh(), a], h, x);
      return scan((h: Tensor) => { const [next, all] = inner(h); return [next, all.sum(0)]; }, x.slice(0), [], { length: 2 })[1];
    }; // prettier-ignore
    const inputs = fc.tuple(tensors({ shape: [3, 2] }), tensors({ shape: [2] }));
    fc.assert(
      fc.property(inputs, ([x, w]) => checkGradients(f, [x, w], { order: 2, tolerance: 1e-5, elements: 0 })),
      { numRuns: 8 },
    );
  });

  test('draws the same random numbers on the way back', () => {
    const counter = new Variable(tensor(0, 'int32'));
    const noisy = (options: ScanOptions) => (x: Tensor): Tensor => {
      const step = (h: Tensor): readonly [Tensor, Tensor] => {
        const k = foldIn(key(1), counter.value);
        counter.assign(counter.value.add(1));
        return [h.mul(uniform(k, [3], { dtype: 'float64' }).add(x)), h];
      };
      return scan(step, x, [], { ...options, length: 4 })[0].sum();
    }; // prettier-ignore
    const run = (recompute: boolean): readonly [Tensor, Tensor] => {
      counter.assign(tensor(0, 'int32'));
      return valueAndGrad(noisy({ recompute }))(tensor([0.5, 1, 1.5], 'float64'));
    };
    close(run(true), run(false));
    expect(counter.value.item()).toBe(4);
  });
});

describe('what a loop keeps', () => {
  const program = (recompute: boolean): string => {
    const step = jit((h: Tensor, xs: Tensor, w: Tensor) => grad((v: Tensor) => scan(recurrent(v), h, xs, { recompute })[0].sum())(w));
    step(zeros([2, 3]), zeros([5, 2, 3]), zeros([3, 3]));
    return step.programs[0].toString();
  };
  const resultsOfFirst = (text: string): number => /%\d+: (.*) = scan/.exec(text)?.[1].split('f32').length ?? 0;

  test('is the carry and tanh; what depends on captures only is computed again', () => {
    expect(resultsOfFirst(program(false)) - 1).toBe(1 + 1 + 2);
  });

  test('is the carries alone where they are to be recomputed', () => {
    expect(resultsOfFirst(program(true)) - 1).toBe(1 + 1 + 1);
  });

  test('takes no sequence of zeros for results that nobody used', () => {
    expect(program(false)).not.toMatch(/\[5, 2, 3\] = splat 0/);
  });
});

test('a pull-back of a loop can be called again', () => {
  const [, pull] = vjp((xs: Tensor) => scan((h: Tensor, x: Tensor) => [h.mul(x), h], tensor(1), xs)[0], tensor([2, 3, 4]));
  expect(pull(tensor(1))[0].toArray(1)).toEqual([12, 8, 6]);
  expect(pull(tensor(2))[0].toArray(1)).toEqual([24, 16, 12]);
});
