import { activation, activationField } from '../activations.js';
import { read, required, write } from '../config.js';
import { Layer } from '../layer.js';
import { layerFields } from './fields.js';
import type { Tensor } from '@gradus/tensor';
import type { Activation as Nonlinearity, ActivationName } from '../activations.js';
import type { Config, Fields } from '../config.js';
import type { LayerOptions } from '../layer.js';
import type { Registry } from '../registry.js';

interface ActivationConfig extends LayerOptions {
  readonly activation: ActivationName;
}

const fields: Fields<ActivationConfig> = { ...layerFields, activation: required(activationField) };

/** y = f(x), f an activation by its name; shapes stay. */
export class Activation extends Layer {
  static override readonly className: string = 'Activation';
  override readonly supportsMasking: boolean = true;
  private readonly config: ActivationConfig;
  private readonly activation: Nonlinearity;

  constructor(name: ActivationName, options: LayerOptions = {}) {
    super(options);
    this.config = { activation: name, ...options };
    this.activation = activation(name);
  }

  override call(x: Tensor): Tensor {
    return this.activation(x);
  }

  override toConfig(): Config {
    return write(fields, this.config);
  }
  static fromConfig(config: Config, registry: Registry): Activation {
    const { activation: name, ...options } = read(fields, config, registry);
    return new Activation(name, options);
  }
}
