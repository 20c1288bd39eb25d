/** Cutting images to a size. */
import { ArgumentError } from '@gradus/tensor';
import { extent } from './images.js';
import { resize } from './resize.js';
import type { Tensor } from '@gradus/tensor';
import type { ResizeOptions } from './resize.js';

export type Size = readonly [height: number, width: number];

/** Refuses what is no size of an image. */
export function checkSize(layer: string, height: number, width: number): void {
  for (const [name, n] of Object.entries({ height, width })) {
    if (!Number.isInteger(n) || n < 1) throw new ArgumentError(`${layer}: ${name} must be a whole number of at least 1, found ${n}`);
  }
}

/** The part of each image that begins at (top, left). */
export function cut(images: Tensor, [top, left]: readonly [number, number], [height, width]: Size): Tensor {
  return images.slice(':', `${top}:${top + height}`, `${left}:${left + width}`);
}

/** The largest part of the images with the proportions of `size`: it lies in their middle. */
export function proportional(images: Tensor, [h, w]: Size): { readonly start: readonly [number, number]; readonly part: Size } {
  const [height, width] = extent(images);
  const within = (n: number, most: number): number => Math.max(Math.min(most, Math.trunc(n)), 1);
  const part = [within((width * h) / w, height), within((height * w) / h, width)] as const;
  return { start: [Math.trunc((height - part[0]) / 2), Math.trunc((width - part[1]) / 2)], part };
}

/** The middle of the images, as large as possible, in the given size. */
export function fitted(images: Tensor, size: Size, options?: ResizeOptions): Tensor {
  const { start, part } = proportional(images, size);
  return resize(cut(images, start, part), size, options);
}
