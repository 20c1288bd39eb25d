/** Derivatives of shape moves: dy moves back. */
import { placeGrid, sliceGrid } from '@gradus/tensor/extend';
import { reverse } from '@gradus/tensor';
import type { Shape, Tensor } from '@gradus/tensor';
import type { MoveSignatures } from '@gradus/tensor/extend';
import type { Rules } from './rule.js';

export const move: Rules<keyof MoveSignatures> = {
  broadcastTo: (dy, _, [x]) => [() => gathered(dy, x.shape)],
  reshape: (dy, _, [x]) => [() => dy.reshape(x.shape)],
  transpose: (dy, _, __, { permutation }) => [() => dy.transpose(inverse(permutation))],
  slice: (dy, _, [x], { start, step }) => [() => placeGrid(dy, x.shape, { start, step })],
  place: (dy, _, [x], { start, step }) => [() => sliceGrid(dy, { start, size: x.shape, step })],
  reverse: (dy, _, __, { axes }) => [() => reverse(dy, axes)],
};

/** The sum over all copies that a broadcast made. */
function gathered(dy: Tensor, shape: Shape): Tensor {
  const missing = dy.rank - shape.length;
  const axes = dy.shape.flatMap((n, axis) => (axis < missing || (shape[axis - missing] === 1 && n !== 1) ? [axis] : []));
  return dy.sum(axes).reshape(shape);
}

/** The permutation that undoes `order`. */
export function inverse(order: readonly number[]): readonly number[] {
  return order.map((_, axis) => order.indexOf(axis));
}
