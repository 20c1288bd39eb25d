import { ShapeError, sizeOf } from '@gradus/tensor';
import { read, write } from '../config.js';
import { Layer } from '../layer.js';
import { layerFields } from './fields.js';
import type { Tensor } from '@gradus/tensor';
import type { Config } from '../config.js';
import type { LayerOptions } from '../layer.js';
import type { Registry } from '../registry.js';

/** All axes but the batch as one: [n, ...sizes] -> [n, product of sizes]; [n] -> [n, 1]. */
export class Flatten extends Layer {
  static override readonly className: string = 'Flatten';
  private readonly config: LayerOptions;

  constructor(options: LayerOptions = {}) {
    super(options);
    this.config = options;
  }

  override call(x: Tensor): Tensor {
    const [n, ...sizes] = x.shape;
    if (n === undefined) throw new ShapeError('Flatten: expected x [n, ...], found a scalar');
    return x.reshape([n, sizeOf(sizes)]);
  }

  override toConfig(): Config {
    return write(layerFields, this.config);
  }
  static fromConfig(config: Config, registry: Registry): Flatten {
    return new Flatten(read(layerFields, config, registry));
  }
}
