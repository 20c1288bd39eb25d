import { ArgumentError } from '@gradus/tensor';
import { number, read, required, write } from '../config.js';
import { AttentionHeads, headsFields } from './attention-heads.js';
import type { Tensor } from '@gradus/tensor';
import type { Config, Fields } from '../config.js';
import type { Context } from '../context.js';
import type { Registry } from '../registry.js';
import type { AttentionInputs, HeadsOptions } from './attention-heads.js';

interface GroupConfig extends HeadsOptions {
  readonly headDim: number;
  readonly numQueryHeads: number;
  readonly numKeyValueHeads: number;
}

const fields: Fields<GroupConfig> = {
  ...headsFields,
  headDim: required(number),
  numQueryHeads: required(number),
  numKeyValueHeads: required(number),
};

abstract class GroupQuery<Y> extends AttentionHeads<Y> {
  private readonly config: GroupConfig;

  constructor(headDim: number, numQueryHeads: number, numKeyValueHeads: number, options: HeadsOptions = {}) {
    for (const [name, n] of Object.entries({ headDim, numQueryHeads, numKeyValueHeads })) {
      if (!Number.isInteger(n) || n < 1) throw new ArgumentError(`${name}: expected a whole number of at least 1, found ${n}`);
    }
    if (numQueryHeads % numKeyValueHeads !== 0) {
      throw new ArgumentError(`numQueryHeads: expected a multiple of ${numKeyValueHeads} heads of keys and values, found ${numQueryHeads}`);
    }
    super({ heads: numQueryHeads, keyValueHeads: numKeyValueHeads, keyDim: headDim, valueDim: headDim, outputDim: undefined }, options);
    this.config = { headDim, numQueryHeads, numKeyValueHeads, ...options };
  }

  override toConfig(): Config {
    return write(fields, this.config);
  }
}

/** A `MultiHeadAttention` with fewer heads of keys and values: each serves several heads of queries. Ainslie et al. 2023. */
export class GroupQueryAttention extends GroupQuery<Tensor> {
  static override readonly className: string = 'GroupQueryAttention';

  override call(inputs: AttentionInputs, context: Context): Tensor {
    return this.attend(inputs, context).y;
  }
  override computeMask(_x: AttentionInputs, mask: { readonly query?: Tensor | undefined } | undefined): Tensor | undefined {
    return mask?.query;
  }
  static fromConfig(config: Config, registry: Registry): GroupQueryAttention {
    const { headDim, numQueryHeads, numKeyValueHeads, ...options } = read(fields, config, registry);
    return new GroupQueryAttention(headDim, numQueryHeads, numKeyValueHeads, options);
  }
}

/** A `GroupQueryAttention` that also gives how much each place attends to each: [y, shares [n, heads, t, s]]. */
export class GroupQueryAttentionWithScores extends GroupQuery<readonly [y: Tensor, shares: Tensor]> {
  static override readonly className: string = 'GroupQueryAttentionWithScores';

  override call(inputs: AttentionInputs, context: Context): readonly [Tensor, Tensor] {
    const { y, shares } = this.attend(inputs, context);
    return [y, shares];
  }
  override computeMask(_x: AttentionInputs, mask: { readonly query?: Tensor | undefined } | undefined): readonly (Tensor | undefined)[] {
    return [mask?.query];
  }
  static fromConfig(config: Config, registry: Registry): GroupQueryAttentionWithScores {
    const { headDim, numQueryHeads, numKeyValueHeads, ...options } = read(fields, config, registry);
    return new GroupQueryAttentionWithScores(headDim, numQueryHeads, numKeyValueHeads, options);
  }
}
