import { ArgumentError, showShape, ShapeError } from '@gradus/tensor';
import { activation, activationField } from '../activations.js';
import { constraint, constraintField } from '../constraints.js';
import { flag, number, read, required, write } from '../config.js';
import { initializer, initializerField } from '../initializer-names.js';
import { Layer } from '../layer.js';
import { regularizer, regularizerField } from '../regularizers.js';
import { lastOf } from '../shapes.js';
import { unbuilt } from '../weight.js';
import { layerFields } from './fields.js';
import type { Tensor, Variable } from '@gradus/tensor';
import type { Activation, ActivationName } from '../activations.js';
import type { PartialShape } from '../any-layer.js';
import type { Config, Fields } from '../config.js';
import type { ConstraintLike } from '../constraints.js';
import type { InitializerLike } from '../initializer-names.js';
import type { LayerOptions } from '../layer.js';
import type { Registry } from '../registry.js';
import type { RegularizerLike } from '../regularizers.js';

export interface DenseOptions extends LayerOptions {
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

interface DenseConfig extends DenseOptions {
  readonly units: number;
}

const fields: Fields<DenseConfig> = {
  ...layerFields,
  units: required(number),
  activation: activationField,
  useBias: flag,
  kernelInitializer: initializerField,
  biasInitializer: initializerField,
  kernelRegularizer: regularizerField,
  kernelConstraint: constraintField,
  biasRegularizer: regularizerField,
  biasConstraint: constraintField,
};

/** y = f(x w + b), x: [..., n], w: [n, units], b: [units]. */
export class Dense extends Layer {
  static override readonly className: string = 'Dense';
  override readonly supportsMasking: boolean = true;
  private readonly config: DenseConfig;
  private readonly activation: Activation;
  kernel: Variable = unbuilt;
  bias: Variable | undefined;

  constructor(units: number, options: DenseOptions = {}) {
    super(options);
    if (!Number.isInteger(units) || units < 1) throw new ArgumentError(`units: expected a whole number of at least 1, found ${units}`);
    this.config = { units, ...options };
    this.activation = activation(options.activation);
  }

  override build(inputShape: PartialShape): void {
    if (inputShape.length < 2) throw new ShapeError(`Dense: expected x [n, ..., features], found ${showShape(inputShape)}`);
    const { units, useBias = true, kernelInitializer = 'glorotUniform', biasInitializer = 'zeros' } = this.config;
    this.kernel = this.weight('kernel', [lastOf(inputShape), units], {
      initializer: initializer(kernelInitializer),
      regularizer: regularizer(this.config.kernelRegularizer),
      constraint: constraint(this.config.kernelConstraint),
    });
    if (!useBias) return;
    this.bias = this.weight('bias', [units], {
      initializer: initializer(biasInitializer),
      regularizer: regularizer(this.config.biasRegularizer),
      constraint: constraint(this.config.biasConstraint),
    });
  }

  override call(x: Tensor): Tensor {
    const y = x.matmul(this.kernel.value);
    return this.activation(this.bias ? y.add(this.bias.value) : y);
  }

  override toConfig(): Config {
    return write(fields, this.config);
  }
  static fromConfig(config: Config, registry: Registry): Dense {
    const { units, ...options } = read(fields, config, registry);
    return new Dense(units, options);
  }
}
