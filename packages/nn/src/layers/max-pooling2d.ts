import { maxPool } from '@gradus/tensor';
import { numberOrNumbers, read, write } from '../config.js';
import { Layer } from '../layer.js';
import { layerFields } from './fields.js';
import { checkImages, checkWindow, paddingField } from './geometry.js';
import type { Tensor } from '@gradus/tensor';
import type { Config, Fields } from '../config.js';
import type { LayerOptions } from '../layer.js';
import type { Registry } from '../registry.js';
import type { Padding, Sizes } from './geometry.js';

export interface MaxPooling2DOptions extends LayerOptions {
  /** How far the window moves from place to place. @defaultValue the window's own size */
  readonly strides?: Sizes;
  /** @defaultValue 'valid' */
  readonly padding?: Padding;
}

interface MaxPooling2DConfig extends MaxPooling2DOptions {
  /** @defaultValue 2 */
  readonly poolSize?: Sizes;
}

const fields: Fields<MaxPooling2DConfig> = {
  ...layerFields,
  poolSize: numberOrNumbers,
  strides: numberOrNumbers,
  padding: paddingField,
};

/** The largest element of each window, channel by channel: [n, height, width, c] -> [n, height', width', c]. Padding never wins. */
export class MaxPooling2D extends Layer {
  static override readonly className: string = 'MaxPooling2D';
  private readonly config: MaxPooling2DConfig;

  constructor(poolSize: Sizes = 2, options: MaxPooling2DOptions = {}) {
    super(options);
    checkWindow('MaxPooling2D', { poolSize, strides: options.strides }, options.padding);
    this.config = { poolSize, ...options };
  }

  override call(x: Tensor): Tensor {
    checkImages('MaxPooling2D', x.shape);
    const { poolSize = 2, strides, padding = 'valid' } = this.config;
    return maxPool(x, poolSize, { strides, padding });
  }

  override toConfig(): Config {
    return write(fields, this.config);
  }
  static fromConfig(config: Config, registry: Registry): MaxPooling2D {
    const { poolSize, ...options } = read(fields, config, registry);
    return new MaxPooling2D(poolSize, options);
  }
}
