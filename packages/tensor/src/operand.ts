/** What an operation takes: tensors, and numbers that become tensors of the right type and shape. */
import { interpreterFor } from './dispatch.js';
import { isFloat, promote } from './dtype.js';
import { cast } from './primitives/convert.js';
import { broadcastTo } from './primitives/move.js';
import { broadcastShapes } from './shape.js';
import type { DType } from './dtype.js';
import type { Shape } from './shape.js';
import type { Tensor } from './tensor.js';

/** A tensor, or a number (or truth value) that takes the other operand's element type and shape. */
export type TensorLike = Tensor | number | boolean;

export function isTensor(x: TensorLike): x is Tensor {
  return typeof x === 'object';
}

/** The element type in which a number meets a tensor: the tensor's own, unless only a float can hold the number. */
function meeting(value: number | boolean, dtype: DType): DType {
  if (typeof value === 'boolean' || isFloat(dtype)) return dtype;
  return Number.isInteger(value) ? promote(dtype, dtype === 'bool' ? 'int32' : dtype) : 'float32';
}

/** `value` as a tensor: filled with it, if it is a number, in its final shape, so that nothing broadcasts it later. */
function filled(operation: string, value: TensorLike, like: Tensor, dtype: DType, shape: Shape): Tensor {
  if (isTensor(value)) return broadcastTo(cast(value, dtype), shape);
  return interpreterFor(operation, [like]).splat(Number(value), dtype, shape);
}

/** Both operands with one element type and one shape. */
export function pair(operation: string, a: TensorLike, b: TensorLike): readonly [Tensor, Tensor] {
  if (isTensor(a) && isTensor(b)) {
    const dtype = promote(a.dtype, b.dtype);
    const shape = broadcastShapes(operation, a.shape, b.shape);
    return [broadcastTo(cast(a, dtype), shape), broadcastTo(cast(b, dtype), shape)];
  }
  if (isTensor(a)) return withNumber(operation, a, a, b);
  if (isTensor(b)) return withNumber(operation, b, a, b);
  throw new TypeError(`${operation}: at least one operand must be a tensor, found ${a} and ${b}`);
}

function withNumber(operation: string, like: Tensor, a: TensorLike, b: TensorLike): readonly [Tensor, Tensor] {
  const number = isTensor(a) ? b : a;
  if (isTensor(number)) throw new TypeError(`${operation}: expected a number`);
  const dtype = meeting(number, like.dtype);
  return [filled(operation, a, like, dtype, like.shape), filled(operation, b, like, dtype, like.shape)];
}

/** The condition and both values of a selection, all of one shape. */
export function choice(condition: Tensor, a: TensorLike, b: TensorLike): readonly [Tensor, Tensor, Tensor] {
  const shapes = [condition, a, b].map((x) => (isTensor(x) ? x.shape : []));
  const shape = broadcastShapes('where', broadcastShapes('where', shapes[0], shapes[1]), shapes[2]);
  const dtype = chosenType(a, b);
  const wide = (x: TensorLike): Tensor => filled('where', x, condition, dtype, shape);
  return [broadcastTo(cast(condition, 'bool'), shape), wide(a), wide(b)];
}

function chosenType(a: TensorLike, b: TensorLike): DType {
  if (isTensor(a)) return isTensor(b) ? promote(a.dtype, b.dtype) : meeting(b, a.dtype);
  if (isTensor(b)) return meeting(a, b.dtype);
  return typeof a === 'boolean' && typeof b === 'boolean' ? 'bool' : 'float32';
}
