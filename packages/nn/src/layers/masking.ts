import { where } from '@gradus/tensor';
import { number, read, write } from '../config.js';
import { Layer } from '../layer.js';
import { layerFields } from './fields.js';
import type { Tensor } from '@gradus/tensor';
import type { Config, Fields } from '../config.js';
import type { LayerOptions } from '../layer.js';
import type { Registry } from '../registry.js';

export interface MaskingOptions extends LayerOptions {
  /** A step whose features all have this value does not count. @defaultValue 0 */
  readonly maskValue?: number;
}

const fields: Fields<MaskingOptions> = { ...layerFields, maskValue: number };

/** Says which steps count, and makes the others 0: [n, t, features], shapes stay. */
export class Masking extends Layer {
  static override readonly className: string = 'Masking';
  override readonly supportsMasking: boolean = true;
  private readonly config: MaskingOptions;

  constructor(options: MaskingOptions = {}) {
    super(options);
    this.config = options;
  }

  private counts(x: Tensor): Tensor {
    return x.notEqual(this.config.maskValue ?? 0).any(-1);
  }

  override call(x: Tensor): Tensor {
    return where(this.counts(x).expandDims(-1), x, 0);
  }

  override computeMask(x: Tensor): Tensor {
    return this.counts(x);
  }

  override toConfig(): Config {
    return write(fields, this.config);
  }
  static fromConfig(config: Config, registry: Registry): Masking {
    return new Masking(read(fields, config, registry));
  }
}
