import { ArgumentError, conv, showShape } from '@gradus/tensor';
import { perAxis } from '@gradus/tensor/extend';
import { activation, activationField } from '../activations.js';
import { constraint, constraintField } from '../constraints.js';
import { flag, number, numberOrNumbers, read, required, write } from '../config.js';
import { initializer, initializerField } from '../initializer-names.js';
import { Layer } from '../layer.js';
import { regularizer, regularizerField } from '../regularizers.js';
import { lastOf } from '../shapes.js';
import { unbuilt } from '../weight.js';
import { layerFields } from './fields.js';
import { checkDilation, checkImages, checkWindow, paddingField } from './geometry.js';
import type { Tensor, Variable } from '@gradus/tensor';
import type { Activation, ActivationName } from '../activations.js';
import type { PartialShape } from '../any-layer.js';
import type { Config, Fields } from '../config.js';
import type { ConstraintLike } from '../constraints.js';
import type { InitializerLike } from '../initializer-names.js';
import type { LayerOptions } from '../layer.js';
import type { Registry } from '../registry.js';
import type { RegularizerLike } from '../regularizers.js';
import type { Padding, Sizes } from './geometry.js';

export interface Conv2DOptions extends LayerOptions {
  /** How far the kernel moves from place to place. @defaultValue 1 */
  readonly strides?: Sizes;
  /** @defaultValue 'valid' */
  readonly padding?: Padding;
  /** How far apart the kernel's taps lie. @defaultValue 1 */
  readonly dilationRate?: Sizes;
  /** Channels are cut into this many groups, each with filters of its own. @defaultValue 1 */
  readonly groups?: number;
  /** @defaultValue 'linear' */
  readonly activation?: ActivationName;
  /** @defaultValue true */
  readonly useBias?: boolean;
  /** @defaultValue 'glorotUniform' */
  readonly kernelInitializer?: InitializerLike;
  /** @defaultValue 'zeros' */
  readonly biasInitializer?: InitializerLike;
  readonly kernelRegularizer?: RegularizerLike;
  /** What it is brought back to after every step. */
  readonly kernelConstraint?: ConstraintLike;
  readonly biasRegularizer?: RegularizerLike;
  /** What it is brought back to after every step. */
  readonly biasConstraint?: ConstraintLike;
}

interface Conv2DConfig extends Conv2DOptions {
  readonly filters: number;
  readonly kernelSize: Sizes;
}

const fields: Fields<Conv2DConfig> = {
  ...layerFields,
  filters: required(number),
  kernelSize: required(numberOrNumbers),
  strides: numberOrNumbers,
  padding: paddingField,
  dilationRate: numberOrNumbers,
  groups: number,
  activation: activationField,
  useBias: flag,
  kernelInitializer: initializerField,
  biasInitializer: initializerField,
  kernelRegularizer: regularizerField,
  kernelConstraint: constraintField,
  biasRegularizer: regularizerField,
  biasConstraint: constraintField,
};

/**
 * y[i, j, f] = g(b[f] + sum over taps k, l and channels c of x[i + k, j + l, c] w[k, l, c, f]).
 *
 * x: [n, height, width, channels], w: [...kernelSize, channels / groups, filters], b: [filters],
 * y: [n, height', width', filters]. LeCun, Bottou, Bengio, Haffner 1998.
 */
export class Conv2D extends Layer {
  static override readonly className: string = 'Conv2D';
  private readonly config: Conv2DConfig;
  private readonly activation: Activation;
  kernel: Variable = unbuilt;
  bias: Variable | undefined;

  constructor(filters: number, kernelSize: Sizes, options: Conv2DOptions = {}) {
    super(options);
    const { strides = 1, dilationRate = 1, groups = 1, padding } = options;
    for (const [name, count] of Object.entries({ filters, groups })) {
      if (!Number.isInteger(count) || count < 1) throw new ArgumentError(`${name}: expected a whole number of at least 1, found ${count}`);
    }
    checkWindow('Conv2D', { kernelSize, strides, dilationRate }, padding);
    checkDilation('Conv2D', strides, dilationRate);
    if (filters % groups !== 0) throw new ArgumentError(`Conv2D: filters must be divisible by groups, found ${filters} and ${groups}`);
    this.config = { filters, kernelSize, ...options };
    this.activation = activation(options.activation);
  }

  override build(inputShape: PartialShape): void {
    checkImages('Conv2D', inputShape);
    const { filters, kernelSize, groups = 1, useBias = true, kernelInitializer = 'glorotUniform', biasInitializer = 'zeros' } = this.config;
    const channels = lastOf(inputShape);
    if (channels % groups !== 0) {
      throw new ArgumentError(`Conv2D: channels must be divisible by groups, found ${groups} groups for x ${showShape(inputShape)}`);
    }
    this.kernel = this.weight('kernel', [...perAxis('Conv2D', 'kernelSize', kernelSize, 2), channels / groups, filters], {
      initializer: initializer(kernelInitializer),
      regularizer: regularizer(this.config.kernelRegularizer),
      constraint: constraint(this.config.kernelConstraint),
    });
    if (!useBias) return;
    this.bias = this.weight('bias', [filters], {
      initializer: initializer(biasInitializer),
      regularizer: regularizer(this.config.biasRegularizer),
      constraint: constraint(this.config.biasConstraint),
    });
  }

  override call(x: Tensor): Tensor {
    const { strides = 1, padding = 'valid', dilationRate: dilation = 1, groups = 1 } = this.config;
    const y = conv(x, this.kernel.value, { strides, padding, dilation, groups });
    return this.activation(this.bias ? y.add(this.bias.value) : y);
  }

  override toConfig(): Config {
    return write(fields, this.config);
  }
  static fromConfig(config: Config, registry: Registry): Conv2D {
    const { filters, kernelSize, ...options } = read(fields, config, registry);
    return new Conv2D(filters, kernelSize, options);
  }
}
