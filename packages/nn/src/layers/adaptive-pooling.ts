/** As many windows as are wanted, whatever the input's size: window i reaches from floor(i n / out) to before ceil((i + 1) n / out). */
import { stack } from '@gradus/tensor';
import { perAxis } from '@gradus/tensor/extend';
import { numberOrNumbers, read, required, write } from '../config.js';
import { Layer } from '../layer.js';
import { layerFields } from './fields.js';
import { checkPlaces } from './windows.js';
import type { Tensor } from '@gradus/tensor';
import type { Config, Fields } from '../config.js';
import type { LayerOptions } from '../layer.js';
import type { Registry } from '../registry.js';
import type { Sizes } from './geometry.js';
import type { Places } from './windows.js';

interface AdaptiveConfig extends LayerOptions {
  readonly outputSize: Sizes;
}

const fields: Fields<AdaptiveConfig> = { ...layerFields, outputSize: required(numberOrNumbers) };

abstract class AdaptivePooling extends Layer {
  private readonly config: AdaptiveConfig;
  private readonly places: Places;

  constructor(places: Places, outputSize: Sizes, options: LayerOptions = {}) {
    super(options);
    perAxis(this.className, 'outputSize', outputSize, places);
    this.places = places;
    this.config = { outputSize, ...options };
  }

  /** One number for each window along an axis. */
  abstract reduce(x: Tensor, axis: number): Tensor;

  override call(x: Tensor): Tensor {
    checkPlaces(this.className, x.shape, this.places);
    // Axis by axis: windows are boxes, and the mean of means over equal parts is the mean.
    return perAxis(this.className, 'outputSize', this.config.outputSize, this.places).reduce((y, out, i) => this.along(y, i + 1, out), x);
  }

  private along(x: Tensor, axis: number, out: number): Tensor {
    const n = x.shape[axis] ?? 0;
    const before = Array.from({ length: axis }, () => ':');
    const parts = Array.from({ length: out }, (_, i) => {
      const window = x.slice(...before, `${Math.floor((i * n) / out)}:${Math.ceil(((i + 1) * n) / out)}`);
      return this.reduce(window, axis);
    });
    return stack(parts, axis);
  }

  override toConfig(): Config {
    return write(fields, this.config);
  }
}

abstract class AdaptiveMaxPooling extends AdaptivePooling {
  override reduce(x: Tensor, axis: number): Tensor {
    return x.max(axis);
  }
}

abstract class AdaptiveAveragePooling extends AdaptivePooling {
  override reduce(x: Tensor, axis: number): Tensor {
    return x.mean(axis);
  }
}

/** The mean of each window, channel by channel: [n, steps, c] -> [n, outputSize, c]. */
export class AdaptiveAveragePooling1D extends AdaptiveAveragePooling {
  static override readonly className: string = 'AdaptiveAveragePooling1D';

  constructor(outputSize: Sizes, options?: LayerOptions) {
    super(1, outputSize, options);
  }
  static fromConfig(config: Config, registry: Registry): AdaptiveAveragePooling1D {
    const { outputSize, ...options } = read(fields, config, registry);
    return new AdaptiveAveragePooling1D(outputSize, options);
  }
}

/** The mean of each window, channel by channel: [n, height, width, c] -> [n, ...outputSize, c]. */
export class AdaptiveAveragePooling2D extends AdaptiveAveragePooling {
  static override readonly className: string = 'AdaptiveAveragePooling2D';

  constructor(outputSize: Sizes, options?: LayerOptions) {
    super(2, outputSize, options);
  }
  static fromConfig(config: Config, registry: Registry): AdaptiveAveragePooling2D {
    const { outputSize, ...options } = read(fields, config, registry);
    return new AdaptiveAveragePooling2D(outputSize, options);
  }
}

/** The mean of each window, channel by channel: [n, depth, height, width, c] -> [n, ...outputSize, c]. */
export class AdaptiveAveragePooling3D extends AdaptiveAveragePooling {
  static override readonly className: string = 'AdaptiveAveragePooling3D';

  constructor(outputSize: Sizes, options?: LayerOptions) {
    super(3, outputSize, options);
  }
  static fromConfig(config: Config, registry: Registry): AdaptiveAveragePooling3D {
    const { outputSize, ...options } = read(fields, config, registry);
    return new AdaptiveAveragePooling3D(outputSize, options);
  }
}

/** The largest number of each window, channel by channel: [n, steps, c] -> [n, outputSize, c]. */
export class AdaptiveMaxPooling1D extends AdaptiveMaxPooling {
  static override readonly className: string = 'AdaptiveMaxPooling1D';

  constructor(outputSize: Sizes, options?: LayerOptions) {
    super(1, outputSize, options);
  }
  static fromConfig(config: Config, registry: Registry): AdaptiveMaxPooling1D {
    const { outputSize, ...options } = read(fields, config, registry);
    return new AdaptiveMaxPooling1D(outputSize, options);
  }
}

/** The largest number of each window, channel by channel: [n, height, width, c] -> [n, ...outputSize, c]. */
export class AdaptiveMaxPooling2D extends AdaptiveMaxPooling {
  static override readonly className: string = 'AdaptiveMaxPooling2D';

  constructor(outputSize: Sizes, options?: LayerOptions) {
    super(2, outputSize, options);
  }
  static fromConfig(config: Config, registry: Registry): AdaptiveMaxPooling2D {
    const { outputSize, ...options } = read(fields, config, registry);
    return new AdaptiveMaxPooling2D(outputSize, options);
  }
}

/** The largest number of each window, channel by channel: [n, depth, height, width, c] -> [n, ...outputSize, c]. */
export class AdaptiveMaxPooling3D extends AdaptiveMaxPooling {
  static override readonly className: string = 'AdaptiveMaxPooling3D';

  constructor(outputSize: Sizes, options?: LayerOptions) {
    super(3, outputSize, options);
  }
  static fromConfig(config: Config, registry: Registry): AdaptiveMaxPooling3D {
    const { outputSize, ...options } = read(fields, config, registry);
    return new AdaptiveMaxPooling3D(outputSize, options);
  }
}
