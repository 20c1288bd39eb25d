import { ArgumentError } from '@gradus/tensor';
import { nullable, number, read, required, write } from '../../config.js';
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

export interface RandomZoomOptions extends LayerOptions, ResampleOptions {
  /** The range for the width; null: as the height is zoomed, so that proportions stay. @defaultValue null */
  readonly widthFactor?: Factor | null;
  /** A seed of its own. @defaultValue the model's, at this layer's path */
  readonly seed?: number;
}

interface RandomZoomConfig extends RandomZoomOptions {
  readonly heightFactor: Factor;
}

const fields: Fields<RandomZoomConfig> = {
  ...layerFields,
  ...resampleFields,
  heightFactor: required(factorField),
  widthFactor: nullable(factorField),
  seed: number,
};

/**
 * In training each image is zoomed about its middle: 0.2 shows a fifth more of the height, so that what it shows is smaller, and -0.2 a fifth
 * less; else y = x. f means -f to f, above -1 and to 1, and [low, high] that range.
 *
 * x: [n, height, width, channels] or [height, width, channels], y: the same shape, a float. Called alone, without saying whether it trains, it does.
 */
export class RandomZoom extends Layer {
  static override readonly className: string = 'RandomZoom';
  private readonly config: RandomZoomConfig;
  private readonly height: Range;
  private readonly width: Range | undefined;
  private stream: Stream | undefined;

  constructor(heightFactor: Factor, options: RandomZoomOptions = {}) {
    super(options);
    const { widthFactor = null } = options;
    this.height = zoomOf('heightFactor', heightFactor);
    this.width = widthFactor === null ? undefined : zoomOf('widthFactor', widthFactor);
    this.config = { heightFactor, ...options };
  }

  override build(): void {
    this.stream = this.random(this.config.seed);
  }

  override call(x: Tensor, { augments }: Context): Tensor {
    const { stream } = this;
    return overImages('RandomZoom', x, (images) => {
      if (!augments || !stream) return images;
      const [height, width] = extent(images);
      const zy = drawPerImage(stream, images, this.height, 1);
      const zx = this.width ? drawPerImage(stream, images, this.width, 1) : zy;
      const rest = (zoom: Tensor, size: number): Tensor => zoom.neg().add(1).mul((size - 1) / 2); // prettier-ignore
      return affine(images, { a: [zx, 0, rest(zx, width)], b: [0, zy, rest(zy, height)] }, this.config);
    });
  }

  override toConfig(): Config {
    return write(fields, this.config);
  }
  static fromConfig(config: Config, registry: Registry): RandomZoom {
    const { heightFactor, ...options } = read(fields, config, registry);
    return new RandomZoom(heightFactor, options);
  }
}

function zoomOf(name: string, factor: Factor): Range {
  const range = rangeOf(name, factor);
  if (typeof factor === 'number' ? factor !== -1 : range.low !== -1) return range;
  throw new ArgumentError(`${name}: expected more than -1, found ${JSON.stringify(factor)}: nothing of the image would be left`);
}
