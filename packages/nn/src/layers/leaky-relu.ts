import { leakyRelu } from '../activations.js';
import { number, read, write } from '../config.js';
import { Layer } from '../layer.js';
import { layerFields } from './fields.js';
import type { Tensor } from '@gradus/tensor';
import type { Config, Fields } from '../config.js';
import type { LayerOptions } from '../layer.js';
import type { Registry } from '../registry.js';

export interface LeakyReLUOptions extends LayerOptions {
  /** The slope below 0; that of the activation by name is 0.2. @defaultValue 0.3 */
  readonly negativeSlope?: number;
}

const fields: Fields<LeakyReLUOptions> = { ...layerFields, negativeSlope: number };

/** y = x where x >= 0, else negativeSlope x; shapes stay. Maas, Hannun, Ng 2013. */
export class LeakyReLU extends Layer {
  static override readonly className: string = 'LeakyReLU';
  override readonly supportsMasking: boolean = true;
  private readonly config: LeakyReLUOptions;

  constructor(options: LeakyReLUOptions = {}) {
    super(options);
    this.config = options;
  }

  override call(x: Tensor): Tensor {
    return leakyRelu(x, this.config.negativeSlope ?? 0.3);
  }

  override toConfig(): Config {
    return write(fields, this.config);
  }
  static fromConfig(config: Config, registry: Registry): LeakyReLU {
    return new LeakyReLU(read(fields, config, registry));
  }
}
