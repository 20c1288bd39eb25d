import { ArgumentError, ShapeError, showShape, toFloat } from '@gradus/tensor';
import { flag, number, read, write } from '../config.js';
import { constraint, constraintField } from '../constraints.js';
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

export interface GroupNormalizationOptions extends LayerOptions {
  /** How many groups the channels are cut into; -1: each alone. @defaultValue 32 */
  readonly groups?: number;
  /** The axis of the channels. @defaultValue -1 */
  readonly axis?: number;
  /** @defaultValue 0.001 */
  readonly epsilon?: number;
  /** Whether beta is added. @defaultValue true */
  readonly center?: boolean;
  /** Whether gamma multiplies. @defaultValue true */
  readonly scale?: boolean;
  /** @defaultValue 'zeros' */
  readonly betaInitializer?: InitializerLike;
  /** @defaultValue 'ones' */
  readonly gammaInitializer?: InitializerLike;
  readonly betaRegularizer?: RegularizerLike;
  readonly gammaRegularizer?: RegularizerLike;
  readonly betaConstraint?: ConstraintLike;
  readonly gammaConstraint?: ConstraintLike;
}

const fields: Fields<GroupNormalizationOptions> = {
  ...layerFields,
  groups: number,
  axis: number,
  epsilon: number,
  center: flag,
  scale: flag,
  betaInitializer: initializerField,
  gammaInitializer: initializerField,
  betaRegularizer: regularizerField,
  gammaRegularizer: regularizerField,
  betaConstraint: constraintField,
  gammaConstraint: constraintField,
};

/**
 * y = gamma (x - mean) / sqrt(variance + epsilon) + beta, with the mean and the (biased) variance of each sample's groups of channels, over all
 * places; gamma and beta have one number a channel. Wu and He 2018.
 */
export class GroupNormalization extends Layer {
  static override readonly className: string = 'GroupNormalization';
  override readonly supportsMasking: boolean = true;
  private readonly config: GroupNormalizationOptions;
  gamma: Variable | undefined;
  beta: Variable | undefined;

  constructor(options: GroupNormalizationOptions = {}) {
    super(options);
    const { groups = 32, axis = -1 } = options;
    if (!Number.isInteger(groups) || groups === 0 || groups < -1) {
      throw new ArgumentError(`groups: expected a whole number of at least 1, or -1, found ${groups}`);
    }
    if (!Number.isInteger(axis)) throw new ArgumentError(`axis: expected a whole number, found ${axis}`);
    this.config = options;
  }

  override build(inputShape: PartialShape): void {
    const { groups = 32, axis = -1, center = true, scale = true } = this.config;
    const { betaInitializer = 'zeros', gammaInitializer = 'ones' } = this.config;
    const channels = sizeAt(inputShape, axis);
    if (groups > 0 && channels % groups !== 0) {
      throw new ShapeError(`GroupNormalization: ${channels} channels are not divisible by ${groups} groups: ${showShape(inputShape)}`);
    }
    if (scale) {
      this.gamma = this.weight('gamma', [channels], {
        initializer: initializer(gammaInitializer),
        regularizer: regularizer(this.config.gammaRegularizer),
        constraint: constraint(this.config.gammaConstraint),
      });
    }
    if (center) {
      this.beta = this.weight('beta', [channels], {
        initializer: initializer(betaInitializer),
        regularizer: regularizer(this.config.betaRegularizer),
        constraint: constraint(this.config.betaConstraint),
      });
    }
  }

  override call(input: Tensor): Tensor {
    const { axis = -1, epsilon = 1e-3 } = this.config;
    const x = toFloat(input);
    const at = axis < 0 ? axis + x.rank : axis;
    const channels = x.shape[at] ?? 1;
    const { groups = 32 } = this.config;
    const count = groups === -1 ? channels : groups;
    const grouped = x.reshape([...x.shape.slice(0, at), count, channels / count, ...x.shape.slice(at + 1)]);
    const axes = grouped.shape.map((_, i) => i).filter((i) => i !== 0 && i !== at);
    const centred = grouped.sub(grouped.mean(axes, { keepDims: true }));
    const y = centred.div(centred.square().mean(axes, { keepDims: true }).add(epsilon).sqrt()).reshape(x.shape); // prettier-ignore
    const wide = x.shape.map((n, i) => (i === at ? n : 1));
    const scaled = this.gamma ? y.mul(this.gamma.value.reshape(wide)) : y;
    return this.beta ? scaled.add(this.beta.value.reshape(wide)) : scaled;
  }

  override toConfig(): Config {
    return write(fields, this.config);
  }
  static fromConfig(config: Config, registry: Registry): GroupNormalization {
    return new GroupNormalization(read(fields, config, registry));
  }
}
