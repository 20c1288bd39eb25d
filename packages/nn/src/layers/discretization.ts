import { ArgumentError, tensor } from '@gradus/tensor';
import { number, numbers, oneOf, read, write } from '../config.js';
import { Layer } from '../layer.js';
import { encoded } from './category-encoding.js';
import { layerFields } from './fields.js';
import type { Tensor } from '@gradus/tensor';
import type { Config, Fields } from '../config.js';
import type { LayerOptions } from '../layer.js';
import type { Registry } from '../registry.js';
import type { EncodingMode } from './category-encoding.js';

export interface DiscretizationOptions extends LayerOptions {
  /** Where one bin ends and the next begins, rising; a number on a boundary belongs to the bin above. @defaultValue what `adapt` finds */
  readonly binBoundaries?: readonly number[];
  /** How many bins `adapt` is to find. */
  readonly numBins?: number;
  /** The number of the bin, or a vector: see `CategoryEncoding`. @defaultValue 'int' */
  readonly outputMode?: 'int' | EncodingMode;
}

const fields: Fields<DiscretizationOptions> = {
  ...layerFields,
  binBoundaries: numbers,
  numBins: number,
  outputMode: oneOf('int', 'oneHot', 'multiHot', 'count'),
};

/** The number of the bin that each number lies in, int32: how many boundaries are not above it; shapes stay. */
export class Discretization extends Layer {
  static override readonly className: string = 'Discretization';
  private readonly config: DiscretizationOptions;
  private boundaries: readonly number[] | undefined;

  constructor(options: DiscretizationOptions = {}) {
    super(options);
    const { binBoundaries, numBins } = options;
    if ((binBoundaries === undefined) === (numBins === undefined)) {
      throw new ArgumentError('binBoundaries: expected either binBoundaries or numBins');
    }
    const falling = binBoundaries?.findIndex((boundary, i) => !(boundary > (binBoundaries[i - 1] ?? -Infinity))) ?? -1;
    if (falling >= 0) throw new ArgumentError(`binBoundaries: expected rising numbers, found ${String(binBoundaries)}`);
    if (numBins !== undefined && !(Number.isInteger(numBins) && numBins > 0)) {
      throw new ArgumentError(`numBins: expected a whole number of at least 1, found ${numBins}`);
    }
    this.config = options;
    this.boundaries = binBoundaries;
  }

  /** Takes boundaries from `data` so that its bins hold as many numbers each as can be. */
  adapt(data: Tensor): void {
    const { numBins } = this.config;
    if (numBins === undefined) throw new ArgumentError('adapt: the boundaries are given already');
    const sorted = [...data.cast('float64').data()].toSorted((a, b) => a - b);
    const at = Array.from({ length: numBins - 1 }, (_, i) => sorted[Math.floor(((i + 1) * sorted.length) / numBins)] ?? 0);
    this.boundaries = [...new Set(at)];
  }

  override call(x: Tensor): Tensor {
    const { boundaries } = this;
    if (!boundaries) throw new ArgumentError('Discretization: adapt it to data first');
    const { outputMode = 'int' } = this.config;
    const bins = x.cast('float32').expandDims(-1).greaterEqual(tensor([...boundaries], 'float32')).cast('int32').sum(-1); // prettier-ignore
    return outputMode === 'int' ? bins : encoded(bins, boundaries.length + 1, outputMode);
  }

  override toConfig(): Config {
    const { numBins, ...rest } = this.config;
    return write(
      fields,
      this.boundaries ? { ...rest, binBoundaries: this.boundaries } : { ...rest, ...(numBins === undefined ? {} : { numBins }) },
    );
  }
  static fromConfig(config: Config, registry: Registry): Discretization {
    return new Discretization(read(fields, config, registry));
  }
}
