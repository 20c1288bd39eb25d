import { ArgumentError, lessEqual, where } from '@gradus/tensor';
import { number, read, write } from '../config.js';
import { Layer } from '../layer.js';
import { layerFields } from './fields.js';
import type { Tensor } from '@gradus/tensor';
import type { Config, Fields } from '../config.js';
import type { LayerOptions } from '../layer.js';
import type { Registry } from '../registry.js';

export interface ReLUOptions extends LayerOptions {
  /** No more than this comes out. @defaultValue no limit */
  readonly maxValue?: number;
  /** The slope below the threshold. @defaultValue 0 */
  readonly negativeSlope?: number;
  /** @defaultValue 0 */
  readonly threshold?: number;
}

const fields: Fields<ReLUOptions> = { ...layerFields, maxValue: number, negativeSlope: number, threshold: number };

/** y = min(x, maxValue) where x > threshold, else negativeSlope (x - threshold). Nair and Hinton 2010. */
export class ReLU extends Layer {
  static override readonly className: string = 'ReLU';
  override readonly supportsMasking: boolean = true;
  private readonly config: ReLUOptions;

  constructor(options: ReLUOptions = {}) {
    super(options);
    const { maxValue = 0, negativeSlope = 0, threshold = 0 } = options;
    for (const [name, value] of Object.entries({ maxValue, negativeSlope, threshold })) {
      if (!(value >= 0)) throw new ArgumentError(`${name}: expected a number of at least 0, found ${value}`);
    }
    this.config = options;
  }

  override call(x: Tensor): Tensor {
    const { maxValue, negativeSlope = 0, threshold = 0 } = this.config;
    const kept = where(lessEqual(x, threshold), 0, x);
    const y = maxValue === undefined ? kept : kept.minimum(maxValue);
    return negativeSlope === 0 ? y : y.sub(x.neg().add(threshold).relu().mul(negativeSlope));
  }

  override toConfig(): Config {
    return write(fields, this.config);
  }
  static fromConfig(config: Config, registry: Registry): ReLU {
    return new ReLU(read(fields, config, registry));
  }
}
