import { ArgumentError, ShapeError, showShape } from '@gradus/tensor';
import { number, read, required, write } from '../config.js';
import { Layer } from '../layer.js';
import { layerFields } from './fields.js';
import type { Tensor } from '@gradus/tensor';
import type { Config, Fields } from '../config.js';
import type { LayerOptions } from '../layer.js';
import type { Registry } from '../registry.js';

interface RepeatConfig extends LayerOptions {
  readonly n: number;
}

const fields: Fields<RepeatConfig> = { ...layerFields, n: required(number) };

/** The same vector at each of n steps: [batch, features] -> [batch, n, features]. */
export class RepeatVector extends Layer {
  static override readonly className: string = 'RepeatVector';
  private readonly config: RepeatConfig;

  constructor(n: number, options: LayerOptions = {}) {
    super(options);
    if (!Number.isInteger(n) || n < 1) throw new ArgumentError(`n: expected a whole number of at least 1, found ${n}`);
    this.config = { n, ...options };
  }

  override call(x: Tensor): Tensor {
    const [batch = 0, features = 0] = x.shape;
    if (x.rank !== 2) throw new ShapeError(`RepeatVector: expected x [n, features], found ${showShape(x.shape)}`);
    return x.expandDims(1).broadcastTo([batch, this.config.n, features]);
  }

  override toConfig(): Config {
    return write(fields, this.config);
  }
  static fromConfig(config: Config, registry: Registry): RepeatVector {
    const { n, ...options } = read(fields, config, registry);
    return new RepeatVector(n, options);
  }
}
