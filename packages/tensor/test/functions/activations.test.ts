import { describe, expect, test } from 'vitest';
import { logSoftmax, relu, softmax, tensor } from '@gradus/tensor';

test('relu cuts what is negative, NaN stays', () => {
  expect(relu(tensor([-2, 0, 3, NaN, -Infinity, Infinity])).toArray(1)).toEqual([0, 0, 3, NaN, 0, Infinity]);
  expect(relu(tensor([-2, 3], 'int32')).dtype).toBe('int32');
});

describe('softmax', () => {
  const logs = tensor([Math.log(1), Math.log(2), Math.log(5)], 'float64');

  test('of logarithms is the share of each', () => {
    for (const [i, share] of [1 / 8, 2 / 8, 5 / 8].entries()) {
      expect(softmax(logs).at(i)).toBeCloseTo(share, 15);
      expect(logSoftmax(logs).at(i)).toBeCloseTo(Math.log(share), 14);
    }
  });

  test('does not overflow', () => {
    expect(softmax(tensor([1000, 1000])).toArray(1)).toEqual([0.5, 0.5]);
    expect(softmax(tensor([-1000, -Infinity])).toArray(1)).toEqual([1, 0]);
    expect(logSoftmax(tensor([1000, 0])).toArray(1)).toEqual([0, -1000]);
    expect(logSoftmax(tensor([0, -Infinity])).toArray(1)).toEqual([0, -Infinity]);
  });

  test('runs along the last axis, another one, or several', () => {
    const x = tensor([[0, 0], [0, 0], [0, 0], [0, 0]]); // prettier-ignore
    expect([softmax(x).at(0, 0), softmax(x, 0).at(0, 0), softmax(x, [0, 1]).at(0, 0)]).toEqual([1 / 2, 1 / 4, 1 / 8]);
  });

  test('of whole numbers is a float', () => {
    expect(softmax(tensor([1, 1], 'int32')).dtype).toBe('float32');
  });
});
