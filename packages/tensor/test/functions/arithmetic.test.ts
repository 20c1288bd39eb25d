import { describe, expect, test } from 'vitest';
import { add, clip, div, dtypes, isFinite, isNaN, maximum, mul, pow, promote, remainder, sub, tensor, where, zeros } from '@gradus/tensor';

describe('element types', () => {
  const ranked = dtypes.map((dtype, rank) => [dtype, rank] as const);

  test('of sums are promoted: the later of bool, uint8, int32, float32, float64, and truth values count as int32', () => {
    for (const [a, i] of ranked) {
      for (const [b, j] of ranked) {
        const wider = dtypes[Math.max(i, j)];
        expect(promote(a, b)).toBe(wider);
        expect(add(zeros([], a), zeros([], b)).dtype, `${a} + ${b}`).toBe(wider === 'bool' ? 'int32' : wider);
      }
    }
  });

  test('of quotients and powers are floats', () => {
    for (const [a] of ranked) {
      for (const [b] of ranked) {
        const float = a === 'float64' || b === 'float64' ? 'float64' : 'float32';
        expect([div(zeros([], a), zeros([], b)).dtype, pow(zeros([], a), zeros([], b)).dtype]).toEqual([float, float]);
      }
    }
  });

  test('a plain number takes the type of the tensor, unless only a float can hold it', () => {
    expect(add(tensor([1], 'int32'), 2).dtype).toBe('int32');
    expect(add(tensor([1], 'int32'), 0.5).dtype).toBe('float32');
    expect(mul(2.5, tensor([1], 'float64')).dtype).toBe('float64');
    expect(add(tensor([200], 'uint8'), 100).toArray(1)).toEqual([44]);
    expect(add(tensor([true]), 1).dtype).toBe('int32');
    expect(tensor([true, false]).equal(true).toArray(1)).toEqual([1, 0]);
  });

  test('a float32 is as exact as a float32', () => {
    expect(add(tensor([16777216]), 1).toArray(1)).toEqual([16777216]);
    expect(add(tensor([16777216], 'float64'), 1).toArray(1)).toEqual([16777217]);
  });
});

describe('broadcasting', () => {
  test('says which sizes clash', () => {
    expect(() => add(zeros([2, 3]), zeros([4, 3]))).toThrow('add: shapes do not broadcast: [2, 3] and [4, 3] (2 and 4)');
    expect(() => where(zeros([2], 'bool'), zeros([3]), 0)).toThrow('where: shapes do not broadcast: [2] and [3] (2 and 3)');
  });

  test('puts a plain number on either side', () => {
    expect([sub(10, tensor([1, 2])).toArray(1), sub(tensor([1, 2]), 10).toArray(1)]).toEqual([[9, 8], [-9, -8]]); // prettier-ignore
    expect(remainder(tensor([-7, 7]), 3).toArray(1)).toEqual([2, 1]);
  });
});

describe('where', () => {
  test('selects, broadcasting all three', () => {
    expect(where(tensor([true, false]), tensor([[1], [2]]), tensor([8, 9])).toArray(2)).toEqual([[1, 9], [2, 9]]); // prettier-ignore
    expect(where(tensor([true, false]), 1, 0).toArray(1)).toEqual([1, 0]);
    expect(where(tensor([1, 0]), 5, -5).toArray(1)).toEqual([5, -5]);
  });

  test('lets nothing through from the side that was not chosen', () => {
    expect(where(tensor([true]), tensor([1]), tensor([NaN])).toArray(1)).toEqual([1]);
  });

  test('promotes its values', () => {
    expect(where(tensor([true]), tensor([1], 'int32'), tensor([2], 'float64')).dtype).toBe('float64');
    expect(where(tensor([true]), tensor([1], 'int32'), 0).dtype).toBe('int32');
    expect(where(tensor([true]), true, false).dtype).toBe('bool');
  });
});

test('clip holds numbers between bounds, NaN stays NaN', () => {
  expect(clip(tensor([-5, 0.5, 5, NaN]), -1, 1).toArray(1)).toEqual([-1, 0.5, 1, NaN]);
  expect(clip(tensor([1, 2, 3]), tensor([2, 2, 2]), tensor([9, 1, 9])).toArray(1)).toEqual([2, 1, 3]);
});

test('isNaN and isFinite', () => {
  const x = tensor([0, 1e38, NaN, Infinity, -Infinity]);
  expect([isNaN(x).toArray(1), isFinite(x).toArray(1)]).toEqual([[0, 0, 1, 0, 0], [1, 1, 0, 0, 0]]); // prettier-ignore
});

test('and, or and not ask numbers for truth', () => {
  const [a, b] = [tensor([0, 0, 2, -1]), tensor([false, true, false, true])];
  expect([a.and(b).toArray(1), a.or(b).toArray(1), a.not().toArray(1)]).toEqual([[0, 0, 0, 1], [0, 1, 1, 1], [1, 1, 0, 0]]); // prettier-ignore
});

test('a square is exact, in every type', () => {
  expect(tensor([3, -4], 'int32').square().toArray(1)).toEqual([9, 16]);
  expect(pow(tensor([-3]), 2).toArray(1)).toEqual([9]);
  expect(pow(2, tensor([3])).toArray(1)).toEqual([8]);
});

test('the larger of two with NaN is NaN', () => {
  expect(maximum(tensor([1, NaN]), tensor([NaN, 1])).toArray(1)).toEqual([NaN, NaN]);
});
