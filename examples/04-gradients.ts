/**
 * An activation of one's own, with a derivative of one's own, and how to find out whether that is right.
 *
 * npm run example 04
 */
import { checkGradients } from '@gradus/autograd/testing';
import { tensors } from '@gradus/tensor/testing';
import { customGradient, grad, jit, key, normal, relu, tensor } from '@gradus/train';
import type { Tensor } from '@gradus/train';
import fc from 'fast-check';

/** y = (x + sqrt(x^2 + 4)) / 2, a ReLU without its corner; dx = dy y / (2 y - x), which needs no second root. Barron 2021. */
const squareplus = customGradient(
  (x: Tensor) => x.add(x.square().add(4).sqrt()).div(2),
  (dy, y, x) => [dy.mul(y).div(y.mul(2).sub(x))],
);
/** The same with a slip of the pen. */
const slip = customGradient(
  (x: Tensor) => x.add(x.square().add(4).sqrt()).div(2),
  (dy, y, x) => [dy.mul(y).div(y.mul(2).add(x))],
);

const x = tensor([-2, -0.5, 0, 0.5, 2]);
console.log('x                ', x.toArray(1).join(' '));
console.log('squareplus       ', rounded(squareplus(x)));
console.log('its derivative   ', rounded(grad((v: Tensor) => squareplus(v).sum())(x)));

// Derivatives are held against differences, in double precision. Order 2 checks the derivative of the derivative too.
console.log(
  '\none input:       ',
  told(() => checkGradients(squareplus, [x], { order: 2, name: 'squareplus' })),
);
console.log(
  'with the slip:   ',
  told(() => checkGradients(slip, [x], { name: 'slip' })),
);
// The slip does not show at 0, where both formulas agree. Hand-picked inputs may miss what is wrong.
console.log(
  'at 0 alone:      ',
  told(() => checkGradients(slip, [tensor([0, 0])], { name: 'slip' })),
);

// So let fast-check pick them: tensors of all shapes, none of them large. What fails is made as small as it can be.
const property = (f: (x: Tensor) => Tensor): (() => void) => {
  return () =>
    fc.assert(
      fc.property(tensors(), (v) => checkGradients(f, [v], { order: 2, name: 'f' })),
      { seed: 1, numRuns: 100 },
    );
};
console.log('\n100 tensors:     ', told(property(squareplus)));
console.log('with the slip:   ', told(property(slip)));

// At a corner no derivative is right. Arbitrary tensors keep away from 0, so that this is not found again and again.
console.log(
  '\nrelu at 0:       ',
  told(() => checkGradients(relu, [tensor([0, 1])], { name: 'relu' })),
);
console.log('100 tensors:     ', told(property(relu)));

// Compiled, the derivative is the same function, up to rounding.
const slope = (v: Tensor): Tensor => grad((u: Tensor) => squareplus(u).sum())(v);
const many = normal(key(1), [100, 100]);
const difference = slope(many).sub(jit(slope)(many)).abs().max().item();
console.log(`\ncompiled:         at most ${difference} apart on ${many.size} numbers`);

function rounded(y: Tensor): string {
  return y.toArray(1).map((value) => value.toFixed(3)).join(' '); // prettier-ignore
}

/** 'right', or the first lines of what the check says. */
function told(check: () => unknown): string {
  try {
    check();
    return 'right';
  } catch (error) {
    const { message, cause } = error instanceof Error ? error : new Error(String(error));
    return cause instanceof Error ? `${message.split('\n', 1).join('')}: ${cause.message}` : message;
  }
}
