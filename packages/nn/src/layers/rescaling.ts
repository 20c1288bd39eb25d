import { tensor, toFloat } from '@gradus/tensor';
import { numberOrNumbers, read, required, write } from '../config.js';
import { Layer } from '../layer.js';
import { layerFields } from './fields.js';
import type { Tensor, TensorLike } from '@gradus/tensor';
import type { Config, Fields } from '../config.js';
import type { LayerOptions } from '../layer.js';
import type { Registry } from '../registry.js';

export interface RescalingOptions extends LayerOptions {
  /** One for all, or one for each place of the last axis. @defaultValue 0 */
  readonly offset?: number | readonly number[];
}

interface RescalingConfig extends RescalingOptions {
  readonly scale: number | readonly number[];
}

const fields: Fields<RescalingConfig> = { ...layerFields, scale: required(numberOrNumbers), offset: numberOrNumbers };

/**
 * y = scale x + offset, a float whatever x is: pixels stay bytes until here. Shapes stay.
 *
 * @example new Rescaling(1 / 255) // 0 ... 255 -> 0 ... 1
 */
export class Rescaling extends Layer {
  static override readonly className: string = 'Rescaling';
  override readonly supportsMasking: boolean = true;
  private readonly config: RescalingConfig;

  constructor(scale: number | readonly number[], options: RescalingOptions = {}) {
    super(options);
    // Written even where it is 0: Keras does not read its files without it.
    this.config = { scale, offset: 0, ...options };
  }

  override call(x: Tensor): Tensor {
    const { scale, offset = 0 } = this.config;
    const y = toFloat(x).mul(operand(scale));
    return offset === 0 ? y : y.add(operand(offset));
  }

  override toConfig(): Config {
    return write(fields, this.config);
  }
  static fromConfig(config: Config, registry: Registry): Rescaling {
    const { scale, ...options } = read(fields, config, registry);
    return new Rescaling(scale, options);
  }
}

function operand(values: number | readonly number[]): TensorLike {
  return typeof values === 'number' ? values : tensor(values);
}
