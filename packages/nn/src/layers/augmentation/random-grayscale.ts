import { ArgumentError, ShapeError, showShape, tensor, where } from '@gradus/tensor';
import { number, read, write } from '../../config.js';
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

export interface RandomGrayscaleOptions extends LayerOptions {
  /** A seed of its own. @defaultValue the model's, at this layer's path */
  readonly seed?: number;
}

interface RandomGrayscaleConfig extends RandomGrayscaleOptions {
  readonly factor?: number;
}

const fields: Fields<RandomGrayscaleConfig> = { ...layerFields, factor: number, seed: number };

/** How bright red, green and blue look: ITU-R BT.601. */
const brightness = [0.299, 0.587, 0.114];

/**
 * In training an image loses its colours with the probability `factor`: every channel becomes the brightness; else y = x.
 *
 * x: [n, height, width, 3] or [height, width, 3], y: the same shape, a float.
 */
export class RandomGrayscale extends Layer {
  static override readonly className: string = 'RandomGrayscale';
  private readonly config: RandomGrayscaleConfig;
  private stream: Stream | undefined;

  constructor(factor: number = 0.5, options: RandomGrayscaleOptions = {}) {
    super(options);
    if (!(factor >= 0 && factor <= 1)) throw new ArgumentError(`factor: expected a number from 0 to 1, found ${factor}`);
    this.config = { factor, ...options };
  }

  override build(): void {
    this.stream = this.random(this.config.seed);
  }

  override call(x: Tensor, { augments }: Context): Tensor {
    const { stream } = this;
    return overImages('RandomGrayscale', x, (images) => {
      if (images.shape[3] !== 3) throw new ShapeError(`RandomGrayscale: expected three channels, found ${showShape(x.shape)}`);
      if (!augments || !stream) return images;
      const chosen = drawPerImage(stream, images, { low: 0, high: 1 }).less(this.config.factor ?? 0.5);
      const gray = images.mul(tensor(brightness)).sum(-1, { keepDims: true });
      return where(chosen, gray.broadcastTo(images.shape), images);
    });
  }

  override toConfig(): Config {
    return write(fields, this.config);
  }
  static fromConfig(config: Config, registry: Registry): RandomGrayscale {
    const { factor, ...options } = read(fields, config, registry);
    return new RandomGrayscale(factor, options);
  }
}
