import { ArgumentError, pad } from '@gradus/tensor';
import { flag, number, oneOf, read, required, write } from '../../config.js';
import { Layer } from '../../layer.js';
import { layerFields } from '../fields.js';
import { checkSize, fitted } from './crop.js';
import { extent, overImages } from './images.js';
import { resize } from './resize.js';
import type { Tensor } from '@gradus/tensor';
import type { Config, Fields } from '../../config.js';
import type { LayerOptions } from '../../layer.js';
import type { Registry } from '../../registry.js';
import type { Size } from './crop.js';
import type { ResizeOptions } from './resize.js';

export interface ResizingOptions extends LayerOptions, ResizeOptions {
  /** Cuts what would be squeezed: proportions stay. @defaultValue false */
  readonly cropToAspectRatio?: boolean;
  /** Adds `fillValue` around: proportions stay. @defaultValue false */
  readonly padToAspectRatio?: boolean;
  /** @defaultValue 0 */
  readonly fillValue?: number;
}

interface ResizingConfig extends ResizingOptions {
  readonly height: number;
  readonly width: number;
}

const fields: Fields<ResizingConfig> = {
  ...layerFields,
  height: required(number),
  width: required(number),
  interpolation: oneOf('bilinear', 'nearest', 'bicubic', 'lanczos3', 'lanczos5'),
  antialias: flag,
  cropToAspectRatio: flag,
  padToAspectRatio: flag,
  fillValue: number,
};

/**
 * Images in another size, in training or not.
 *
 * x: [n, h, w, channels] or [h, w, channels], y: the same with the given height and width. Bytes stay bytes, rounded and cut to 0 ... 255.
 */
export class Resizing extends Layer {
  static override readonly className: string = 'Resizing';
  private readonly config: ResizingConfig;

  constructor(height: number, width: number, options: ResizingOptions = {}) {
    super(options);
    checkSize('Resizing', height, width);
    if (options.cropToAspectRatio === true && options.padToAspectRatio === true) {
      throw new ArgumentError('Resizing: cropToAspectRatio and padToAspectRatio exclude each other');
    }
    this.config = { height, width, ...options };
  }

  override call(x: Tensor): Tensor {
    const { height, width, cropToAspectRatio, padToAspectRatio, fillValue = 0 } = this.config;
    const size: Size = [height, width];
    const y = overImages('Resizing', x, (images) => {
      if (cropToAspectRatio) return fitted(images, size, this.config);
      return resize(padToAspectRatio ? padded(images, size, fillValue) : images, size, this.config);
    });
    return x.dtype === 'uint8' ? y.round().clip(0, 255).cast('uint8') : y;
  }

  override toConfig(): Config {
    return write(fields, this.config);
  }
  static fromConfig(config: Config, registry: Registry): Resizing {
    const { height, width, ...options } = read(fields, config, registry);
    return new Resizing(height, width, options);
  }
}

/** The images with `value` above and below, or left and right, until they have the proportions of `size`. */
function padded(images: Tensor, [h, w]: Size, value: number): Tensor {
  const [height, width] = extent(images);
  const above = Math.trunc((Math.max(height, Math.trunc((width * h) / w)) - height) / 2);
  const left = above > 0 ? 0 : Math.trunc((Math.max(width, Math.trunc((height * w) / h)) - width) / 2);
  const [vertical, across] = [above, left].map((n) => [n, n] as const);
  return pad(images, [[0, 0], vertical ?? [0, 0], across ?? [0, 0], [0, 0]], value);
}
