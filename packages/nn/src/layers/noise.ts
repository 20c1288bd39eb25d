/** Noise that only training sees. */
import { ArgumentError, bernoulli, normal, where } from '@gradus/tensor';
import { number, read, required, write } from '../config.js';
import { Layer } from '../layer.js';
import { layerFields } from './fields.js';
import { checkPlaces } from './windows.js';
import type { Shape, Tensor } from '@gradus/tensor';
import type { Config, Fields } from '../config.js';
import type { Context } from '../context.js';
import type { LayerOptions } from '../layer.js';
import type { Registry } from '../registry.js';
import type { Stream } from '../stream.js';
import type { Places } from './windows.js';

export interface NoiseOptions extends LayerOptions {
  /** A seed of its own. @defaultValue the model's, at this layer's path */
  readonly seed?: number;
}

interface RateConfig extends NoiseOptions {
  readonly rate: number;
}

const rateFields: Fields<RateConfig> = { ...layerFields, rate: required(number), seed: number };

/** Draws something for each call of a training step. */
abstract class Noise extends Layer {
  override readonly supportsMasking: boolean = true;
  private readonly seedOfItsOwn: number | undefined;
  private stream: Stream | undefined;

  constructor(options: NoiseOptions = {}) {
    super(options);
    this.seedOfItsOwn = options.seed;
  }

  /** Whether anything is drawn at all. */
  abstract readonly active: boolean;
  abstract disturb(x: Tensor, stream: Stream): Tensor;

  override build(): void {
    if (this.active) this.stream = this.random(this.seedOfItsOwn);
  }

  override call(x: Tensor, { training }: Context): Tensor {
    return training && this.stream ? this.disturb(x, this.stream) : x;
  }
}

abstract class RatedNoise extends Noise {
  protected readonly config: RateConfig;

  constructor(rate: number, options: NoiseOptions = {}) {
    super(options);
    if (!(rate >= 0 && rate <= 1)) throw new ArgumentError(`rate: expected a number from 0 to 1, found ${rate}`);
    this.config = { rate, ...options };
  }
  get active(): boolean {
    return this.config.rate > 0;
  }
  override toConfig(): Config {
    return write(rateFields, this.config);
  }
}

interface GaussianConfig extends NoiseOptions {
  readonly stddev: number;
}

const gaussianFields: Fields<GaussianConfig> = { ...layerFields, stddev: required(number), seed: number };

/** In training y = x + normal noise of deviation `stddev`; shapes stay. */
export class GaussianNoise extends Noise {
  static override readonly className: string = 'GaussianNoise';
  private readonly config: GaussianConfig;

  constructor(stddev: number, options: NoiseOptions = {}) {
    super(options);
    if (!(stddev >= 0 && stddev <= 1)) throw new ArgumentError(`stddev: expected a number from 0 to 1, found ${stddev}`);
    this.config = { stddev, ...options };
  }
  get active(): boolean {
    return this.config.stddev > 0;
  }
  override disturb(x: Tensor, stream: Stream): Tensor {
    const { key, counter } = stream.next();
    return x.add(normal(key, x.shape, { std: this.config.stddev, counter }));
  }
  override toConfig(): Config {
    return write(gaussianFields, this.config);
  }
  static fromConfig(config: Config, registry: Registry): GaussianNoise {
    const { stddev, ...options } = read(gaussianFields, config, registry);
    return new GaussianNoise(stddev, options);
  }
}

/** In training y = x times normal numbers of mean 1 and deviation sqrt(rate / (1 - rate)); shapes stay. Srivastava et al. 2014, section 10. */
export class GaussianDropout extends RatedNoise {
  static override readonly className: string = 'GaussianDropout';

  override disturb(x: Tensor, stream: Stream): Tensor {
    const { rate } = this.config;
    const { key, counter } = stream.next();
    return x.mul(normal(key, x.shape, { mean: 1, std: Math.sqrt(rate / (1 - rate)), counter }));
  }
  static fromConfig(config: Config, registry: Registry): GaussianDropout {
    const { rate, ...options } = read(rateFields, config, registry);
    return new GaussianDropout(rate, options);
  }
}

/** What selu tends to for very negative numbers. */
const lowest = -1.7580993408473766;

/**
 * In training dropped numbers become selu's lowest and all are shifted and scaled, so that mean and variance stay: y = a kept + b,
 * a = ((1 - rate)(1 + rate lowest^2))^-1/2, b = -a lowest rate. Klambauer et al. 2017.
 */
export class AlphaDropout extends RatedNoise {
  static override readonly className: string = 'AlphaDropout';

  override disturb(x: Tensor, stream: Stream): Tensor {
    const { rate } = this.config;
    const { key, counter } = stream.next();
    const a = ((1 - rate) * (1 + rate * lowest ** 2)) ** -0.5;
    return where(bernoulli(key, 1 - rate, x.shape, { counter }), x, lowest).mul(a).sub(a * lowest * rate); // prettier-ignore
  }
  static fromConfig(config: Config, registry: Registry): AlphaDropout {
    const { rate, ...options } = read(rateFields, config, registry);
    return new AlphaDropout(rate, options);
  }
}

/** Drops whole channels, the same ones at every place. Tompson et al. 2015. */
abstract class SpatialDropout extends RatedNoise {
  private readonly places: Places;

  constructor(places: Places, rate: number, options?: NoiseOptions) {
    super(rate, options);
    this.places = places;
  }
  override disturb(x: Tensor, stream: Stream): Tensor {
    checkPlaces(this.className, x.shape, this.places);
    const { rate } = this.config;
    if (rate === 1) return x.mul(0);
    const { key, counter } = stream.next();
    const shape: Shape = x.shape.map((n, axis) => (axis === 0 || axis === x.rank - 1 ? n : 1));
    return where(bernoulli(key, 1 - rate, shape, { counter }).broadcastTo(x.shape), x.div(1 - rate), 0);
  }
}

/** In training drops channels of sequences [n, steps, c], scaled by 1 / (1 - rate) else; shapes stay. */
export class SpatialDropout1D extends SpatialDropout {
  static override readonly className: string = 'SpatialDropout1D';

  constructor(rate: number, options?: NoiseOptions) {
    super(1, rate, options);
  }
  static fromConfig(config: Config, registry: Registry): SpatialDropout1D {
    const { rate, ...options } = read(rateFields, config, registry);
    return new SpatialDropout1D(rate, options);
  }
}

/** In training drops channels of images [n, height, width, c], scaled by 1 / (1 - rate) else; shapes stay. */
export class SpatialDropout2D extends SpatialDropout {
  static override readonly className: string = 'SpatialDropout2D';

  constructor(rate: number, options?: NoiseOptions) {
    super(2, rate, options);
  }
  static fromConfig(config: Config, registry: Registry): SpatialDropout2D {
    const { rate, ...options } = read(rateFields, config, registry);
    return new SpatialDropout2D(rate, options);
  }
}

/** In training drops channels of volumes [n, depth, height, width, c], scaled by 1 / (1 - rate) else; shapes stay. */
export class SpatialDropout3D extends SpatialDropout {
  static override readonly className: string = 'SpatialDropout3D';

  constructor(rate: number, options?: NoiseOptions) {
    super(3, rate, options);
  }
  static fromConfig(config: Config, registry: Registry): SpatialDropout3D {
    const { rate, ...options } = read(rateFields, config, registry);
    return new SpatialDropout3D(rate, options);
  }
}
