/** A model that is a list of layers, each taking what the one before gives. */
import { Layer } from './layer.js';
import { checkNames, claim } from './paths.js';
import { forwardOf, predictRows, rowsOf } from './predict.js';
import { input } from './symbolic.js';
import type { Tensor, TypedArray } from '@gradus/tensor';
import type { Context } from './context.js';
import type { ModelOptions } from './model.js';
import type { Forward, PredictOptions } from './predict.js';
import type { Symbolic } from './symbolic.js';

/**
 * `new Sequential([new Dense(64, { activation: 'relu' }), new Dense(10)])`. Its weights exist once it has seen an
 * input, or at once where the first layer was given `inputShape`.
 */
export class Sequential extends Layer {
  static override readonly className: string = 'Sequential';
  override readonly supportsMasking: boolean = true;
  override readonly seed: number | undefined;
  readonly layers: readonly Layer[];
  private readonly forward: Forward;
  private symbols: readonly Symbolic[] = [];

  constructor(layers: readonly Layer[], options: ModelOptions = {}) {
    super(options);
    this.seed = options.seed;
    this.layers = [...layers];
    this.forward = forwardOf(this);
    checkNames(this.layers);
    const shape = options.inputShape ?? layers[0]?.inputShape;
    if (shape) this.noted(input(shape));
    claim(this, this.seed ?? 0);
  }

  /** What each layer gives for the given input shape, the input in front; empty while no shape is known. */
  get flow(): readonly Symbolic[] {
    return this.symbols;
  }

  private noted(first: Symbolic): void {
    const symbols = [first];
    for (const layer of this.layers) symbols.push(layer.apply(symbols[symbols.length - 1] ?? first));
    this.symbols = symbols;
    this.buildFor(first.shape);
  }

  override call(x: Tensor, context: Context): Tensor {
    return this.layers.reduce((y, layer) => layer.apply(y, context), x);
  }

  /** The last layer's mask is the model's; the context knows it already. */
  override computeMask(): undefined {
    return undefined;
  }

  /** What the model makes of many rows, `batchSize` at a time. */
  predict(x: Tensor | TypedArray, options?: PredictOptions): Tensor;
  predict(x: Tensor | TypedArray, options: PredictOptions = {}): unknown {
    return predictRows(this.forward, rowsOf(x, this.symbols[0]?.shape.slice(1), 'x'), options);
  }
}
