/** Shapes: sizes, strides, axes and broadcasting. All tensors are row-major and contiguous. */
import { ArgumentError, ShapeError } from './errors.js';

/** The size of each axis, outermost first; `[]` is a scalar. */
export type Shape = readonly number[];

/** How many elements a shape holds: the product of its sizes, 1 for a scalar. */
export function sizeOf(shape: Shape): number {
  let size = 1;
  for (const n of shape) size *= n;
  return size;
}

/** How far apart neighbours on each axis lie in a row-major array. */
export function stridesOf(shape: Shape): number[] {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= shape[axis];
  }
  return strides;
}

/** Whether two shapes are equal, axis by axis. */
export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((n, axis) => n === b[axis]);
}

/** How messages write a shape: `[2, 3]`. */
export function showShape(shape: readonly (number | null)[]): string {
  return `[${shape.map((n) => n ?? 'null').join(', ')}]`;
}

/** Refuses sizes that are not whole numbers of at least 0. */
export function checkShape(operation: string, shape: Shape): void {
  if (shape.every((n) => Number.isSafeInteger(n) && n >= 0) && Number.isSafeInteger(sizeOf(shape))) return;
  throw new ShapeError(`${operation}: a shape has whole numbers of at least 0, found ${showShape(shape)}`);
}

/** The axis counted from the front: -1 is the last one. */
export function axisOf(operation: string, axis: number, rank: number): number {
  if (Number.isInteger(axis) && axis >= -rank && axis < rank) return axis < 0 ? axis + rank : axis;
  throw new ArgumentError(`${operation}: axis ${axis} does not exist in ${rank} dimension${rank === 1 ? '' : 's'}`);
}

/** The axes to reduce, ascending and counted from the front; all of them where none is given. */
export function axesOf(operation: string, axes: number | readonly number[] | undefined, rank: number): number[] {
  if (axes === undefined) return Array.from({ length: rank }, (_, axis) => axis);
  const list = (typeof axes === 'number' ? [axes] : axes).map((axis) => axisOf(operation, axis, rank));
  if (new Set(list).size !== list.length) throw new ArgumentError(`${operation}: an axis is named twice in [${list.join(', ')}]`);
  return list.sort((a, b) => a - b);
}

/** The shape of a reduction's result over `axes`: they vanish, or stay with size 1 where `keepDims` is true. */
export function reducedShape(shape: Shape, axes: readonly number[], keepDims: boolean): number[] {
  if (keepDims) return shape.map((n, axis) => (axes.includes(axis) ? 1 : n));
  return shape.filter((_, axis) => !axes.includes(axis));
}

/** The shape that both operands broadcast to (NumPy's rule: align at the right, a size of 1 stretches). */
export function broadcastShapes(operation: string, a: Shape, b: Shape): Shape {
  if (sameShape(a, b)) return a;
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const m = a[i - rank + a.length] ?? 1;
    const n = b[i - rank + b.length] ?? 1;
    if (m === n || n === 1) return m;
    if (m === 1) return n;
    throw new ShapeError(`${operation}: shapes do not broadcast: ${showShape(a)} and ${showShape(b)} (${m} and ${n})`);
  });
}
