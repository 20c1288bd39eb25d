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
  get rank(): number {
    return this.shape.length;
  }
  /** How many elements it has. */
  get size(): number {
    return sizeOf(this.shape);
  }

  // Reading. The array is the tensor's own: copy it before you write to it.
  data<D extends DType>(dtype: D): ArrayOf[D];
  data(): TypedArray;
  data(dtype?: DType): TypedArray {
    return numbersOf(this, dtype);
  }
  /** Its numbers as nested arrays; the rank is checked. */
  toArray<R extends Rank>(rank: R): NumbersOf<R>;
  toArray(rank: number): Nested {
    return nested(this, rank);
  }
  /** The only element. */
  item(): number {
    return single(this);
  }
  /** One element; negative indices count from the end. */
  at(...index: readonly number[]): number {
    return elementAt(this, index);
  }
  /** Its numbers as NumPy prints an array: columns line up, and of more than 1000 elements only the edges are shown. */
  toString(): string {
    return format(this.dense());
  }
  print(): void {
    console.log(this.toString());
  }

  // Conversion
  cast(dtype: DType): Tensor {
    return convert.cast(this, dtype);
  }
  stopGradient(): Tensor {
    return convert.stopGradient(this);
  }

  // Arithmetic
  add(b: TensorLike): Tensor {
    return arithmetic.add(this, b);
  }
  sub(b: TensorLike): Tensor {
    return arithmetic.sub(this, b);
  }
  mul(b: TensorLike): Tensor {
    return arithmetic.mul(this, b);
  }
  div(b: TensorLike): Tensor {
    return arithmetic.div(this, b);
  }
  pow(b: TensorLike): Tensor {
    return arithmetic.pow(this, b);
  }
  remainder(b: TensorLike): Tensor {
    return arithmetic.remainder(this, b);
  }
  floorDivide(b: TensorLike): Tensor {
    return arithmetic.floorDivide(this, b);
  }
  maximum(b: TensorLike): Tensor {
    return arithmetic.maximum(this, b);
  }
  minimum(b: TensorLike): Tensor {
    return arithmetic.minimum(this, b);
  }
  clip(low: TensorLike, high: TensorLike): Tensor {
    return arithmetic.clip(this, low, high);
  }
  neg(): Tensor {
    return unary.neg(this);
  }
  abs(): Tensor {
    return unary.abs(this);
  }
  sign(): Tensor {
    return unary.sign(this);
  }
  floor(): Tensor {
    return unary.floor(this);
  }
  ceil(): Tensor {
    return unary.ceil(this);
  }
  round(): Tensor {
    return unary.round(this);
  }
  square(): Tensor {
    return arithmetic.square(this);
  }
  sqrt(): Tensor {
    return unary.sqrt(this);
  }
  exp(): Tensor {
    return unary.exp(this);
  }
  log(): Tensor {
    return unary.log(this);
  }
  sin(): Tensor {
    return unary.sin(this);
  }
  cos(): Tensor {
    return unary.cos(this);
  }

  // Comparison
  equal(b: TensorLike): Tensor {
    return arithmetic.equal(this, b);
  }
  notEqual(b: TensorLike): Tensor {
    return arithmetic.notEqual(this, b);
  }
  less(b: TensorLike): Tensor {
    return arithmetic.less(this, b);
  }
  lessEqual(b: TensorLike): Tensor {
    return arithmetic.lessEqual(this, b);
  }
  greater(b: TensorLike): Tensor {
    return arithmetic.greater(this, b);
  }
  greaterEqual(b: TensorLike): Tensor {
    return arithmetic.greaterEqual(this, b);
  }
  and(b: Tensor): Tensor {
    return arithmetic.and(this, b);
  }
  or(b: Tensor): Tensor {
    return arithmetic.or(this, b);
  }
  not(): Tensor {
    return unary.not(this);
  }

  // Reductions
  sum(axes?: Axes, options?: ReduceOptions): Tensor {
    return reduce.sum(this, axes, options);
  }
  prod(axes?: Axes, options?: ReduceOptions): Tensor {
    return reduce.prod(this, axes, options);
  }
  max(axes?: Axes, options?: ReduceOptions): Tensor {
    return reduce.max(this, axes, options);
  }
  min(axes?: Axes, options?: ReduceOptions): Tensor {
    return reduce.min(this, axes, options);
  }
  argmax(axis?: number): Tensor {
    return reduce.argmax(this, axis);
  }
  argmin(axis?: number): Tensor {
    return reduce.argmin(this, axis);
  }
  mean(axes?: Axes, options?: ReduceOptions): Tensor {
    return statistics.mean(this, axes, options);
  }
  variance(axes?: Axes, options?: ReduceOptions): Tensor {
    return statistics.variance(this, axes, options);
  }
  std(axes?: Axes, options?: ReduceOptions): Tensor {
    return statistics.std(this, axes, options);
  }
  norm(axes?: Axes, options?: ReduceOptions): Tensor {
    return statistics.norm(this, axes, options);
  }
  all(axes?: Axes, options?: ReduceOptions): Tensor {
    return statistics.all(this, axes, options);
  }
  any(axes?: Axes, options?: ReduceOptions): Tensor {
    return statistics.any(this, axes, options);
  }

  // Shape
  reshape(shape: Shape): Tensor {
    return move.reshape(this, shape);
  }
  flatten(from?: number): Tensor {
    return indexing.flatten(this, from);
  }
  transpose(permutation?: readonly number[]): Tensor {
    return move.transpose(this, permutation);
  }
  broadcastTo(shape: Shape): Tensor {
    return move.broadcastTo(this, shape);
  }
  squeeze(axes?: Axes): Tensor {
    return indexing.squeeze(this, axes);
  }
  expandDims(axis: number): Tensor {
    return indexing.expandDims(this, axis);
  }
  /** A part: `x.slice('0:10')`, `x.slice(':', '2:5')`, `x.slice(3)` (a number drops its axis), `x.slice('::2', -1)`. */
  slice(...indices: readonly Index[]): Tensor {
    return indexing.slice(this, indices);
  }
  split<N extends number>(parts: N, axis?: number): join.TupleOf<Tensor, N>;
  split(sizes: readonly number[], axis?: number): readonly Tensor[];
  split(parts: number | readonly number[], axis?: number): readonly Tensor[] {
    return typeof parts === 'number' ? join.split(this, parts, axis) : join.split(this, parts, axis);
  }

  // Products and activations
  matmul(b: Tensor, options?: Partial<MatmulAttributes>): Tensor {
    return matmul(this, b, options);
  }
  relu(): Tensor {
    return activations.relu(this);
  }
  sigmoid(): Tensor {
    return unary.sigmoid(this);
  }
  tanh(): Tensor {
    return unary.tanh(this);
  }
  softmax(axis?: Axes): Tensor {
    return activations.softmax(this, axis);
  }
  logSoftmax(axis?: Axes): Tensor {
    return activations.logSoftmax(this, axis);
  }
}
