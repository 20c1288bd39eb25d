import { ArgumentError, axesOf, div, toFloat } from '@gradus/tensor';
import { constraint, constraintField } from '../constraints.js';
import { flag, number, numberOrNumbers, read, write } from '../config.js';
import { initializer, initializerField } from '../initializer-names.js';
import { Layer } from '../layer.js';
import { regularizer, regularizerField } from '../regularizers.js';
import { sizeAt } from '../shapes.js';
import { layerFields } from './fields.js';
import type { Tensor, Variable } from '@gradus/tensor';
import type { PartialShape } from '../any-layer.js';
import type { Config, Fields } from '../config.js';
import type { ConstraintLike } from '../constraints.js';
import type { InitializerLike } from '../initializer-names.js';
import type { LayerOptions } from '../layer.js';
import type { Registry } from '../registry.js';
import type { RegularizerLike } from '../regularizers.js';

export interface LayerNormalizationOptions extends LayerOptions {
  /** The axis, or axes, over which each sample is normalized. @defaultValue -1 */
  readonly axis?: number | readonly number[];
  /** @defaultValue 0.001 */
  readonly epsilon?: number;
  /** Whether beta is added. @defaultValue true */
  readonly center?: boolean;
  /** Whether gamma multiplies. @defaultValue true */
  readonly scale?: boolean;
  /** Keeps the mean, and has no beta; what Keras calls so, and deprecates. @defaultValue false */
  readonly rmsScaling?: boolean;
  /** @defaultValue 'zeros' */
  readonly betaInitializer?: InitializerLike;
  /** @defaultValue 'ones' */
  readonly gammaInitializer?: InitializerLike;
  readonly betaRegularizer?: RegularizerLike;
  /** What it is brought back to after every step. */
  readonly betaConstraint?: ConstraintLike;
  readonly gammaRegularizer?: RegularizerLike;
  /** What it is brought back to after every step. */
  readonly gammaConstraint?: ConstraintLike;
}

const fields: Fields<LayerNormalizationOptions> = {
  ...layerFields,
  axis: numberOrNumbers,
  epsilon: number,
  center: flag,
  scale: flag,
  rmsScaling: flag,
  betaInitializer: initializerField,
  gammaInitializer: initializerField,
  betaRegularizer: regularizerField,
  betaConstraint: constraintField,
  gammaRegularizer: regularizerField,
  gammaConstraint: constraintField,
};

/**
 * y = gamma (x - mean) / sqrt(variance + epsilon) + beta, with the mean and the (biased) variance of each sample over
 * `axis`; gamma and beta have the shape of these axes. The same in training and out of it.
 *
 * Ba, Kiros and Hinton 2016.
 */
export class LayerNormalization extends Layer {
  static override readonly className: string = 'LayerNormalization';
  override readonly supportsMasking: boolean = true;
  private readonly config: LayerNormalizationOptions;
  gamma: Variable | undefined;
  beta: Variable | undefined;

  constructor(options: LayerNormalizationOptions = {}) {
    super(options);
    const { axis = -1, epsilon = 1e-3 } = options;
    if (![axis].flat().every(Number.isInteger)) throw new ArgumentError(`axis: expected whole numbers, found ${String(axis)}`);
    if (!(epsilon >= 0)) throw new ArgumentError(`epsilon: expected a number of at least 0, found ${epsilon}`);
    this.config = options;
  }

  override build(inputShape: PartialShape): void {
    const { center = true, scale = true, rmsScaling = false, betaRegularizer, gammaRegularizer } = this.config;
    const { betaInitializer = 'zeros', gammaInitializer = 'ones' } = this.config;
    const { axis = -1 } = this.config;
    // As Keras sorts them, before negative ones are counted from the end: files keep this shape.
    const shape = [axis].flat().toSorted((a, b) => a - b).map((one) => sizeAt(inputShape, one)); // prettier-ignore
    if (scale || rmsScaling) {
      this.gamma = this.weight('gamma', shape, {
        initializer: initializer(gammaInitializer),
        regularizer: regularizer(gammaRegularizer),
        constraint: constraint(this.config.gammaConstraint),
      });
    }
    if (center && !rmsScaling) {
      this.beta = this.weight('beta', shape, {
        initializer: initializer(betaInitializer),
        regularizer: regularizer(betaRegularizer),
        constraint: constraint(this.config.betaConstraint),
      });
    }
  }

  override call(input: Tensor): Tensor {
    const { epsilon = 1e-3, rmsScaling = false } = this.config;
    const x = toFloat(input);
    const axes = this.axes(x.rank);
    const wide = x.shape.map((n, axis) => (axes.includes(axis) ? n : 1)); // the shape of gamma among x's axes
    const centred = x.sub(x.mean(axes, { keepDims: true }));
    const normalized = (rmsScaling ? x : centred).mul(div(1, centred.square().mean(axes, { keepDims: true }).add(epsilon).sqrt()));
    const y = this.gamma ? normalized.mul(this.gamma.value.reshape(wide)) : normalized;
    return this.beta ? y.add(this.beta.value.reshape(wide)) : y;
  }

  private axes(rank: number): readonly number[] {
    const { axis = -1 } = this.config;
    return axesOf('LayerNormalization', axis, rank);
  }

  override toConfig(): Config {
    return write(fields, this.config);
  }
  static fromConfig(config: Config, registry: Registry): LayerNormalization {
    return new LayerNormalization(read(fields, config, registry));
  }
}
