/** Convolutions of sequences, images and volumes. */
import { ArgumentError, conv, pad, showShape } from '@gradus/tensor';
import { perAxis } from '@gradus/tensor/extend';
import { activation } from '../activations.js';
import { number, numberOrNumbers, oneOf, read, required, write } from '../config.js';
import { Layer } from '../layer.js';
import { lastOf } from '../shapes.js';
import { unbuilt } from '../weight.js';
import { checkDilation, paddingField } from './geometry.js';
import { biasWeight, kernelFields, kernelWeight } from './kernel-options.js';
import { checkPlaces, checkWalk } from './windows.js';
import type { Tensor, Variable } from '@gradus/tensor';
import type { Activation } from '../activations.js';
import type { PartialShape } from '../any-layer.js';
import type { Config, Fields } from '../config.js';
import type { Registry } from '../registry.js';
import type { Padding, Sizes } from './geometry.js';
import type { KernelOptions } from './kernel-options.js';
import type { Places } from './windows.js';

interface ConvolutionOptions<P> extends KernelOptions {
  /** How far the kernel moves from place to place. @defaultValue 1 */
  readonly strides?: Sizes;
  /** @defaultValue 'valid' */
  readonly padding?: P;
  /** How far apart the kernel's taps lie. @defaultValue 1 */
  readonly dilationRate?: Sizes;
  /** Channels are cut into this many groups, each with filters of its own. @defaultValue 1 */
  readonly groups?: number;
}

/** 'causal': zeros before the first step only, so that no step sees a later one. */
export type Conv1DOptions = ConvolutionOptions<Padding | 'causal'>;
export type Conv2DOptions = ConvolutionOptions<Padding>;
export type Conv3DOptions = ConvolutionOptions<Padding>;

interface ConvolutionConfig<P> extends ConvolutionOptions<P> {
  readonly filters: number;
  readonly kernelSize: Sizes;
}

const fields: Fields<ConvolutionConfig<Padding>> = {
  ...kernelFields,
  filters: required(number),
  kernelSize: required(numberOrNumbers),
  strides: numberOrNumbers,
  padding: paddingField,
  dilationRate: numberOrNumbers,
  groups: number,
};

const fields1D: Fields<ConvolutionConfig<Padding | 'causal'>> = { ...fields, padding: oneOf('valid', 'same', 'causal') };

abstract class Convolution extends Layer {
  protected readonly config: ConvolutionConfig<Padding | 'causal'>;
  private readonly places: Places;
  private readonly activation: Activation;
  kernel: Variable = unbuilt;
  bias: Variable | undefined;

  constructor(places: Places, config: ConvolutionConfig<Padding | 'causal'>) {
    super(config);
    const { filters, kernelSize, strides = 1, dilationRate = 1, groups = 1, padding } = config;
    for (const [name, count] of Object.entries({ filters, groups })) {
      if (!Number.isInteger(count) || count < 1) throw new ArgumentError(`${name}: expected a whole number of at least 1, found ${count}`);
    }
    checkWalk(
      this.className,
      places,
      { kernelSize, strides, dilationRate },
      padding,
      places === 1 ? ['valid', 'same', 'causal'] : undefined,
    );
    checkDilation(this.className, strides, dilationRate);
    if (filters % groups !== 0) {
      throw new ArgumentError(`${this.className}: filters must be divisible by groups, found ${filters} and ${groups}`);
    }
    this.config = config;
    this.places = places;
    this.activation = activation(config.activation);
  }

  override build(inputShape: PartialShape): void {
    checkPlaces(this.className, inputShape, this.places);
    const { filters, kernelSize, groups = 1, useBias = true } = this.config;
    const channels = lastOf(inputShape);
    if (channels % groups !== 0) {
      throw new ArgumentError(
        `${this.className}: channels must be divisible by groups, found ${groups} groups for x ${showShape(inputShape)}`,
      );
    }
    const shape = [...perAxis(this.className, 'kernelSize', kernelSize, this.places), channels / groups, filters];
    this.kernel = this.weight('kernel', shape, kernelWeight(this.config));
    if (useBias) this.bias = this.weight('bias', [filters], biasWeight(this.config));
  }

  override call(x: Tensor): Tensor {
    const { strides = 1, padding = 'valid', dilationRate: dilation = 1, groups = 1 } = this.config;
    const causal = padding === 'causal';
    const y = conv(causal ? this.delayed(x) : x, this.kernel.value, { strides, padding: causal ? 'valid' : padding, dilation, groups });
    return this.activation(this.bias ? y.add(this.bias.value) : y);
  }

  /** As many zeros before the first step as the kernel reaches back. */
  private delayed(x: Tensor): Tensor {
    const [k = 1] = this.kernel.shape;
    const [d = 1] = perAxis(this.className, 'dilationRate', this.config.dilationRate ?? 1, 1);
    return pad(x, [[0, 0], [d * (k - 1), 0], [0, 0]]); // prettier-ignore
  }

  override toConfig(): Config {
    return write(fields1D, this.config);
  }
}

/**
 * y[i, f] = g(b[f] + sum over taps k and channels c of x[i + k, c] w[k, c, f]).
 *
 * x: [n, steps, channels], w: [kernelSize, channels / groups, filters], b: [filters], y: [n, steps', filters].
 */
export class Conv1D extends Convolution {
  static override readonly className: string = 'Conv1D';

  constructor(filters: number, kernelSize: Sizes, options: Conv1DOptions = {}) {
    super(1, { filters, kernelSize, ...options });
  }
  static fromConfig(config: Config, registry: Registry): Conv1D {
    const { filters, kernelSize, ...options } = read(fields1D, config, registry);
    return new Conv1D(filters, kernelSize, options);
  }
}

/**
 * y[i, j, f] = g(b[f] + sum over taps k, l and channels c of x[i + k, j + l, c] w[k, l, c, f]).
 *
 * x: [n, height, width, channels], w: [...kernelSize, channels / groups, filters], b: [filters],
 * y: [n, height', width', filters]. LeCun, Bottou, Bengio, Haffner 1998.
 */
export class Conv2D extends Convolution {
  static override readonly className: string = 'Conv2D';

  constructor(filters: number, kernelSize: Sizes, options: Conv2DOptions = {}) {
    super(2, { filters, kernelSize, ...options });
  }
  static fromConfig(config: Config, registry: Registry): Conv2D {
    const { filters, kernelSize, ...options } = read(fields, config, registry);
    return new Conv2D(filters, kernelSize, options);
  }
}

/** `Conv2D` with one more axis: x: [n, depth, height, width, channels], w: [...kernelSize, channels / groups, filters]. */
export class Conv3D extends Convolution {
  static override readonly className: string = 'Conv3D';

  constructor(filters: number, kernelSize: Sizes, options: Conv3DOptions = {}) {
    super(3, { filters, kernelSize, ...options });
  }
  static fromConfig(config: Config, registry: Registry): Conv3D {
    const { filters, kernelSize, ...options } = read(fields, config, registry);
    return new Conv3D(filters, kernelSize, options);
  }
}
