/** Arithmetic, comparison and selection: operands broadcast, and their element types are promoted. */
import { dispatch } from '../dispatch.js';
import { choice, pair } from '../operand.js';
import { binary } from '../primitives/binary.js';
import { compare } from '../primitives/compare.js';
import { toFloat, toNumber } from '../primitives/convert.js';
import { not } from '../primitives/unary.js';
import type { TensorLike } from '../operand.js';
import type { Tensor } from '../tensor.js';

function numbers(operation: string, a: TensorLike, b: TensorLike): readonly [Tensor, Tensor] {
  const [x, y] = pair(operation, a, b);
  return [toNumber(x), toNumber(y)];
}

function floats(operation: string, a: TensorLike, b: TensorLike): readonly [Tensor, Tensor] {
  const [x, y] = pair(operation, a, b);
  return [toFloat(x), toFloat(y)];
}

/** y = a + b; da = dy, db = dy. */
export function add(a: TensorLike, b: TensorLike): Tensor {
  return dispatch(binary.add, numbers('add', a, b), {});
}

/** y = a - b; da = dy, db = -dy. */
export function sub(a: TensorLike, b: TensorLike): Tensor {
  return dispatch(binary.sub, numbers('sub', a, b), {});
}

/** y = a b, element by element; da = dy b, db = dy a. */
export function mul(a: TensorLike, b: TensorLike): Tensor {
  return dispatch(binary.mul, numbers('mul', a, b), {});
}

/** y = a / b, always a float; da = dy / b, db = -dy y / b. */
export function div(a: TensorLike, b: TensorLike): Tensor {
  return dispatch(binary.div, floats('div', a, b), {});
}

/** y = a^b, always a float; da = dy b a^(b-1), db = dy y log a (0 where a is 0). */
export function pow(a: TensorLike, b: TensorLike): Tensor {
  if (b === 2 && typeof a === 'object') return square(a);
  return dispatch(binary.pow, floats('pow', a, b), {});
}

/** floor(a / b), in the operands' own type; no gradient. */
export function floorDivide(a: TensorLike, b: TensorLike): Tensor {
  return dispatch(binary.floorDivide, numbers('floorDivide', a, b), {});
}

/** a - b floor(a / b): the remainder with the sign of b, as in Python. */
export function remainder(a: TensorLike, b: TensorLike): Tensor {
  return dispatch(binary.remainder, numbers('remainder', a, b), {});
}

/** The larger of a and b; NaN where either is. A tie shares the gradient equally. */
export function maximum(a: TensorLike, b: TensorLike): Tensor {
  return dispatch(binary.maximum, numbers('maximum', a, b), {});
}

/** The smaller of a and b; NaN where either is. A tie shares the gradient equally. */
export function minimum(a: TensorLike, b: TensorLike): Tensor {
  return dispatch(binary.minimum, numbers('minimum', a, b), {});
}

/** The angle of the point (b, a), in (-pi, pi]; da = dy b / (a^2 + b^2), db = -dy a / (a^2 + b^2). */
export function atan2(a: TensorLike, b: TensorLike): Tensor {
  return dispatch(binary.atan2, floats('atan2', a, b), {});
}

/** Where both are true. */
export function and(a: Tensor, b: Tensor): Tensor {
  return dispatch(binary.and, pair('and', a.cast('bool'), b.cast('bool')), {});
}

/** Where at least one is true. */
export function or(a: Tensor, b: Tensor): Tensor {
  return dispatch(binary.or, pair('or', a.cast('bool'), b.cast('bool')), {});
}

/** Where a = b; NaN equals nothing. */
export function equal(a: TensorLike, b: TensorLike): Tensor {
  return dispatch(compare.equal, pair('equal', a, b), {});
}

/** Where a and b differ. */
export function notEqual(a: TensorLike, b: TensorLike): Tensor {
  return not(equal(a, b));
}

/** Where a < b. */
export function less(a: TensorLike, b: TensorLike): Tensor {
  return dispatch(compare.less, pair('less', a, b), {});
}

/** Where a <= b. */
export function lessEqual(a: TensorLike, b: TensorLike): Tensor {
  return dispatch(compare.lessEqual, pair('lessEqual', a, b), {});
}

/** Where a > b. */
export function greater(a: TensorLike, b: TensorLike): Tensor {
  return less(b, a);
}

/** Where a >= b. */
export function greaterEqual(a: TensorLike, b: TensorLike): Tensor {
  return lessEqual(b, a);
}

/** a where the condition holds, b elsewhere; each gets dy where it was taken, 0 elsewhere. */
export function where(condition: Tensor, a: TensorLike, b: TensorLike): Tensor {
  return dispatch(compare.where, choice(condition, a, b), {});
}

/** y = x^2; dx = 2 dy x. */
export function square(x: Tensor): Tensor {
  return mul(x, x);
}

/** x, but at least `low` and at most `high`. */
export function clip(x: Tensor, low: TensorLike, high: TensorLike): Tensor {
  return minimum(maximum(x, low), high);
}

/** Where x is NaN. */
export function isNaN(x: Tensor): Tensor {
  return notEqual(x, x);
}

/** Where x is neither NaN nor infinite. */
export function isFinite(x: Tensor): Tensor {
  return equal(sub(x, x), 0);
}
