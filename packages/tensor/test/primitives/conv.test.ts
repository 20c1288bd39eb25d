import { describe, expect, test } from 'vitest';
import { conv, cumsum, maxPool, ones, tensor, zeros } from '@gradus/tensor';

/** A signal [1, n, 1]. */
const signal = (...values: number[]) => tensor(values).reshape([1, values.length, 1]);
const kernel = (...values: number[]) => tensor(values).reshape([values.length, 1, 1]);
const flat = (x: { data(): Iterable<number> }): number[] => [...x.data()];

describe('conv', () => {
  test('slides the kernel as it is, without turning it', () => {
    expect(flat(conv(signal(1, 2, 3, 4), kernel(1, 10)))).toEqual([21, 32, 43]);
  });
  test("pads 'same' with the odd zero at the end", () => {
    expect(flat(conv(signal(1, 2, 3), kernel(1, 10), { padding: 'same' }))).toEqual([21, 32, 3]);
    expect(flat(conv(signal(1, 2, 3, 4), kernel(1, 10, 100), { padding: 'same', strides: 2 }))).toEqual([321, 43]);
  });
  test('pads by pairs, strides and dilates', () => {
    expect(flat(conv(signal(1, 2, 3), kernel(1, 10), { padding: [[2, 0]] }))).toEqual([0, 10, 21, 32]);
    expect(flat(conv(signal(1, 2, 3, 4, 5), kernel(1, 10), { strides: 3 }))).toEqual([21, 54]);
    expect(flat(conv(signal(1, 2, 3, 4), kernel(1, 10), { dilation: 2 }))).toEqual([31, 42]);
  });
  test('sums over channels, and keeps groups apart', () => {
    const x = tensor([1, 2, 3, 4]).reshape([1, 1, 4]);
    const w = tensor([1, 10, 1, 10]).reshape([1, 2, 2]); // two inputs a group, one filter each
    expect(flat(conv(x, ones([1, 4, 3])))).toEqual([10, 10, 10]);
    expect(flat(conv(x, w, { groups: 2 }))).toEqual([3, 70]);
  });
  test('works in two dimensions', () => {
    const x = tensor([1, 2, 3, 4, 5, 6, 7, 8, 9]).reshape([1, 3, 3, 1]);
    const w = tensor([1, 0, 0, 10]).reshape([2, 2, 1, 1]);
    expect(conv(x, w).shape).toEqual([1, 2, 2, 1]);
    expect(flat(conv(x, w))).toEqual([51, 62, 84, 95]);
  });
  test('says what does not fit', () => {
    expect(() => conv(signal(1), kernel(1, 1))).toThrow('conv: the kernel [2] is larger than its input [1, 1, 1]');
    expect(() => conv(zeros([1, 4, 3]), zeros([2, 2, 5]))).toThrow(/^conv: .*3.*2/);
    expect(() => conv(zeros([2, 2]), zeros([2, 2]))).toThrow('conv: expected x [n, ...spatial, c]');
  });
});

describe('maxPool', () => {
  test('takes the largest of each window', () => {
    expect(flat(maxPool(signal(1, 5, 2, 3, 9), 2))).toEqual([5, 3]);
    expect(flat(maxPool(signal(1, 5, 2, 3, 9), 2, { strides: 1 }))).toEqual([5, 5, 3, 9]);
    expect(flat(maxPool(signal(-1, -5, -2), 2, { padding: 'same' }))).toEqual([-1, -2]);
  });
  test('keeps channels apart, lets NaN win', () => {
    expect(maxPool(tensor([[1, 8], [5, 2]]).reshape([1, 2, 2]), 2).toArray(3)).toEqual([[[5, 8]]]); // prettier-ignore
    expect(flat(maxPool(signal(1, NaN, 3), 3))).toEqual([NaN]);
  });
  test('says what does not fit', () => {
    expect(() => maxPool(signal(1, 2), 3)).toThrow('maxPool: the window [3] is larger than its input [1, 2, 1]');
  });
});

test('cumsum runs from either end', () => {
  expect(cumsum(tensor([1, 2, 3])).toArray(1)).toEqual([1, 3, 6]);
  expect(cumsum(tensor([1, 2, 3]), 0, { reverse: true }).toArray(1)).toEqual([6, 5, 3]);
  expect(cumsum(tensor([[1, 2], [3, 4]]), 0).toArray(2)).toEqual([[1, 2], [4, 6]]); // prettier-ignore
  expect(cumsum(tensor([true, true])).dtype).toBe('int32');
});
