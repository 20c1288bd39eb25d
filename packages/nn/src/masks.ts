/** Masks: bool [n, t], true for the time steps that count. */
import { Tensor } from '@gradus/tensor';
import { mapLeaves } from './trees.js';

export function isTensor(value: unknown): value is Tensor {
  return value instanceof Tensor;
}

/** A tree of masks for a tree of tensors; undefined where no tensor of it has one. */
export function masksOf(x: unknown, maskOf: (x: Tensor) => Tensor | undefined): unknown {
  let any = false;
  const masks = mapLeaves(x, isTensor, (leaf) => {
    const mask = maskOf(leaf);
    any ||= mask !== undefined;
    return mask;
  });
  return any ? masks : undefined;
}
