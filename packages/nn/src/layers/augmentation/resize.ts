/** Images in another size: each axis is one product with a matrix of weights, so that its derivative is one too. */
import { tensor, take } from '@gradus/tensor';
import { extent } from './images.js';
import type { Tensor } from '@gradus/tensor';

/** How a pixel of the result weighs those around its middle. */
export type ResizeInterpolation = 'bilinear' | 'nearest' | 'bicubic' | 'lanczos3' | 'lanczos5';

/** A weight by the distance in pixels. */
type Kernel = (distance: number) => number;

const triangle: Kernel = (d) => Math.max(0, 1 - d);

/** Keys 1981, a = -1/2. */
const cubic: Kernel = (d) => {
  if (d >= 2) return 0;
  return d < 1 ? (1.5 * d - 2.5) * d * d + 1 : ((-0.5 * d + 2.5) * d - 4) * d + 2;
};

/** sinc(d) sinc(d / radius); Duchon 1979. */
function lanczos(radius: number): Kernel {
  return (d) => {
    if (d > radius) return 0;
    return d > 1e-3 ? (radius * Math.sin(Math.PI * d) * Math.sin((Math.PI * d) / radius)) / (Math.PI * d) ** 2 : 1;
  };
}

const kernels: Readonly<Record<Exclude<ResizeInterpolation, 'nearest'>, Kernel>> = {
  bilinear: triangle,
  bicubic: cubic,
  lanczos3: lanczos(3),
  lanczos5: lanczos(5),
};

export interface ResizeOptions {
  /** @defaultValue 'bilinear' */
  readonly interpolation?: ResizeInterpolation;
  /** Whether weights reach as far as the image shrinks, so that no pixel is passed over. @defaultValue false */
  readonly antialias?: boolean;
}

/** float [n, height, width, channels] -> [n, ...size, channels]; pixels are squares, and their middles are what is read. */
export function resize(images: Tensor, [height, width]: readonly [number, number], options: ResizeOptions = {}): Tensor {
  const { interpolation = 'bilinear', antialias = false } = options;
  const [h, w] = extent(images);
  if (interpolation === 'nearest') return take(take(images, nearest(h, height), 1), nearest(w, width), 2);
  const [n = 0, , , channels = 0] = images.shape;
  const weightsOf = (from: number, to: number): Tensor => weights(from, to, kernels[interpolation], antialias).cast(images.dtype);
  const tall = weightsOf(h, height).matmul(images.reshape([n, h, w * channels])); // [n, height, w channels]
  const wide = weightsOf(w, width).matmul(tall.reshape([n * height, w, channels])); // [n height, width, channels]
  return wide.reshape([n, height, width, channels]);
}

function nearest(from: number, to: number): Tensor {
  return tensor(Int32Array.from({ length: to }, (_, i) => Math.floor(((i + 0.5) * from) / to)));
}

/** The weights of `from` pixels in each of `to`, [to, from]; each row sums to 1. */
function weights(from: number, to: number, kernel: Kernel, antialias: boolean): Tensor {
  const ratio = from / to;
  const reach = antialias ? Math.max(ratio, 1) : 1;
  const rows = Array.from({ length: to }, (_, i) => {
    const middle = (i + 0.5) * ratio - 0.5;
    const row = Array.from({ length: from }, (_, j) => kernel(Math.abs(middle - j) / reach));
    const total = row.reduce((a, b) => a + b, 0);
    return row.map((weight) => weight / total);
  });
  return tensor(rows);
}
