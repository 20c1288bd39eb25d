import { expect, test } from 'vitest';
import { grad } from '@gradus/autograd';
import { eye, tensor, zeros } from '@gradus/tensor';
import { normalize } from '@gradus/nn';
import { fixture } from './layers/fixture.js';
import type { DType, NestedValues, Tensor } from '@gradus/tensor';

interface Array {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: readonly number[];
}
interface Case {
  readonly axis: number;
  readonly order: number;
  readonly inputs: Array | 'as above';
  readonly expected: NestedValues;
}
const { normalized } = fixture<{ readonly normalized: readonly Case[] }>('keras-layers.json');

function inputsOf(i: number): Tensor {
  const inputs = normalized[i]?.inputs;
  return typeof inputs === 'object' ? tensor([...inputs.data], inputs.dtype).reshape(inputs.shape) : inputsOf(i - 1);
}

function expectNear(found: Tensor, expected: Tensor, tolerance: number): void {
  expect(found.shape).toEqual(expected.shape);
  const [a, b] = [found.data(), expected.data()];
  for (const [i, value] of b.entries()) expect(Math.abs((a[i] ?? NaN) - value), `element ${i}`).toBeLessThanOrEqual(tolerance);
}

test.each(normalized.map((c, i) => [i, c] as const))('case %s equals keras.utils.normalize', (i, { axis, order, expected }) => {
  const x = inputsOf(i);
  // Keras gives a single vector a leading axis of 1; ours keeps its shape.
  const values = tensor(expected, 'float64').reshape(x.shape);
  expectNear(normalize(x.cast('float64'), { axis, order }), values, 1e-15);
  const y = normalize(x, { axis, order });
  expect(y.dtype).toBe(x.dtype === 'uint8' ? 'float32' : x.dtype);
  expectNear(y, values, 2e-7);
});

test('every order leaves the length 1', () => {
  const x = tensor([[3, -4, 12]], 'float64');
  for (const order of [1, 1.5, 2, 3, 7]) {
    const length = normalize(x, { order }).abs().pow(order).sum().item() ** (1 / order);
    expect(length).toBeCloseTo(1, 14);
  }
  expect(normalize(x, { order: Infinity }).toArray(2)).toEqual([[0.25, -4 / 12, 1]]);
});

test('rows of zeros stay, whatever the order', () => {
  const x = tensor([[0, 0], [3, 4]], 'uint8'); // prettier-ignore
  for (const order of [1, 2, 3, Infinity]) expect(normalize(x, { order }).toArray(2)[0]).toEqual([0, 0]);
});

test('several axes are one vector', () => {
  expectNear(normalize(eye(4), { axis: [0, 1] }), eye(4).div(2), 0);
  expectNear(normalize(eye(4), { axis: [0, -1], order: 1 }), eye(4).div(4), 0);
});

test('numbers whose powers no float32 holds', () => {
  for (const size of [1e-30, 1e30]) {
    expectNear(normalize(tensor([3 * size, 4 * size])), tensor([0.6, 0.8]), 1e-7);
    expectNear(normalize(tensor([size, size]), { order: 20 }), tensor([2 ** -0.05, 2 ** -0.05]), 1e-6);
  }
});

test('infinity is longer than everything else, NaN is no length', () => {
  expect(normalize(tensor([1, Infinity, -2])).toArray(1)).toEqual([0, NaN, -0]);
  expect(normalize(tensor([1, NaN])).toArray(1)).toEqual([NaN, NaN]);
});

test('nothing stays nothing', () => {
  for (const shape of [[0], [0, 3], [3, 0]]) expect(normalize(zeros(shape)).shape).toEqual(shape);
  expect(normalize(zeros([2, 0], 'uint8')).dtype).toBe('float32');
});

test('does not change its argument', () => {
  const x = tensor([3, 4]);
  normalize(x);
  expect(x.toArray(1)).toEqual([3, 4]);
});

test('zeros have a derivative too', () => {
  const weighted = grad((x: Tensor) =>
    normalize(x)
      .mul(tensor([1, 2], 'float64'))
      .sum(),
  );
  expect(weighted(tensor([0, 0], 'float64')).toArray(1)).toEqual([1, 2]);
  // d/dx (x + 2 y) / r at (3, 4): (1 - 3 * 11 / 25) / 5 and (2 - 4 * 11 / 25) / 5
  expectNear(weighted(tensor([3, 4], 'float64')), tensor([-0.064, 0.048], 'float64'), 1e-15);
});

test('refuses what has no meaning', () => {
  expect(() => normalize(zeros([2, 3]), { axis: 2 })).toThrow('normalize: axis 2 does not exist in 2 dimensions');
  expect(() => normalize(zeros([0]), { axis: 1 })).toThrow('normalize: axis 1 does not exist in 1 dimension');
  expect(() => normalize(zeros([2, 3]), { axis: [0, -2] })).toThrow('normalize: an axis is named twice in [0, 0]');
  for (const order of [0, 0.5, -2, NaN])
    expect(() => normalize(zeros([2]), { order })).toThrow(`normalize: expected an order of at least 1, found ${order}`);
});
