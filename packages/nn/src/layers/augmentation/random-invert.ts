import { where } from '@gradus/tensor';
import { number, read, write } from '../../config.js';
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

export interface RandomInvertOptions extends LayerOptions {
  /** The smallest and the largest number that a pixel can be. @defaultValue [0, 255] */
  readonly valueRange?: readonly [number, number];
  /** A seed of its own. @defaultValue the model's, at this layer's path */
  readonly seed?: number;
}

interface RandomInvertConfig extends RandomInvertOptions {
  readonly factor?: Factor;
}

const fields: Fields<RandomInvertConfig> = { ...layerFields, factor: factorField, valueRange: rangeField, seed: number };

/**
 * In training y = most - x for some images, with a probability that is drawn from the range `factor` (a number f: from 0 to f); else y = x.
 *
 * x: [n, height, width, channels] or [height, width, channels], y: the same shape, a float.
 */
export class RandomInvert extends Layer {
  static override readonly className: string = 'RandomInvert';
  private readonly config: RandomInvertConfig;
  private readonly range: Range;
  private stream: Stream | undefined;

  constructor(factor: Factor = 1, options: RandomInvertOptions = {}) {
    super(options);
    this.range = rangeOf('factor', factor, { low: 0, high: 1 });
    checkValueRange('RandomInvert', options.valueRange);
    this.config = { factor, ...options };
  }

  override build(): void {
    this.stream = this.random(this.config.seed);
  }

  override call(x: Tensor, { augments }: Context): Tensor {
    const { valueRange: [, most] = [0, 255] } = this.config;
    const { stream } = this;
    return overImages('RandomInvert', x, (images) => {
      if (!augments || !stream) return images;
      const probability = drawPerImage(stream, images, this.range);
      const turned = drawPerImage(stream, images, { low: 0, high: 1 }).lessEqual(probability);
      return where(turned, images.neg().add(most), images);
    });
  }

  override toConfig(): Config {
    return write(fields, this.config);
  }
  static fromConfig(config: Config, registry: Registry): RandomInvert {
    const { factor, ...options } = read(fields, config, registry);
    return new RandomInvert(factor, options);
  }
}
