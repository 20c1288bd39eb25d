/** Reading images between their pixels, and outside of them. */
import { arange, take, where } from '@gradus/tensor';
import { number, oneOf } from '../../config.js';
import { extent } from './images.js';
import type { Tensor } from '@gradus/tensor';
import type { Fields } from '../../config.js';

/**
 * What stands outside of an image a b c d: reflect: d c b a | a b c d | d c b a; wrap: a b c d | a b c d | a b c d;
 * nearest: a a a a | a b c d | d d d d; constant: `fillValue`.
 */
export type FillMode = 'reflect' | 'wrap' | 'constant' | 'nearest';

/** Between pixels: 'nearest' takes the next one, 'bilinear' weighs the four around. */
export type Interpolation = 'nearest' | 'bilinear';

export interface ResampleOptions {
  /** @defaultValue 'reflect' */
  readonly fillMode?: FillMode;
  /** @defaultValue 'bilinear' */
  readonly interpolation?: Interpolation;
  /** What stands outside under `fillMode: 'constant'`. @defaultValue 0 */
  readonly fillValue?: number;
}

export const resampleFields: Fields<ResampleOptions> = {
  fillMode: oneOf('reflect', 'wrap', 'constant', 'nearest'),
  interpolation: oneOf('nearest', 'bilinear'),
  fillValue: number,
};

/** A pixel that counts on one axis: where it is read, whether it is in the image (undefined: it is), and its weight (undefined: 1). */
interface Tap {
  readonly index: Tensor;
  readonly inside: Tensor | undefined;
  readonly weight: Tensor | undefined;
}

/**
 * y[n, i, j] = the image n at (row[n, i, j], column[n, i, j]).
 * Derivatives reach the pixels, and the coordinates by their distance from the pixels around.
 *
 * @param images - float [n, height, width, channels]
 * @param row - in pixels from the middle of the first one: [n, i, j, 1], or what broadcasts to it with `column`
 */
export function resample(images: Tensor, row: Tensor, column: Tensor, options: ResampleOptions): Tensor {
  const [height, width] = extent(images);
  const [count = 0, , , channels = 0] = images.shape;
  const pixels = images.reshape([count * height * width, channels]);
  const first = arange(0, count).mul(height * width).reshape([count, 1, 1, 1]); // prettier-ignore
  let y: Tensor | undefined;
  for (const vertical of tapsOf(row, height, options)) {
    for (const across of tapsOf(column, width, options)) {
      const at = first.add(vertical.index.mul(width)).add(across.index).squeeze(-1); // [n, i, j]
      const inside = vertical.inside && across.inside && vertical.inside.and(across.inside);
      const read = take(pixels, at); // [n, i, j, channels]
      const known = inside ? where(inside, read, options.fillValue ?? 0) : read;
      const weighed = vertical.weight && across.weight ? known.mul(vertical.weight.mul(across.weight)) : known;
      y = y ? y.add(weighed) : weighed;
    }
  }
  return y ?? images;
}

function tapsOf(coordinate: Tensor, size: number, { interpolation = 'bilinear', fillMode = 'reflect' }: ResampleOptions): readonly Tap[] {
  if (interpolation === 'nearest') {
    // Halves go away from zero.
    const nearest = coordinate.abs().add(0.5).floor().mul(coordinate.sign());
    return [{ ...placed(nearest, size, fillMode), weight: undefined }];
  }
  const lower = coordinate.floor();
  const weight = coordinate.sub(lower);
  return [
    { ...placed(lower, size, fillMode), weight: weight.neg().add(1) },
    { ...placed(lower.add(1), size, fillMode), weight },
  ];
}

/** Whole numbers, as floats, to places in the image. */
function placed(index: Tensor, size: number, fillMode: FillMode): Omit<Tap, 'weight'> {
  const inside = fillMode === 'constant' ? index.greaterEqual(0).and(index.less(size)) : undefined;
  return { index: within(index, size, fillMode).cast('int32'), inside };
}

function within(index: Tensor, size: number, fillMode: FillMode): Tensor {
  if (fillMode === 'wrap') return modulo(index, size);
  if (fillMode !== 'reflect') return index.clip(0, size - 1);
  // The distance of pixel i from the middle of period 2 size, in half pixels: odd, from 1 on.
  const distance = modulo(index.mul(2).add(1 + 2 * size), 4 * size)
    .sub(2 * size)
    .abs();
  return distance.sub(1).div(2);
}

/** The remainder of whole numbers: exact as floats, and faster than the remainder of any two floats. */
function modulo(index: Tensor, period: number): Tensor {
  return index.sub(index.div(period).floor().mul(period));
}

/**
 * An affine map from places in the result to places in the image: x' = a0 x + a1 y + a2, y' = b0 x + b1 y + b2, x the column and y the row.
 * Each is a number, or one for each image: [n, 1, 1, 1].
 */
export interface Affine {
  readonly a: readonly [Tensor | number, Tensor | number, Tensor | number];
  readonly b: readonly [Tensor | number, Tensor | number, Tensor | number];
}

/** The images, read where `map` says. */
export function affine(images: Tensor, { a, b }: Affine, options: ResampleOptions): Tensor {
  const [height, width] = extent(images);
  const y = arange(0, height, 1, 'float32').reshape([1, height, 1, 1]);
  const x = arange(0, width, 1, 'float32').reshape([1, 1, width, 1]);
  // Without turning, a row depends on y alone and a column on x: so little is then worked out.
  const along = ([p, q, r]: Affine['a']): Tensor => {
    if (p === 0) return y.mul(q).add(r);
    return q === 0 ? x.mul(p).add(r) : x.mul(p).add(y.mul(q)).add(r);
  };
  return resample(images, along(b), along(a), options);
}
