import { ArgumentError, bernoulli, where } from '@gradus/tensor';
import { listOf, nullable, number, read, required, write } from '../config.js';
import { Layer } from '../layer.js';
import { layerFields } from './fields.js';
import type { Tensor } from '@gradus/tensor';
import type { Config, Fields } from '../config.js';
import type { Context } from '../context.js';
import type { LayerOptions } from '../layer.js';
import type { Registry } from '../registry.js';
import type { Stream } from '../stream.js';

export interface DropoutOptions extends LayerOptions {
  /** The mask's shape, the batch axis included; axes of size 1 share one draw. null: the input's own size. */
  readonly noiseShape?: readonly (number | null)[];
  /** A seed of its own. @defaultValue the model's, at this layer's path */
  readonly seed?: number;
}

interface DropoutConfig extends DropoutOptions {
  readonly rate: number;
}

const fields: Fields<DropoutConfig> = { ...layerFields, rate: required(number), noiseShape: listOf(nullable(number)), seed: number };

/**
 * In training y = x m / (1 - rate), m a new mask of zeros and ones each time, one with probability 1 - rate; else y = x.
 *
 * Srivastava, Hinton, Krizhevsky, Sutskever, Salakhutdinov 2014.
 */
export class Dropout extends Layer {
  static override readonly className: string = 'Dropout';
  override readonly supportsMasking: boolean = true;
  private readonly config: DropoutConfig;
  private stream: Stream | undefined;

  constructor(rate: number, options: DropoutOptions = {}) {
    super(options);
    if (!(rate >= 0 && rate <= 1)) throw new ArgumentError(`rate: expected a number from 0 to 1, found ${rate}`);
    this.config = { rate, ...options };
  }

  override build(): void {
    if (this.config.rate > 0) this.stream = this.random(this.config.seed);
  }

  override call(x: Tensor, { training }: Context): Tensor {
    const { rate, noiseShape } = this.config;
    if (!training || !this.stream) return x;
    if (rate === 1) return x.mul(0);
    const { key, counter } = this.stream.next();
    const shape = noiseShape?.map((n, axis) => n ?? x.shape[axis] ?? 1) ?? x.shape;
    const kept = bernoulli(key, 1 - rate, shape, { counter });
    return where(kept.broadcastTo(x.shape), x.div(1 - rate), 0);
  }

  override toConfig(): Config {
    return write(fields, this.config);
  }
  static fromConfig(config: Config, registry: Registry): Dropout {
    const { rate, ...options } = read(fields, config, registry);
    return new Dropout(rate, options);
  }
}
