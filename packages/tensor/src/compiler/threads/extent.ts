/** Which bytes of the memory a part of an instruction touches, and whether two parts touch the same ones. */
import type { Address } from '../plan/plan.js';
import type { Slice } from '../kernels/split.js';

/** Equal pieces, equally far apart. */
interface Repeat {
  readonly count: number;
  readonly stride: number;
}

/** The steps of a loop that move an address on. */
export interface Trip extends Repeat {
  readonly loop: number;
}

/** `width` bytes at `at`, again and again: row after row, and step after step of the loops around. */
export interface Extent {
  /** Arena, constants, scratch, or the home of one variable: different spaces share nothing. */
  readonly space: string;
  readonly at: number;
  readonly width: number;
  readonly rows: Repeat;
  readonly trips: readonly Trip[];
}

/** @param lengthOf - how many steps a loop has */
export function extentOf({ region, offset, strides }: Address, slice: Slice, lengthOf: (loop: number) => number): Extent {
  const { rows, width, pitch } = slice;
  return {
    space: region.kind === 'home' ? `home ${region.index}` : region.kind,
    at: region.offset + offset + slice.offset,
    width: pitch === width ? width * rows : width,
    rows: pitch === width || rows === 1 ? { count: 1, stride: 0 } : { count: rows, stride: pitch },
    trips: strides.map(({ loop, bytes }) => ({ loop, count: lengthOf(loop), stride: bytes })),
  };
}

/** How many bytes two extents have in common, about; 0 only where it is certain that there are none. @param together - loops in whose same step both stand */
export function common(a: Extent, b: Extent, together: (loop: number) => boolean): number {
  if (a.space !== b.space) return 0;
  const same = ({ loop, stride }: Trip, other: Extent): boolean =>
    together(loop) && other.trips.some((trip) => trip.loop === loop && trip.stride === stride);
  return meet(
    spread(
      a,
      a.trips.filter((trip) => !same(trip, b)),
    ),
    spread(
      b,
      b.trips.filter((trip) => !same(trip, a)),
    ),
  );
}

/** An extent without loops: the pieces of all its steps, innermost first. */
interface Spread {
  readonly at: number;
  readonly end: number;
  readonly width: number;
  readonly repeats: readonly Repeat[];
}

function spread({ at, width, rows }: Extent, trips: readonly Repeat[]): Spread {
  const repeats: Repeat[] = [];
  let [start, piece, end] = [at, width, at + width];
  for (const { count, stride } of [rows, ...trips]
    .filter(({ count, stride }) => count > 1 && stride !== 0)
    .sort((x, y) => Math.abs(x.stride) - Math.abs(y.stride))) {
    if (stride < 0) start += (count - 1) * stride;
    else end += (count - 1) * stride;
    const step = Math.abs(stride);
    const last = repeats.at(-1);
    if (!last && step === piece) piece *= count;
    else if (last && step === last.count * last.stride) repeats[repeats.length - 1] = { count: last.count * count, stride: last.stride };
    else repeats.push({ count, stride: step });
  }
  return { at: start, end, width: piece, repeats };
}

function meet(a: Spread, b: Spread): number {
  const length = Math.min(a.end, b.end) - Math.max(a.at, b.at);
  if (length <= 0) return 0;
  const stride = a.repeats[0]?.stride ?? b.repeats[0]?.stride;
  const plain = a.repeats.length < 2 && b.repeats.length < 2;
  if (stride === undefined || !plain || (a.repeats.length + b.repeats.length === 2 && a.repeats[0].stride !== b.repeats[0].stride)) {
    return length * densityOf(a) * densityOf(b);
  }
  // Both lie in rows of the same pitch: do they have columns in common?
  if (a.width > stride || b.width > stride) return length * densityOf(a) * densityOf(b);
  const from = (((b.at - a.at) % stride) + stride) % stride;
  const columns = Math.max(0, Math.min(a.width, from + b.width) - from) + Math.max(0, Math.min(a.width, from + b.width - stride));
  return columns * Math.max(1, Math.round(length / stride));
}

function densityOf({ at, end, width, repeats }: Spread): number {
  return repeats.reduce((bytes, { count }) => bytes * count, width) / (end - at);
}
