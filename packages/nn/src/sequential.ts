/** A model that is a list of layers, each taking what the one before gives. */
import { FormatError } from '@gradus/tensor';
import { read, write } from './config.js';
import { Layer } from './layer.js';
import { sequentialFields } from './network-config.js';
import { checkNames, claim } from './paths.js';
import { forwardOf, predictRows, rowsOf } from './predict.js';
import { summary } from './summary.js';
import { input } from './symbolic.js';
import type { Tensor, TypedArray } from '@gradus/tensor';
import type { AnyLayer, PartialShape } from './any-layer.js';
import type { Config } from './config.js';
import type { Context } from './context.js';
import type { ModelOptions } from './model.js';
import type { Forward, PredictOptions } from './predict.js';
import type { Registry } from './registry.js';
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
  private readonly options: ModelOptions;
  private readonly forward: Forward;
  private symbols: readonly Symbolic[] = [];
  /** What it was built for, without the batch axis. */
  private builtShape: PartialShape | undefined;

  constructor(layers: readonly Layer[], options: ModelOptions = {}) {
    super(options);
    this.options = options;
    this.seed = options.seed;
    this.layers = [...layers];
    this.forward = forwardOf(this);
    checkNames(this.layers);
    const shape = options.inputShape ?? layers[0]?.inputShape;
    if (shape) this.noted(input(shape));
    claim(this, this.seed ?? 0);
  }

  /** What each layer gives for the input shape, the input in front; empty while no shape is known. */
  get flow(): readonly Symbolic[] {
    if (this.symbols.length === 0 && this.builtShape) this.noted(input(this.builtShape));
    return this.symbols;
  }

  private noted(first: Symbolic): void {
    const symbols = [first];
    for (const layer of this.layers) symbols.push(layer.apply(symbols[symbols.length - 1] ?? first));
    this.symbols = symbols;
    this.buildFor(first.shape);
  }

  override build(inputShape: PartialShape): void {
    this.builtShape = inputShape.slice(1);
  }

  override call(x: Tensor, context: Context): Tensor {
    context.remember(x, context.mask); // one that was given is the first layer's
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

  /** Prints its layers, their output shapes and how many numbers their weights hold. */
  summary(): void {
    console.log(summary(this));
  }

  override toConfig(): Config {
    const { layers, options, builtShape } = this;
    return write(sequentialFields, { ...options, ...(builtShape ? { inputShape: builtShape } : {}), layers });
  }
  static fromConfig(config: Config, registry: Registry): Sequential {
    const { layers, ...options } = read(sequentialFields, config, registry);
    return new Sequential(layers.map(oneToOne), options);
  }
}

/** A layer from one tensor to one tensor, as far as a class tells. */
function oneToOne(layer: AnyLayer): Layer {
  if (isTensorLayer(layer)) return layer;
  throw new FormatError(`Sequential: ${layer.className} is no layer`);
}

function isTensorLayer(layer: AnyLayer): layer is Layer {
  return layer instanceof Layer;
}
