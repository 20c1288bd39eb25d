/** Transposed convolutions: what carries gradients of convolutions back, used to make images larger. */
import { ArgumentError, convTranspose } from '@gradus/tensor';
import { perAxis } from '@gradus/tensor/extend';
import { activation } from '../activations.js';
import { number, numberOrNumbers, read, required, write } from '../config.js';
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

export interface ConvTransposeOptions extends KernelOptions {
  /** How far apart the places of x lie in y. @defaultValue 1 */
  readonly strides?: Sizes;
  /** 'same': y is as large as x times the strides. @defaultValue 'valid' */
  readonly padding?: Padding;
  /** How many places more there are at the end, less than the strides. @defaultValue as few as hold the kernel, or what 'same' needs */
  readonly outputPadding?: number | readonly number[];
  /** How far apart the kernel's taps lie. @defaultValue 1 */
  readonly dilationRate?: Sizes;
}

interface ConvTransposeConfig extends ConvTransposeOptions {
  readonly filters: number;
  readonly kernelSize: Sizes;
}

const fields: Fields<ConvTransposeConfig> = {
  ...kernelFields,
  filters: required(number),
  kernelSize: required(numberOrNumbers),
  strides: numberOrNumbers,
  padding: paddingField,
  outputPadding: numberOrNumbers,
  dilationRate: numberOrNumbers,
};

abstract class ConvTranspose extends Layer {
  private readonly config: ConvTransposeConfig;
  private readonly places: Places;
  private readonly activation: Activation;
  kernel: Variable = unbuilt;
  bias: Variable | undefined;

  constructor(places: Places, config: ConvTransposeConfig) {
    super(config);
    const { filters, kernelSize, strides = 1, dilationRate = 1, padding } = config;
    if (!Number.isInteger(filters) || filters < 1)
      throw new ArgumentError(`filters: expected a whole number of at least 1, found ${filters}`);
    checkWalk(this.className, places, { kernelSize, strides, dilationRate }, padding);
    checkDilation(this.className, strides, dilationRate);
    this.config = config;
    this.places = places;
    this.activation = activation(config.activation);
  }

  override build(inputShape: PartialShape): void {
    checkPlaces(this.className, inputShape, this.places);
    const { filters, kernelSize, useBias = true } = this.config;
    const shape = [...perAxis(this.className, 'kernelSize', kernelSize, this.places), filters, lastOf(inputShape)];
    this.kernel = this.weight('kernel', shape, kernelWeight(this.config));
    if (useBias) this.bias = this.weight('bias', [filters], biasWeight(this.config));
  }

  override call(x: Tensor): Tensor {
    const { strides = 1, padding = 'valid', outputPadding, dilationRate: dilation = 1 } = this.config;
    const y = convTranspose(x, this.kernel.value, { strides, padding, outputPadding, dilation });
    return this.activation(this.bias ? y.add(this.bias.value) : y);
  }

  override toConfig(): Config {
    return write(fields, this.config);
  }
}

/** Each place of x lays its kernel over y, which is their sum: x: [n, steps, channels], w: [kernelSize, filters, channels], y: [n, steps', filters]. */
export class Conv1DTranspose extends ConvTranspose {
  static override readonly className: string = 'Conv1DTranspose';

  constructor(filters: number, kernelSize: Sizes, options: ConvTransposeOptions = {}) {
    super(1, { filters, kernelSize, ...options });
  }
  static fromConfig(config: Config, registry: Registry): Conv1DTranspose {
    const { filters, kernelSize, ...options } = read(fields, config, registry);
    return new Conv1DTranspose(filters, kernelSize, options);
  }
}

/** Each place of x lays its kernel over y, which is their sum: x: [n, height, width, channels], w: [...kernelSize, filters, channels], y: [n, height', width', filters]. Zeiler, Krishnan, Taylor, Fergus 2010. */
export class Conv2DTranspose extends ConvTranspose {
  static override readonly className: string = 'Conv2DTranspose';

  constructor(filters: number, kernelSize: Sizes, options: ConvTransposeOptions = {}) {
    super(2, { filters, kernelSize, ...options });
  }
  static fromConfig(config: Config, registry: Registry): Conv2DTranspose {
    const { filters, kernelSize, ...options } = read(fields, config, registry);
    return new Conv2DTranspose(filters, kernelSize, options);
  }
}

/** Each place of x lays its kernel over y, which is their sum: x: [n, depth, height, width, channels], w: [...kernelSize, filters, channels]. */
export class Conv3DTranspose extends ConvTranspose {
  static override readonly className: string = 'Conv3DTranspose';

  constructor(filters: number, kernelSize: Sizes, options: ConvTransposeOptions = {}) {
    super(3, { filters, kernelSize, ...options });
  }
  static fromConfig(config: Config, registry: Registry): Conv3DTranspose {
    const { filters, kernelSize, ...options } = read(fields, config, registry);
    return new Conv3DTranspose(filters, kernelSize, options);
  }
}
