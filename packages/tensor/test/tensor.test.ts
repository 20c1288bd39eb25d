import { describe, expect, test } from 'vitest';
import * as gradus from '@gradus/tensor';
import { fromData, tensor, zeros } from '@gradus/tensor';
import type { Tensor } from '@gradus/tensor';

const a = tensor([[0.5, -1.25, 2], [3, 0, -0.75]]); // prettier-ignore
const b = tensor([[2, 0.5, -1], [3, 1, 4]]); // prettier-ignore
const m = tensor([[1, 2], [0, -1], [3, 1]]); // prettier-ignore
const positive = a.abs().add(1);
const truths = a.greater(0);

/** Each method with what the function of the same name makes of the same arguments. */
const methods: Readonly<Record<string, readonly [method: () => Tensor, f: () => Tensor]>> = {
  cast: [() => a.cast('int32'), () => gradus.cast(a, 'int32')],
  stopGradient: [() => a.stopGradient(), () => gradus.stopGradient(a)],
  add: [() => a.add(b), () => gradus.add(a, b)],
  sub: [() => a.sub(b), () => gradus.sub(a, b)],
  mul: [() => a.mul(b), () => gradus.mul(a, b)],
  div: [() => a.div(b), () => gradus.div(a, b)],
  pow: [() => positive.pow(b), () => gradus.pow(positive, b)],
  remainder: [() => a.remainder(b), () => gradus.remainder(a, b)],
  floorDivide: [() => a.floorDivide(b), () => gradus.floorDivide(a, b)],
  maximum: [() => a.maximum(b), () => gradus.maximum(a, b)],
  minimum: [() => a.minimum(b), () => gradus.minimum(a, b)],
  clip: [() => a.clip(-1, 1), () => gradus.clip(a, -1, 1)],
  neg: [() => a.neg(), () => gradus.neg(a)],
  abs: [() => a.abs(), () => gradus.abs(a)],
  sign: [() => a.sign(), () => gradus.sign(a)],
  floor: [() => a.floor(), () => gradus.floor(a)],
  ceil: [() => a.ceil(), () => gradus.ceil(a)],
  round: [() => a.round(), () => gradus.round(a)],
  square: [() => a.square(), () => gradus.square(a)],
  sqrt: [() => positive.sqrt(), () => gradus.sqrt(positive)],
  exp: [() => a.exp(), () => gradus.exp(a)],
  log: [() => positive.log(), () => gradus.log(positive)],
  sin: [() => a.sin(), () => gradus.sin(a)],
  cos: [() => a.cos(), () => gradus.cos(a)],
  equal: [() => a.equal(b), () => gradus.equal(a, b)],
  notEqual: [() => a.notEqual(b), () => gradus.notEqual(a, b)],
  less: [() => a.less(b), () => gradus.less(a, b)],
  lessEqual: [() => a.lessEqual(b), () => gradus.lessEqual(a, b)],
  greater: [() => a.greater(b), () => gradus.greater(a, b)],
  greaterEqual: [() => a.greaterEqual(b), () => gradus.greaterEqual(a, b)],
  and: [() => truths.and(b.less(3)), () => gradus.and(truths, b.less(3))],
  or: [() => truths.or(b.less(3)), () => gradus.or(truths, b.less(3))],
  not: [() => truths.not(), () => gradus.not(truths)],
  sum: [() => a.sum(1, { keepDims: true }), () => gradus.sum(a, 1, { keepDims: true })],
  prod: [() => a.prod(1, { keepDims: true }), () => gradus.prod(a, 1, { keepDims: true })],
  max: [() => a.max(1, { keepDims: true }), () => gradus.max(a, 1, { keepDims: true })],
  min: [() => a.min(1, { keepDims: true }), () => gradus.min(a, 1, { keepDims: true })],
  argmax: [() => a.argmax(0), () => gradus.argmax(a, 0)],
  argmin: [() => a.argmin(0), () => gradus.argmin(a, 0)],
  mean: [() => a.mean(0, { keepDims: true }), () => gradus.mean(a, 0, { keepDims: true })],
  variance: [() => a.variance(0, { keepDims: true }), () => gradus.variance(a, 0, { keepDims: true })],
  std: [() => a.std(0, { keepDims: true }), () => gradus.std(a, 0, { keepDims: true })],
  norm: [() => a.norm(0, { keepDims: true }), () => gradus.norm(a, 0, { keepDims: true })],
  all: [() => truths.all(1, { keepDims: true }), () => gradus.all(truths, 1, { keepDims: true })],
  any: [() => truths.any(1, { keepDims: true }), () => gradus.any(truths, 1, { keepDims: true })],
  reshape: [() => a.reshape([3, 2]), () => gradus.reshape(a, [3, 2])],
  flatten: [() => a.flatten(), () => gradus.flatten(a)],
  transpose: [() => a.transpose([1, 0]), () => gradus.transpose(a, [1, 0])],
  broadcastTo: [() => a.broadcastTo([2, 2, 3]), () => gradus.broadcastTo(a, [2, 2, 3])],
  squeeze: [() => zeros([1, 2, 1]).squeeze(0), () => gradus.squeeze(zeros([1, 2, 1]), 0)],
  expandDims: [() => a.expandDims(1), () => gradus.expandDims(a, 1)],
  slice: [() => a.slice(1, '::2'), () => gradus.slice(a, [1, '::2'])],
  matmul: [() => a.matmul(m.transpose(), { transposeB: true }), () => gradus.matmul(a, m.transpose(), { transposeB: true })],
  relu: [() => a.relu(), () => gradus.relu(a)],
  sigmoid: [() => a.sigmoid(), () => gradus.sigmoid(a)],
  tanh: [() => a.tanh(), () => gradus.tanh(a)],
  softmax: [() => a.softmax(0), () => gradus.softmax(a, 0)],
  logSoftmax: [() => a.logSoftmax(0), () => gradus.logSoftmax(a, 0)],
};

describe('every method is the function of its name', () => {
  test.each(Object.entries(methods))('%s', (_, [method, f]) => {
    const [found, expected] = [method(), f()];
    expect([found.dtype, found.shape]).toEqual([expected.dtype, expected.shape]);
    expect([...found.data()]).toEqual([...expected.data()]);
  });

  test('split too', () => {
    const parts = (list: readonly Tensor[]): number[][] => list.map((part) => [...part.shape, ...part.data()]);
    expect(parts(a.split(3, 1))).toEqual(parts(gradus.split(a, 3, 1)));
    expect(parts(a.split([1, 2], 1))).toEqual(parts(gradus.split(a, [1, 2], 1)));
  });

  test('there are no others', () => {
    const reading = ['constructor', 'rank', 'size', 'data', 'toArray', 'item', 'at', 'toString', 'print', 'split'];
    const names = Object.getOwnPropertyNames(gradus.Tensor.prototype).filter((name) => !reading.includes(name));
    expect(names.toSorted()).toEqual(Object.keys(methods).toSorted());
  });
});

describe('reading', () => {
  test('rank and size', () => {
    expect([a.rank, a.size, tensor(1).rank, tensor(1).size, zeros([2, 0]).size]).toEqual([2, 6, 0, 1, 0]);
  });

  test('data gives the array, and checks the element type where one is named', () => {
    expect(a.data()).toEqual(new Float32Array([0.5, -1.25, 2, 3, 0, -0.75]));
    expect(tensor([1, 2], 'int32').data('int32')).toBeInstanceOf(Int32Array);
    expect(() => a.data('int32')).toThrow('data: the tensor is float32, not int32: cast it first');
  });

  test('toArray nests, and checks the rank', () => {
    expect(a.toArray(2)).toEqual([[0.5, -1.25, 2], [3, 0, -0.75]]); // prettier-ignore
    expect(tensor(7).toArray(0)).toBe(7);
    expect(zeros([2, 0]).toArray(2)).toEqual([[], []]);
    expect(() => a.toArray(1)).toThrow('toArray: the tensor has 2 dimensions [2, 3], not 1');
  });

  test('item wants one element', () => {
    expect([tensor([[7]]).item(), tensor(true).item()]).toEqual([7, 1]);
    expect(() => a.item()).toThrow('item: the tensor has 6 elements [2, 3], not one');
    expect(() => zeros([0]).item()).toThrow('item: the tensor has 0 elements [0], not one');
  });

  test('at counts from either end, and says which index is wrong', () => {
    expect([a.at(0, 1), a.at(-1, -1), tensor(3).at()]).toEqual([-1.25, -0.75, 3]);
    expect(() => a.at(1)).toThrow('at: 1 indices for [2, 3]');
    expect(() => a.at(0, 3)).toThrow('at: index 3 is out of range on axis 1 of [2, 3]');
    expect(() => a.at(-3, 0)).toThrow('at: index -3 is out of range on axis 0 of [2, 3]');
    expect(() => a.at(0.5, 0)).toThrow('at: index 0.5 is out of range on axis 0 of [2, 3]');
  });

  test('a reshape shares the array, every other operation makes its own', () => {
    const x = fromData(new Float32Array([1, 2]));
    expect(x.reshape([2, 1]).data()).toBe(x.data());
    expect(x.add(0).data()).not.toBe(x.data());
  });
});
