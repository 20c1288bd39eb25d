import { ArgumentError, axesOf, sameShape, ShapeError, showShape, tensor, toFloat } from '@gradus/tensor';
import { flag, nullable, numberOrNumbers, read, write } from '../config.js';
import { ones, zeros } from '../initializers.js';
import { Layer } from '../layer.js';
import { sizeAt } from '../shapes.js';
import { layerFields } from './fields.js';
import type { Shape, Tensor, Variable } from '@gradus/tensor';
import type { PartialShape } from '../any-layer.js';
import type { Config, Fields } from '../config.js';
import type { LayerOptions } from '../layer.js';
import type { Registry } from '../registry.js';

export interface NormalizationOptions extends LayerOptions {
  /** The axis, or axes, that keep their features apart; null: one mean and variance for everything. @defaultValue -1 */
  readonly axis?: number | readonly number[] | null;
  /** Known in advance: one for all, or one for each place of the last kept axis. @defaultValue what `adapt` finds */
  readonly mean?: number | readonly number[];
  readonly variance?: number | readonly number[];
  /** From normalized numbers back. @defaultValue false */
  readonly invert?: boolean;
}

const fields: Fields<NormalizationOptions> = {
  ...layerFields,
  axis: nullable(numberOrNumbers),
  mean: numberOrNumbers,
  variance: numberOrNumbers,
  invert: flag,
};

/** The smallest deviation that is divided by: features that never change stay finite. */
const smallest = 1e-7;

/**
 * y = (x - mean) / max(sqrt(variance), 1e-7), with a mean and a variance that are known or that `adapt` takes from
 * data; they do not train. Shapes stay; bytes and integers become floats.
 *
 * @example const normalization = new Normalization(); normalization.adapt(x); new Sequential([normalization, ...])
 */
export class Normalization extends Layer {
  static override readonly className: string = 'Normalization';
  override readonly supportsMasking: boolean = true;
  private readonly config: NormalizationOptions;
  mean: Variable | undefined;
  variance: Variable | undefined;
  /** Kept for files only: Keras has it too. */
  count: Variable | undefined;
  private kept: readonly number[] = [];
  private sizes: Shape = [];

  constructor(options: NormalizationOptions = {}) {
    super(options);
    const { axis = -1, mean, variance } = options;
    if (![axis ?? []].flat().every(Number.isInteger)) throw new ArgumentError(`axis: expected whole numbers, found ${String(axis)}`);
    if ((mean === undefined) !== (variance === undefined)) {
      throw new ArgumentError(`${mean === undefined ? 'mean' : 'variance'}: mean and variance are given together, or neither`);
    }
    if (lengthOf(mean) !== lengthOf(variance)) {
      throw new ArgumentError(`variance: has ${lengthOf(variance)} numbers, mean has ${lengthOf(mean)}`);
    }
    if (Array.isArray(mean) && [axis ?? []].flat().length === 0) throw new ArgumentError('mean: a list needs an axis to lie along');
    this.config = options;
  }

  override build(inputShape: PartialShape): void {
    const { axis = -1, mean } = this.config;
    this.kept = axesOf('Normalization', axis ?? [], inputShape.length);
    this.sizes = this.kept.map((kept) => sizeAt(inputShape, kept));
    const last = this.sizes[this.sizes.length - 1] ?? 1;
    if (Array.isArray(mean) && mean.length !== last && mean.length !== 1) {
      throw new ShapeError(`Normalization: mean has ${mean.length} numbers, x ${showShape(inputShape)} has ${last} on its axis`);
    }
    if (mean !== undefined) return;
    this.mean = this.weight('mean', this.sizes, { initializer: zeros, trainable: false });
    this.variance = this.weight('variance', this.sizes, { initializer: ones, trainable: false });
    this.count = this.weight('count', [], { initializer: zeros, dtype: 'int32', trainable: false });
  }

  /** Takes mean and variance (biased) from `data`, over all axes but the kept ones, in double precision. */
  adapt(data: Tensor): void {
    if (this.config.mean !== undefined) throw new ArgumentError('adapt: mean and variance are given already');
    this.buildFor(data.shape.map((n, axis) => (axis === 0 ? null : n)));
    const sizes = this.kept.map((axis) => data.shape[axis] ?? 0);
    if (!sameShape(sizes, this.sizes)) {
      throw new ShapeError(
        `adapt: the layer was built for ${showShape(this.sizes)} on its axes, data ${showShape(data.shape)} has ${showShape(sizes)}`,
      );
    }
    if (data.size === 0) throw new ShapeError(`adapt: data has no elements: ${showShape(data.shape)}`);
    const x = data.cast('float64');
    const axes = x.shape.flatMap((_, axis) => (this.kept.includes(axis) ? [] : [axis]));
    this.mean?.assign(x.mean(axes).cast('float32'));
    this.variance?.assign(x.variance(axes).cast('float32'));
  }

  override call(input: Tensor): Tensor {
    const x = toFloat(input);
    const mean = this.along(x, this.mean?.value ?? known(this.config.mean));
    const deviation = this.along(x, this.variance?.value ?? known(this.config.variance))
      .sqrt()
      .maximum(smallest);
    return this.config.invert ? x.mul(deviation).add(mean) : x.sub(mean).div(deviation);
  }

  /** [...kept sizes], or one number for each place of the last kept axis, as it stands beside x. */
  private along(x: Tensor, values: Tensor): Tensor {
    const complete = values.rank === this.kept.length;
    const last = this.kept[this.kept.length - 1];
    const sizeOn = (axis: number): number => (complete ? (this.sizes[this.kept.indexOf(axis)] ?? 1) : axis === last ? values.size : 1);
    return values.reshape(x.shape.map((_, axis) => (values.size === 1 ? 1 : sizeOn(axis))));
  }

  override toConfig(): Config {
    return write(fields, this.config);
  }
  static fromConfig(config: Config, registry: Registry): Normalization {
    return new Normalization(read(fields, config, registry));
  }
}

function lengthOf(values: number | readonly number[] | undefined): number {
  return typeof values === 'object' ? values.length : 0;
}

function known(values: number | readonly number[] = 0): Tensor {
  return tensor(values);
}
