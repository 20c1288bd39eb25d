import { ArgumentError, ShapeError, showShape } from '@gradus/tensor';
import { flag, numberOrNumbers, read, required, write } from '../config.js';
import { Layer } from '../layer.js';
import { layerFields } from './fields.js';
import type { Tensor } from '@gradus/tensor';
import type { Config, Fields } from '../config.js';
import type { LayerOptions } from '../layer.js';
import type { Registry } from '../registry.js';

export interface DotOptions extends LayerOptions {
  /** Whether vectors get the length 1 first: then the products are cosines. @defaultValue false */
  readonly normalize?: boolean;
}

interface DotConfig extends DotOptions {
  readonly axes: number | readonly number[];
}

const fields: Fields<DotConfig> = { ...layerFields, axes: required(numberOrNumbers), normalize: flag };

/**
 * The products of two inputs along one axis of each, sample by sample: [n, ...a, k] and [n, ...b, k] -> [n, ...a, ...b]; [n, k] and [n, k] -> [n, 1].
 *
 * @example new Dot(1).apply([user, film]) // [n, d] and [n, d] -> [n, 1]
 */
export class Dot extends Layer<readonly Tensor[], Tensor> {
  static override readonly className: string = 'Dot';
  private readonly config: DotConfig;

  /** @param axes - the axis, or one for each input, from 1 on */
  constructor(axes: number | readonly number[], options: DotOptions = {}) {
    super(options);
    const list = [axes].flat();
    if (list.length > 2 || list.length === 0 || !list.every((axis) => Number.isInteger(axis) && axis !== 0)) {
      throw new ArgumentError(`axes: expected a whole number but 0, or two of them, found ${JSON.stringify(axes)}`);
    }
    this.config = { axes, ...options };
  }

  override call(xs: readonly Tensor[]): Tensor {
    const [a, b, ...more] = xs;
    if (!a || !b || more.length > 0) throw new ArgumentError(`Dot: expected two inputs, found ${xs.length}`);
    const [first = 1, second = first] = [this.config.axes].flat();
    const [left, right] = [this.rows(a, first), this.rows(b, second)];
    if (left.rows.shape[2] !== right.rows.shape[2]) {
      throw new ShapeError(`Dot: axes ${JSON.stringify(this.config.axes)} of ${showShape(a.shape)} and ${showShape(b.shape)} differ`);
    }
    const y = left.rows.matmul(right.rows.transpose([0, 2, 1])); // [n, a, b]
    const rest = [...left.rest, ...right.rest];
    return y.reshape([a.shape[0] ?? 0, ...(rest.length === 0 ? [1] : rest)]);
  }

  /** [n, ...rest, k] with `rest` as one axis. */
  private rows(x: Tensor, axis: number): { readonly rows: Tensor; readonly rest: readonly number[] } {
    const at = axis < 0 ? axis + x.rank : axis;
    const others = x.shape.map((_, i) => i).filter((i) => i !== at && i !== 0);
    const [n = 0, k = 0] = [x.shape[0], x.shape[at]];
    const rest = others.map((i) => x.shape[i] ?? 0);
    const rows = x.transpose([0, ...others, at]).reshape([n, rest.reduce((p, q) => p * q, 1), k]);
    if (this.config.normalize !== true) return { rows, rest };
    return { rows: rows.div(rows.square().sum(-1, { keepDims: true }).maximum(1e-14).sqrt()), rest }; // prettier-ignore
  }

  override toConfig(): Config {
    return write(fields, this.config);
  }
  static fromConfig(config: Config, registry: Registry): Dot {
    const { axes, ...options } = read(fields, config, registry);
    return new Dot(axes, options);
  }
}
