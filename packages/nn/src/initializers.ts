/**
 * Where weights start. An initializer is a function of a key and a shape, so the same seed and path give the same
 * weights; drawn once, before training, outside every compiled program.
 */
import { ArgumentError, eye, fromData, full, normal, sizeOf, truncatedNormal, uniform } from '@gradus/tensor';
import { number, oneOf, read, write } from './config.js';
import type { DType, Shape, Tensor } from '@gradus/tensor';
import type { Config, Fields, Saved } from './config.js';
import type { Registry } from './registry.js';

export abstract class Initializer {
  abstract draw(key: Tensor, shape: Shape, dtype: DType): Tensor;
  /** Its class and options, for files. */
  abstract toConfig(): Saved;
}

interface ConstantOptions {
  readonly value?: number;
}
const constantFields: Fields<ConstantOptions> = { value: number };

/** The same number everywhere. */
export class Constant extends Initializer {
  private readonly value: number;

  constructor(value: number = 0) {
    super();
    this.value = value;
  }
  override draw(_key: Tensor, shape: Shape, dtype: DType): Tensor {
    return full(shape, this.value, dtype);
  }
  override toConfig(): Saved {
    return { className: 'Constant', config: write(constantFields, { value: this.value }) };
  }
  static fromConfig(config: Config, registry: Registry): Constant {
    return new Constant(read(constantFields, config, registry).value);
  }
}

export interface VarianceScalingOptions {
  /** @defaultValue 1 */
  readonly scale?: number;
  /** Which fan the variance is divided by. @defaultValue 'fanIn' */
  readonly mode?: 'fanIn' | 'fanOut' | 'fanAverage';
  /** @defaultValue 'truncatedNormal' */
  readonly distribution?: 'truncatedNormal' | 'untruncatedNormal' | 'uniform';
}
const scalingFields: Fields<VarianceScalingOptions> = {
  scale: number,
  mode: oneOf('fanIn', 'fanOut', 'fanAverage'),
  distribution: oneOf('truncatedNormal', 'untruncatedNormal', 'uniform'),
};

/** How many inputs and outputs a weight of this shape connects; kernels have their two channel axes last. */
export function fansOf(shape: Shape): { readonly fanIn: number; readonly fanOut: number } {
  const [first = 1] = shape;
  if (shape.length < 2) return { fanIn: first, fanOut: first };
  const field = sizeOf(shape.slice(0, -2));
  const [inputs = 1, outputs = 1] = shape.slice(-2);
  return { fanIn: inputs * field, fanOut: outputs * field };
}

/** The standard deviation of a normal law that was cut at two of its own. */
const truncatedDeviation = 0.87962566103423978;

/**
 * Keeps the variance of activations from layer to layer: variance scale / fan.
 *
 * Glorot and Bengio 2010; He, Zhang, Ren, Sun 2015; LeCun, Bottou, Orr, Mueller 1998.
 */
export class VarianceScaling extends Initializer {
  private readonly options: VarianceScalingOptions;

  constructor(options: VarianceScalingOptions = {}) {
    super();
    const { scale = 1 } = options;
    if (!(scale > 0)) throw new ArgumentError(`scale: expected a number above 0, found ${scale}`);
    this.options = options;
  }
  override draw(key: Tensor, shape: Shape, dtype: DType): Tensor {
    const { scale = 1, mode = 'fanIn', distribution = 'truncatedNormal' } = this.options;
    const { fanIn, fanOut } = fansOf(shape);
    const fan = { fanIn, fanOut, fanAverage: (fanIn + fanOut) / 2 }[mode];
    const variance = scale / Math.max(1, fan);
    const std = Math.sqrt(variance);
    if (distribution === 'truncatedNormal') return truncatedNormal(key, shape, { std: std / truncatedDeviation, dtype });
    if (distribution === 'untruncatedNormal') return normal(key, shape, { std, dtype });
    const limit = Math.sqrt(3 * variance);
    return uniform(key, shape, { min: -limit, max: limit, dtype });
  }
  override toConfig(): Saved {
    return { className: 'VarianceScaling', config: write(scalingFields, this.options) };
  }
  static fromConfig(config: Config, registry: Registry): VarianceScaling {
    return new VarianceScaling(read(scalingFields, config, registry));
  }
}

export interface DrawnOptions {
  /** The mean of a normal law. @defaultValue 0 */
  readonly mean?: number;
  /** @defaultValue 0.05 */
  readonly std?: number;
}
const drawnFields: Fields<DrawnOptions> = { mean: number, std: number };

export class RandomNormal extends Initializer {
  private readonly options: DrawnOptions;

  constructor(options: DrawnOptions = {}) {
    super();
    this.options = options;
  }
  override draw(key: Tensor, shape: Shape, dtype: DType): Tensor {
    return normal(key, shape, { std: 0.05, ...this.options, dtype });
  }
  override toConfig(): Saved {
    return { className: 'RandomNormal', config: write(drawnFields, this.options) };
  }
  static fromConfig(config: Config, registry: Registry): RandomNormal {
    return new RandomNormal(read(drawnFields, config, registry));
  }
}

/** A normal law cut at two standard deviations. */
export class TruncatedNormal extends Initializer {
  private readonly options: DrawnOptions;

  constructor(options: DrawnOptions = {}) {
    super();
    this.options = options;
  }
  override draw(key: Tensor, shape: Shape, dtype: DType): Tensor {
    return truncatedNormal(key, shape, { std: 0.05, ...this.options, dtype });
  }
  override toConfig(): Saved {
    return { className: 'TruncatedNormal', config: write(drawnFields, this.options) };
  }
  static fromConfig(config: Config, registry: Registry): TruncatedNormal {
    return new TruncatedNormal(read(drawnFields, config, registry));
  }
}

export interface RangeOptions {
  /** @defaultValue -0.05 */
  readonly min?: number;
  /** @defaultValue 0.05 */
  readonly max?: number;
}
const rangeFields: Fields<RangeOptions> = { min: number, max: number };

export class RandomUniform extends Initializer {
  private readonly options: RangeOptions;

  constructor(options: RangeOptions = {}) {
    super();
    this.options = options;
  }
  override draw(key: Tensor, shape: Shape, dtype: DType): Tensor {
    return uniform(key, shape, { min: -0.05, max: 0.05, ...this.options, dtype });
  }
  override toConfig(): Saved {
    return { className: 'RandomUniform', config: write(rangeFields, this.options) };
  }
  static fromConfig(config: Config, registry: Registry): RandomUniform {
    return new RandomUniform(read(rangeFields, config, registry));
  }
}

interface GainOptions {
  readonly gain?: number;
}
const gainFields: Fields<GainOptions> = { gain: number };

/** `gain` on the diagonal of a matrix. */
export class Identity extends Initializer {
  private readonly gain: number;

  constructor({ gain = 1 }: GainOptions = {}) {
    super();
    this.gain = gain;
  }
  override draw(_key: Tensor, shape: Shape, dtype: DType): Tensor {
    const [rows = 0, columns = 0, ...more] = shape;
    if (shape.length !== 2 || more.length > 0) throw new ArgumentError(`Identity: expected a matrix, found [${shape.join(', ')}]`);
    return eye(rows, columns, dtype).mul(this.gain);
  }
  override toConfig(): Saved {
    return { className: 'Identity', config: write(gainFields, { gain: this.gain }) };
  }
  static fromConfig(config: Config, registry: Registry): Identity {
    return new Identity(read(gainFields, config, registry));
  }
}

/**
 * Orthonormal rows or columns: Q of the QR decomposition of a normal matrix, its signs those of R's diagonal.
 *
 * Saxe, McClelland, Ganguli 2013, "Exact solutions to the nonlinear dynamics of learning in deep linear networks".
 */
export class Orthogonal extends Initializer {
  private readonly gain: number;

  constructor({ gain = 1 }: GainOptions = {}) {
    super();
    this.gain = gain;
  }
  override draw(key: Tensor, shape: Shape, dtype: DType): Tensor {
    if (shape.length < 2) throw new ArgumentError(`Orthogonal: expected at least two dimensions, found [${shape.join(', ')}]`);
    const columns = shape[shape.length - 1] ?? 0;
    const rows = sizeOf(shape.slice(0, -1));
    const [long, short] = [Math.max(rows, columns), Math.min(rows, columns)];
    const a = normal(key, [long, short], { dtype: 'float64' }).data('float64').slice();
    orthonormalize(a, long, short);
    const q = fromData(a, [long, short]);
    return (rows < columns ? q.transpose() : q).mul(this.gain).reshape(shape).cast(dtype);
  }
  override toConfig(): Saved {
    return { className: 'Orthogonal', config: write(gainFields, { gain: this.gain }) };
  }
  static fromConfig(config: Config, registry: Registry): Orthogonal {
    return new Orthogonal(read(gainFields, config, registry));
  }
}

/** Gram-Schmidt in place on the columns of a [n, m]; twice, since once loses orthogonality. R's diagonal is positive. */
function orthonormalize(a: Float64Array, n: number, m: number): void {
  const at = (i: number, j: number): number => a[i * m + j] ?? 0;
  const dot = (j: number, k: number): number => {
    let total = 0;
    for (let i = 0; i < n; i++) total += at(i, j) * at(i, k);
    return total;
  };
  for (let j = 0; j < m; j++) {
    for (let k = 0; k < 2 * j; k++) {
      const other = k % j;
      const overlap = dot(j, other);
      for (let i = 0; i < n; i++) a[i * m + j] = at(i, j) - overlap * at(i, other);
    }
    const length = Math.sqrt(dot(j, j));
    for (let i = 0; i < n; i++) a[i * m + j] = at(i, j) / length;
  }
}

export const zeros: Initializer = new Constant(0);
export const ones: Initializer = new Constant(1);
/** Glorot's uniform law: the default of kernels. */
export const glorotUniform: Initializer = new VarianceScaling({ mode: 'fanAverage', distribution: 'uniform' });
