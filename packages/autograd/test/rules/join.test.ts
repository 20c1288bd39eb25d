import fc from 'fast-check';
import { expect, test } from 'vitest';
import { concat, jit, split, stack, tensor } from '@gradus/tensor';
import { shapes, tensors } from '@gradus/tensor/testing';
import { grad } from '@gradus/autograd';
import { checkGradients } from '@gradus/autograd/testing';
import type { Tensor } from '@gradus/tensor';

const three = shapes({ rank: [1, 3] }).chain((shape) => {
  const along = fc.nat(shape.length - 1);
  const sizes = fc.tuple(fc.nat(3), fc.nat(3), fc.nat(3));
  return fc.tuple(along, sizes).chain(([axis, ns]) => {
    const part = (n: number): fc.Arbitrary<Tensor> => tensors({ shape: shape.map((m, i) => (i === axis ? n : m)) });
    return fc.tuple(fc.constant(axis), part(ns[0]), part(ns[1]), part(ns[2]));
  });
});

test('the derivative of concat, twice, equals the difference', () => {
  fc.assert(fc.property(three, ([axis, ...xs]) => checkGradients((...parts) => concat(parts, axis).square(), xs, { order: 2 }))); // prettier-ignore
});

test('the derivative of split, twice, equals the difference', () => {
  const pieces = (axis: number, sizes: readonly number[]) => (x: Tensor): Tensor => {
    const [a, b, c] = split(x, sizes, axis);
    return concat([a.exp(), c, b.square()], axis);
  }; // prettier-ignore
  fc.assert(fc.property(three, ([axis, ...xs]) => checkGradients(pieces(axis, xs.map((x) => x.shape[axis])), [concat(xs, axis)], { order: 2 }))); // prettier-ignore
});

test('the derivative of stack equals the difference', () => {
  fc.assert(fc.property(tensors(), (a) => checkGradients((x) => stack([x, x.exp()], -1).square(), [a], { order: 2 })));
});

test('the gradient of a split is one concat, with splats for pieces nobody used', () => {
  const step = jit((x: Tensor) => grad((v: Tensor) => split(v, 4)[2].square().sum())(x));
  expect(step(tensor([1, 2, 3, 4])).toArray(1)).toEqual([0, 0, 6, 0]);
  const text = step.programs[0].toString();
  expect(text.match(/ concat /g)).toHaveLength(1);
  expect(text).not.toContain('place');
});
