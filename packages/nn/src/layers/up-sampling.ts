import { perAxis } from '@gradus/tensor/extend';
import { numberOrNumbers, oneOf, read, write } from '../config.js';
import { Layer } from '../layer.js';
import { resize } from './augmentation/resize.js';
import { layerFields } from './fields.js';
import { checkPlaces } from './windows.js';
import type { Tensor } from '@gradus/tensor';
import type { Config, Fields } from '../config.js';
import type { LayerOptions } from '../layer.js';
import type { Registry } from '../registry.js';
import type { ResizeInterpolation } from './augmentation/resize.js';
import type { Sizes } from './geometry.js';
import type { Places } from './windows.js';

interface UpSamplingConfig extends LayerOptions {
  readonly size?: Sizes;
}

const fields: Fields<UpSamplingConfig> = { ...layerFields, size: numberOrNumbers };

/** Every place so many times, along each axis. */
function repeated(x: Tensor, sizes: readonly number[]): Tensor {
  const [n = 0, ...rest] = x.shape;
  const c = rest.pop() ?? 0;
  const wide = x.reshape([n, ...rest.flatMap((places) => [places, 1]), c]);
  const copies = wide.broadcastTo([n, ...rest.flatMap((places, i) => [places, sizes[i] ?? 1]), c]);
  return copies.reshape([n, ...rest.map((places, i) => places * (sizes[i] ?? 1)), c]);
}

/** [n, steps, c] -> [n, steps size, c]: every step `size` times. */
export class UpSampling1D extends Layer {
  static override readonly className: string = 'UpSampling1D';
  private readonly config: UpSamplingConfig;

  constructor(size: Sizes = 2, options: LayerOptions = {}) {
    super(options);
    perAxis('UpSampling1D', 'size', size, 1);
    this.config = { size, ...options };
  }

  override call(x: Tensor): Tensor {
    return upSampled('UpSampling1D', x, this.config.size, 1);
  }

  override toConfig(): Config {
    return write(fields, this.config);
  }
  static fromConfig(config: Config, registry: Registry): UpSampling1D {
    const { size, ...options } = read(fields, config, registry);
    return new UpSampling1D(size, options);
  }
}

function upSampled(layer: string, x: Tensor, size: Sizes | undefined, places: Places): Tensor {
  checkPlaces(layer, x.shape, places);
  return repeated(x, perAxis(layer, 'size', size ?? 2, places));
}

/** [n, depth, height, width, c]: every place `size` times along each axis. */
export class UpSampling3D extends Layer {
  static override readonly className: string = 'UpSampling3D';
  private readonly config: UpSamplingConfig;

  constructor(size: Sizes = 2, options: LayerOptions = {}) {
    super(options);
    perAxis('UpSampling3D', 'size', size, 3);
    this.config = { size, ...options };
  }

  override call(x: Tensor): Tensor {
    return upSampled('UpSampling3D', x, this.config.size, 3);
  }

  override toConfig(): Config {
    return write(fields, this.config);
  }
  static fromConfig(config: Config, registry: Registry): UpSampling3D {
    const { size, ...options } = read(fields, config, registry);
    return new UpSampling3D(size, options);
  }
}

export interface UpSampling2DOptions extends LayerOptions {
  /** How places between the given ones are made up. @defaultValue 'nearest' */
  readonly interpolation?: ResizeInterpolation;
}

interface UpSampling2DConfig extends UpSampling2DOptions, UpSamplingConfig {}

const imageFields: Fields<UpSampling2DConfig> = {
  ...fields,
  interpolation: oneOf('nearest', 'bilinear', 'bicubic', 'lanczos3', 'lanczos5'),
};

/** [n, height, width, c] -> [n, height size, width size, c]: every pixel `size` times along each axis, or pixels interpolated. */
export class UpSampling2D extends Layer {
  static override readonly className: string = 'UpSampling2D';
  private readonly config: UpSampling2DConfig;

  constructor(size: Sizes = 2, options: UpSampling2DOptions = {}) {
    super(options);
    perAxis('UpSampling2D', 'size', size, 2);
    this.config = { size, ...options };
  }

  override call(x: Tensor): Tensor {
    const { size = 2, interpolation = 'nearest' } = this.config;
    if (interpolation === 'nearest') return upSampled('UpSampling2D', x, size, 2);
    checkPlaces('UpSampling2D', x.shape, 2);
    const [rows = 1, columns = 1] = perAxis('UpSampling2D', 'size', size, 2);
    return resize(x, [(x.shape[1] ?? 0) * rows, (x.shape[2] ?? 0) * columns], { interpolation });
  }

  override toConfig(): Config {
    return write(imageFields, this.config);
  }
  static fromConfig(config: Config, registry: Registry): UpSampling2D {
    const { size, ...options } = read(imageFields, config, registry);
    return new UpSampling2D(size, options);
  }
}
