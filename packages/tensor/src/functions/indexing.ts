/** Parts of a tensor by position, and axes of size 1. */
import { ArgumentError, ShapeError } from '../errors.js';
import { reshape, reverse, sliceGrid } from '../primitives/move.js';
import { axesOf, axisOf, showShape } from '../shape.js';
import type { Tensor } from '../tensor.js';

/**
 * One axis of a slice: `'2:5'`, `'::2'`, `'-3:'`, `'::-1'` as in Python, `':'` for all of it; a number takes one
 * place and drops the axis; `'...'` stands for all axes not named.
 */
export type Index = number | string;

interface Range {
  readonly start: number;
  readonly size: number;
  readonly step: number;
  readonly drop: boolean;
}

/** The part of `x` that `indices` name, one an axis; axes not named are taken whole. */
export function slice(x: Tensor, indices: readonly Index[]): Tensor {
  const ranges = expand(x, indices).map((index, axis) => rangeOf(index, x.shape[axis], axis, x));
  const backwards = ranges.flatMap(({ step }, axis) => (step < 0 ? [axis] : []));
  const flipped = backwards.length > 0 ? reverse(x, backwards) : x;
  const part = sliceGrid(flipped, {
    start: ranges.map(({ start, step }, axis) => (step < 0 ? x.shape[axis] - 1 - start : start)),
    size: ranges.map(({ size }) => size),
    step: ranges.map(({ step }) => Math.abs(step)),
  });
  const shape = ranges.filter(({ drop }) => !drop).map(({ size }) => size);
  return shape.length === x.rank ? part : reshape(part, shape);
}

function expand(x: Tensor, indices: readonly Index[]): readonly Index[] {
  const dots = indices.indexOf('...');
  const named = dots < 0 ? indices.length : indices.length - 1;
  if (named > x.rank || indices.lastIndexOf('...') !== dots) {
    throw new ArgumentError(`slice: [${indices.join(', ')}] does not fit the ${x.rank} axes of ${showShape(x.shape)}`);
  }
  const rest = new Array<Index>(x.rank - named).fill(':');
  return dots < 0 ? [...indices, ...rest] : [...indices.slice(0, dots), ...rest, ...indices.slice(dots + 1)];
}

function rangeOf(index: Index, n: number, axis: number, x: Tensor): Range {
  if (typeof index === 'number') {
    if (!Number.isInteger(index) || index < -n || index >= n) {
      throw new ArgumentError(`slice: index ${index} is out of range on axis ${axis} of ${showShape(x.shape)}`);
    }
    return { start: index < 0 ? index + n : index, size: 1, step: 1, drop: true };
  }
  const match = /^\s*(-?\d+)?\s*:\s*(-?\d+)?\s*(?::\s*(-?\d+)?\s*)?$/.exec(index);
  const step = Number(match?.[3] ?? 1);
  if (!match || step === 0) throw new ArgumentError(`slice: cannot read '${index}': expected 'start:stop:step', a number or '...'`);
  // Python's rule: bounds beyond the ends mean the ends.
  const [low, high] = step > 0 ? [0, n] : [-1, n - 1];
  const bound = (text: string | undefined, otherwise: number): number => {
    if (text === undefined) return otherwise;
    const value = Number(text);
    return Math.min(Math.max(value < 0 ? value + n : value, low), high);
  };
  const start = bound(match[1], step > 0 ? low : high);
  const stop = bound(match[2], step > 0 ? high : low);
  const size = Math.max(0, Math.ceil((stop - start) / step));
  return { start: size === 0 ? (step < 0 ? n - 1 : 0) : start, size, step, drop: false };
}

/** Drops axes of size 1: the named ones, or all. */
export function squeeze(x: Tensor, axes?: number | readonly number[]): Tensor {
  const list = axes === undefined ? x.shape.flatMap((n, axis) => (n === 1 ? [axis] : [])) : axesOf('squeeze', axes, x.rank);
  const wide = list.find((axis) => x.shape[axis] !== 1);
  if (wide !== undefined) throw new ShapeError(`squeeze: axis ${wide} of ${showShape(x.shape)} has size ${x.shape[wide]}, not 1`);
  return reshape(
    x,
    x.shape.filter((_, axis) => !list.includes(axis)),
  );
}

/** Puts a new axis of size 1 before `axis` (-1: at the end). */
export function expandDims(x: Tensor, axis: number): Tensor {
  const at = axisOf('expandDims', axis, x.rank + 1);
  return reshape(x, [...x.shape.slice(0, at), 1, ...x.shape.slice(at)]);
}

/** All axes from `from` on as one. */
export function flatten(x: Tensor, from: number = 0): Tensor {
  const kept = x.shape.slice(0, from);
  return reshape(x, [...kept, x.shape.slice(from).reduce((a, b) => a * b, 1)]);
}
