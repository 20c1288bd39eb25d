/** Windows of sequences, images and volumes, each reduced to one number a channel. */
import { conv, fromData, maxPool, ones, sizeOf } from '@gradus/tensor';
import { paddingOf, perAxis } from '@gradus/tensor/extend';
import { numberOrNumbers, read, write } from '../config.js';
import { Layer } from '../layer.js';
import { layerFields } from './fields.js';
import { paddingField } from './geometry.js';
import { checkPlaces, checkWalk } from './windows.js';
import type { Tensor } from '@gradus/tensor';
import type { Config, Fields } from '../config.js';
import type { LayerOptions } from '../layer.js';
import type { Registry } from '../registry.js';
import type { Padding, Sizes } from './geometry.js';
import type { Places } from './windows.js';

export interface PoolingOptions extends LayerOptions {
  /** How far the window moves from place to place. @defaultValue the window's own size */
  readonly strides?: Sizes;
  /** @defaultValue 'valid' */
  readonly padding?: Padding;
}

interface PoolingConfig extends PoolingOptions {
  /** @defaultValue 2 */
  readonly poolSize?: Sizes;
}

const fields: Fields<PoolingConfig> = { ...layerFields, poolSize: numberOrNumbers, strides: numberOrNumbers, padding: paddingField };

abstract class Pooling extends Layer {
  protected readonly config: PoolingConfig;
  private readonly places: Places;

  constructor(places: Places, poolSize: Sizes, options: PoolingOptions = {}) {
    super(options);
    checkWalk(this.className, places, { poolSize, strides: options.strides }, options.padding);
    this.places = places;
    this.config = { poolSize, ...options };
  }

  /** One number for each window. */
  abstract pool(x: Tensor, window: readonly number[], strides: readonly number[], padding: Padding): Tensor;

  override call(x: Tensor): Tensor {
    checkPlaces(this.className, x.shape, this.places);
    const { poolSize = 2, strides, padding = 'valid' } = this.config;
    const window = perAxis(this.className, 'poolSize', poolSize, this.places);
    return this.pool(x, window, perAxis(this.className, 'strides', strides ?? window, this.places), padding);
  }

  override toConfig(): Config {
    return write(fields, this.config);
  }
}

abstract class MaxPooling extends Pooling {
  override pool(x: Tensor, window: readonly number[], strides: readonly number[], padding: Padding): Tensor {
    return maxPool(x, window, { strides, padding });
  }
}

/** Padding does not count: each window is divided by how many of its places lie inside. */
abstract class AveragePooling extends Pooling {
  override pool(x: Tensor, window: readonly number[], strides: readonly number[], padding: Padding): Tensor {
    const channels = x.shape[x.rank - 1] ?? 1;
    const sums = conv(x, ones([...window, 1, channels], x.dtype), { strides, padding, groups: channels });
    return sums.div(countsOf(x.shape.slice(1, -1), window, strides, { padding, out: sums.shape.slice(1, -1) }).cast(x.dtype));
  }
}

interface Walk {
  readonly padding: Padding;
  readonly out: readonly number[];
}

/** How many places of each window lie inside: [...out, 1]. */
function countsOf(spatial: readonly number[], window: readonly number[], strides: readonly number[], { padding, out }: Walk): Tensor {
  const around = paddingOf(spatial, window, strides, window.map(() => 1), padding); // prettier-ignore
  const along = out.map((places, i) =>
    Array.from({ length: places }, (_, place) => {
      const start = place * (strides[i] ?? 1) - (around[i]?.[0] ?? 0);
      return Math.min(start + (window[i] ?? 1), spatial[i] ?? 0) - Math.max(start, 0);
    }),
  );
  const counts = along.reduce((all, axis) => all.flatMap((count) => axis.map((n) => count * n)), [1]);
  return fromData(Float32Array.from(counts.slice(0, sizeOf(out))), [...out, 1]);
}

/** The largest number of each window, channel by channel; padding never wins: [n, steps, c] -> [n, steps', c]. */
export class MaxPooling1D extends MaxPooling {
  static override readonly className: string = 'MaxPooling1D';

  constructor(poolSize: Sizes = 2, options?: PoolingOptions) {
    super(1, poolSize, options);
  }
  static fromConfig(config: Config, registry: Registry): MaxPooling1D {
    const { poolSize, ...options } = read(fields, config, registry);
    return new MaxPooling1D(poolSize, options);
  }
}

/** The largest number of each window, channel by channel; padding never wins: [n, depth, height, width, c] -> [n, depth', height', width', c]. */
export class MaxPooling3D extends MaxPooling {
  static override readonly className: string = 'MaxPooling3D';

  constructor(poolSize: Sizes = 2, options?: PoolingOptions) {
    super(3, poolSize, options);
  }
  static fromConfig(config: Config, registry: Registry): MaxPooling3D {
    const { poolSize, ...options } = read(fields, config, registry);
    return new MaxPooling3D(poolSize, options);
  }
}

/** The mean of each window, channel by channel, of what lies inside: [n, steps, c] -> [n, steps', c]. */
export class AveragePooling1D extends AveragePooling {
  static override readonly className: string = 'AveragePooling1D';

  constructor(poolSize: Sizes = 2, options?: PoolingOptions) {
    super(1, poolSize, options);
  }
  static fromConfig(config: Config, registry: Registry): AveragePooling1D {
    const { poolSize, ...options } = read(fields, config, registry);
    return new AveragePooling1D(poolSize, options);
  }
}

/** The mean of each window, channel by channel, of what lies inside: [n, height, width, c] -> [n, height', width', c]. */
export class AveragePooling2D extends AveragePooling {
  static override readonly className: string = 'AveragePooling2D';

  constructor(poolSize: Sizes = 2, options?: PoolingOptions) {
    super(2, poolSize, options);
  }
  static fromConfig(config: Config, registry: Registry): AveragePooling2D {
    const { poolSize, ...options } = read(fields, config, registry);
    return new AveragePooling2D(poolSize, options);
  }
}

/** The mean of each window, channel by channel, of what lies inside: [n, depth, height, width, c] -> [n, depth', height', width', c]. */
export class AveragePooling3D extends AveragePooling {
  static override readonly className: string = 'AveragePooling3D';

  constructor(poolSize: Sizes = 2, options?: PoolingOptions) {
    super(3, poolSize, options);
  }
  static fromConfig(config: Config, registry: Registry): AveragePooling3D {
    const { poolSize, ...options } = read(fields, config, registry);
    return new AveragePooling3D(poolSize, options);
  }
}
