/** What the layers of images share: which input they take, and when they change it. */
import { expandDims, ShapeError, showShape, squeeze, toFloat } from '@gradus/tensor';
import type { Tensor } from '@gradus/tensor';

/** The height and the width of images [n, height, width, channels]. */
export function extent(images: Tensor): readonly [height: number, width: number] {
  const [, height = 0, width = 0] = images.shape;
  return [height, width];
}

/** `change` of the images x, one alone or a batch of them, as floats: [height, width, channels] or [n, height, width, channels]. */
export function overImages(layer: string, x: Tensor, change: (images: Tensor) => Tensor): Tensor {
  if (x.rank === 4) return change(toFloat(x));
  if (x.rank === 3) return squeeze(change(expandDims(toFloat(x), 0)), 0);
  throw new ShapeError(`${layer}: expected x [n, height, width, channels] or [height, width, channels], found ${showShape(x.shape)}`);
}
