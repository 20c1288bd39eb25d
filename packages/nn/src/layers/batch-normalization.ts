import { ArgumentError, div, ShapeError, showShape, toFloat, where } from '@gradus/tensor';
import { constraint, constraintField } from '../constraints.js';
import { flag, number, read, write } from '../config.js';
import { initializer, initializerField } from '../initializer-names.js';
import { Layer } from '../layer.js';
import { isTensor } from '../masks.js';
import { regularizer, regularizerField } from '../regularizers.js';
import { sizeAt } from '../shapes.js';
import { unbuilt } from '../weight.js';
import { layerFields } from './fields.js';
import { clippingField, move, renormalize, RootOf } from './renorm.js';
import type { Tensor, Variable } from '@gradus/tensor';
import type { PartialShape } from '../any-layer.js';
import type { Config, Fields } from '../config.js';
import type { ConstraintLike } from '../constraints.js';
import type { Context } from '../context.js';
import type { InitializerLike } from '../initializer-names.js';
import type { LayerOptions } from '../layer.js';
import type { Registry } from '../registry.js';
import type { RegularizerLike } from '../regularizers.js';
import type { RenormAverages, RenormClipping } from './renorm.js';

export interface BatchNormalizationOptions extends LayerOptions {
  /** The axis that keeps its features apart. @defaultValue -1 */
  readonly axis?: number;
  /** How much of a moving average stays at each step. @defaultValue 0.99 */
  readonly momentum?: number;
  /** @defaultValue 0.001 */
  readonly epsilon?: number;
  /** Whether beta is added. @defaultValue true */
  readonly center?: boolean;
  /** Whether gamma multiplies. @defaultValue true */
  readonly scale?: boolean;
  /** Whether training corrects the batch's moments towards averages, so that small batches behave as in later use. @defaultValue false */
  readonly renorm?: boolean;
  readonly renormClipping?: RenormClipping;
  /** How much of the averages for the corrections stays at each step. @defaultValue 0.99 */
  readonly renormMomentum?: number;
  /** @defaultValue 'zeros' */
  readonly betaInitializer?: InitializerLike;
  /** @defaultValue 'ones' */
  readonly gammaInitializer?: InitializerLike;
  /** @defaultValue 'zeros' */
  readonly movingMeanInitializer?: InitializerLike;
  /** @defaultValue 'ones' */
  readonly movingVarianceInitializer?: InitializerLike;
  readonly betaRegularizer?: RegularizerLike;
  /** What it is brought back to after every step. */
  readonly betaConstraint?: ConstraintLike;
  readonly gammaRegularizer?: RegularizerLike;
  /** What it is brought back to after every step. */
  readonly gammaConstraint?: ConstraintLike;
}

const fields: Fields<BatchNormalizationOptions> = {
  ...layerFields,
  axis: number,
  momentum: number,
  epsilon: number,
  center: flag,
  scale: flag,
  renorm: flag,
  renormClipping: clippingField,
  renormMomentum: number,
  betaInitializer: initializerField,
  gammaInitializer: initializerField,
  movingMeanInitializer: initializerField,
  movingVarianceInitializer: initializerField,
  betaRegularizer: regularizerField,
  betaConstraint: constraintField,
  gammaRegularizer: regularizerField,
  gammaConstraint: constraintField,
};

/** Of a batch, and the shape in which they stand beside it. */
interface Moments {
  readonly mean: Tensor;
  readonly variance: Tensor;
  readonly wide: readonly number[];
}

/** Keeps the mean of no elements at all finite. */
const tiny = 1e-7;

/**
 * y = gamma (x - mean) / sqrt(variance + epsilon) + beta, one mean and variance for each place of `axis`; shapes stay.
 *
 * In training these are the batch's own (biased, of unmasked steps only), and gradients flow through them; each call
 * moves the averages, m <- momentum m + (1 - momentum) batch. Otherwise, and while the layer is frozen, the averages
 * are used and stay as they are.
 *
 * Ioffe and Szegedy 2015.
 */
export class BatchNormalization extends Layer {
  static override readonly className: string = 'BatchNormalization';
  override readonly supportsMasking: boolean = true;
  private readonly config: BatchNormalizationOptions;
  gamma: Variable | undefined;
  beta: Variable | undefined;
  movingMean: Variable = unbuilt;
  movingVariance: Variable = unbuilt;
  averages: RenormAverages | undefined;

  constructor(options: BatchNormalizationOptions = {}) {
    super(options);
    const { axis = -1, momentum = 0.99, epsilon = 1e-3 } = options;
    if (!Number.isInteger(axis)) throw new ArgumentError(`axis: expected a whole number, found ${axis}`);
    if (!(momentum >= 0 && momentum <= 1)) throw new ArgumentError(`momentum: expected a number from 0 to 1, found ${momentum}`);
    if (!(epsilon >= 0)) throw new ArgumentError(`epsilon: expected a number of at least 0, found ${epsilon}`);
    this.config = options;
  }

  override build(inputShape: PartialShape): void {
    const { axis = -1, center = true, scale = true, betaRegularizer, gammaRegularizer } = this.config;
    const { betaInitializer = 'zeros', gammaInitializer = 'ones' } = this.config;
    const { movingMeanInitializer = 'zeros', movingVarianceInitializer = 'ones' } = this.config;
    const shape = [sizeAt(inputShape, axis)];
    if (scale) {
      this.gamma = this.weight('gamma', shape, {
        initializer: initializer(gammaInitializer),
        regularizer: regularizer(gammaRegularizer),
        constraint: constraint(this.config.gammaConstraint),
      });
    }
    if (center) {
      this.beta = this.weight('beta', shape, {
        initializer: initializer(betaInitializer),
        regularizer: regularizer(betaRegularizer),
        constraint: constraint(this.config.betaConstraint),
      });
    }
    this.movingMean = this.weight('moving_mean', shape, { initializer: initializer(movingMeanInitializer), trainable: false });
    this.movingVariance = this.weight('moving_variance', shape, { initializer: initializer(movingVarianceInitializer), trainable: false });
    if (this.config.renorm !== true) return;
    const root = new RootOf(initializer(movingVarianceInitializer));
    this.averages = {
      deviation: this.weight('moving_stddev', shape, { initializer: root, trainable: false }),
      renormMean: this.weight('renorm_mean', shape, { initializer: initializer(movingMeanInitializer), trainable: false }),
      renormDeviation: this.weight('renorm_stddev', shape, { initializer: root, trainable: false }),
    };
  }

  override call(input: Tensor, { training, mask }: Context): Tensor {
    const { axis = -1, epsilon = 1e-3 } = this.config;
    const x = toFloat(input);
    const kept = axis < 0 ? axis + x.rank : axis;
    const wide = x.shape.map((n, i) => (i === kept ? n : 1)); // [1, ..., features, ..., 1]
    const learns = training && this.trainable;
    const [mean, variance] = learns ? this.batchMoments(x, isTensor(mask) ? mask : undefined, kept) : this.moving;
    if (learns && this.averages) return this.renormalized(x, { mean, variance, wide });
    const deviation = variance.add(epsilon).sqrt();
    const slope = this.gamma ? this.gamma.value.div(deviation) : div(1, deviation);
    const y = x.sub(mean.reshape(wide)).mul(slope.reshape(wide));
    return this.beta ? y.add(this.beta.value.reshape(wide)) : y;
  }

  /** With corrected moments; the averages, but that of the mean, take their part of the batch. */
  private renormalized(x: Tensor, { mean, variance, wide }: Moments): Tensor {
    const { epsilon = 1e-3, momentum = 0.99, renormMomentum = 0.99, renormClipping: clipping = {} } = this.config;
    const { averages } = this;
    if (!averages) throw new ArgumentError('renorm: the averages are missing');
    const [r, d] = renormalize(mean, variance, averages, this.movingVariance, { epsilon, momentum, renormMomentum, clipping });
    const y = x.sub(mean.reshape(wide)).mul(r.div(variance.add(epsilon).sqrt()).reshape(wide)).add(d.reshape(wide)); // prettier-ignore
    const scaled = this.gamma ? y.mul(this.gamma.value.reshape(wide)) : y;
    return this.beta ? scaled.add(this.beta.value.reshape(wide)) : scaled;
  }

  private get moving(): readonly [Tensor, Tensor] {
    return [this.movingMean.value, this.movingVariance.value];
  }

  /** Mean and variance of the batch; the moving averages take their part of them. */
  private batchMoments(x: Tensor, mask: Tensor | undefined, kept: number): readonly [Tensor, Tensor] {
    const { momentum = 0.99 } = this.config;
    const axes = x.shape.flatMap((_, axis) => (axis === kept ? [] : [axis]));
    const moments = mask ? maskedMoments(x, mask, axes) : ([x.mean(axes), x.variance(axes)] as const);
    move(this.movingMean, moments[0], momentum);
    if (!this.averages) move(this.movingVariance, moments[1], momentum);
    return moments;
  }

  override toConfig(): Config {
    return write(fields, this.config);
  }
  static fromConfig(config: Config, registry: Registry): BatchNormalization {
    return new BatchNormalization(read(fields, config, registry));
  }
}

/** Mean and biased variance of the elements whose step counts; the mask leaves out x's last axis. */
function maskedMoments(x: Tensor, mask: Tensor, axes: readonly number[]): readonly [Tensor, Tensor] {
  if (mask.rank !== x.rank - 1) {
    throw new ShapeError(`BatchNormalization: a mask has one axis less than x ${showShape(x.shape)}, found ${showShape(mask.shape)}`);
  }
  const counts = mask.expandDims(-1).broadcastTo(x.shape);
  const n = counts.cast(x.dtype).sum(axes, { keepDims: true }).add(tiny);
  const mean = where(counts, x, 0).sum(axes, { keepDims: true }).div(n);
  const variance = where(counts, x.sub(mean), 0).square().sum(axes, { keepDims: true }).div(n);
  return [mean.squeeze(axes), variance.squeeze(axes)];
}
