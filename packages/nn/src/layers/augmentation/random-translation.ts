import { number, read, required, write } from '../../config.js';
import { Layer } from '../../layer.js';
import { layerFields } from '../fields.js';
import { drawPerImage, factorField, rangeOf } from './factor.js';
import { extent, overImages } from './images.js';
import { affine, resampleFields } from './resample.js';
import type { Tensor } from '@gradus/tensor';
import type { Config, Fields } from '../../config.js';
import type { Context } from '../../context.js';
import type { LayerOptions } from '../../layer.js';
import type { Registry } from '../../registry.js';
import type { Stream } from '../../stream.js';
import type { Factor, Range } from './factor.js';
import type { ResampleOptions } from './resample.js';

export interface RandomTranslationOptions extends LayerOptions, ResampleOptions {
  /** A seed of its own. @defaultValue the model's, at this layer's path */
  readonly seed?: number;
}

interface RandomTranslationConfig extends RandomTranslationOptions {
  readonly heightFactor: Factor;
  readonly widthFactor: Factor;
}

const fields: Fields<RandomTranslationConfig> = {
  ...layerFields,
  ...resampleFields,
  heightFactor: required(factorField),
  widthFactor: required(factorField),
  seed: number,
};

/**
 * In training each image moves down by a random part of its height and right by one of its width; else y = x. Factors are from -1 to 1:
 * f means -f to f, and [low, high] that range; below 0 is up and left.
 *
 * x: [n, height, width, channels] or [height, width, channels], y: the same shape, a float. Called alone, without saying whether it trains, it does.
 */
export class RandomTranslation extends Layer {
  static override readonly className: string = 'RandomTranslation';
  private readonly config: RandomTranslationConfig;
  private readonly down: Range;
  private readonly right: Range;
  private stream: Stream | undefined;

  constructor(heightFactor: Factor, widthFactor: Factor, options: RandomTranslationOptions = {}) {
    super(options);
    this.down = rangeOf('heightFactor', heightFactor);
    this.right = rangeOf('widthFactor', widthFactor);
    this.config = { heightFactor, widthFactor, ...options };
  }

  override build(): void {
    this.stream = this.random(this.config.seed);
  }

  override call(x: Tensor, { augments }: Context): Tensor {
    const { stream } = this;
    return overImages('RandomTranslation', x, (images) => {
      if (!augments || !stream) return images;
      const [height, width] = extent(images);
      const down = drawPerImage(stream, images, this.down).mul(height);
      const right = drawPerImage(stream, images, this.right).mul(width);
      return affine(images, { a: [1, 0, right.neg()], b: [0, 1, down.neg()] }, this.config);
    });
  }

  override toConfig(): Config {
    return write(fields, this.config);
  }
  static fromConfig(config: Config, registry: Registry): RandomTranslation {
    const { heightFactor, widthFactor, ...options } = read(fields, config, registry);
    return new RandomTranslation(heightFactor, widthFactor, options);
  }
}
