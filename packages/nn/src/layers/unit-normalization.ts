import { toFloat } from '@gradus/tensor';
import { numberOrNumbers, read, write } from '../config.js';
import { Layer } from '../layer.js';
import { layerFields } from './fields.js';
import type { Tensor } from '@gradus/tensor';
import type { Config, Fields } from '../config.js';
import type { LayerOptions } from '../layer.js';
import type { Registry } from '../registry.js';

export interface UnitNormalizationOptions extends LayerOptions {
  /** The axis, or axes, of one vector. @defaultValue -1 */
  readonly axis?: number | readonly number[];
}

const fields: Fields<UnitNormalizationOptions> = { ...layerFields, axis: numberOrNumbers };

/** y = x / sqrt(max(sum(x^2), 1e-12)) over `axis`: vectors of length 1; shapes stay. */
export class UnitNormalization extends Layer {
  static override readonly className: string = 'UnitNormalization';
  override readonly supportsMasking: boolean = true;
  private readonly config: UnitNormalizationOptions;

  constructor(options: UnitNormalizationOptions = {}) {
    super(options);
    this.config = options;
  }

  override call(input: Tensor): Tensor {
    const x = toFloat(input);
    return x.div(x.square().sum(this.config.axis ?? -1, { keepDims: true }).maximum(1e-12).sqrt()); // prettier-ignore
  }

  override toConfig(): Config {
    return write(fields, this.config);
  }
  static fromConfig(config: Config, registry: Registry): UnitNormalization {
    return new UnitNormalization(read(fields, config, registry));
  }
}
