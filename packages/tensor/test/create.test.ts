import { describe, expect, test } from 'vitest';
import { arange, eye, fromData, full, linspace, oneHot, ones, onesLike, tensor, zeros, zerosLike } from '@gradus/tensor';

describe('tensor', () => {
  test('takes its shape from the nesting, and its type from the values', () => {
    expect([tensor([[1, 2], [3, 4], [5, 6]]).shape, tensor(1).shape, tensor([[], []]).shape]).toEqual([[3, 2], [], [2, 0]]); // prettier-ignore
    expect([tensor([1]).dtype, tensor([true]).dtype, tensor([]).dtype, tensor([true, 1]).dtype]).toEqual(['float32', 'bool', 'float32', 'float32']); // prettier-ignore
    expect(tensor([1.5, -2.5], 'int32').toArray(1)).toEqual([1, -2]);
    expect(tensor([0, 0.5, NaN], 'bool').toArray(1)).toEqual([0, 1, 0]);
  });

  test('copies typed arrays', () => {
    const numbers = new Float64Array([1, 2]);
    const x = tensor(numbers);
    numbers[0] = 9;
    expect([x.dtype, x.toArray(1)]).toEqual(['float64', [1, 2]]);
    expect(tensor(new Uint8Array([0, 7]), 'bool').toArray(1)).toEqual([0, 1]);
    expect(tensor(new Uint8Array([200]), 'float32').toArray(1)).toEqual([200]);
  });

  test('says where rows differ', () => {
    expect(() => tensor([[1, 2], [3]])).toThrow('tensor: rows differ: expected 2 values at depth 1, found 1 values');
    expect(() => tensor([1, [2]])).toThrow('tensor: rows differ: expected a number at depth 1, found 1 values');
    expect(() => tensor([[1], 2])).toThrow('tensor: expected [1] at depth 1, found 2');
  });
});

describe('fromData', () => {
  test('keeps the array itself', () => {
    const numbers = new Int32Array([1, 2, 3, 4]);
    const x = fromData(numbers, [2, 2]);
    expect([x.data(), x.dtype, x.shape]).toEqual([numbers, 'int32', [2, 2]]);
    expect(x.data()).toBe(numbers);
    expect(fromData(new Uint8Array([1]), [1], 'bool').dtype).toBe('bool');
  });

  test('refuses a shape or a type that does not fit', () => {
    expect(() => fromData(new Float32Array(3), [2, 2])).toThrow('fromData: [2, 2] has 4 elements, the array 3');
    expect(() => fromData(new Float32Array(1), [1], 'int32')).toThrow('fromData: int32 is not stored in a Float32Array');
    expect(() => fromData(new Float32Array(1), [-1])).toThrow('fromData: a shape has whole numbers of at least 0, found [-1]');
  });
});

describe('tensors from nothing', () => {
  test('full, zeros and ones', () => {
    expect(full([2, 2], 2.5).toArray(2)).toEqual([[2.5, 2.5], [2.5, 2.5]]); // prettier-ignore
    expect([zeros([2], 'int32').dtype, ones([], 'float64').item(), zeros([0, 3]).shape]).toEqual(['int32', 1, [0, 3]]);
    const x = tensor([1, 2], 'uint8');
    expect([zerosLike(x).dtype, zerosLike(x).toArray(1), onesLike(x).toArray(1)]).toEqual(['uint8', [0, 0], [1, 1]]);
    expect(() => zeros([1.5])).toThrow('a shape has whole numbers of at least 0, found [1.5]');
  });

  test('eye', () => {
    expect(eye(2, 3).toArray(2)).toEqual([[1, 0, 0], [0, 1, 0]]); // prettier-ignore
    expect(eye(2, undefined, 'int32').toArray(2)).toEqual([[1, 0], [0, 1]]); // prettier-ignore
    expect(eye(0).shape).toEqual([0, 0]);
  });

  test('arange stops before its end, and is whole where all three numbers are', () => {
    expect([arange(0, 3).toArray(1), arange(5, 0, -2).toArray(1), arange(3, 3).toArray(1), arange(3, 0).toArray(1)]).toEqual([[0, 1, 2], [5, 3, 1], [], []]); // prettier-ignore
    expect([arange(0, 3).dtype, arange(0, 1, 0.25).dtype, arange(0, 2, 1, 'float64').dtype]).toEqual(['int32', 'float32', 'float64']);
    expect(arange(0, 1, 0.25).toArray(1)).toEqual([0, 0.25, 0.5, 0.75]);
    expect(() => arange(0, 1, 0)).toThrow('arange: cannot go from 0 to 1 by 0');
    expect(() => arange(0, Infinity)).toThrow('arange: cannot go from 0 to Infinity by 1');
  });

  test('linspace has both ends', () => {
    expect(linspace(1, 3, 5).toArray(1)).toEqual([1, 1.5, 2, 2.5, 3]);
    expect([linspace(1, 3, 1).toArray(1), linspace(1, 3, 0).toArray(1)]).toEqual([[1], []]);
  });

  test('oneHot adds an axis; what is out of range has no one', () => {
    expect(oneHot(tensor([1, 0, 5], 'int32'), 3).toArray(2)).toEqual([[0, 1, 0], [1, 0, 0], [0, 0, 0]]); // prettier-ignore
    expect(oneHot(tensor([[1]], 'uint8'), 2, 'int32').toArray(3)).toEqual([[[0, 1]]]);
    expect(oneHot(tensor(1, 'int32'), 2).toArray(1)).toEqual([0, 1]);
  });
});
