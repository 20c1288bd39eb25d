/** Batch renormalization: corrections that make training normalize as later use does. Ioffe 2017. */
import { FormatError } from '@gradus/tensor';
import { isRecord, number, read, write } from '../config.js';
import { Initializer } from '../initializers.js';
import type { DType, Shape, Tensor, Variable } from '@gradus/tensor';
import type { Field, Fields, Saved } from '../config.js';

/** Bounds of the corrections: r from `rmin` to `rmax`, d from -`dmax` to `dmax`; none unless given. */
export interface RenormClipping {
  readonly rmin?: number;
  readonly rmax?: number;
  readonly dmax?: number;
}

const fields: Fields<RenormClipping> = { rmin: number, rmax: number, dmax: number };

export const clippingField: Field<RenormClipping> = {
  write: (value) => write(fields, value),
  read(json, where, registry) {
    if (isRecord(json)) return read(fields, json, registry);
    throw new FormatError(`${where}: expected { rmin, rmax, dmax }`);
  },
};

/** Where deviations start: at the root of where variances do. */
export class RootOf extends Initializer {
  private readonly variance: Initializer;

  constructor(variance: Initializer) {
    super();
    this.variance = variance;
  }
  override draw(key: Tensor, shape: Shape, dtype: DType): Tensor {
    return this.variance.draw(key, shape, dtype).sqrt();
  }
  /** A layer keeps where variances start. */
  override toConfig(): Saved {
    return this.variance.toConfig();
  }
}

/** What is kept beside the moving mean and variance. */
export interface RenormAverages {
  /** Of the deviation, for later use. */
  readonly deviation: Variable;
  /** Of mean and deviation, for the corrections. */
  readonly renormMean: Variable;
  readonly renormDeviation: Variable;
}

export interface RenormOptions {
  readonly epsilon: number;
  readonly momentum: number;
  readonly renormMomentum: number;
  readonly clipping: RenormClipping;
}

/** average <- momentum average + (1 - momentum) value */
export function move(average: Variable, value: Tensor, momentum: number): void {
  const part = value.stopGradient().cast(average.dtype);
  average.assign(average.value.mul(momentum).add(part.mul(1 - momentum)));
}

/**
 * r = deviation / average, d = (mean - average) / average deviation, both constants for the gradient: with x' = (x - mean) / deviation, x' r + d is x
 * normalized by the averages. The averages, and the moving variance, take their part of the batch.
 */
export function renormalize(
  mean: Tensor,
  variance: Tensor,
  averages: RenormAverages,
  movingVariance: Variable,
  { epsilon, momentum, renormMomentum, clipping: { rmin, rmax, dmax } }: RenormOptions,
): readonly [r: Tensor, d: Tensor] {
  const deviation = variance.add(epsilon).sqrt();
  const known = averages.renormDeviation.value.maximum(Math.sqrt(epsilon));
  const r = deviation.div(known);
  const low = rmin === undefined ? r : r.maximum(rmin);
  const d = mean.sub(averages.renormMean.value).div(known);
  move(averages.renormMean, mean, renormMomentum);
  move(averages.renormDeviation, deviation, renormMomentum);
  move(averages.deviation, deviation, momentum);
  movingVariance.assign(averages.deviation.value.square().sub(epsilon).relu()); // prettier-ignore
  const bounded = dmax === undefined ? d : d.clip(-dmax, dmax);
  return [(rmax === undefined ? low : low.minimum(rmax)).stopGradient(), bounded.stopGradient()];
}
