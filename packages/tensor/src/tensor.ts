/**
 * The tensor: an element type, a shape, and who computes with it. Everyday operations are methods, each one line
 * onto the function of the same name; this file holds no logic of its own.
 */
import * as arithmetic from './functions/arithmetic.js';
import * as activations from './functions/activations.js';
import * as indexing from './functions/indexing.js';
import * as statistics from './functions/statistics.js';
import * as convert from './primitives/convert.js';
import * as join from './primitives/join.js';
import * as move from './primitives/move.js';
import * as reduce from './primitives/reduce.js';
import * as unary from './primitives/unary.js';
import { matmul } from './primitives/matmul.js';
import { elementAt, nested, numbersOf, single } from './read.js';
import { format } from './format.js';
import { sizeOf } from './shape.js';
import type { Interpreter } from './dispatch.js';
import type { ArrayOf, DType, TypedArray } from './dtype.js';
import type { Index } from './functions/indexing.js';
import type { TensorLike } from './operand.js';
import type { Dense, TensorType } from './primitive.js';
import type { MatmulAttributes } from './primitives/matmul.js';
import type { ReduceOptions } from './primitives/reduce.js';
import type { Nested, NumbersOf, Rank } from './read.js';
import type { Shape } from './shape.js';

type Axes = number | readonly number[];

// A table, one line a method: the functions hold the rest.
// prettier-ignore
export abstract class Tensor implements TensorType {
  abstract readonly dtype: DType;
  abstract readonly shape: Shape;
  /** Who computes with it. */
  abstract readonly interpreter: Interpreter;
  /** Its numbers; an error where it has none yet. */
  abstract dense(): Dense;
  /** How messages name it. */
  abstract describe(): string;

  /** How many axes it has. */
  get rank(): number { return this.shape.length; }
  /** How many elements it has. */
  get size(): number { return sizeOf(this.shape); }

  // Reading

  /** Its numbers, row by row; the element type is checked where one is named. The array is the tensor's own: copy it before you write to it. */
  data<D extends DType>(dtype: D): ArrayOf[D];
  data(): TypedArray;
  data(dtype?: DType): TypedArray { return numbersOf(this, dtype); }
  /** Its numbers as nested arrays; the rank is checked. */
  toArray<R extends Rank>(rank: R): NumbersOf<R>;
  toArray(rank: number): Nested { return nested(this, rank); }
  /** The only element. */
  item(): number { return single(this); }
  /** One element; negative indices count from the end. */
  at(...index: readonly number[]): number { return elementAt(this, index); }
  /** Its numbers as NumPy prints an array: columns line up, and of more than 1000 elements only the edges are shown. */
  toString(): string { return format(this.dense()); }
  /** Writes its numbers to the console. */
  print(): void { console.log(this.toString()); }

  // Conversion

  /** In another element type: floats are cut towards zero, whole numbers wrap around, any number but 0 is true. */
  cast(dtype: DType): Tensor { return convert.cast(this, dtype); }
  /** The same numbers, but a constant for differentiation. */
  stopGradient(): Tensor { return convert.stopGradient(this); }

  // Arithmetic, element by element: shapes broadcast, element types are promoted

  /** a + b */
  add(b: TensorLike): Tensor { return arithmetic.add(this, b); }
  /** a - b */
  sub(b: TensorLike): Tensor { return arithmetic.sub(this, b); }
  /** a b */
  mul(b: TensorLike): Tensor { return arithmetic.mul(this, b); }
  /** a / b, always a float. */
  div(b: TensorLike): Tensor { return arithmetic.div(this, b); }
  /** a^b, a float; only `pow(2)` keeps whole numbers whole. */
  pow(b: TensorLike): Tensor { return arithmetic.pow(this, b); }
  /** a - b floor(a / b): the remainder with the sign of b. */
  remainder(b: TensorLike): Tensor { return arithmetic.remainder(this, b); }
  /** floor(a / b), in the operands' own type. */
  floorDivide(b: TensorLike): Tensor { return arithmetic.floorDivide(this, b); }
  /** The larger of a and b; NaN where either is. */
  maximum(b: TensorLike): Tensor { return arithmetic.maximum(this, b); }
  /** The smaller of a and b; NaN where either is. */
  minimum(b: TensorLike): Tensor { return arithmetic.minimum(this, b); }
  /** x, but at least `low` and at most `high`. */
  clip(low: TensorLike, high: TensorLike): Tensor { return arithmetic.clip(this, low, high); }
  /** -x */
  neg(): Tensor { return unary.neg(this); }
  /** |x| */
  abs(): Tensor { return unary.abs(this); }
  /** -1, 0 or 1 by the sign of x. */
  sign(): Tensor { return unary.sign(this); }
  /** The largest whole number not above x. */
  floor(): Tensor { return unary.floor(this); }
  /** The smallest whole number not below x. */
  ceil(): Tensor { return unary.ceil(this); }
  /** The nearest whole number, halves to the even one. */
  round(): Tensor { return unary.round(this); }
  /** x^2 */
  square(): Tensor { return arithmetic.square(this); }
  /** The square root. */
  sqrt(): Tensor { return unary.sqrt(this); }
  /** e^x */
  exp(): Tensor { return unary.exp(this); }
  /** The natural logarithm. */
  log(): Tensor { return unary.log(this); }
  /** The sine of x radians. */
  sin(): Tensor { return unary.sin(this); }
  /** The cosine of x radians. */
  cos(): Tensor { return unary.cos(this); }

  // Comparison: bool

  /** Where a = b; NaN equals nothing. */
  equal(b: TensorLike): Tensor { return arithmetic.equal(this, b); }
  /** Where a and b differ. */
  notEqual(b: TensorLike): Tensor { return arithmetic.notEqual(this, b); }
  /** Where a < b. */
  less(b: TensorLike): Tensor { return arithmetic.less(this, b); }
  /** Where a <= b. */
  lessEqual(b: TensorLike): Tensor { return arithmetic.lessEqual(this, b); }
  /** Where a > b. */
  greater(b: TensorLike): Tensor { return arithmetic.greater(this, b); }
  /** Where a >= b. */
  greaterEqual(b: TensorLike): Tensor { return arithmetic.greaterEqual(this, b); }
  /** Where both are true. */
  and(b: Tensor): Tensor { return arithmetic.and(this, b); }
  /** Where at least one is true. */
  or(b: Tensor): Tensor { return arithmetic.or(this, b); }
  /** Where x is false. */
  not(): Tensor { return unary.not(this); }

  // Reductions: over the named axes, or all of them

  /** The sum; 0 of nothing. */
  sum(axes?: Axes, options?: ReduceOptions): Tensor { return reduce.sum(this, axes, options); }
  /** The product; 1 of nothing. */
  prod(axes?: Axes, options?: ReduceOptions): Tensor { return reduce.prod(this, axes, options); }
  /** The largest element. */
  max(axes?: Axes, options?: ReduceOptions): Tensor { return reduce.max(this, axes, options); }
  /** The smallest element. */
  min(axes?: Axes, options?: ReduceOptions): Tensor { return reduce.min(this, axes, options); }
  /** Where the largest element stands on an axis (the last one unless given), int32; the first one of several. */
  argmax(axis?: number): Tensor { return reduce.argmax(this, axis); }
  /** Where the smallest element stands on an axis (the last one unless given), int32; the first one of several. */
  argmin(axis?: number): Tensor { return reduce.argmin(this, axis); }
  /** The mean, always a float. */
  mean(axes?: Axes, options?: ReduceOptions): Tensor { return statistics.mean(this, axes, options); }
  /** The mean squared distance from the mean. */
  variance(axes?: Axes, options?: ReduceOptions): Tensor { return statistics.variance(this, axes, options); }
  /** The square root of the variance. */
  std(axes?: Axes, options?: ReduceOptions): Tensor { return statistics.std(this, axes, options); }
  /** The Euclidean length. */
  norm(axes?: Axes, options?: ReduceOptions): Tensor { return statistics.norm(this, axes, options); }
  /** Whether every element is true. */
  all(axes?: Axes, options?: ReduceOptions): Tensor { return statistics.all(this, axes, options); }
  /** Whether any element is true. */
  any(axes?: Axes, options?: ReduceOptions): Tensor { return statistics.any(this, axes, options); }

  // Shape

  /** The same numbers under another shape; one size may be -1 and is then worked out. */
  reshape(shape: Shape): Tensor { return move.reshape(this, shape); }
  /** All axes from `from` (the first, unless given) on as one. */
  flatten(from?: number): Tensor { return indexing.flatten(this, from); }
  /** Axes in another order, in reverse unless given: axis i of the result is axis permutation[i]. */
  transpose(permutation?: readonly number[]): Tensor { return move.transpose(this, permutation); }
  /** Repeats axes of size 1, and adds new ones in front, until the shape is `shape`. */
  broadcastTo(shape: Shape): Tensor { return move.broadcastTo(this, shape); }
  /** Without axes of size 1: the named ones, or all. */
  squeeze(axes?: Axes): Tensor { return indexing.squeeze(this, axes); }
  /** With a new axis of size 1 before `axis` (-1: at the end). */
  expandDims(axis: number): Tensor { return indexing.expandDims(this, axis); }
  /** A part: `x.slice('0:10')`, `x.slice(':', '2:5')`, `x.slice(3)` (a number drops its axis), `x.slice('::2', -1)`. */
  slice(...indices: readonly Index[]): Tensor { return indexing.slice(this, indices); }
  /** Equal parts along an axis (the first one unless given), or parts of the given sizes. */
  split<N extends number>(parts: N, axis?: number): join.TupleOf<Tensor, N>;
  split(sizes: readonly number[], axis?: number): readonly Tensor[];
  split(parts: number | readonly number[], axis?: number): readonly Tensor[] {
    return typeof parts === 'number' ? join.split(this, parts, axis) : join.split(this, parts, axis);
  }

  // Products and activations

  /** The matrix product over the last two axes; leading axes broadcast, and a single axis is a row (of a) or a column (of b). */
  matmul(b: Tensor, options?: Partial<MatmulAttributes>): Tensor { return matmul(this, b, options); }
  /** x where x > 0, else 0. */
  relu(): Tensor { return activations.relu(this); }
  /** 1 / (1 + e^-x) */
  sigmoid(): Tensor { return unary.sigmoid(this); }
  /** The hyperbolic tangent. */
  tanh(): Tensor { return unary.tanh(this); }
  /** e^x / sum(e^x) along an axis, the last one unless given. */
  softmax(axis?: Axes): Tensor { return activations.softmax(this, axis); }
  /** The logarithm of softmax, without cancellation. */
  logSoftmax(axis?: Axes): Tensor { return activations.logSoftmax(this, axis); }
}
