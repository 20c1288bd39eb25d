import { ArgumentError, ShapeError, showShape } from '@gradus/tensor';
import { read, required, write } from '../config.js';
import { Layer } from '../layer.js';
import { layerFields } from './fields.js';
import { layerField } from './nested.js';
import type { Tensor } from '@gradus/tensor';
import type { AnyLayer } from '../any-layer.js';
import type { Config, Fields } from '../config.js';
import type { Context } from '../context.js';
import type { LayerOptions } from '../layer.js';
import type { Registry } from '../registry.js';

interface TimeConfig extends LayerOptions {
  readonly layer: AnyLayer;
}

const fields: Fields<TimeConfig> = { ...layerFields, layer: required(layerField) };

/** The same layer at every step: [n, t, ...] -> [n, t, ...]. */
export class TimeDistributed extends Layer {
  static override readonly className: string = 'TimeDistributed';
  override readonly supportsMasking: boolean = true;
  readonly layer: Layer;
  private readonly options: LayerOptions;

  constructor(layer: Layer, options: LayerOptions = {}) {
    super(options);
    this.layer = layer;
    this.options = options;
  }

  override call(x: Tensor, context: Context): Tensor {
    const [n = 0, t = 0, ...sizes] = x.shape;
    if (x.rank < 3) throw new ShapeError(`TimeDistributed: expected x [n, steps, ...], found ${showShape(x.shape)}`);
    const y = this.layer.apply(x.reshape([n * t, ...sizes]), context);
    return y.reshape([n, t, ...y.shape.slice(1)]);
  }

  override toConfig(): Config {
    return write(fields, { ...this.options, layer: this.layer });
  }
  static fromConfig(config: Config, registry: Registry): TimeDistributed {
    const { layer, ...options } = read(fields, config, registry);
    if (layer instanceof Layer) return new TimeDistributed(layer, options);
    throw new ArgumentError(`layer: expected a layer, found ${layer.className}`);
  }
}
