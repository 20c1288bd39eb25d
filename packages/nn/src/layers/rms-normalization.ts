import { axesOf, toFloat } from '@gradus/tensor';
import { number, numberOrNumbers, read, write } from '../config.js';
import { ones } from '../initializers.js';
import { Layer } from '../layer.js';
import { sizeAt } from '../shapes.js';
import { unbuilt } from '../weight.js';
import { layerFields } from './fields.js';
import type { Tensor, Variable } from '@gradus/tensor';
import type { PartialShape } from '../any-layer.js';
import type { Config, Fields } from '../config.js';
import type { LayerOptions } from '../layer.js';
import type { Registry } from '../registry.js';

export interface RMSNormalizationOptions extends LayerOptions {
  /** The axis, or axes, over which each sample is normalized. @defaultValue -1 */
  readonly axis?: number | readonly number[];
  /** @defaultValue 1e-6 */
  readonly epsilon?: number;
}

const fields: Fields<RMSNormalizationOptions> = { ...layerFields, axis: numberOrNumbers, epsilon: number };

/** y = scale x / sqrt(mean(x^2) + epsilon) over `axis`, with a scale of the shape of these axes; shapes stay. Zhang and Sennrich 2019. */
export class RMSNormalization extends Layer {
  static override readonly className: string = 'RMSNormalization';
  override readonly supportsMasking: boolean = true;
  private readonly config: RMSNormalizationOptions;
  scale: Variable = unbuilt;

  constructor(options: RMSNormalizationOptions = {}) {
    super(options);
    this.config = options;
  }

  override build(inputShape: PartialShape): void {
    const axes = axesOf('RMSNormalization', this.config.axis ?? -1, inputShape.length);
    this.scale = this.weight('scale', axes.map((axis) => sizeAt(inputShape, axis)), { initializer: ones }); // prettier-ignore
  }

  override call(input: Tensor): Tensor {
    const x = toFloat(input);
    const axes = axesOf('RMSNormalization', this.config.axis ?? -1, x.rank);
    const wide = x.shape.map((n, axis) => (axes.includes(axis) ? n : 1));
    const size = x.square().mean(axes, { keepDims: true }).add(this.config.epsilon ?? 1e-6).sqrt(); // prettier-ignore
    return x.div(size).mul(this.scale.value.reshape(wide));
  }

  override toConfig(): Config {
    return write(fields, this.config);
  }
  static fromConfig(config: Config, registry: Registry): RMSNormalization {
    return new RMSNormalization(read(fields, config, registry));
  }
}
