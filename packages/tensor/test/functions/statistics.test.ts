import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { all, any, fromData, logSumExp, mean, norm, std, tensor, variance, zeros } from '@gradus/tensor';
import { tensors } from '@gradus/tensor/testing';

describe('mean, variance and deviation', () => {
  test('of 1, 2, 3, 4 are 2.5, 1.25 and its root', () => {
    const x = tensor([1, 2, 3, 4], 'float64');
    expect([mean(x).item(), variance(x).item(), std(x).item()]).toEqual([2.5, 1.25, Math.sqrt(1.25)]);
  });

  test('over an axis, kept or dropped', () => {
    const x = tensor([[1, 3], [5, 11]]); // prettier-ignore
    expect(mean(x, 0).toArray(1)).toEqual([3, 7]);
    expect(variance(x, -1, { keepDims: true }).toArray(2)).toEqual([[1], [9]]);
    expect(std(x, [0, 1]).item()).toBe(Math.fround(Math.sqrt(14)));
  });

  test('of whole numbers and truth values are floats', () => {
    expect([mean(tensor([1, 2], 'int32')).dtype, mean(tensor([1, 2], 'uint8')).item()]).toEqual(['float32', 1.5]);
    expect(mean(tensor([true, true, false, true])).item()).toBe(0.75);
    expect(variance(tensor([0, 255], 'uint8')).item()).toBe(127.5 ** 2);
  });

  test('of far away numbers do not cancel', () => {
    expect(variance(tensor([1e6 + 1, 1e6 - 1])).item()).toBe(1);
  });

  test('of nothing are NaN', () => {
    expect(mean(zeros([0])).item()).toBeNaN();
    expect(mean(zeros([2, 0]), 1).toArray(1)).toEqual([NaN, NaN]);
  });
});

describe('norm', () => {
  test('is the length, over any axes', () => {
    expect(norm(tensor([3, 4])).item()).toBe(5);
    expect(norm(tensor([[3, 0], [4, 12]]), 0).toArray(1)).toEqual([5, 12]); // prettier-ignore
    expect(norm(tensor([[3, 0], [4, 12]])).item()).toBe(13); // prettier-ignore
    expect(norm(tensor([3, 4], 'int32')).item()).toBe(5);
  });
});

describe('logSumExp', () => {
  test('of the logarithms of 1, 2 and 5 is that of 8', () => {
    const x = tensor([Math.log(1), Math.log(2), Math.log(5)], 'float64');
    expect(logSumExp(x).item()).toBeCloseTo(Math.log(8), 14);
  });

  test('shifts with its argument, beyond where e^x overflows', () => {
    fc.assert(
      fc.property(tensors({ rank: 1, size: [1, 5], dtype: 'float64' }), (x) => {
        for (const shift of [1000, -1000]) expect(logSumExp(x.add(shift)).item() - shift).toBeCloseTo(logSumExp(x).item(), 10);
      }),
    );
  });

  test('of infinities', () => {
    const x = tensor([[-Infinity, -Infinity], [-Infinity, 3], [Infinity, 0], [NaN, 0]]); // prettier-ignore
    expect(logSumExp(x, -1).toArray(1)).toEqual([-Infinity, 3, Infinity, NaN]);
    expect(logSumExp(x, -1, { keepDims: true }).shape).toEqual([4, 1]);
  });
});

describe('all and any', () => {
  test('ask truth values and numbers', () => {
    const x = tensor([[1, 0], [2, -3], [0, 0]]); // prettier-ignore
    expect([all(x, 1).toArray(1), any(x, 1).toArray(1), all(x, 1).dtype]).toEqual([[0, 1, 0], [1, 1, 0], 'bool']); // prettier-ignore
    expect([all(x).item(), any(x).item()]).toEqual([0, 1]);
    expect(any(x, 0, { keepDims: true }).shape).toEqual([1, 2]);
  });

  test('of nothing: all are, none is', () => {
    expect([all(zeros([0])).item(), any(zeros([0])).item()]).toEqual([1, 0]);
    expect([all(zeros([2, 0]), 1).toArray(1), any(fromData(new Uint8Array(0), [0, 2], 'bool'), 0).toArray(1)]).toEqual([[1, 1], [0, 0]]); // prettier-ignore
  });

  test('NaN counts as true, as every number but 0', () => {
    expect(all(tensor([NaN, 1])).item()).toBe(1);
  });
});
