import { number, read, write } from '../config.js';
import { Layer } from '../layer.js';
import { L1L2 } from '../regularizers.js';
import { layerFields } from './fields.js';
import type { Tensor } from '@gradus/tensor';
import type { Config, Fields } from '../config.js';
import type { LayerOptions } from '../layer.js';
import type { Registry } from '../registry.js';

export interface ActivityRegularizationOptions extends LayerOptions {
  /** @defaultValue 0 */
  readonly l1?: number;
  /** @defaultValue 0 */
  readonly l2?: number;
}

const fields: Fields<ActivityRegularizationOptions> = { ...layerFields, l1: number, l2: number };

/** y = x, and (l1 sum|x| + l2 sum(x^2)) / n is added to the loss. */
export class ActivityRegularization extends Layer {
  static override readonly className: string = 'ActivityRegularization';
  override readonly supportsMasking: boolean = true;
  private readonly config: ActivityRegularizationOptions;

  constructor(options: ActivityRegularizationOptions = {}) {
    const { l1 = 0, l2 = 0 } = options;
    super({ ...options, activityRegularizer: new L1L2({ l1, l2 }) });
    this.config = options;
  }

  override call(x: Tensor): Tensor {
    return x;
  }

  override toConfig(): Config {
    return write(fields, this.config);
  }
  static fromConfig(config: Config, registry: Registry): ActivityRegularization {
    return new ActivityRegularization(read(fields, config, registry));
  }
}
