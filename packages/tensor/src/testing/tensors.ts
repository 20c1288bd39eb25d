/**
 * Arbitrary tensors.
 *
 * Floats lie on a grid, at odd multiples of 1/128: exact in every float type, never at 0 or another kink, and not
 * crowded around zero, as floats drawn by their bits are: there most wrong derivatives look right.
 */
import fc from 'fast-check';
import { allocate, isFloat } from '../dtype.js';
import { fromData } from '../create.js';
import { sizeOf } from '../shape.js';
import type { DType } from '../dtype.js';
import type { Shape } from '../shape.js';
import type { Tensor } from '../tensor.js';

export interface ShapesOptions {
  /** How many axes: a number, or the least and the most. @defaultValue [0, 3] */
  readonly rank?: number | readonly [number, number];
  /** The least and the greatest size of an axis. @defaultValue mostly 1 to 5, sometimes 0 or 7 */
  readonly size?: readonly [number, number];
}

export interface ValuesOptions {
  /** @defaultValue 'float32' */
  readonly dtype?: DType;
  /** @defaultValue -2 for floats, -8 for int32, 0 for the rest */
  readonly min?: number;
  /** @defaultValue 2 for floats, 8 for whole numbers, 1 for bool */
  readonly max?: number;
  /** No two elements are equal: for maxima, pooling and sorting. `min` and `max` are stretched where they must. @defaultValue false */
  readonly distinct?: boolean;
}

export interface TensorsOptions extends ShapesOptions, ValuesOptions {
  /** A fixed shape, or an arbitrary one. @defaultValue what `rank` and `size` say */
  readonly shape?: Shape | fc.Arbitrary<Shape>;
}

/** Shapes. */
export function shapes({ rank = [0, 3], size }: ShapesOptions = {}): fc.Arbitrary<Shape> {
  const [min, max] = typeof rank === 'number' ? [rank, rank] : rank;
  return fc.array(sizes(size), { minLength: min, maxLength: max });
}

/** Sizes of one axis: a few, with the awkward ones (none, one, primes) among them. */
function sizes(size: readonly [number, number] | undefined): fc.Arbitrary<number> {
  if (size) return fc.integer({ min: size[0], max: size[1] });
  return fc.oneof({ weight: 14, arbitrary: fc.integer({ min: 1, max: 5 }) }, { weight: 1, arbitrary: fc.constantFrom(7, 0) });
}

/** Tensors. */
export function tensors({ shape, ...options }: TensorsOptions = {}): fc.Arbitrary<Tensor> {
  const arbitrary = shape === undefined ? shapes(options) : shape instanceof fc.Arbitrary ? shape : fc.constant(shape);
  return arbitrary.chain((known) => filled(known, options));
}

/** Two tensors whose shapes broadcast: equal, stretched along axes of size 1, or with fewer axes. */
export function tensorPairs(options: ShapesOptions & ValuesOptions = {}): fc.Arbitrary<[Tensor, Tensor]> {
  return shapes(options).chain((shape) => {
    const narrowed = fc.tuple(fc.nat({ max: shape.length }), fc.array(fc.boolean(), { minLength: shape.length, maxLength: shape.length }));
    const narrower = narrowed.map(([missing, ones]) => shape.map((n, axis) => (ones[axis] ? 1 : n)).slice(missing));
    const pair = fc.oneof(
      fc.constant([shape, shape] as const),
      narrower.map((other) => [shape, other] as const),
      narrower.map((other) => [other, shape] as const),
    );
    return pair.chain(([a, b]) => fc.tuple(filled(a, options), filled(b, options)));
  });
}

/** Two tensors that multiply: [..., n, k] and [..., k, m], with up to two leading axes. */
export function matmulPairs(options: ValuesOptions & { readonly size?: readonly [number, number] } = {}): fc.Arbitrary<[Tensor, Tensor]> {
  const axis = sizes(options.size);
  return fc.tuple(shapes({ rank: [0, 2], size: [1, 3] }), axis, axis, axis).chain(([batch, n, k, m]) => {
    return fc.tuple(filled([...batch, n, k], options), filled([...batch, k, m], options));
  });
}

/**
 * Moves values that lie closer than `margin` to one of `points` to that distance: keeps numeric derivatives off kinks.
 *
 * @example tensors({ dtype: 'float64' }).map(awayFrom([1], 0.1))
 */
export function awayFrom(points: readonly number[], margin: number): (x: Tensor) => Tensor {
  return (x) => {
    const moved = x.data().slice();
    for (let i = 0; i < moved.length; i++) {
      const near = points.find((point) => Math.abs(moved[i] - point) < margin);
      if (near !== undefined) moved[i] = moved[i] < near ? near - margin : near + margin;
    }
    return fromData(moved, x.shape, x.dtype);
  };
}

/** How many grid points there are in a unit: odd multiples of 1/128. */
const perUnit = 64;

function filled(shape: Shape, options: ValuesOptions): fc.Arbitrary<Tensor> {
  const { dtype = 'float32', distinct = false } = options;
  const scale = isFloat(dtype) ? perUnit : 1;
  const { min = isFloat(dtype) ? -2 : dtype === 'int32' ? -8 : 0, max = isFloat(dtype) ? 2 : dtype === 'bool' ? 1 : 8 } = options;
  const [low, high] = [Math.ceil(min * scale), Math.floor(max * scale) - (isFloat(dtype) ? 1 : 0)];
  const size = sizeOf(shape);
  const draws = fc.array(fc.integer({ min: low, max: high }), { minLength: size, maxLength: size });
  const places = distinct ? draws.map((list) => spreadOut(list, low, high)) : draws;
  return places.map((list) => {
    const data = allocate(dtype, size);
    for (const [i, place] of list.entries()) data[i] = isFloat(dtype) ? (2 * place + 1) / (2 * perUnit) : place;
    return fromData(data, shape, dtype);
  });
}

/** Different numbers in the same order, equal ones apart by position, over the same range where it has room. */
function spreadOut(list: readonly number[], low: number, high: number): readonly number[] {
  const order = list.map((_, i) => i).sort((i, j) => list[i] - list[j] || i - j);
  const step = Math.max(1, Math.floor((high - low) / Math.max(1, list.length)));
  const distinct = new Array<number>(list.length);
  for (const [rank, i] of order.entries()) distinct[i] = low + rank * step;
  return distinct;
}
