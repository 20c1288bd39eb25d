import { number, read, required, write } from '../../config.js';
import { Layer } from '../../layer.js';
import { layerFields } from '../fields.js';
import { checkSize, cut, fitted } from './crop.js';
import { extent, overImages } from './images.js';
import type { Tensor } from '@gradus/tensor';
import type { Config, Fields } from '../../config.js';
import type { LayerOptions } from '../../layer.js';
import type { Registry } from '../../registry.js';

interface CenterCropConfig extends LayerOptions {
  readonly height: number;
  readonly width: number;
}

const fields: Fields<CenterCropConfig> = { ...layerFields, height: required(number), width: required(number) };

/**
 * The middle of each image, in training or not. Where the image is smaller, its largest part with these proportions is resized.
 *
 * x: [n, h, w, channels] or [h, w, channels], y: the same with the given height and width, a float.
 */
export class CenterCrop extends Layer {
  static override readonly className: string = 'CenterCrop';
  private readonly config: CenterCropConfig;

  constructor(height: number, width: number, options: LayerOptions = {}) {
    super(options);
    checkSize('CenterCrop', height, width);
    this.config = { height, width, ...options };
  }

  override call(x: Tensor): Tensor {
    const { height, width } = this.config;
    return overImages('CenterCrop', x, (images) => {
      const [h, w] = extent(images);
      if (h < height || w < width) return fitted(images, [height, width]);
      return cut(images, [Math.floor((h - height) / 2), Math.floor((w - width) / 2)], [height, width]);
    });
  }

  override toConfig(): Config {
    return write(fields, this.config);
  }
  static fromConfig(config: Config, registry: Registry): CenterCrop {
    const { height, width, ...options } = read(fields, config, registry);
    return new CenterCrop(height, width, options);
  }
}
