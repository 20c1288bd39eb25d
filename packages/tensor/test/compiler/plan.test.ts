import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromData, jit, key, take, tensor, uniform, Variable, zeros } from '@gradus/tensor';
import { theEngine } from '../../src/engine/engine.js';
import { expectSameBits, programs } from '@gradus/tensor/testing';
import { load } from './load.js';
import type { Tensor } from '@gradus/tensor';

describe('a compiled program', () => {
  test('of reference kernels computes what the function does, bit for bit, and leaves variables as the function would, call after call', () => {
    fc.assert(fc.property(programs(), (program) => {
      const { run, inputs, variables } = program;
      const first = variables.map((variable) => variable.peek());
      const reset = (): void => variables.forEach((variable, i) => variable.put(first[i]));
      const rounds = [0, 1].map(() => [...run(inputs), ...variables.map((variable) => variable.value)]);
      reset();
      const loaded = load(program, () => undefined);
      for (const expected of rounds) expectSameBits([...loaded.run(inputs), ...variables.map((variable) => variable.value)], expected);
      reset();
      loaded.close();
    })); // prettier-ignore
  });

  test('shares variables with JavaScript and with other programs', () => {
    const total = new Variable(tensor([1, 2]), { name: 'total' });
    const add = jit((x: Tensor) => total.assign(total.value.add(x)));
    const double = jit(() => total.assign(total.value.mul(2)));
    add(tensor([1, 1]));
    expect(total.value.toArray(1)).toEqual([2, 3]);
    double();
    total.assign(total.value.add(0.5));
    add(tensor([0, 1]));
    expect(total.value.toArray(1)).toEqual([4.5, 7.5]);
    add.close();
    expect(total.value.toArray(1)).toEqual([4.5, 7.5]);
    double();
    expect(total.value.toArray(1)).toEqual([9, 15]);
    double.close();
    expect(total.value.toArray(1)).toEqual([9, 15]);
  });

  test('returns old and new values of a variable, and swaps two', () => {
    const [a, b] = [new Variable(tensor(1)), new Variable(tensor(2))];
    const swap = jit(() => {
      const before = [a.value, b.value];
      a.assign(b.value);
      b.assign(before[0]);
      return [...before, a.value, b.value];
    });
    expect(swap().map((x) => x.item())).toEqual([1, 2, 2, 1]);
    expect(swap().map((x) => x.item())).toEqual([2, 1, 1, 2]);
    expect([a.value.item(), b.value.item()]).toEqual([1, 2]);
  });

  test('leaves every variable as it was where an operand is refused', () => {
    const [early, late] = [new Variable(zeros([3])), new Variable(zeros([3]))];
    const step = jit((i: Tensor) => {
      early.assign(early.value.add(1));
      const row = take(tensor([1, 2, 3]), i);
      late.assign(late.value.add(row.sum()));
      return row;
    });
    step(tensor([0], 'int32'));
    expect(() => step(tensor([3], 'int32'))).toThrow('take: index 3 is out of range: the axis has 3 elements');
    expect([early.value.toArray(1), late.value.toArray(1)]).toEqual([[1, 1, 1], [1, 1, 1]]); // prettier-ignore
    step(tensor([1], 'int32'));
    expect([early.value.toArray(1), late.value.toArray(1)]).toEqual([[2, 2, 2], [3, 3, 3]]); // prettier-ignore
  });

  test('keeps rows of a large power of two apart, which nobody outside sees', () => {
    const w = new Variable(uniform(key(1), [3, 1024]));
    const x = uniform(key(2), [2, 3]);
    const before = w.value.data().slice();
    const step = jit((rows: Tensor) => {
      const y = rows.matmul(w.value);
      w.assign(w.value.sub(rows.matmul(y, { transposeA: true }).mul(0.5)));
      return [w.value.reshape([1024, 3]), w.value.slice('1:2', ':')];
    });
    const [reshaped, row] = step(x);
    const [first, rows] = [fromData(before, [3, 1024]), x.cast('float64')];
    const y = rows.matmul(first.cast('float64'));
    const expected = first.cast('float64').sub(rows.transpose().matmul(y).mul(0.5)).data(); // prettier-ignore
    for (const [i, value] of w.value.data().entries()) expect(Math.abs(value - expected[i])).toBeLessThan(1e-5);
    expect(reshaped.data()).toEqual(w.value.data());
    expect(row.data()).toEqual(w.value.data().slice(1024, 2048));
  });

  test('does not begin a sum with zeros over what it sums', () => {
    const step = jit((x: Tensor, w: Tensor) => x.matmul(w).sum(0));
    expect(step(tensor([[1, 2]]), tensor([[1, 2, 3], [4, 5, 6]])).toArray(1)).toEqual([9, 12, 15]); // prettier-ignore
  });

  test('tells one value a row from one a column, in a square too', () => {
    const step = jit((x: Tensor) => x.add(x.sum(1)));
    expect(step(tensor([[1, 2], [3, 4]])).toArray(2)).toEqual([[4, 9], [6, 11]]); // prettier-ignore
  });

  test('gives its memory back when it is closed: the next one fits where it was', () => {
    const once = (): number => {
      const state = new Variable(zeros([64, 64]));
      const step = jit((x: Tensor) => {
        state.assign(state.value.add(x).matmul(state.value));
        return state.value.sum();
      });
      step(zeros([64, 64]));
      step.close();
      return theEngine()?.memory.used ?? 0;
    };
    const before = once();
    for (let i = 0; i < 20; i++) expect(once()).toBe(before);
  });

  test('knows how many bytes it needs before it runs', () => {
    const step = jit((x: Tensor) => x.exp().add(1).matmul(x));
    step.prepare(zeros([32, 32]));
    expect(step.programs[0].memory).toBeGreaterThan(3 * 4096 - 1);
  });
});
