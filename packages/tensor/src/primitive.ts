/**
 * What a primitive is: a name, a rule for the type of its result, and a reference kernel that a student can read.
 *
 * Each family file declares the operands and attributes of its own primitives; this file gathers them by type only,
 * so that a table over all of them (derivatives, batching) does not compile while an entry is missing.
 */
import type { DType, TypedArray } from './dtype.js';
import type { Shape } from './shape.js';
import type { BinarySignatures } from './primitives/binary.js';
import type { CompareSignatures } from './primitives/compare.js';
import type { ConvSignatures } from './primitives/conv.js';
import type { ConvertSignatures } from './primitives/convert.js';
import type { CumulativeSignatures } from './primitives/cumulative.js';
import type { GatherSignatures } from './primitives/gather.js';
import type { JoinSignatures } from './primitives/join.js';
import type { MatmulSignatures } from './primitives/matmul.js';
import type { MoveSignatures } from './primitives/move.js';
import type { RandomSignatures } from './primitives/random.js';
import type { ReduceSignatures } from './primitives/reduce.js';
import type { SortSignatures } from './primitives/sort.js';
import type { UnarySignatures } from './primitives/unary.js';
import type { WindowSignatures } from './primitives/window.js';

/** Element type and shape: all that is known of a tensor before it has numbers. */
export interface TensorType {
  readonly dtype: DType;
  readonly shape: Shape;
}

/** A type and its numbers, row-major. */
export interface Dense extends TensorType {
  readonly data: TypedArray;
}

/** The operands' names, in order, and the attributes: whatever is fixed before any number is known. */
export interface Signature<Operands extends readonly string[], Attributes = NoAttributes> {
  readonly operands: Operands;
  readonly attributes: Attributes;
}

/** The attributes of a primitive that has none. */
export type NoAttributes = Readonly<Record<never, never>>;

/** Every primitive, by name. */
export interface Signatures
  extends
    UnarySignatures,
    BinarySignatures,
    CompareSignatures,
    ConvertSignatures,
    ReduceSignatures,
    MoveSignatures,
    JoinSignatures,
    GatherSignatures,
    MatmulSignatures,
    ConvSignatures,
    WindowSignatures,
    CumulativeSignatures,
    SortSignatures,
    RandomSignatures {}

export type PrimitiveName = keyof Signatures;

export type Attributes<P extends PrimitiveName> = Signatures[P]['attributes'];

/** A tuple with one `T` a name: the right number of operands, checked by type. */
export type Each<Names extends readonly string[], T> = { readonly [K in keyof Names]: T };

export type Operands<P extends PrimitiveName, T> = Each<Signatures[P]['operands'], T>;

export interface Primitive<P extends PrimitiveName> {
  readonly name: P;
  /** The result shares the first operand's array: a reshape moves no number. The kernel is then never run eagerly. */
  readonly alias?: true;
  /** The type of the result; throws where the operands do not fit. */
  type(operands: Operands<P, TensorType>, attributes: Attributes<P>): TensorType;
  /** Writes every element of `y`. Sums accumulate in double precision and round once. */
  kernel(y: Dense, operands: Operands<P, Dense>, attributes: Attributes<P>): void;
}

/** A table of some primitives, each under its own name. */
export type Family<Names extends PrimitiveName> = { readonly [P in Names]: Primitive<P> };
