import { ArgumentError, ShapeError, showShape } from '@gradus/tensor';
import { numbers, read, required, write } from '../config.js';
import { Layer } from '../layer.js';
import { layerFields } from './fields.js';
import type { Tensor } from '@gradus/tensor';
import type { Config, Fields } from '../config.js';
import type { LayerOptions } from '../layer.js';
import type { Registry } from '../registry.js';

interface PermuteConfig extends LayerOptions {
  readonly dims: readonly number[];
}

const fields: Fields<PermuteConfig> = { ...layerFields, dims: required(numbers) };

/** The axes of each sample in another order, counted from 1: axis i of the result is axis dims[i - 1]. */
export class Permute extends Layer {
  static override readonly className: string = 'Permute';
  private readonly config: PermuteConfig;

  constructor(dims: readonly number[], options: LayerOptions = {}) {
    super(options);
    if (String(dims.toSorted((a, b) => a - b)) !== String(dims.map((_, i) => i + 1))) {
      throw new ArgumentError(`dims: expected the numbers 1 to ${dims.length} in another order, found ${showShape(dims)}`);
    }
    this.config = { dims, ...options };
  }

  override call(x: Tensor): Tensor {
    const { dims } = this.config;
    if (x.rank !== dims.length + 1) throw new ShapeError(`Permute: dims ${showShape(dims)} do not fit x ${showShape(x.shape)}`);
    return x.transpose([0, ...dims]);
  }

  override toConfig(): Config {
    return write(fields, this.config);
  }
  static fromConfig(config: Config, registry: Registry): Permute {
    const { dims, ...options } = read(fields, config, registry);
    return new Permute(dims, options);
  }
}
