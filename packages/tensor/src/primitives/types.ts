/** Type rules that many primitives share. Each returns a type of its own, never its operand. */
import { DTypeError, ShapeError } from '../errors.js';
import { isFloat } from '../dtype.js';
import { sameShape, showShape } from '../shape.js';
import type { DType } from '../dtype.js';
import type { TensorType } from '../primitive.js';

/** Same type as `x`, which must be a float. */
export function floatType(operation: string, { dtype, shape }: TensorType): TensorType {
  if (isFloat(dtype)) return { dtype, shape };
  throw new DTypeError(`${operation}: expected a float, found ${dtype} ${showShape(shape)}`);
}

/** Same type as `x`, which must be a number: not bool. */
export function numberType(operation: string, { dtype, shape }: TensorType): TensorType {
  if (dtype !== 'bool') return { dtype, shape };
  throw new DTypeError(`${operation}: expected numbers, found bool ${showShape(shape)}`);
}

/** Refuses an operand whose element type is not `dtype`. */
export function expectDType(operation: string, name: string, x: TensorType, dtype: DType): void {
  if (x.dtype !== dtype) throw new DTypeError(`${operation}: ${name} must be ${dtype}, found ${x.dtype} ${showShape(x.shape)}`);
}

/** Refuses two operands of different types: primitives do not broadcast, the functions above them do. */
export function expectSame(operation: string, a: TensorType, b: TensorType): void {
  if (a.dtype !== b.dtype) throw new DTypeError(`${operation}: element types differ: ${a.dtype} and ${b.dtype}`);
  if (!sameShape(a.shape, b.shape)) throw new ShapeError(`${operation}: shapes differ: ${showShape(a.shape)} and ${showShape(b.shape)}`);
}

/** Refuses an operand that has not `rank` axes. */
export function expectRank(operation: string, x: TensorType, rank: number): void {
  if (x.shape.length !== rank) throw new ShapeError(`${operation}: expected ${rank} dimensions, found ${showShape(x.shape)}`);
}
