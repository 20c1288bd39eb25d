import { reverse, where } from '@gradus/tensor';
import { number, oneOf, read, write } from '../../config.js';
import { Layer } from '../../layer.js';
import { layerFields } from '../fields.js';
import { drawPerImage } from './factor.js';
import { overImages } from './images.js';
import type { Tensor } from '@gradus/tensor';
import type { Config, Fields } from '../../config.js';
import type { Context } from '../../context.js';
import type { LayerOptions } from '../../layer.js';
import type { Registry } from '../../registry.js';
import type { Stream } from '../../stream.js';

/** 'horizontal' swaps left and right, 'vertical' top and bottom. */
export type FlipMode = 'horizontal' | 'vertical' | 'horizontalAndVertical';

export interface RandomFlipOptions extends LayerOptions {
  /** A seed of its own. @defaultValue the model's, at this layer's path */
  readonly seed?: number;
}

interface RandomFlipConfig extends RandomFlipOptions {
  /** @defaultValue 'horizontalAndVertical' */
  readonly mode?: FlipMode;
}

const fields: Fields<RandomFlipConfig> = {
  ...layerFields,
  mode: oneOf('horizontal', 'vertical', 'horizontalAndVertical'),
  seed: number,
};

const axes: Readonly<Record<FlipMode, readonly number[]>> = { horizontal: [2], vertical: [1], horizontalAndVertical: [1, 2] };

/**
 * In training each image is flipped with probability 1/2, along both axes or neither where both are named; else y = x.
 * Only for what means the same in a mirror: not for digits or letters.
 *
 * x: [n, height, width, channels] or [height, width, channels], y: the same shape, a float. Called alone, without saying whether it trains, it does.
 */
export class RandomFlip extends Layer {
  static override readonly className: string = 'RandomFlip';
  private readonly config: RandomFlipConfig;
  private stream: Stream | undefined;

  constructor(mode: FlipMode = 'horizontalAndVertical', options: RandomFlipOptions = {}) {
    super(options);
    this.config = { mode, ...options };
  }

  override build(): void {
    this.stream = this.random(this.config.seed);
  }

  override call(x: Tensor, { augments }: Context): Tensor {
    const { mode = 'horizontalAndVertical' } = this.config;
    const { stream } = this;
    return overImages('RandomFlip', x, (images) => {
      if (!augments || !stream) return images;
      const flips = drawPerImage(stream, images, { low: 0, high: 1 }).lessEqual(0.5);
      return where(flips, reverse(images, axes[mode]), images);
    });
  }

  override toConfig(): Config {
    return write(fields, this.config);
  }
  static fromConfig(config: Config, registry: Registry): RandomFlip {
    const { mode, ...options } = read(fields, config, registry);
    return new RandomFlip(mode, options);
  }
}
