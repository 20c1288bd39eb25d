/** What a batching rule is: a primitive with one more axis, in front. */
import { dispatch } from '@gradus/tensor/extend';
import type { Tensor } from '@gradus/tensor';
import type { Attributes, Operands, Primitive, PrimitiveName } from '@gradus/tensor/extend';

/** An operand as a rule finds it: its value, and whether that has the batch axis. */
export interface Lane {
  readonly value: Tensor;
  readonly batched: boolean;
}

/** Who batches, and how many examples there are. */
export interface Examples {
  readonly name: string;
  readonly size: number;
}

/** The primitive over a batch of `size`, in terms of tensors. At least one operand is batched, and so is the result. */
export type BatchRule<P extends PrimitiveName> = (operands: Operands<P, Lane>, attributes: Attributes<P>, size: number) => Tensor;

/** A table of batching rules, complete by type. */
export type BatchRules<Names extends PrimitiveName> = { readonly [P in Names]: BatchRule<P> };

/** The value with the batch axis: repeated where it has none. */
export function full({ value, batched }: Lane, size: number): Tensor {
  return batched ? value : value.reshape([1, ...value.shape]).broadcastTo([size, ...value.shape]);
}

/** What works element by element does not see the batch. */
export function elementwise<P extends PrimitiveName>(primitive: Primitive<P>): BatchRule<P> {
  return shifted(primitive, (attributes) => attributes);
}

/** The same primitive, with attributes that leave the first axis alone. */
export function shifted<P extends PrimitiveName>(
  primitive: Primitive<P>,
  shift: (attributes: Attributes<P>, size: number) => Attributes<P>,
): BatchRule<P> {
  return (operands, attributes, size) => dispatch(primitive, fullOnes(primitive, operands, size), shift(attributes, size));
}

// Tuples of operands stay tuples of the same length, which no type can say for all primitives at once.
function fullOnes<P extends PrimitiveName>(
  _: Primitive<P>,
  operands: Operands<P, Lane>,
  size: number,
): Operands<P, Tensor> & readonly Tensor[];
function fullOnes(_: { readonly name: string }, operands: readonly Lane[], size: number): readonly Tensor[] {
  return operands.map((lane) => full(lane, size));
}
