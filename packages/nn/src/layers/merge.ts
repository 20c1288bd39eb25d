/** Layers that merge several inputs element by element: [n, ...] each, with broadcasting; one with fewer axes gets them after the batch. */
import { ArgumentError, onesLike, where } from '@gradus/tensor';
import { read, write } from '../config.js';
import { Layer } from '../layer.js';
import { layerFields } from './fields.js';
import { aligned, jointMask } from './merging.js';
import type { Tensor } from '@gradus/tensor';
import type { Config } from '../config.js';
import type { Context } from '../context.js';
import type { LayerOptions } from '../layer.js';
import type { Registry } from '../registry.js';

type Masks = readonly (Tensor | undefined)[] | undefined;

abstract class Merge extends Layer<readonly Tensor[], Tensor> {
  protected readonly config: LayerOptions;

  constructor(options: LayerOptions = {}) {
    super(options);
    this.config = options;
  }

  /** The inputs, with as many axes each. */
  abstract merge(xs: readonly Tensor[]): Tensor;

  override call(xs: readonly Tensor[], _context: Context): Tensor {
    return this.merge(aligned(this.className, xs));
  }

  override computeMask(_xs: readonly Tensor[], masks: Masks): Tensor | undefined {
    return jointMask(masks);
  }

  override toConfig(): Config {
    return write(layerFields, this.config);
  }
}

/** Merges pair by pair, and takes the other of two where one does not count. */
abstract class MergeCounted extends Merge {
  abstract pair(a: Tensor, b: Tensor): Tensor;
  /** What stands where no input counts. */
  abstract nothing(xs: readonly Tensor[]): Tensor | number;

  override merge([first, ...others]: readonly Tensor[]): Tensor {
    if (!first) throw new ArgumentError(`${this.className}: expected inputs`);
    return others.reduce((merged, x) => this.pair(merged, x), first);
  }

  override call(inputs: readonly Tensor[], { mask }: Context): Tensor {
    const xs = aligned(this.className, inputs);
    const masks: readonly unknown[] = Array.isArray(mask) ? mask : [];
    const counts = xs.map((x, i) => countsIn(x, masks[i]));
    if (counts.every((count) => count === undefined)) return this.merge(xs);
    const [first, ...others] = xs.map((x, i): readonly [Tensor, Tensor] => [x, counts[i] ?? onesLike(x).cast('bool')]);
    if (!first) throw new ArgumentError(`${this.className}: expected inputs`);
    const [merged, seen] = others.reduce(([a, inA], [b, inB]): readonly [Tensor, Tensor] => {
      const both = this.pair(a, b);
      return [where(inA.and(inB), both, where(inB, b.broadcastTo(both.shape), a.broadcastTo(both.shape))), inA.or(inB)];
    }, first);
    return where(seen, merged, this.nothing(xs));
  }
}

/** Which elements of x count, if a mask says so. */
function countsIn(x: Tensor, mask: unknown): Tensor | undefined {
  if (!isMask(mask)) return undefined;
  let wide = mask;
  while (wide.rank < x.rank) wide = wide.expandDims(-1);
  return wide.broadcastTo(x.shape);
}

function isMask(mask: unknown): mask is Tensor {
  return typeof mask === 'object' && mask !== null && 'broadcastTo' in mask;
}

/** y = x1 - x2. */
export class Subtract extends Merge {
  static override readonly className: string = 'Subtract';
  override merge([a, b, ...more]: readonly Tensor[]): Tensor {
    if (!a || !b || more.length > 0) throw new ArgumentError(`Subtract: expected two inputs, found ${more.length + 2}`);
    return a.sub(b);
  }
  static fromConfig(config: Config, registry: Registry): Subtract {
    return new Subtract(read(layerFields, config, registry));
  }
}

/** y = (x1 + x2 + ...) / how many they are. */
export class Average extends Merge {
  static override readonly className: string = 'Average';
  override merge([first, ...others]: readonly Tensor[]): Tensor {
    if (!first) throw new ArgumentError('Average: expected inputs');
    return others.reduce((total, x) => total.add(x), first).div(others.length + 1);
  }
  static fromConfig(config: Config, registry: Registry): Average {
    return new Average(read(layerFields, config, registry));
  }
}

/** y = x1 x2 ..., of those that count; 0 where none does. */
export class Multiply extends MergeCounted {
  static override readonly className: string = 'Multiply';
  override pair(a: Tensor, b: Tensor): Tensor {
    return a.mul(b);
  }
  override nothing(): number {
    return 0;
  }
  static fromConfig(config: Config, registry: Registry): Multiply {
    return new Multiply(read(layerFields, config, registry));
  }
}

/** The largest of x1, x2, ... that count; where none does, x1. */
export class Maximum extends MergeCounted {
  static override readonly className: string = 'Maximum';
  override pair(a: Tensor, b: Tensor): Tensor {
    return a.maximum(b);
  }
  override nothing([first]: readonly Tensor[]): Tensor | number {
    return first ?? 0;
  }
  static fromConfig(config: Config, registry: Registry): Maximum {
    return new Maximum(read(layerFields, config, registry));
  }
}

/** The smallest of x1, x2, ... that count; where none does, x1. */
export class Minimum extends MergeCounted {
  static override readonly className: string = 'Minimum';
  override pair(a: Tensor, b: Tensor): Tensor {
    return a.minimum(b);
  }
  override nothing([first]: readonly Tensor[]): Tensor | number {
    return first ?? 0;
  }
  static fromConfig(config: Config, registry: Registry): Minimum {
    return new Minimum(read(layerFields, config, registry));
  }
}
