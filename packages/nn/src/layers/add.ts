import { read, write } from '../config.js';
import { Layer } from '../layer.js';
import { layerFields } from './fields.js';
import { aligned, jointMask } from './merging.js';
import type { Tensor } from '@gradus/tensor';
import type { Config } from '../config.js';
import type { LayerOptions } from '../layer.js';
import type { Registry } from '../registry.js';

/**
 * y = x1 + x2 + ..., with broadcasting; an input with fewer axes gets them after the batch.
 *
 * @example new Add().apply([x, block.apply(x)]) // a residual connection: He, Zhang, Ren, Sun 2016
 */
export class Add extends Layer<readonly Tensor[], Tensor> {
  static override readonly className: string = 'Add';
  private readonly config: LayerOptions;

  constructor(options: LayerOptions = {}) {
    super(options);
    this.config = options;
  }

  override call(xs: readonly Tensor[]): Tensor {
    return aligned('Add', xs).reduce((total, x) => total.add(x));
  }

  override computeMask(_xs: readonly Tensor[], masks: readonly (Tensor | undefined)[] | undefined): Tensor | undefined {
    return jointMask(masks);
  }

  override toConfig(): Config {
    return write(layerFields, this.config);
  }
  static fromConfig(config: Config, registry: Registry): Add {
    return new Add(read(layerFields, config, registry));
  }
}
