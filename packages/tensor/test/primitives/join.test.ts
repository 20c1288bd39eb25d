import { describe, expect, test } from 'vitest';
import { arange, concat, split, stack, tensor, zeros } from '@gradus/tensor';

describe('concat', () => {
  test('joins along any axis', () => {
    const [a, b] = [tensor([[1, 2]]), tensor([[3, 4]])];
    expect(concat([a, b]).toArray(2)).toEqual([[1, 2], [3, 4]]); // prettier-ignore
    expect(concat([a, b, a], -1).toArray(2)).toEqual([[1, 2, 3, 4, 1, 2]]);
    expect(concat([zeros([0, 2]), a]).toArray(2)).toEqual([[1, 2]]);
    expect(concat([a])).toBe(a);
  });
  test('says what does not fit', () => {
    expect(() => concat([])).toThrow('concat: no tensor was given');
    expect(() => concat([zeros([1]), zeros([1, 1])])).toThrow('concat: [1] and [1, 1] differ in rank');
    expect(() => concat([zeros([2, 3]), zeros([2, 4])])).toThrow(/concat: .*\[2, 3\].*\[2, 4\]/);
    expect(() => concat([zeros([1]), zeros([1], 'int32')])).toThrow(/concat: .*float32.*int32/);
  });
});

test('stack makes a new axis', () => {
  const [a, b] = [tensor([1, 2]), tensor([3, 4])];
  expect(stack([a, b]).toArray(2)).toEqual([[1, 2], [3, 4]]); // prettier-ignore
  expect(stack([a, b], -1).toArray(2)).toEqual([[1, 3], [2, 4]]); // prettier-ignore
  expect(stack([tensor(1), tensor(2)]).toArray(1)).toEqual([1, 2]);
  expect(() => stack([])).toThrow('stack: no tensor was given');
});

describe('split', () => {
  const x = arange(0, 6).reshape([2, 3]);
  test('cuts equal parts, or parts of given sizes', () => {
    expect(split(x, 2).map((part) => part.toArray(2))).toEqual([[[0, 1, 2]], [[3, 4, 5]]]);
    expect(split(x, [1, 0, 2], 1).map((part) => part.toArray(2))).toEqual([[[0], [3]], [[], []], [[1, 2], [4, 5]]]); // prettier-ignore
  });
  test('has a tuple type, so that its parts have names', () => {
    const [left, middle, right] = x.split(3, -1);
    expect([left.toArray(2), middle.toArray(2), right.toArray(2)]).toEqual([[[0], [3]], [[1], [4]], [[2], [5]]]); // prettier-ignore
  });
  test('says what does not fit', () => {
    expect(() => split(x, 2, 1)).toThrow('split: 2 equal parts cannot be cut from axis 1 of [2, 3]');
    expect(() => split(x, [1, 1], 1)).toThrow('split: sizes [1, 1] do not add up to 3, axis 1 of [2, 3]');
  });
});
