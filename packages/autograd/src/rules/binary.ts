/** Derivatives of functions of two numbers. */
import { log, sub, where } from '@gradus/tensor';
import type { Tensor } from '@gradus/tensor';
import type { BinarySignatures } from '@gradus/tensor/extend';
import type { Rules } from './rule.js';

export const binary: Rules<keyof BinarySignatures> = {
  add: (dy) => [() => dy, () => dy],
  sub: (dy) => [() => dy, () => dy.neg()],
  mul: (dy, _, [a, b]) => [() => dy.mul(b), () => dy.mul(a)],
  div: (dy, y, [, b]) => [() => dy.div(b), () => dy.mul(y).div(b).neg()],
  pow: (dy, y, [a, b]) => [() => dy.mul(b.mul(a.pow(lowered(a, b)))), () => dy.mul(y.mul(logOrZero(a)))],
  floorDivide: 'constant',
  remainder: (dy, _, [a, b]) => [() => dy, () => dy.mul(a.floorDivide(b)).neg()],
  maximum: (dy, _, [a, b]) => [() => share(dy, a.greater(b), a.equal(b)), () => share(dy, b.greater(a), a.equal(b))],
  minimum: (dy, _, [a, b]) => [() => share(dy, a.less(b), a.equal(b)), () => share(dy, b.less(a), a.equal(b))],
  atan2: (dy, _, [a, b]) => [() => dy.mul(b).div(a.square().add(b.square())), () => dy.mul(a).div(a.square().add(b.square())).neg()],
  and: 'constant',
  or: 'constant',
};

/** b - 1, but where a^b is 0^0 an exponent for which b a^(b-1) is 0, not 0 times infinity. */
function lowered(a: Tensor, b: Tensor): Tensor {
  return where(a.equal(0).and(b.equal(0)), 1, sub(b, 1));
}

/** log a, but 0 where a is 0: there a^b does not change with b > 0. */
function logOrZero(a: Tensor): Tensor {
  return log(where(a.equal(0), 1, a));
}

/** dy where this operand was taken, half of it where both were. */
function share(dy: Tensor, taken: Tensor, tie: Tensor): Tensor {
  return where(tie, dy.mul(0.5), where(taken, dy, 0));
}
