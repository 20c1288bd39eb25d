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

export interface RandomContrastOptions extends LayerOptions {
  /** The smallest and the largest number that a pixel can be; results are cut there. @defaultValue [0, 255] */
  readonly valueRange?: readonly [number, number];
  /** A seed of its own. @defaultValue the model's, at this layer's path */
  readonly seed?: number;
}

interface RandomContrastConfig extends RandomContrastOptions {
  readonly factor: Factor;
}

const fields: Fields<RandomContrastConfig> = { ...layerFields, factor: required(factorField), valueRange: rangeField, seed: number };

/**
 * In training y = (x - m) c + m, m the mean of a channel and c drawn for each image, cut to the value range; else y = x. f, from 0 to 1, means
 * c from 1 to 1 + f (contrast only grows), and [low, high] means c from 1 - low to 1 + high.
 *
 * x: [n, height, width, channels] or [height, width, channels], y: the same shape, a float. Called alone, without saying whether it trains, it does.
 */
export class RandomContrast extends Layer {
  static override readonly className: string = 'RandomContrast';
  private readonly config: RandomContrastConfig;
  private readonly range: Range;
  private stream: Stream | undefined;

  constructor(factor: Factor, options: RandomContrastOptions = {}) {
    super(options);
    this.range = rangeOf('factor', factor, { low: 0, high: 1 });
    checkValueRange('RandomContrast', options.valueRange);
    this.config = { factor, ...options };
  }

  override build(): void {
    this.stream = this.random(this.config.seed);
  }

  override call(x: Tensor, { augments }: Context): Tensor {
    const { valueRange: [least, most] = [0, 255] } = this.config;
    const { stream } = this;
    return overImages('RandomContrast', x, (images) => {
      if (!augments || !stream) return images;
      const means = images.mean([1, 2], { keepDims: true });
      const contrast = drawPerImage(stream, images, { low: -this.range.low, high: this.range.high }, 1);
      return images.sub(means).mul(contrast).add(means).clip(least, most);
    });
  }

  override toConfig(): Config {
    return write(fields, this.config);
  }
  static fromConfig(config: Config, registry: Registry): RandomContrast {
    const { factor, ...options } = read(fields, config, registry);
    return new RandomContrast(factor, options);
  }
}
