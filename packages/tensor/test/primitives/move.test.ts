import { describe, expect, test } from 'vitest';
import { arange, broadcastTo, expandDims, flatten, pad, reverse, squeeze, tensor, transpose, zeros } from '@gradus/tensor';

const x = arange(0, 6).reshape([2, 3]); // 0 1 2 / 3 4 5

describe('reshape', () => {
  test('keeps the order; one size may be worked out', () => {
    expect(x.reshape([3, 2]).toArray(2)).toEqual([[0, 1], [2, 3], [4, 5]]); // prettier-ignore
    expect([x.reshape([-1]).shape, x.reshape([2, -1, 1]).shape, zeros([0, 3]).reshape([3, 0]).shape]).toEqual([[6], [2, 3, 1], [3, 0]]);
  });
  test('says what does not fit', () => {
    expect(() => x.reshape([4, 2])).toThrow(/^reshape: .*\[2, 3\].*\[4, 2\]|^reshape: .*\[4, 2\].*\[2, 3\]/);
    expect(() => x.reshape([-1, 4])).toThrow('reshape: no single size makes [-1, 4] of [2, 3]');
    expect(() => x.reshape([-1, -1])).toThrow('reshape: no single size makes [-1, -1] of [2, 3]');
    expect(() => zeros([0]).reshape([0, -1])).toThrow('reshape: no single size makes [0, -1] of [0]');
  });
});

describe('transpose', () => {
  test('puts axes in another order', () => {
    expect(transpose(x).toArray(2)).toEqual([[0, 3], [1, 4], [2, 5]]); // prettier-ignore
    const y = arange(0, 24).reshape([2, 3, 4]);
    const z = transpose(y, [2, 0, -2]); // [4, 2, 3]
    expect(z.shape).toEqual([4, 2, 3]);
    expect(z.at(3, 1, 2)).toBe(y.at(1, 2, 3));
    expect(transpose(tensor(1)).shape).toEqual([]);
  });
  test('wants each axis once', () => {
    expect(() => transpose(x, [0, 0])).toThrow('transpose: [0, 0] is no order of the 2 axes of [2, 3]');
    expect(() => transpose(x, [0])).toThrow('transpose: [0] is no order of the 2 axes of [2, 3]');
  });
});

test('broadcastTo repeats, never shrinks', () => {
  expect(broadcastTo(tensor([[1], [2]]), [2, 2, 2]).toArray(3)).toEqual([[[1, 1], [2, 2]], [[1, 1], [2, 2]]]); // prettier-ignore
  expect(broadcastTo(tensor(7), [0]).shape).toEqual([0]);
  expect(() => broadcastTo(zeros([2]), [3])).toThrow(/broadcastTo: .*\[2\].*\[3\]/);
  expect(() => broadcastTo(zeros([2, 2]), [2])).toThrow(/broadcastTo: .*\[2, 2\].*\[2\]/);
});

test('pad adds around, with any value', () => {
  expect(pad(tensor([[1, 2]]), [[1, 0], [0, 2]], 9).toArray(2)).toEqual([[9, 9, 9, 9], [1, 2, 9, 9]]); // prettier-ignore
  expect(pad(tensor([1]), [[1, 1]], -Infinity).toArray(1)).toEqual([-Infinity, 1, -Infinity]);
  expect(() => pad(x, [[1, 1]])).toThrow('pad: 2 pairs expected for [2, 3], found 1');
  expect(() => pad(tensor([1, 2]), [[-1, 0]])).toThrow('pad: a shape has whole numbers of at least 0, found [-1, 0]');
});

test('reverse turns the named axes, or all', () => {
  expect(reverse(x, 1).toArray(2)).toEqual([[2, 1, 0], [5, 4, 3]]); // prettier-ignore
  expect(reverse(x).toArray(2)).toEqual([[5, 4, 3], [2, 1, 0]]); // prettier-ignore
});

test('squeeze, expandDims and flatten move sizes of one', () => {
  const y = zeros([1, 3, 1]);
  expect([squeeze(y).shape, squeeze(y, 0).shape, squeeze(y, [0, -1]).shape]).toEqual([[3], [3, 1], [3]]);
  expect(() => squeeze(y, 1)).toThrow('squeeze: axis 1 of [1, 3, 1] has size 3, not 1');
  expect([expandDims(x, 0).shape, expandDims(x, -1).shape, expandDims(x, 1).shape]).toEqual([
    [1, 2, 3],
    [2, 3, 1],
    [2, 1, 3],
  ]);
  expect([flatten(zeros([2, 3, 4])).shape, flatten(zeros([2, 3, 4]), 1).shape, flatten(tensor(1)).shape]).toEqual([[24], [2, 12], [1]]);
});
