/** What a derivative rule is. */
import type { Attributes, Operands, PrimitiveName } from '@gradus/tensor/extend';
import type { Tensor } from '@gradus/tensor';

/**
 * The pull-back of a primitive: from dy, the gradient of its result y, to that of each operand. One thunk an operand,
 * so that a gradient nobody asks for costs nothing; undefined where none flows (indices, conditions).
 *
 * Rules are written in terms of tensors, so derivatives nest, trace and batch.
 */
export type Rule<P extends PrimitiveName> = (
  dy: Tensor,
  y: Tensor,
  operands: Operands<P, Tensor>,
  attributes: Attributes<P>,
) => Operands<P, (() => Tensor) | undefined>;

/** A table of rules, complete by type; `'constant'` says that a result never depends smoothly on its operands. */
export type Rules<Names extends PrimitiveName> = { readonly [P in Names]: Rule<P> | 'constant' };
