/** Recurrent layers of units with gates: options, weights and dropout that SimpleRNN, GRU and LSTM share. */
import { ArgumentError } from '@gradus/tensor';
import { activation, activationField } from '../activations.js';
import { flag, number, required } from '../config.js';
import { constraint, constraintField } from '../constraints.js';
import { initializer, initializerField } from '../initializer-names.js';
import { regularizer, regularizerField } from '../regularizers.js';
import { lastOf } from '../shapes.js';
import { unbuilt } from '../weight.js';
import { checkRates, dropMasks, dropped, Recurrent, recurrentFields } from './recurrent.js';
import type { Shape, Tensor, Variable } from '@gradus/tensor';
import type { Activation, ActivationName } from '../activations.js';
import type { PartialShape } from '../any-layer.js';
import type { Fields } from '../config.js';
import type { ConstraintLike } from '../constraints.js';
import type { Initializer } from '../initializers.js';
import type { InitializerLike } from '../initializer-names.js';
import type { RegularizerLike } from '../regularizers.js';
import type { Stream } from '../stream.js';
import type { RecurrentOptions } from './recurrent.js';

export interface UnitsOptions extends RecurrentOptions {
  /** Of the candidate, and of what comes out. @defaultValue 'tanh' */
  readonly activation?: ActivationName;
  /** @defaultValue true */
  readonly useBias?: boolean;
  /** @defaultValue 'glorotUniform' */
  readonly kernelInitializer?: InitializerLike;
  /** @defaultValue 'orthogonal' */
  readonly recurrentInitializer?: InitializerLike;
  /** @defaultValue 'zeros' */
  readonly biasInitializer?: InitializerLike;
  readonly kernelRegularizer?: RegularizerLike;
  readonly recurrentRegularizer?: RegularizerLike;
  readonly biasRegularizer?: RegularizerLike;
  readonly kernelConstraint?: ConstraintLike;
  readonly recurrentConstraint?: ConstraintLike;
  readonly biasConstraint?: ConstraintLike;
  /** How many of the inputs are dropped in training, the same ones at every step. @defaultValue 0 */
  readonly dropout?: number;
  /** The same for the previous output. @defaultValue 0 */
  readonly recurrentDropout?: number;
}

export interface UnitsConfig extends UnitsOptions {
  readonly units: number;
}

export const unitsFields: Fields<UnitsConfig> = {
  ...recurrentFields,
  units: required(number),
  activation: activationField,
  useBias: flag,
  kernelInitializer: initializerField,
  recurrentInitializer: initializerField,
  biasInitializer: initializerField,
  kernelRegularizer: regularizerField,
  recurrentRegularizer: regularizerField,
  biasRegularizer: regularizerField,
  kernelConstraint: constraintField,
  recurrentConstraint: constraintField,
  biasConstraint: constraintField,
  dropout: number,
  recurrentDropout: number,
};

export abstract class Gated<C extends UnitsConfig, Y> extends Recurrent<Y> {
  protected readonly config: C;
  protected readonly activation: Activation;
  private stream: Stream | undefined;
  kernel: Variable = unbuilt;
  recurrentKernel: Variable = unbuilt;
  bias: Variable | undefined;

  constructor(config: C) {
    super(config);
    const { units, dropout = 0, recurrentDropout = 0 } = config;
    if (!Number.isInteger(units) || units < 1) throw new ArgumentError(`units: expected a whole number of at least 1, found ${units}`);
    checkRates({ dropout, recurrentDropout });
    this.config = config;
    this.activation = activation(config.activation ?? 'tanh');
  }

  /** How many sums each unit makes. */
  protected abstract readonly gates: number;
  /** Where the bias starts. */
  protected biasInitializer(plain: Initializer): Initializer {
    return plain;
  }
  protected biasShape(): Shape {
    return [this.gates * this.config.units];
  }

  override stateShapes(_x: Tensor): readonly Shape[] {
    return [[this.config.units]];
  }

  protected override buildSteps(inputShape: PartialShape): void {
    const { units, useBias = true, dropout = 0, recurrentDropout = 0 } = this.config;
    const { kernelInitializer = 'glorotUniform', recurrentInitializer = 'orthogonal', biasInitializer = 'zeros' } = this.config;
    this.kernel = this.weight('kernel', [lastOf(inputShape), this.gates * units], {
      initializer: initializer(kernelInitializer),
      regularizer: regularizer(this.config.kernelRegularizer),
      constraint: constraint(this.config.kernelConstraint),
    });
    this.recurrentKernel = this.weight('recurrent_kernel', [units, this.gates * units], {
      initializer: initializer(recurrentInitializer),
      regularizer: regularizer(this.config.recurrentRegularizer),
      constraint: constraint(this.config.recurrentConstraint),
    });
    if (dropout > 0 || recurrentDropout > 0) this.stream = this.random();
    if (!useBias) return;
    this.bias = this.weight('bias', this.biasShape(), {
      initializer: this.biasInitializer(initializer(biasInitializer)),
      regularizer: regularizer(this.config.biasRegularizer),
      constraint: constraint(this.config.biasConstraint),
    });
  }

  /** x w for all steps at once, time first: [n, t, f] -> [t, n, gates units]. */
  protected sumsOfInputs(x: Tensor, training: boolean): Tensor {
    const { dropout = 0, recurrentDropout = 0 } = this.config;
    const shape = [x.shape[0] ?? 0, x.shape[2] ?? 0];
    const masks = dropMasks(this.stream, training ? dropout : 0, recurrentDropout > 0 ? this.gates : 1, shape);
    return dropped(x.transpose([1, 0, 2]), this.kernel.value, masks);
  }

  /** The masks of the previous output, one for each gate, the same at every step. */
  protected recurrentMasks(n: number, training: boolean): readonly Tensor[] {
    const { units, recurrentDropout = 0 } = this.config;
    return dropMasks(this.stream, training ? recurrentDropout : 0, this.gates, [n, units]);
  }
}
