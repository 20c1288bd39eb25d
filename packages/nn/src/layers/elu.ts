import { elu } from '../activations.js';
import { number, read, write } from '../config.js';
import { Layer } from '../layer.js';
import { layerFields } from './fields.js';
import type { Tensor } from '@gradus/tensor';
import type { Config, Fields } from '../config.js';
import type { LayerOptions } from '../layer.js';
import type { Registry } from '../registry.js';

export interface ELUOptions extends LayerOptions {
  /** What large negative numbers become, negated. @defaultValue 1 */
  readonly alpha?: number;
}

const fields: Fields<ELUOptions> = { ...layerFields, alpha: number };

/** y = x where x > 0, else alpha (e^x - 1); shapes stay. Clevert, Unterthiner, Hochreiter 2016. */
export class ELU extends Layer {
  static override readonly className: string = 'ELU';
  override readonly supportsMasking: boolean = true;
  private readonly config: ELUOptions;

  constructor(options: ELUOptions = {}) {
    super(options);
    this.config = options;
  }

  override call(x: Tensor): Tensor {
    return elu(x, this.config.alpha);
  }

  override toConfig(): Config {
    return write(fields, this.config);
  }
  static fromConfig(config: Config, registry: Registry): ELU {
    return new ELU(read(fields, config, registry));
  }
}
