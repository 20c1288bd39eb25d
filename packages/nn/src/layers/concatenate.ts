import { ArgumentError, concat, promote, ones, any } from '@gradus/tensor';
import { number, read, write } from '../config.js';
import { Layer } from '../layer.js';
import { layerFields } from './fields.js';
import type { Tensor } from '@gradus/tensor';
import type { Config, Fields } from '../config.js';
import type { LayerOptions } from '../layer.js';
import type { Registry } from '../registry.js';

export interface ConcatenateOptions extends LayerOptions {
  /** @defaultValue -1 */
  readonly axis?: number;
}

const fields: Fields<ConcatenateOptions> = { ...layerFields, axis: number };

/**
 * Joins tensors along `axis`; their other axes agree.
 *
 * Its output has a mask as soon as one input has: an input without one counts everywhere, masks are joined as the
 * inputs are, and a step counts where any of its features does.
 *
 * @example new Concatenate().apply([a, b]) // [n, 2] and [n, 3] -> [n, 5]
 */
export class Concatenate extends Layer<readonly Tensor[], Tensor> {
  static override readonly className: string = 'Concatenate';
  private readonly config: ConcatenateOptions;

  constructor(options: ConcatenateOptions = {}) {
    super(options);
    if (!Number.isInteger(options.axis ?? -1)) throw new ArgumentError(`axis: expected a whole number, found ${options.axis}`);
    this.config = options;
  }

  override call(xs: readonly Tensor[]): Tensor {
    const [first, ...others] = xs;
    if (!first) throw new ArgumentError('Concatenate: expected a list of at least one input');
    const dtype = others.reduce((type, x) => promote(type, x.dtype), first.dtype);
    return concat(xs.map((x) => x.cast(dtype)), this.axis); // prettier-ignore
  }

  override computeMask(xs: readonly Tensor[], masks: readonly (Tensor | undefined)[] | undefined): Tensor | undefined {
    if (!masks?.some((mask) => mask !== undefined)) return undefined;
    const wide = xs.map((x, i) => widened(x, masks[i]));
    return any(concat(wide, this.axis), -1);
  }

  private get axis(): number {
    return this.config.axis ?? -1;
  }

  override toConfig(): Config {
    return write(fields, this.config);
  }
  static fromConfig(config: Config, registry: Registry): Concatenate {
    return new Concatenate(read(fields, config, registry));
  }
}

/** One truth value for each element of x. */
function widened(x: Tensor, mask: Tensor | undefined): Tensor {
  if (!mask) return ones(x.shape, 'bool');
  return mask.rank < x.rank ? mask.expandDims(-1).broadcastTo(x.shape) : mask;
}
