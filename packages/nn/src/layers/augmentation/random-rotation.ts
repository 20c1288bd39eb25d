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

export interface RandomRotationOptions extends LayerOptions, ResampleOptions {
  /** A seed of its own. @defaultValue the model's, at this layer's path */
  readonly seed?: number;
}

interface RandomRotationConfig extends RandomRotationOptions {
  readonly factor: Factor;
}

const fields: Fields<RandomRotationConfig> = { ...layerFields, ...resampleFields, factor: required(factorField), seed: number };

/**
 * In training each image turns about its middle by a random part of a full turn; else y = x. f means -f to f turns, from -1 to 1, and
 * [low, high] that range; above 0 is counterclockwise.
 *
 * x: [n, height, width, channels] or [height, width, channels], y: the same shape, a float. Called alone, without saying whether it trains, it does.
 */
export class RandomRotation extends Layer {
  static override readonly className: string = 'RandomRotation';
  private readonly config: RandomRotationConfig;
  private readonly turns: Range;
  private stream: Stream | undefined;

  constructor(factor: Factor, options: RandomRotationOptions = {}) {
    super(options);
    this.turns = rangeOf('factor', factor);
    this.config = { factor, ...options };
  }

  override build(): void {
    this.stream = this.random(this.config.seed);
  }

  override call(x: Tensor, { augments }: Context): Tensor {
    const { stream } = this;
    return overImages('RandomRotation', x, (images) => {
      if (!augments || !stream) return images;
      const [height, width] = extent(images);
      const [cy, cx] = [(height - 1) / 2, (width - 1) / 2];
      const angle = drawPerImage(stream, images, this.turns).mul(2 * Math.PI);
      const [cos, sin] = [angle.cos(), angle.sin()];
      const a2 = cos.mul(-cx).add(sin.mul(cy)).add(cx);
      const b2 = sin.mul(-cx).sub(cos.mul(cy)).add(cy);
      return affine(images, { a: [cos, sin.neg(), a2], b: [sin, cos, b2] }, this.config);
    });
  }

  override toConfig(): Config {
    return write(fields, this.config);
  }
  static fromConfig(config: Config, registry: Registry): RandomRotation {
    const { factor, ...options } = read(fields, config, registry);
    return new RandomRotation(factor, options);
  }
}
