/** Attention without heads: queries pick from values by how they match keys. */
import { ArgumentError, bernoulli, fromData, ShapeError, showShape, where } from '@gradus/tensor';
import { flag, number, oneOf, read, write } from '../config.js';
import { glorotUniform, ones } from '../initializers.js';
import { Layer } from '../layer.js';
import { isTensor } from '../masks.js';
import { lastOf } from '../shapes.js';
import { layerFields } from './fields.js';
import type { Tensor, Variable } from '@gradus/tensor';
import type { PartialShape } from '../any-layer.js';
import type { Config, Fields } from '../config.js';
import type { Context } from '../context.js';
import type { LayerOptions } from '../layer.js';
import type { Registry } from '../registry.js';
import type { Stream } from '../stream.js';
import type { AttentionInputs } from './attention-heads.js';

/** Queries [n, t, d], values [n, s, e] and keys [n, s, d], which are the values unless given. */
export type Attentive = Omit<AttentionInputs, 'attentionMask'>;

type QueryMask = { readonly query?: Tensor | undefined } | undefined;

export interface AdditiveAttentionOptions extends LayerOptions {
  /** Whether scores are scaled by trained numbers. @defaultValue true for AdditiveAttention, false for Attention */
  readonly useScale?: boolean;
  /** The share of attention that training drops. @defaultValue 0 */
  readonly dropout?: number;
  /** Whether a place attends only to itself and what comes before. @defaultValue false */
  readonly useCausalMask?: boolean;
  /** Of the dropout alone. @defaultValue the model's */
  readonly seed?: number;
}

export interface AttentionOptions extends AdditiveAttentionOptions {
  /** q k, or a trained number times sum(tanh(q + k)). @defaultValue 'dot' */
  readonly scoreMode?: 'dot' | 'concat';
}

const additiveFields: Fields<AdditiveAttentionOptions> = {
  ...layerFields,
  useScale: flag,
  dropout: number,
  useCausalMask: flag,
  seed: number,
};
const attentionFields: Fields<AttentionOptions> = { ...additiveFields, scoreMode: oneOf('dot', 'concat') };

/** What places that may not be attended to lose. */
const far = 1e9;

abstract class PlainAttention<Y> extends Layer<Attentive, Y> {
  protected readonly config: AttentionOptions;
  private stream: Stream | undefined;

  constructor(options: AttentionOptions = {}) {
    super(options);
    const { dropout = 0 } = options;
    if (!(dropout >= 0 && dropout < 1)) throw new ArgumentError(`dropout: expected a number from 0 to below 1, found ${dropout}`);
    this.config = options;
  }

  /** Makes what scores are scaled with. */
  protected abstract buildScale(query: PartialShape): void;
  /** [n, t, s]: how well each query matches each key. */
  protected abstract scores(query: Tensor, key: Tensor): Tensor;

  override build({ query }: { readonly query: PartialShape }): void {
    this.buildScale(query);
    if ((this.config.dropout ?? 0) > 0) this.stream = this.random(this.config.seed);
  }

  protected attend({ query, value, key = value }: Attentive, { training, mask }: Context): { readonly y: Tensor; readonly shares: Tensor } {
    for (const [name, x] of Object.entries({ query, value, key })) {
      if (x.rank !== 3) throw new ShapeError(`${this.className}: ${name}: expected [n, t, d], found ${showShape(x.shape)}`);
    }
    const scores = this.scores(query, key);
    const allowed = this.allowed(scores, maskOf(mask, 'value'));
    const shares = (allowed ? where(allowed, scores, scores.sub(far)) : scores).softmax();
    const y = this.dropped(shares, training).matmul(value);
    const counts = maskOf(mask, 'query');
    return { y: counts ? where(counts.expandDims(-1), y, 0) : y, shares };
  }

  private allowed(scores: Tensor, values: Tensor | undefined): Tensor | undefined {
    const wide = values?.expandDims(1); // [n, 1, s]
    if (this.config.useCausalMask !== true) return wide;
    const [t = 0, s = 0] = scores.shape.slice(1);
    const pairs = Uint8Array.from({ length: t * s }, (_, at) => Number(at % s <= Math.floor(at / s)));
    const causal = fromData(pairs, [1, t, s], 'bool');
    return wide ? wide.and(causal) : causal;
  }

  private dropped(shares: Tensor, training: boolean): Tensor {
    const { dropout = 0 } = this.config;
    if (!training || !this.stream) return shares;
    const { key, counter } = this.stream.next();
    return where(bernoulli(key, 1 - dropout, shares.shape, { counter }), shares.div(1 - dropout), 0);
  }
}

function maskOf(mask: unknown, name: string): Tensor | undefined {
  const found: unknown = typeof mask === 'object' && mask !== null ? Reflect.get(mask, name) : undefined;
  return isTensor(found) ? found : undefined;
}

abstract class DotAttention<Y> extends PlainAttention<Y> {
  scale: Variable | undefined;
  concatWeight: Variable | undefined;

  protected override buildScale(): void {
    if (this.config.useScale === true) this.scale = this.weight('scale', [], { initializer: ones });
    if (this.config.scoreMode === 'concat') this.concatWeight = this.weight('concat_score_weight', [], { initializer: ones });
  }

  protected override scores(query: Tensor, key: Tensor): Tensor {
    const scaled = (x: Tensor): Tensor => (this.scale ? x.mul(this.scale.value) : x);
    if (!this.concatWeight) return scaled(query.matmul(key.transpose([0, 2, 1])));
    return scaled(query.expandDims(2).add(key.expandDims(1))).tanh().sum(-1).mul(this.concatWeight.value); // prettier-ignore
  }

  override toConfig(): Config {
    return write(attentionFields, this.config);
  }
}

abstract class SumAttention<Y> extends PlainAttention<Y> {
  scale: Variable | undefined;

  constructor(options: AdditiveAttentionOptions = {}) {
    super(options);
  }

  protected override buildScale(query: PartialShape): void {
    if (this.config.useScale ?? true) this.scale = this.weight('scale', [lastOf(query)], { initializer: glorotUniform });
  }

  protected override scores(query: Tensor, key: Tensor): Tensor {
    const sums = query.expandDims(2).add(key.expandDims(1)).tanh(); // [n, t, s, d]
    return (this.scale ? sums.mul(this.scale.value) : sums).sum(-1);
  }

  override toConfig(): Config {
    return write(additiveFields, this.config);
  }
}

/** softmax(q kT) v, without the 1 / sqrt(d) of `MultiHeadAttention`. A query that may attend to nothing attends to all alike. Luong, Pham, Manning 2015. */
export class Attention extends DotAttention<Tensor> {
  static override readonly className: string = 'Attention';

  override call(inputs: Attentive, context: Context): Tensor {
    return this.attend(inputs, context).y;
  }
  override computeMask(_x: Attentive, mask: QueryMask): Tensor | undefined {
    return mask?.query;
  }
  static fromConfig(config: Config, registry: Registry): Attention {
    return new Attention(read(attentionFields, config, registry));
  }
}

/** An `Attention` that also gives how much each place attends to each: [y, shares [n, t, s]]. */
export class AttentionWithScores extends DotAttention<readonly [y: Tensor, shares: Tensor]> {
  static override readonly className: string = 'AttentionWithScores';

  override call(inputs: Attentive, context: Context): readonly [Tensor, Tensor] {
    const { y, shares } = this.attend(inputs, context);
    return [y, shares];
  }
  override computeMask(_x: Attentive, mask: QueryMask): readonly (Tensor | undefined)[] {
    return [mask?.query];
  }
  static fromConfig(config: Config, registry: Registry): AttentionWithScores {
    return new AttentionWithScores(read(attentionFields, config, registry));
  }
}

/** softmax(sum(scale tanh(q + k))) v. Bahdanau, Cho, Bengio 2015. */
export class AdditiveAttention extends SumAttention<Tensor> {
  static override readonly className: string = 'AdditiveAttention';

  override call(inputs: Attentive, context: Context): Tensor {
    return this.attend(inputs, context).y;
  }
  override computeMask(_x: Attentive, mask: QueryMask): Tensor | undefined {
    return mask?.query;
  }
  static fromConfig(config: Config, registry: Registry): AdditiveAttention {
    return new AdditiveAttention(read(additiveFields, config, registry));
  }
}

/** An `AdditiveAttention` that also gives how much each place attends to each: [y, shares [n, t, s]]. */
export class AdditiveAttentionWithScores extends SumAttention<readonly [y: Tensor, shares: Tensor]> {
  static override readonly className: string = 'AdditiveAttentionWithScores';

  override call(inputs: Attentive, context: Context): readonly [Tensor, Tensor] {
    const { y, shares } = this.attend(inputs, context);
    return [y, shares];
  }
  override computeMask(_x: Attentive, mask: QueryMask): readonly (Tensor | undefined)[] {
    return [mask?.query];
  }
  static fromConfig(config: Config, registry: Registry): AdditiveAttentionWithScores {
    return new AdditiveAttentionWithScores(read(additiveFields, config, registry));
  }
}
