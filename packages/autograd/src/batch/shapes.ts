/** Batching of reductions, shape moves, joining and everything else that names axes: the axes are one further back. */
import { cumulative as running, join as joining, move as moves, reduce as reductions, sorting as orders } from '@gradus/tensor/extend';
import { shifted } from './rule.js';
import type { CumulativeSignatures, JoinSignatures, MoveSignatures, ReduceSignatures, SortSignatures } from '@gradus/tensor/extend';
import type { BatchRules } from './rule.js';

function further<A extends { readonly axis: number }>(attributes: A): A {
  return { ...attributes, axis: attributes.axis + 1 };
}

function allFurther<A extends { readonly axes: readonly number[] }>(attributes: A): A {
  return { ...attributes, axes: attributes.axes.map((axis) => axis + 1) };
}

export const reduce: BatchRules<keyof ReduceSignatures> = {
  sum: shifted(reductions.sum, allFurther),
  prod: shifted(reductions.prod, allFurther),
  max: shifted(reductions.max, allFurther),
  min: shifted(reductions.min, allFurther),
  argmax: shifted(reductions.argmax, further),
  argmin: shifted(reductions.argmin, further),
};

export const move: BatchRules<keyof MoveSignatures> = {
  // New axes of a broadcast come in front: they must come behind the batch.
  broadcastTo([{ value: x }], { shape }, size) {
    const missing = new Array<number>(shape.length + 1 - x.rank).fill(1);
    return x.reshape([size, ...missing, ...x.shape.slice(1)]).broadcastTo([size, ...shape]);
  },
  reshape: shifted(moves.reshape, ({ shape }, size) => ({ shape: [size, ...shape] })),
  transpose: shifted(moves.transpose, ({ permutation }) => ({ permutation: [0, ...permutation.map((axis) => axis + 1)] })),
  slice: shifted(moves.slice, ({ start, size, step }, batch) => ({ start: [0, ...start], size: [batch, ...size], step: [1, ...step] })),
  place: shifted(moves.place, ({ start, step, shape, value }, size) => ({
    start: [0, ...start],
    step: [1, ...step],
    shape: [size, ...shape],
    value,
  })),
  reverse: shifted(moves.reverse, allFurther),
};

export const join: BatchRules<keyof JoinSignatures> = { concat: shifted(joining.concat, further) };
export const cumulative: BatchRules<keyof CumulativeSignatures> = { cumsum: shifted(running.cumsum, further) };
export const sorting: BatchRules<keyof SortSignatures> = { argsort: shifted(orders.argsort, further) };
