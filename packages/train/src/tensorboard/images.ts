/** Weights as images, as Keras lays them out. */
import type { Tensor } from '@gradus/tensor';
import type { Pixels } from './png.js';

/**
 * A weight as [images, height, width, channels], axes of size 1 left out first: a vector is one column, a matrix lies on its longer side, of three axes
 * the last counts images, and four axes are taken as they are. Undefined where no image comes out.
 */
export function weightAsImages(weight: Tensor): Tensor | undefined {
  const w = weight.reshape(weight.shape.filter((n) => n !== 1));
  const [a = 1, b = 1] = w.shape;
  if (w.size === 0) return undefined;
  if (w.rank === 1) return w.reshape([1, a, 1, 1]);
  if (w.rank === 2) return a > b ? w.transpose().reshape([1, b, a, 1]) : w.reshape([1, a, b, 1]);
  if (w.rank === 3) return w.transpose([2, 0, 1]).expandDims(-1);
  return w.rank === 4 && channelsOf(w) !== undefined ? w : undefined;
}

/** What the last axis stands for, if it can be a colour. */
function channelsOf({ shape }: Tensor): Pixels['channels'] | undefined {
  return ([1, 3, 4] as const).find((channels) => channels === shape[3]);
}

/** The images in x [images, height, width, channels], at most `most`: floats from 0 to 1, what is outside is cut; bytes as they are. */
export function pixelsOf(x: Tensor, most: number): readonly Pixels[] | undefined {
  const channels = x.rank === 4 ? channelsOf(x) : undefined;
  if (channels === undefined) return undefined;
  const [count = 0, height = 0, width = 0] = x.shape;
  const values = x.data();
  const size = height * width * channels;
  return Array.from({ length: Math.min(count, most) }, (_, i) => {
    const own = values.subarray(i * size, (i + 1) * size);
    const data = x.dtype === 'uint8' ? Uint8Array.from(own) : Uint8Array.from(own, byteOf);
    return { width, height, channels, data };
  });
}

/** As TensorFlow converts: 255.5 x, cut to whole numbers, so that 1 is 255 and each byte has the same share. */
function byteOf(x: number): number {
  return Math.trunc(Math.min(255, Math.max(0, x * 255.5)));
}
