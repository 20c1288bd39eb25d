/** What the layers of attention with several heads share: projections, masks, dropout. */
import { bernoulli, fromData, ShapeError, showShape, where } from '@gradus/tensor';
import { flag, number } from '../config.js';
import { constraint, constraintField } from '../constraints.js';
import { initializer, initializerField } from '../initializer-names.js';
import { Layer } from '../layer.js';
import { isTensor } from '../masks.js';
import { regularizer, regularizerField } from '../regularizers.js';
import { lastOf } from '../shapes.js';
import { layerFields } from './fields.js';
import { maskedSoftmax } from './softmax.js';
import type { Tensor, Variable } from '@gradus/tensor';
import type { PartialShape } from '../any-layer.js';
import type { Fields } from '../config.js';
import type { ConstraintLike } from '../constraints.js';
import type { Context } from '../context.js';
import type { InitializerLike } from '../initializer-names.js';
import type { LayerOptions } from '../layer.js';
import type { RegularizerLike } from '../regularizers.js';
import type { Stream } from '../stream.js';

export interface HeadsOptions extends LayerOptions {
  /** The share of probabilities that training drops. @defaultValue 0 */
  readonly dropout?: number;
  /** @defaultValue true */
  readonly useBias?: boolean;
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
  readonly biasRegularizer?: RegularizerLike;
  readonly kernelConstraint?: ConstraintLike;
  readonly biasConstraint?: ConstraintLike;
  /** Of the dropout alone. @defaultValue the model's */
  readonly seed?: number;
}

export const headsFields: Fields<HeadsOptions> = {
  ...layerFields,
  dropout: number,
  useBias: flag,
  useCausalMask: flag,
  slidingWindow: number,
  useGate: flag,
  kernelInitializer: initializerField,
  biasInitializer: initializerField,
  kernelRegularizer: regularizerField,
  biasRegularizer: regularizerField,
  kernelConstraint: constraintField,
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

/** How many heads there are, and how long their vectors. */
export interface HeadSizes {
  readonly heads: number;
  /** Fewer heads of keys and values: each serves several of queries. */
  readonly keyValueHeads: number;
  readonly keyDim: number;
  readonly valueDim: number;
  /** The length of the results; that of the queries unless given. */
  readonly outputDim: number | undefined;
}

/** What comes out, and the shares that it is made of. */
export interface Attended {
  readonly y: Tensor;
  /** [n, heads, t, s] */
  readonly shares: Tensor;
}

export abstract class AttentionHeads<Y> extends Layer<AttentionInputs, Y> {
  private readonly options: HeadsOptions;
  private readonly sizes: HeadSizes;
  private readonly projections: Map<string, Projection> = new Map();
  private stream: Stream | undefined;

  constructor(sizes: HeadSizes, options: HeadsOptions) {
    super(options);
    this.sizes = sizes;
    this.options = options;
  }

  override build({ query, value, key = value }: { query: PartialShape; value: PartialShape; key?: PartialShape }): void {
    const { useGate = false, dropout = 0 } = this.options;
    const { heads, keyValueHeads, keyDim, valueDim, outputDim = lastOf(query) } = this.sizes;
    this.project('query', [lastOf(query), heads, keyDim], 2);
    this.project('key', [lastOf(key), keyValueHeads, keyDim], 2);
    if (useGate) this.project('gate', [lastOf(query), heads, valueDim], 2);
    this.project('value', [lastOf(value), keyValueHeads, valueDim], 2);
    this.project('attention_output', [heads, valueDim, outputDim], 1);
    if (dropout > 0) this.stream = this.random(this.options.seed);
  }

  protected attend({ query, value, key = value, attentionMask }: AttentionInputs, { training, mask }: Context): Attended {
    const { heads, keyValueHeads, keyDim } = this.sizes;
    for (const [name, x] of Object.entries({ query, value, key })) {
      if (x.rank !== 3) throw new ShapeError(`${this.className}: ${name}: expected [n, t, d], found ${showShape(x.shape)}`);
    }
    const q = this.headsOf('query', query, heads).mul(1 / Math.sqrt(keyDim));
    const scores = q.matmul(this.headsOf('key', key, keyValueHeads).transpose([0, 1, 3, 2])); // [n, heads, t, s]
    const allowed = this.allowed(query, value, attentionMask, mask);
    const shares = allowed ? maskedSoftmax(scores, allowed, -1) : scores.softmax();
    const results = this.dropped(shares, training).matmul(this.headsOf('value', value, keyValueHeads)); // [n, heads, t, valueDim]
    const gated = this.projections.has('gate') ? results.mul(this.headsOf('gate', query, heads).sigmoid()) : results;
    const [n = 0, t = 0] = query.shape;
    const joined = gated.transpose([0, 2, 1, 3]).reshape([n, t, heads * (gated.shape[3] ?? 1)]);
    return { y: this.linear('attention_output', joined, joined.shape[2] ?? 1), shares };
  }

  private project(name: string, shape: readonly number[], biasAxes: number): void {
    const { useBias = true, kernelInitializer = 'glorotUniform', biasInitializer = 'zeros' } = this.options;
    const kernel = this.weight(`${name}/kernel`, shape, {
      initializer: initializer(kernelInitializer),
      regularizer: regularizer(this.options.kernelRegularizer),
      constraint: constraint(this.options.kernelConstraint),
    });
    const bias = useBias
      ? this.weight(`${name}/bias`, shape.slice(-biasAxes), {
          initializer: initializer(biasInitializer),
          regularizer: regularizer(this.options.biasRegularizer),
          constraint: constraint(this.options.biasConstraint),
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

  /** [n, t, d] -> [n, heads, t, length of a head]; where there are fewer, each serves as many as are next to each other. */
  private headsOf(name: string, x: Tensor, count: number): Tensor {
    const [n = 0, t = 0, d = 1] = x.shape;
    const y = this.linear(name, x, d);
    const length = (y.shape[2] ?? 1) / count;
    const own = y.reshape([n, t, count, length]).transpose([0, 2, 1, 3]); // [n, count, t, length]
    const { heads } = this.sizes;
    if (count === heads) return own;
    return own.expandDims(2).broadcastTo([n, count, heads / count, t, length]).reshape([n, heads, t, length]); // prettier-ignore
  }

  private dropped(shares: Tensor, training: boolean): Tensor {
    const { dropout = 0 } = this.options;
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
    const { useCausalMask = false, slidingWindow = Infinity } = this.options;
    if (!useCausalMask && slidingWindow === Infinity) return undefined;
    const pairs = Uint8Array.from({ length: t * s }, (_, at) => {
      const [i, j] = [Math.floor(at / s), at % s];
      return Number((!useCausalMask || j <= i) && Math.abs(i - j) < slidingWindow);
    });
    return fromData(pairs, [1, 1, t, s], 'bool');
  }
}
