/** The layer: what its author writes (`build`, `call`) and what its user calls (`apply`). */
import { ArgumentError, sizeOf } from '@gradus/tensor';
import { apply } from './apply.js';
import { glorotUniform, zeros } from './initializers.js';
import { isTensor } from './masks.js';
import { childrenOf, layersUnder, weightsUnder } from './paths.js';
import { leavesOf } from './trees.js';
import { Stream } from './stream.js';
import { Weight } from './weight.js';
import type { Shape, Tensor, Variable } from '@gradus/tensor';
import type { AnyLayer } from './any-layer.js';
import type { CallOptions, Context } from './context.js';
import type { Config } from './config.js';
import type { Regularizer } from './regularizers.js';
import type { Masks, Shapes, Symbols } from './symbolic.js';
import type { WeightOptions } from './weight.js';

/** Options that every layer takes. */
export interface LayerOptions {
  /** How files and messages call it. @defaultValue the class in snake case, counted within the model */
  readonly name?: string;
  /** Whether gradients change its weights. @defaultValue true */
  readonly trainable?: boolean;
  /** The shape of its input without the batch axis, for the first layer of a `Sequential`. */
  readonly inputShape?: readonly (number | null)[];
  /** A penalty on the layer's output, divided by the batch size. */
  readonly activityRegularizer?: Regularizer | undefined;
}

export abstract class Layer<X = Tensor, Y = Tensor> implements AnyLayer {
  /** What files call the class: minifiers rename classes. */
  static readonly className: string = '';

  readonly kind: 'layer' = 'layer';
  readonly name: string | undefined;
  readonly className: string;
  readonly inputShape: readonly (number | null)[] | undefined;
  readonly seed: number | undefined;
  readonly ownWeights: Weight[] = [];
  /** Whether a mask of the input is also one of the output. */
  readonly supportsMasking: boolean = false;
  private readonly activityRegularizer: Regularizer | undefined;
  private isBuilt: boolean = false;
  private isTrainable: boolean;

  constructor(options: LayerOptions = {}) {
    if (options.name !== undefined && !/^[^/]+$/.test(options.name)) {
      throw new ArgumentError(`name: expected a text without '/', found ${JSON.stringify(options.name)}`);
    }
    this.name = options.name;
    this.className = new.target.className || new.target.name;
    this.inputShape = options.inputShape;
    this.isTrainable = options.trainable ?? true;
    this.activityRegularizer = options.activityRegularizer;
  }

  /** Makes the weights for inputs of this shape (the batch axis is null). Runs once. */
  build(_inputShape: Shapes<X>): void {}

  /** y for x: the layer's equation. A layer inside is applied with the same context: `inner.apply(x, context)`. */
  abstract call(x: X, context: Context): Y;

  /** The mask of the output. */
  computeMask(_x: X, mask: Masks<X> | undefined): unknown {
    return this.supportsMasking ? mask : undefined;
  }

  /** Notes the layer in a functional model (symbols), or runs it (tensors). */
  apply(x: Symbols<X>): Symbols<Y>;
  apply(x: X, options?: CallOptions | Context): Y;
  apply(x: unknown, options?: CallOptions | Context): unknown {
    return apply(this, x, options);
  }

  get built(): boolean {
    return this.isBuilt;
  }

  /** Runs `build`, once. */
  buildFor(inputShape: Shapes<X>): void {
    if (this.isBuilt) return;
    this.build(inputShape);
    this.isBuilt = true;
  }

  /** What files keep of it; see `Fields` in config. */
  toConfig(): Config {
    throw new ArgumentError(`${this.className}: has no toConfig, so it cannot be saved with its model`);
  }

  /** A weight of this layer; call it in `build`. */
  protected weight(name: string, shape: Shape, options: Partial<WeightOptions> = {}): Variable {
    const initializer = options.initializer ?? (shape.length > 1 ? glorotUniform : zeros);
    const weight = new Weight(name, shape, { ...options, initializer });
    this.ownWeights.push(weight);
    return weight.variable;
  }

  /** A stream of randomness of this layer; call it in `build`. */
  protected random(seed?: number): Stream {
    const stream = new Stream(seed);
    this.ownWeights.push(stream.weight);
    return stream;
  }

  /** The penalty on the output, per sample. */
  addLosses(y: Y, context: Context): void {
    const { activityRegularizer } = this;
    if (!activityRegularizer) return;
    for (const output of leavesOf(y, isTensor)) context.addLoss(activityRegularizer.penalty(output).div(output.shape[0] ?? 1));
  }

  /** Whether gradients change its weights; setting it does so for all layers inside too. */
  get trainable(): boolean {
    return this.isTrainable;
  }
  set trainable(trainable: boolean) {
    this.isTrainable = trainable;
    for (const child of childrenOf(this)) if (child instanceof Layer) child.trainable = trainable;
  }

  /** Every weight, those of layers inside too. */
  get weights(): readonly Variable[] {
    this.requireBuilt();
    return weightsUnder(this).map(({ weight }) => weight.variable);
  }

  /** What gradients change. */
  get trainableVariables(): readonly Variable[] {
    this.requireBuilt();
    return weightsUnder(this).flatMap(({ weight, layer }) => (weight.trainable && layer.trainable ? [weight.variable] : []));
  }

  /** Weights that gradients do not change: frozen ones, moving averages, random counters. */
  get nonTrainableVariables(): readonly Variable[] {
    const trained = new Set(this.trainableVariables);
    return this.weights.filter((variable) => !trained.has(variable));
  }

  /** How many numbers the weights hold, random counters left out. */
  get parameterCount(): number {
    this.requireBuilt();
    return weightsUnder(this).reduce((total, { weight }) => total + (weight.name === 'random' ? 0 : sizeOf(weight.variable.shape)), 0);
  }

  private requireBuilt(): void {
    const missing = layersUnder(this).find(({ layer }) => !layer.built);
    if (!missing) return;
    const who = missing.path === '' ? this.className : `${missing.path} in ${this.className}`;
    throw new Error(`${who}: has no weights yet: apply it, or give inputShape`);
  }
}
