/** The rows of a model's input as images, where they are images. */
import { bitmapUrl } from './bitmap.js';
import type { Tensor } from '@gradus/tensor';

/** Shows row `row`: the address of an image, in the page itself. */
export type Gallery = (row: number) => string;

/** undefined where x is not [n, height, width] or [n, height, width, 1 or 3], of at least 4 x 4 pixels. */
export function galleryOf(x: Tensor | undefined): Gallery | undefined {
  if (!x) return undefined;
  const [, height = 0, width = 0, channels = 1] = x.shape;
  if (x.rank < 3 || x.rank > 4 || (channels !== 1 && channels !== 3) || height < 4 || width < 4) return undefined;
  const { low, high } = rangeOf(x);
  const data = x.data();
  const size = height * width * channels;
  return (row) => {
    const bytes = Uint8Array.from(data.subarray(row * size, (row + 1) * size), (value) =>
      Math.round((255 * (Number(value) - low)) / (high - low)),
    );
    return bitmapUrl({ width, height, channels, bytes });
  };
}

/** From black to white: bytes that use their whole range have it, all else is what is there. */
function rangeOf(x: Tensor): { readonly low: number; readonly high: number } {
  const [low, high] = [x.min().item(), x.max().item()];
  if (x.dtype === 'uint8' && high > 127) return { low: 0, high: 255 };
  return low < high ? { low, high } : { low, high: low + 1 };
}
