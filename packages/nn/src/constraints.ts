/** Constraints: where weights are brought back to after every step. */
import { ArgumentError, FormatError } from '@gradus/tensor';
import { number, numberOrNumbers, read, savedOf, write } from './config.js';
import type { Tensor } from '@gradus/tensor';
import type { Field, Fields, Saved } from './config.js';

export interface Constraint {
  /** The nearest allowed weight, or one on the way to it. */
  project(w: Tensor): Tensor;
  /** Its class and options, for files. */
  toConfig(): Saved;
}

type Axes = number | readonly number[];

export interface NormOptions {
  /** The axes of one vector; for kernels of convolutions [0, 1, 2]. @defaultValue 0 */
  readonly axis?: Axes;
}

export interface MaxNormOptions extends NormOptions {
  /** @defaultValue 2 */
  readonly maxValue?: number;
}

export interface MinMaxNormOptions extends NormOptions {
  /** @defaultValue 0 */
  readonly minValue?: number;
  /** @defaultValue 1 */
  readonly maxValue?: number;
  /** How much of the way is gone in one step. @defaultValue 1 */
  readonly rate?: number;
}

/** Keeps vectors of zeros finite. */
const epsilon = 1e-7;

const lengthOf = (w: Tensor, axis: Axes): Tensor => w.square().sum(axis, { keepDims: true }).sqrt();

/** w with vectors of a length that `wanted` makes of theirs. */
function resized(w: Tensor, axis: Axes, wanted: (length: Tensor) => Tensor): Tensor {
  const length = lengthOf(w, axis);
  return w.mul(wanted(length).div(length.add(epsilon)));
}

const maxFields: Fields<MaxNormOptions> = { axis: numberOrNumbers, maxValue: number };
const minMaxFields: Fields<MinMaxNormOptions> = { axis: numberOrNumbers, minValue: number, maxValue: number, rate: number };
const unitFields: Fields<NormOptions> = { axis: numberOrNumbers };

/** Vectors no longer than `maxValue`. Srebro and Shraibman 2005. */
export class MaxNorm implements Constraint {
  private readonly options: MaxNormOptions;

  constructor(options: MaxNormOptions = {}) {
    this.options = options;
  }
  project(w: Tensor): Tensor {
    const { axis = 0, maxValue = 2 } = this.options;
    return resized(w, axis, (length) => length.clip(0, maxValue));
  }
  toConfig(): Saved {
    return { className: 'MaxNorm', config: write(maxFields, this.options) };
  }
}

/** Vectors of a length from `minValue` to `maxValue`, or at each step nearer to it by `rate`. */
export class MinMaxNorm implements Constraint {
  private readonly options: MinMaxNormOptions;

  constructor(options: MinMaxNormOptions = {}) {
    this.options = options;
  }
  project(w: Tensor): Tensor {
    const { axis = 0, minValue = 0, maxValue = 1, rate = 1 } = this.options;
    return resized(w, axis, (length) => length.clip(minValue, maxValue).mul(rate).add(length.mul(1 - rate))); // prettier-ignore
  }
  toConfig(): Saved {
    return { className: 'MinMaxNorm', config: write(minMaxFields, this.options) };
  }
}

/** Vectors of length 1. */
export class UnitNorm implements Constraint {
  private readonly options: NormOptions;

  constructor(options: NormOptions = {}) {
    this.options = options;
  }
  project(w: Tensor): Tensor {
    return w.div(lengthOf(w, this.options.axis ?? 0).add(epsilon));
  }
  toConfig(): Saved {
    return { className: 'UnitNorm', config: write(unitFields, this.options) };
  }
}

/** Numbers of at least 0. */
export class NonNeg implements Constraint {
  project(w: Tensor): Tensor {
    return w.maximum(0);
  }
  toConfig(): Saved {
    return { className: 'NonNeg', config: {} };
  }
}

const named = {
  maxNorm: (): Constraint => new MaxNorm(),
  minMaxNorm: (): Constraint => new MinMaxNorm(),
  nonNeg: (): Constraint => new NonNeg(),
  unitNorm: (): Constraint => new UnitNorm(),
};

type ConstraintName = keyof typeof named;

/** A constraint, or the name of one with its default options. */
export type ConstraintLike = Constraint | ConstraintName;

function isName(text: unknown): text is ConstraintName {
  return typeof text === 'string' && Object.hasOwn(named, text);
}

/** The constraint that `like` stands for. */
export function constraint(like: ConstraintLike | undefined): Constraint | undefined {
  if (like === undefined || typeof like !== 'string') return like;
  if (isName(like)) return named[like]();
  throw new ArgumentError(`constraint: expected one of ${Object.keys(named).join(', ')}, found '${String(like)}'`);
}

/** How files keep a constraint. */
export const constraintField: Field<ConstraintLike> = {
  write: (like) => {
    if (typeof like === 'string') return like;
    const { className, config } = like.toConfig();
    return { className, config };
  },
  read(json, where, registry) {
    if (isName(json)) return json;
    const { className, config } = savedOf(json, where);
    switch (className) {
      case 'MaxNorm':
        return new MaxNorm(read(maxFields, config, registry));
      case 'MinMaxNorm':
        return new MinMaxNorm(read(minMaxFields, config, registry));
      case 'UnitNorm':
        return new UnitNorm(read(unitFields, config, registry));
      case 'NonNeg':
        return new NonNeg();
      default:
        throw new FormatError(`${where}: unknown constraint ${className}`);
    }
  },
};
