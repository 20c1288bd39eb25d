/** Sizes that a layer needs to know before it can make its weights. */
import { ShapeError, showShape } from '@gradus/tensor';
import type { PartialShape } from './any-layer.js';

/** The size of the last axis: features, or channels. */
export function lastOf(shape: PartialShape): number {
  const last = shape[shape.length - 1];
  if (typeof last === 'number') return last;
  throw new ShapeError(`the last axis must be known, found ${showShape(shape)}`);
}

/** The size of one axis, counted from the end where it is negative. */
export function sizeAt(shape: PartialShape, axis: number): number {
  const size = shape[axis < 0 ? axis + shape.length : axis];
  if (typeof size === 'number') return size;
  throw new ShapeError(`axis ${axis} must be known, found ${showShape(shape)}`);
}
