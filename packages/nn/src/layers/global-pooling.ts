/** All places of a sample reduced to one number a channel. */
import { flag, read, write } from '../config.js';
import { Layer } from '../layer.js';
import { isTensor } from '../masks.js';
import { layerFields } from './fields.js';
import { checkPlaces } from './windows.js';
import type { Tensor } from '@gradus/tensor';
import type { Config, Fields } from '../config.js';
import type { Context } from '../context.js';
import type { LayerOptions } from '../layer.js';
import type { Registry } from '../registry.js';
import type { Places } from './windows.js';

export interface GlobalPoolingOptions extends LayerOptions {
  /** Whether the axes of the places stay, with the size 1. @defaultValue false */
  readonly keepdims?: boolean;
}

const fields: Fields<GlobalPoolingOptions> = { ...layerFields, keepdims: flag };

abstract class GlobalPooling extends Layer {
  private readonly config: GlobalPoolingOptions;
  private readonly places: Places;

  constructor(places: Places, options: GlobalPoolingOptions = {}) {
    super(options);
    this.places = places;
    this.config = options;
  }

  abstract pool(x: Tensor, axes: readonly number[], keepDims: boolean, mask: Tensor | undefined): Tensor;

  override call(x: Tensor, { mask }: Context): Tensor {
    checkPlaces(this.className, x.shape, this.places);
    const axes = Array.from({ length: this.places }, (_, i) => i + 1);
    return this.pool(x, axes, this.config.keepdims ?? false, isTensor(mask) ? mask : undefined);
  }

  override computeMask(): undefined {
    return undefined;
  }

  override toConfig(): Config {
    return write(fields, this.config);
  }
}

abstract class GlobalMaxPooling extends GlobalPooling {
  override pool(x: Tensor, axes: readonly number[], keepDims: boolean): Tensor {
    return x.max(axes, { keepDims });
  }
}

abstract class GlobalAveragePooling extends GlobalPooling {
  override pool(x: Tensor, axes: readonly number[], keepDims: boolean, mask: Tensor | undefined): Tensor {
    if (!mask || axes.length > 1) return x.mean(axes, { keepDims });
    const counts = mask.cast(x.dtype).expandDims(-1); // [n, steps, 1]
    return x.mul(counts).sum(axes, { keepDims }).div(counts.sum(axes, { keepDims })); // prettier-ignore
  }
}

/** The largest number of each channel: [n, steps, c] -> [n, c]. */
export class GlobalMaxPooling1D extends GlobalMaxPooling {
  static override readonly className: string = 'GlobalMaxPooling1D';

  constructor(options?: GlobalPoolingOptions) {
    super(1, options);
  }
  static fromConfig(config: Config, registry: Registry): GlobalMaxPooling1D {
    return new GlobalMaxPooling1D(read(fields, config, registry));
  }
}

/** The largest number of each channel: [n, height, width, c] -> [n, c]. */
export class GlobalMaxPooling2D extends GlobalMaxPooling {
  static override readonly className: string = 'GlobalMaxPooling2D';

  constructor(options?: GlobalPoolingOptions) {
    super(2, options);
  }
  static fromConfig(config: Config, registry: Registry): GlobalMaxPooling2D {
    return new GlobalMaxPooling2D(read(fields, config, registry));
  }
}

/** The largest number of each channel: [n, depth, height, width, c] -> [n, c]. */
export class GlobalMaxPooling3D extends GlobalMaxPooling {
  static override readonly className: string = 'GlobalMaxPooling3D';

  constructor(options?: GlobalPoolingOptions) {
    super(3, options);
  }
  static fromConfig(config: Config, registry: Registry): GlobalMaxPooling3D {
    return new GlobalMaxPooling3D(read(fields, config, registry));
  }
}

/** The mean of each channel, over the steps that count: [n, steps, c] -> [n, c]. */
export class GlobalAveragePooling1D extends GlobalAveragePooling {
  static override readonly className: string = 'GlobalAveragePooling1D';

  constructor(options?: GlobalPoolingOptions) {
    super(1, options);
  }
  static fromConfig(config: Config, registry: Registry): GlobalAveragePooling1D {
    return new GlobalAveragePooling1D(read(fields, config, registry));
  }
}

/** The mean of each channel: [n, height, width, c] -> [n, c]. */
export class GlobalAveragePooling2D extends GlobalAveragePooling {
  static override readonly className: string = 'GlobalAveragePooling2D';

  constructor(options?: GlobalPoolingOptions) {
    super(2, options);
  }
  static fromConfig(config: Config, registry: Registry): GlobalAveragePooling2D {
    return new GlobalAveragePooling2D(read(fields, config, registry));
  }
}

/** The mean of each channel: [n, depth, height, width, c] -> [n, c]. */
export class GlobalAveragePooling3D extends GlobalAveragePooling {
  static override readonly className: string = 'GlobalAveragePooling3D';

  constructor(options?: GlobalPoolingOptions) {
    super(3, options);
  }
  static fromConfig(config: Config, registry: Registry): GlobalAveragePooling3D {
    return new GlobalAveragePooling3D(read(fields, config, registry));
  }
}
