import { ArgumentError, ShapeError, showShape } from '@gradus/tensor';
import { number, numberOrNumbers, read, required, write } from '../config.js';
import { AttentionHeads, headsFields } from './attention-heads.js';
import type { Tensor } from '@gradus/tensor';
import type { Config, Fields } from '../config.js';
import type { Context } from '../context.js';
import type { Registry } from '../registry.js';
import type { Attended, AttentionInputs, HeadsOptions } from './attention-heads.js';

export interface MultiHeadAttentionOptions extends HeadsOptions {
  /** The length of a head's values. @defaultValue keyDim */
  readonly valueDim?: number;
  /** The length of the results. @defaultValue that of the queries */
  readonly outputDim?: number;
  /** The axes whose places attend to each other; those left out are like further samples. @defaultValue all between the first and the last */
  readonly attentionAxes?: number | readonly number[];
}

interface AttentionConfig extends MultiHeadAttentionOptions {
  readonly numHeads: number;
  readonly keyDim: number;
}

const fields: Fields<AttentionConfig> = {
  ...headsFields,
  numHeads: required(number),
  keyDim: required(number),
  valueDim: number,
  outputDim: number,
  attentionAxes: numberOrNumbers,
};

/** Inputs of any number of axes as sequences, and what becomes of the result. */
interface Flat {
  readonly inputs: AttentionInputs;
  back(y: Tensor): Tensor;
}

abstract class MultiHead<Y> extends AttentionHeads<Y> {
  private readonly config: AttentionConfig;

  constructor(numHeads: number, keyDim: number, options: MultiHeadAttentionOptions = {}) {
    const { valueDim = keyDim, outputDim, slidingWindow = 1, dropout = 0 } = options;
    for (const [name, n] of Object.entries({ numHeads, keyDim, valueDim, outputDim: outputDim ?? 1, slidingWindow })) {
      if (!Number.isInteger(n) || n < 1) throw new ArgumentError(`${name}: expected a whole number of at least 1, found ${n}`);
    }
    if (!(dropout >= 0 && dropout < 1)) throw new ArgumentError(`dropout: expected a number from 0 to below 1, found ${dropout}`);
    super({ heads: numHeads, keyValueHeads: numHeads, keyDim, valueDim, outputDim }, options);
    this.config = { numHeads, keyDim, ...options };
  }

  protected attendAll(inputs: AttentionInputs, context: Context): Attended {
    if (inputs.query.rank <= 3) return this.attend(inputs, context);
    const flat = this.flattened(inputs);
    const { y, shares } = this.attend(flat.inputs, context);
    return { y: flat.back(y), shares };
  }

  /** [n, ...free, ...places, d] -> [n free, places, d] */
  private flattened({ query, value, key = value, attentionMask }: AttentionInputs): Flat {
    const { rank } = query;
    const inner = Array.from({ length: rank - 2 }, (_, i) => i + 1);
    const axes = [this.config.attentionAxes ?? inner].flat().map((axis) => (axis < 0 ? axis + rank - 1 : axis)); // prettier-ignore
    if (attentionMask || !axes.every((axis) => inner.includes(axis))) {
      throw new ShapeError(
        `${this.className}: attentionAxes ${showShape(axes)} do not fit queries ${showShape(query.shape)} without a mask`,
      );
    }
    const free = inner.filter((axis) => !axes.includes(axis));
    const order = [0, ...free, ...axes, rank - 1];
    const size = (x: Tensor, names: readonly number[]): number => names.reduce((p, axis) => p * (x.shape[axis] ?? 1), 1);
    const flat = (x: Tensor): Tensor => x.transpose(order).reshape([size(x, [0, ...free]), size(x, axes), x.shape[rank - 1] ?? 1]);
    const sizes = order.slice(0, -1).map((axis) => query.shape[axis] ?? 1);
    const inverse = order.map((_, axis) => order.indexOf(axis));
    return {
      inputs: { query: flat(query), value: flat(value), key: flat(key) },
      back: (y) => y.reshape([...sizes, y.shape[2] ?? 1]).transpose(inverse),
    };
  }

  override toConfig(): Config {
    return write(fields, this.config);
  }
}

/**
 * For each head: softmax(q kT / sqrt(keyDim)) v with q, k and v linear in query, key and value; the heads' results side
 * by side go through one linear map more.
 *
 * Vaswani et al. 2017.
 *
 * @example new MultiHeadAttention(4, 32).apply({ query: x, value: x }) // [n, t, d] -> [n, t, d]
 */
export class MultiHeadAttention extends MultiHead<Tensor> {
  static override readonly className: string = 'MultiHeadAttention';

  override call(inputs: AttentionInputs, context: Context): Tensor {
    return this.attendAll(inputs, context).y;
  }

  /** A place of the output counts where its query does. */
  override computeMask(_x: AttentionInputs, mask: { readonly query?: Tensor | undefined } | undefined): Tensor | undefined {
    return mask?.query;
  }

  static fromConfig(config: Config, registry: Registry): MultiHeadAttention {
    const { numHeads, keyDim, ...options } = read(fields, config, registry);
    return new MultiHeadAttention(numHeads, keyDim, options);
  }
}

/** A `MultiHeadAttention` that also gives how much each place attends to each: [y, shares [n, heads, t, s]]. */
export class MultiHeadAttentionWithScores extends MultiHead<readonly [y: Tensor, shares: Tensor]> {
  static override readonly className: string = 'MultiHeadAttentionWithScores';

  override call(inputs: AttentionInputs, context: Context): readonly [Tensor, Tensor] {
    const { y, shares } = this.attendAll(inputs, context);
    return [y, shares];
  }

  override computeMask(_x: AttentionInputs, mask: { readonly query?: Tensor | undefined } | undefined): readonly (Tensor | undefined)[] {
    return [mask?.query];
  }

  static fromConfig(config: Config, registry: Registry): MultiHeadAttentionWithScores {
    const { numHeads, keyDim, ...options } = read(fields, config, registry);
    return new MultiHeadAttentionWithScores(numHeads, keyDim, options);
  }
}
