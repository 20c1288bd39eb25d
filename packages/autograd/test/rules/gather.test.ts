import fc from 'fast-check';
import { describe, test } from 'vitest';
import { take, takeAdd, takeAlong, takeAlongAdd } from '@gradus/tensor';
import { shapes, tensors } from '@gradus/tensor/testing';
import { checkGradients } from '@gradus/autograd/testing';
import type { Tensor } from '@gradus/tensor';

type Case = readonly [x: Tensor, indices: Tensor, axis: number, n: number];

/** x with n places on an axis, and indices into it: of any shape, or (along) of x's shape beside the axis. */
function cases(along: boolean): fc.Arbitrary<Case> {
  const known = fc.tuple(shapes({ rank: [1, 3], size: [1, 4] }), fc.nat(2), fc.integer({ min: 0, max: 5 }));
  return known.chain(([shape, wish, m]) => {
    const axis = wish % shape.length;
    const n = shape[axis];
    const shapeOf = along ? fc.constant(shape.map((size, i) => (i === axis ? m : size))) : shapes({ rank: [0, 2], size: [0, 3] });
    const indices = tensors({ shape: shapeOf, dtype: 'int32', min: 0, max: n - 1 });
    return fc.tuple(tensors({ shape }), indices, fc.constant(axis), fc.constant(n));
  });
}

// The square makes the second derivative go through the adjoint.
describe('the derivative, twice, equals the difference', () => {
  test('of take', () => {
    fc.assert(fc.property(cases(false), ([a, i, axis]) => checkGradients((x, at) => take(x, at, axis).square(), [a, i], { order: 2 })));
  });

  test('of takeAdd', () => {
    fc.assert(fc.property(cases(false), ([a, i, axis, n]) => {
      const values = take(a, i, axis);
      return checkGradients((x, at) => takeAdd(x, at, axis, n).square(), [values, i], { order: 2 });
    })); // prettier-ignore
  });

  test('of takeAlong', () => {
    fc.assert(fc.property(cases(true), ([a, i, axis]) => checkGradients((x, at) => takeAlong(x, at, axis).square(), [a, i], { order: 2 })));
  });

  test('of takeAlongAdd', () => {
    fc.assert(fc.property(cases(true), ([a, i, axis, n]) => {
      const values = takeAlong(a, i, axis);
      return checkGradients((x, at) => takeAlongAdd(x, at, axis, n).square(), [values, i], { order: 2 });
    })); // prettier-ignore
  });
});
