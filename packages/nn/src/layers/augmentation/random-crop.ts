import { arange, take, uniform } from '@gradus/tensor';
import { number, read, required, write } from '../../config.js';
import { Layer } from '../../layer.js';
import { layerFields } from '../fields.js';
import { checkSize, cut, proportional } from './crop.js';
import { extent, overImages } from './images.js';
import { resize } from './resize.js';
import type { Tensor } from '@gradus/tensor';
import type { Config, Fields } from '../../config.js';
import type { Context } from '../../context.js';
import type { LayerOptions } from '../../layer.js';
import type { Registry } from '../../registry.js';
import type { Stream } from '../../stream.js';
import type { Size } from './crop.js';

export interface RandomCropOptions extends LayerOptions {
  /** A seed of its own. @defaultValue the model's, at this layer's path */
  readonly seed?: number;
}

interface RandomCropConfig extends RandomCropOptions {
  readonly height: number;
  readonly width: number;
}

const fields: Fields<RandomCropConfig> = { ...layerFields, height: required(number), width: required(number), seed: number };

/**
 * In training a part of the images at a random place, the same for the whole batch; where they are not larger both ways, a part near the
 * middle, resized. Else y = x, whatever its size: crop what is predicted with CenterCrop.
 *
 * x: [n, h, w, channels] or [h, w, channels], y: the same with the given height and width, a float. Called alone, without saying whether
 * it trains, it does.
 */
export class RandomCrop extends Layer {
  static override readonly className: string = 'RandomCrop';
  private readonly config: RandomCropConfig;
  private stream: Stream | undefined;

  constructor(height: number, width: number, options: RandomCropOptions = {}) {
    super(options);
    checkSize('RandomCrop', height, width);
    this.config = { height, width, ...options };
  }

  override build(): void {
    this.stream = this.random(this.config.seed);
  }

  override call(x: Tensor, { augments }: Context): Tensor {
    const { height, width } = this.config;
    const { stream } = this;
    return overImages('RandomCrop', x, (images) => {
      if (!augments || !stream) return images;
      const [h, w] = extent(images);
      if (h <= height || w <= width) return short(images, [height, width]);
      return part(part(images, 1, height, stream), 2, width, stream);
    });
  }

  override toConfig(): Config {
    return write(fields, this.config);
  }
  static fromConfig(config: Config, registry: Registry): RandomCrop {
    const { height, width, ...options } = read(fields, config, registry);
    return new RandomCrop(height, width, options);
  }
}

/** What there is of `size` from where the part with its proportions begins, resized. */
function short(images: Tensor, size: Size): Tensor {
  const [h, w] = extent(images);
  const [top, left] = proportional(images, size).start;
  const found = [Math.min(size[0], h - top), Math.min(size[1], w - left)] as const;
  const part = cut(images, [top, left], found);
  return found[0] === size[0] && found[1] === size[1] ? part : resize(part, size);
}

/** `size` places of an axis, from a random one on. */
function part(images: Tensor, axis: number, size: number, stream: Stream): Tensor {
  const { key, counter } = stream.next();
  const places = (images.shape[axis] ?? 0) - size + 1;
  const start = uniform(key, [], { counter, max: places }).cast('int32');
  return take(images, arange(0, size).add(start), axis);
}
