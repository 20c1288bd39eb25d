import { ArgumentError, bernoulli, fromData, ShapeError, showShape, where } from '@gradus/tensor';
import { constraint, constraintField } from '../constraints.js';
import { flag, number, read, required, write } from '../config.js';
import { initializer, initializerField } from '../initializer-names.js';
import { Layer } from '../layer.js';
import { isTensor } from '../masks.js';
import { regularizer, regularizerField } from '../regularizers.js';
import { lastOf } from '../shapes.js';
import { layerFields } from './fields.js';
import { maskedSoftmax } from './softmax.js';
import type { Tensor, Variable } from '@gradus/tensor';
import type { PartialShape } from '../any-layer.js';
import type { Config, Fields } from '../config.js';
import type { ConstraintLike } from '../constraints.js';
import type { Context } from '../context.js';
import type { InitializerLike } from '../initializer-names.js';
import type { LayerOptions } from '../layer.js';
import type { Registry } from '../registry.js';
import type { RegularizerLike } from '../regularizers.js';
import type { Stream } from '../stream.js';

export interface MultiHeadAttentionOptions extends LayerOptions {
  /** The length of a head's values. @defaultValue keyDim */
  readonly valueDim?: number;
  /** The share of probabilities that training drops. @defaultValue 0 */
  readonly dropout?: number;
  /** @defaultValue true */
  readonly useBias?: boolean;
  /** The length of the results. @defaultValue that of the queries */
  readonly outputDim?: number;
  /** Whether a place attends only to itself and what comes before. @defaultValue false */
  readonly useCausalMask?: boolean;
  /** A place attends only to places nearer than this. @defaultValue all */
  readonly slidingWindow?: number;
  /** Whether each head's result is multiplied by sigmoid(gate(query)). @defaultValue false */
  readonly useGate?: boolean;
  /** @defaultValue 'glorotUniform' */
  readonly kernelInitializer?: InitializerLike;
  /** @defaultValue 'zeros' */
  readonly biasInitializer?: InitializerLike;
  readonly kernelRegularizer?: RegularizerLike;
  /** What it is brought back to after every step. */
  readonly kernelConstraint?: ConstraintLike;
  readonly biasRegularizer?: RegularizerLike;
  /** What it is brought back to after every step. */
  readonly biasConstraint?: ConstraintLike;
  /** Of the dropout alone. @defaultValue the model's */
  readonly seed?: number;
}

interface AttentionConfig extends MultiHeadAttentionOptions {
  readonly numHeads: number;
  readonly keyDim: number;
}

const fields: Fields<AttentionConfig> = {
  ...layerFields,
  numHeads: required(number),
  keyDim: required(number),
  valueDim: number,
  dropout: number,
  useBias: flag,
  outputDim: number,
  useCausalMask: flag,
  slidingWindow: number,
  useGate: flag,
  kernelInitializer: initializerField,
  biasInitializer: initializerField,
  kernelRegularizer: regularizerField,
  kernelConstraint: constraintField,
  biasRegularizer: regularizerField,
  biasConstraint: constraintField,
  seed: number,
};

/** What attends to what. */
export interface AttentionInputs {
  /** [n, t, d] */
  readonly query: Tensor;
  /** [n, s, d] */
  readonly value: Tensor;
  /** [n, s, d]. @defaultValue value */
  readonly key?: Tensor;
  /** [n, t, s], bool: which pairs may attend. @defaultValue all */
  readonly attentionMask?: Tensor;
}

interface Projection {
  readonly kernel: Variable;
  readonly bias: Variable | undefined;
}

/**
 * For each head: softmax(q kT / sqrt(keyDim)) v with q, k and v linear in query, key and value; the heads' results side
 * by side go through one linear map more.
 *
 * Vaswani et al. 2017.
 *
 * @example new MultiHeadAttention(4, 32).apply({ query: x, value: x }) // [n, t, d] -> [n, t, d]
 */
export class MultiHeadAttention extends Layer<AttentionInputs, Tensor> {
  static override readonly className: string = 'MultiHeadAttention';
  private readonly config: AttentionConfig;
  private readonly projections: Map<string, Projection> = new Map();
  private stream: Stream | undefined;

  constructor(numHeads: number, keyDim: number, options: MultiHeadAttentionOptions = {}) {
    super(options);
    const { valueDim = keyDim, outputDim = 1, slidingWindow = 1, dropout = 0 } = options;
    for (const [name, n] of Object.entries({ numHeads, keyDim, valueDim, outputDim, slidingWindow })) {
      if (!Number.isInteger(n) || n < 1) throw new ArgumentError(`${name}: expected a whole number of at least 1, found ${n}`);
    }
    if (!(dropout >= 0 && dropout < 1)) throw new ArgumentError(`dropout: expected a number from 0 to below 1, found ${dropout}`);
    this.config = { numHeads, keyDim, ...options };
  }

  override build({ query, value, key = value }: { query: PartialShape; value: PartialShape; key?: PartialShape }): void {
    const { numHeads, keyDim, valueDim = keyDim, outputDim = lastOf(query), useGate = false, dropout = 0 } = this.config;
    this.project('query', [lastOf(query), numHeads, keyDim], 2);
    this.project('key', [lastOf(key), numHeads, keyDim], 2);
    if (useGate) this.project('gate', [lastOf(query), numHeads, valueDim], 2);
    this.project('value', [lastOf(value), numHeads, valueDim], 2);
    this.project('attention_output', [numHeads, valueDim, outputDim], 1);
    if (dropout > 0) this.stream = this.random(this.config.seed);
  }

  override call({ query, value, key = value, attentionMask }: AttentionInputs, { training, mask }: Context): Tensor {
    const { numHeads, keyDim } = this.config;
    for (const [name, x] of Object.entries({ query, value, key })) {
      if (x.rank !== 3) throw new ShapeError(`MultiHeadAttention: ${name}: expected [n, t, d], found ${showShape(x.shape)}`);
    }
    const q = this.headsOf('query', query).mul(1 / Math.sqrt(keyDim));
    const scores = q.matmul(this.headsOf('key', key).transpose([0, 1, 3, 2])); // [n, heads, t, s]
    const allowed = this.allowed(query, value, attentionMask, mask);
    const shares = allowed ? maskedSoftmax(scores, allowed, -1) : scores.softmax();
    const results = this.dropped(shares, training).matmul(this.headsOf('value', value)); // [n, heads, t, valueDim]
    const gated = this.projections.has('gate') ? results.mul(this.headsOf('gate', query).sigmoid()) : results;
    const [n = 0, t = 0] = query.shape;
    const joined = gated.transpose([0, 2, 1, 3]).reshape([n, t, numHeads * (gated.shape[3] ?? 1)]);
    return this.linear('attention_output', joined, joined.shape[2] ?? 1);
  }

  /** A place of the output counts where its query does. */
  override computeMask(_x: AttentionInputs, mask: { readonly query?: Tensor | undefined } | undefined): Tensor | undefined {
    return mask?.query;
  }

  private project(name: string, shape: readonly number[], biasAxes: number): void {
    const { useBias = true, kernelInitializer = 'glorotUniform', biasInitializer = 'zeros' } = this.config;
    const kernel = this.weight(`${name}/kernel`, shape, {
      initializer: initializer(kernelInitializer),
      regularizer: regularizer(this.config.kernelRegularizer),
      constraint: constraint(this.config.kernelConstraint),
    });
    const bias = useBias
      ? this.weight(`${name}/bias`, shape.slice(-biasAxes), {
          initializer: initializer(biasInitializer),
          regularizer: regularizer(this.config.biasRegularizer),
          constraint: constraint(this.config.biasConstraint),
        })
      : undefined;
    this.projections.set(name, { kernel, bias });
  }

  /** x w + b, the kernel's axes joined to [inputs, the rest]. */
  private linear(name: string, x: Tensor, inputs: number): Tensor {
    const found = this.projections.get(name);
    if (!found) throw new Error(`MultiHeadAttention: no ${name}`);
    const y = x.matmul(found.kernel.value.reshape([inputs, -1]));
    return found.bias ? y.add(found.bias.value.reshape([-1])) : y;
  }

  /** [n, t, d] -> [n, heads, t, length of a head]. */
  private headsOf(name: string, x: Tensor): Tensor {
    const [n = 0, t = 0, d = 1] = x.shape;
    const { numHeads } = this.config;
    const y = this.linear(name, x, d);
    return y.reshape([n, t, numHeads, (y.shape[2] ?? 1) / numHeads]).transpose([0, 2, 1, 3]);
  }

  private dropped(shares: Tensor, training: boolean): Tensor {
    const { dropout = 0 } = this.config;
    if (!training || !this.stream) return shares;
    const { key, counter } = this.stream.next();
    return where(bernoulli(key, 1 - dropout, shares.shape, { counter }), shares.div(1 - dropout), 0);
  }

  /** [n or 1, 1, t or 1, s]: which pairs may attend; undefined for all. */
  private allowed(query: Tensor, value: Tensor, given: Tensor | undefined, mask: unknown): Tensor | undefined {
    const [t = 0, s = 0] = [query.shape[1], value.shape[1]];
    const maskOf = (name: string): Tensor | undefined => {
      const found: unknown = typeof mask === 'object' && mask !== null ? Reflect.get(mask, name) : undefined;
      return isTensor(found) ? found : undefined;
    };
    const masks = [
      given?.expandDims(1),
      maskOf('query')?.expandDims(1).expandDims(3),
      maskOf('value')?.expandDims(1).expandDims(1),
      maskOf('key')?.expandDims(1).expandDims(1),
      this.near(t, s),
    ].filter((one) => one !== undefined);
    const [first, ...others] = masks;
    return others.reduce((all, one) => all?.and(one), first);
  }

  /** The pairs that a causal mask and a window leave: [1, 1, t, s]. */
  private near(t: number, s: number): Tensor | undefined {
    const { useCausalMask = false, slidingWindow = Infinity } = this.config;
    if (!useCausalMask && slidingWindow === Infinity) return undefined;
    const pairs = Uint8Array.from({ length: t * s }, (_, at) => {
      const [i, j] = [Math.floor(at / s), at % s];
      return Number((!useCausalMask || j <= i) && Math.abs(i - j) < slidingWindow);
    });
    return fromData(pairs, [1, 1, t, s], 'bool');
  }

  override toConfig(): Config {
    return write(fields, this.config);
  }
  static fromConfig(config: Config, registry: Registry): MultiHeadAttention {
    const { numHeads, keyDim, ...options } = read(fields, config, registry);
    return new MultiHeadAttention(numHeads, keyDim, options);
  }
}
