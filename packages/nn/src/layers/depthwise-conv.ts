/** Convolutions whose channels stay apart. */
import { ArgumentError, conv } from '@gradus/tensor';
import { perAxis } from '@gradus/tensor/extend';
import { activation } from '../activations.js';
import { number, numberOrNumbers, read, required, write } from '../config.js';
import { constraint, constraintField } from '../constraints.js';
import { initializer, initializerField } from '../initializer-names.js';
import { Layer } from '../layer.js';
import { regularizer, regularizerField } from '../regularizers.js';
import { lastOf } from '../shapes.js';
import { unbuilt } from '../weight.js';
import { checkDilation, paddingField } from './geometry.js';
import { biasFields, biasWeight } from './kernel-options.js';
import { checkPlaces, checkWalk } from './windows.js';
import type { Tensor, Variable } from '@gradus/tensor';
import type { Activation } from '../activations.js';
import type { PartialShape } from '../any-layer.js';
import type { Config, Fields } from '../config.js';
import type { ConstraintLike } from '../constraints.js';
import type { InitializerLike } from '../initializer-names.js';
import type { Registry } from '../registry.js';
import type { RegularizerLike } from '../regularizers.js';
import type { WeightOptions } from '../weight.js';
import type { Padding, Sizes } from './geometry.js';
import type { BiasOptions } from './kernel-options.js';
import type { Places } from './windows.js';

export interface DepthwiseOptions extends BiasOptions {
  /** How far the kernel moves from place to place. @defaultValue 1 */
  readonly strides?: Sizes;
  /** @defaultValue 'valid' */
  readonly padding?: Padding;
  /** How many channels come out of each. @defaultValue 1 */
  readonly depthMultiplier?: number;
  /** How far apart the kernel's taps lie. @defaultValue 1 */
  readonly dilationRate?: Sizes;
  /** @defaultValue 'glorotUniform' */
  readonly depthwiseInitializer?: InitializerLike;
  readonly depthwiseRegularizer?: RegularizerLike;
  readonly depthwiseConstraint?: ConstraintLike;
}

interface DepthwiseConfig extends DepthwiseOptions {
  readonly kernelSize: Sizes;
}

const fields: Fields<DepthwiseConfig> = {
  ...biasFields,
  kernelSize: required(numberOrNumbers),
  strides: numberOrNumbers,
  padding: paddingField,
  depthMultiplier: number,
  dilationRate: numberOrNumbers,
  depthwiseInitializer: initializerField,
  depthwiseRegularizer: regularizerField,
  depthwiseConstraint: constraintField,
};

abstract class Depthwise<C extends DepthwiseConfig> extends Layer {
  protected readonly config: C;
  protected readonly places: Places;
  protected readonly activation: Activation;
  bias: Variable | undefined;

  constructor(places: Places, config: C) {
    super(config);
    const { kernelSize, strides = 1, dilationRate = 1, depthMultiplier = 1, padding } = config;
    if (!Number.isInteger(depthMultiplier) || depthMultiplier < 1) {
      throw new ArgumentError(`depthMultiplier: expected a whole number of at least 1, found ${depthMultiplier}`);
    }
    checkWalk(this.className, places, { kernelSize, strides, dilationRate }, padding);
    checkDilation(this.className, strides, dilationRate);
    this.config = config;
    this.places = places;
    this.activation = activation(config.activation);
  }

  /** The kernel that keeps channels apart: [...kernelSize, channels, depthMultiplier]. */
  protected apartKernel(name: string, inputShape: PartialShape): Variable {
    checkPlaces(this.className, inputShape, this.places);
    const { kernelSize, depthMultiplier = 1, depthwiseInitializer = 'glorotUniform' } = this.config;
    const options: WeightOptions = {
      initializer: initializer(depthwiseInitializer),
      regularizer: regularizer(this.config.depthwiseRegularizer),
      constraint: constraint(this.config.depthwiseConstraint),
    };
    const sizes = perAxis(this.className, 'kernelSize', kernelSize, this.places);
    return this.weight(name, [...sizes, lastOf(inputShape), depthMultiplier], options);
  }

  /** Channel c becomes channels c m to c m + m - 1, m the multiplier. */
  protected apart(x: Tensor, kernel: Variable): Tensor {
    const { strides = 1, padding = 'valid', dilationRate: dilation = 1 } = this.config;
    const [channels = 1, multiplier = 1] = kernel.shape.slice(-2);
    const w = kernel.value.reshape([...kernel.shape.slice(0, -2), 1, channels * multiplier]);
    return conv(x, w, { strides, padding, dilation, groups: channels });
  }

  protected finished(y: Tensor): Tensor {
    return this.activation(this.bias ? y.add(this.bias.value) : y);
  }
}

abstract class DepthwiseConv extends Depthwise<DepthwiseConfig> {
  kernel: Variable = unbuilt;

  override build(inputShape: PartialShape): void {
    const { useBias = true, depthMultiplier = 1 } = this.config;
    this.kernel = this.apartKernel('kernel', inputShape);
    if (useBias) this.bias = this.weight('bias', [lastOf(inputShape) * depthMultiplier], biasWeight(this.config));
  }

  override call(x: Tensor): Tensor {
    return this.finished(this.apart(x, this.kernel));
  }

  override toConfig(): Config {
    return write(fields, this.config);
  }
}

export interface SeparableOptions extends DepthwiseOptions {
  /** @defaultValue 'glorotUniform' */
  readonly pointwiseInitializer?: InitializerLike;
  readonly pointwiseRegularizer?: RegularizerLike;
  readonly pointwiseConstraint?: ConstraintLike;
}

interface SeparableConfig extends SeparableOptions, DepthwiseConfig {
  readonly filters: number;
}

const separableFields: Fields<SeparableConfig> = {
  ...fields,
  filters: required(number),
  pointwiseInitializer: initializerField,
  pointwiseRegularizer: regularizerField,
  pointwiseConstraint: constraintField,
};

abstract class SeparableConv extends Depthwise<SeparableConfig> {
  depthwiseKernel: Variable = unbuilt;
  pointwiseKernel: Variable = unbuilt;

  constructor(places: Places, config: SeparableConfig) {
    super(places, config);
    const { filters } = config;
    if (!Number.isInteger(filters) || filters < 1)
      throw new ArgumentError(`filters: expected a whole number of at least 1, found ${filters}`);
  }

  override build(inputShape: PartialShape): void {
    const { filters, useBias = true, depthMultiplier = 1, pointwiseInitializer = 'glorotUniform' } = this.config;
    this.depthwiseKernel = this.apartKernel('depthwise_kernel', inputShape);
    const ones = Array.from({ length: this.places }, () => 1);
    this.pointwiseKernel = this.weight('pointwise_kernel', [...ones, lastOf(inputShape) * depthMultiplier, filters], {
      initializer: initializer(pointwiseInitializer),
      regularizer: regularizer(this.config.pointwiseRegularizer),
      constraint: constraint(this.config.pointwiseConstraint),
    });
    if (useBias) this.bias = this.weight('bias', [filters], biasWeight(this.config));
  }

  override call(x: Tensor): Tensor {
    const [channels = 1, filters = 1] = this.pointwiseKernel.shape.slice(-2);
    return this.finished(this.apart(x, this.depthwiseKernel).matmul(this.pointwiseKernel.value.reshape([channels, filters])));
  }

  override toConfig(): Config {
    return write(separableFields, this.config);
  }
}

/** Each channel has a kernel of its own, or m of them: x: [n, steps, channels], w: [kernelSize, channels, m], y: [n, steps', channels m]. */
export class DepthwiseConv1D extends DepthwiseConv {
  static override readonly className: string = 'DepthwiseConv1D';

  constructor(kernelSize: Sizes, options: DepthwiseOptions = {}) {
    super(1, { kernelSize, ...options });
  }
  static fromConfig(config: Config, registry: Registry): DepthwiseConv1D {
    const { kernelSize, ...options } = read(fields, config, registry);
    return new DepthwiseConv1D(kernelSize, options);
  }
}

/** A depthwise convolution without a bias, then a linear map of the channels at each place: x: [n, steps, channels]. Chollet 2017. */
export class SeparableConv1D extends SeparableConv {
  static override readonly className: string = 'SeparableConv1D';

  constructor(filters: number, kernelSize: Sizes, options: SeparableOptions = {}) {
    super(1, { filters, kernelSize, ...options });
  }
  static fromConfig(config: Config, registry: Registry): SeparableConv1D {
    const { filters, kernelSize, ...options } = read(separableFields, config, registry);
    return new SeparableConv1D(filters, kernelSize, options);
  }
}

/** Each channel has a kernel of its own, or m of them: x: [n, height, width, channels], w: [...kernelSize, channels, m], y: [n, height', width', channels m]. */
export class DepthwiseConv2D extends DepthwiseConv {
  static override readonly className: string = 'DepthwiseConv2D';

  constructor(kernelSize: Sizes, options: DepthwiseOptions = {}) {
    super(2, { kernelSize, ...options });
  }
  static fromConfig(config: Config, registry: Registry): DepthwiseConv2D {
    const { kernelSize, ...options } = read(fields, config, registry);
    return new DepthwiseConv2D(kernelSize, options);
  }
}

/** A depthwise convolution without a bias, then a linear map of the channels at each place: x: [n, height. Chollet 2017. */
export class SeparableConv2D extends SeparableConv {
  static override readonly className: string = 'SeparableConv2D';

  constructor(filters: number, kernelSize: Sizes, options: SeparableOptions = {}) {
    super(2, { filters, kernelSize, ...options });
  }
  static fromConfig(config: Config, registry: Registry): SeparableConv2D {
    const { filters, kernelSize, ...options } = read(separableFields, config, registry);
    return new SeparableConv2D(filters, kernelSize, options);
  }
}
