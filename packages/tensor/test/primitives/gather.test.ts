import { describe, expect, test } from 'vitest';
import { take, takeAdd, takeAlong, takeAlongAdd, tensor, topK, zeros, argsort, sort } from '@gradus/tensor';

const x = tensor([[1, 2, 3], [4, 5, 6]]); // prettier-ignore
const at = (...indices: number[]) => tensor(indices, 'int32');

describe('take', () => {
  test('takes whole slices, in any order, as often as asked', () => {
    expect(take(x, at(1, 0, 1)).toArray(2)).toEqual([[4, 5, 6], [1, 2, 3], [4, 5, 6]]); // prettier-ignore
    expect(take(x, at(2, 0), -1).toArray(2)).toEqual([[3, 1], [6, 4]]); // prettier-ignore
    expect(take(x, tensor([[0], [1]], 'uint8')).shape).toEqual([2, 1, 3]);
    expect(take(x, tensor(1, 'int32')).toArray(1)).toEqual([4, 5, 6]);
    expect(take(x, at()).shape).toEqual([0, 3]);
  });
  test('refuses indices that are out of range or no whole numbers', () => {
    expect(() => take(x, at(2))).toThrow('take: index 2 is out of range: the axis has 2 elements');
    expect(() => take(x, at(-1))).toThrow('take: index -1 is out of range');
    expect(() => take(x, tensor([0]))).toThrow('take: indices must be whole numbers (int32 or uint8), found float32');
  });
  test('takeAdd adds slices up where indices are equal', () => {
    expect(takeAdd(x, at(2, 2), 0, 4).toArray(2)).toEqual([[0, 0, 0], [0, 0, 0], [5, 7, 9], [0, 0, 0]]); // prettier-ignore
  });
});

test('takeAlong takes one element for each index, takeAlongAdd puts them back', () => {
  expect(takeAlong(x, tensor([[2], [0]], 'int32')).toArray(2)).toEqual([[3], [4]]);
  expect(takeAlong(x, tensor([[1, 0, 1]], 'int32'), 0).toArray(2)).toEqual([[4, 2, 6]]);
  expect(takeAlongAdd(tensor([[1, 10]]), tensor([[1, 1]], 'int32'), 1, 3).toArray(2)).toEqual([[0, 11, 0]]);
  expect(() => takeAlong(x, at(0))).toThrow(/takeAlong/);
});

describe('order', () => {
  test('equal elements keep theirs, in both directions', () => {
    const y = tensor([2, 1, 2, 1]);
    expect([argsort(y).toArray(1), argsort(y, 0, { descending: true }).toArray(1)]).toEqual([[1, 3, 0, 2], [0, 2, 1, 3]]); // prettier-ignore
    expect([sort(y).toArray(1), sort(y, -1, { descending: true }).toArray(1)]).toEqual([[1, 1, 2, 2], [2, 2, 1, 1]]); // prettier-ignore
  });
  test('topK gives the largest and where they stood', () => {
    const { values, indices } = topK(tensor([[3, 9, 5], [7, 7, 1]]), 2); // prettier-ignore
    expect([values.toArray(2), indices.toArray(2), indices.dtype]).toEqual([[[9, 5], [7, 7]], [[1, 2], [0, 1]], 'int32']); // prettier-ignore
    expect(topK(zeros([3]), 0).values.shape).toEqual([0]);
    expect(() => topK(zeros([3]), 4)).toThrow('topK: k must be a whole number from 0 to 3 for [3], found 4');
  });
});
