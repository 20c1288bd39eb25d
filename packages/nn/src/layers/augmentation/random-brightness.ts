import { number, read, required, write } from '../../config.js';
import { Layer } from '../../layer.js';
import { layerFields } from '../fields.js';
import { checkValueRange, drawPerImage, factorField, rangeField, rangeOf } from './factor.js';
import { overImages } from './images.js';
import type { Tensor } from '@gradus/tensor';
import type { Config, Fields } from '../../config.js';
import type { Context } from '../../context.js';
import type { LayerOptions } from '../../layer.js';
import type { Registry } from '../../registry.js';
import type { Stream } from '../../stream.js';
import type { Factor, Range } from './factor.js';

export interface RandomBrightnessOptions extends LayerOptions {
  /** The smallest and the largest number that a pixel can be; results are cut there. @defaultValue [0, 255] */
  readonly valueRange?: readonly [number, number];
  /** A seed of its own. @defaultValue the model's, at this layer's path */
  readonly seed?: number;
}

interface RandomBrightnessConfig extends RandomBrightnessOptions {
  readonly factor: Factor;
}

const fields: Fields<RandomBrightnessConfig> = { ...layerFields, factor: required(factorField), valueRange: rangeField, seed: number };

/**
 * In training y = x + d (most - least), d drawn for each image, cut to the value range; else y = x. f means d from -f to f, from -1 to 1, and
 * [low, high] that range.
 *
 * x: [n, height, width, channels] or [height, width, channels], y: the same shape, a float. Called alone, without saying whether it trains, it does.
 */
export class RandomBrightness extends Layer {
  static override readonly className: string = 'RandomBrightness';
  private readonly config: RandomBrightnessConfig;
  private readonly range: Range;
  private stream: Stream | undefined;

  constructor(factor: Factor, options: RandomBrightnessOptions = {}) {
    super(options);
    this.range = rangeOf('factor', factor);
    checkValueRange('RandomBrightness', options.valueRange);
    this.config = { factor, ...options };
  }

  override build(): void {
    this.stream = this.random(this.config.seed);
  }

  override call(x: Tensor, { augments }: Context): Tensor {
    const { valueRange: [least, most] = [0, 255] } = this.config;
    const { stream } = this;
    return overImages('RandomBrightness', x, (images) => {
      if (!augments || !stream) return images;
      const brighter = drawPerImage(stream, images, this.range).mul(most - least);
      return images.add(brighter).clip(least, most);
    });
  }

  override toConfig(): Config {
    return write(fields, this.config);
  }
  static fromConfig(config: Config, registry: Registry): RandomBrightness {
    const { factor, ...options } = read(fields, config, registry);
    return new RandomBrightness(factor, options);
  }
}
