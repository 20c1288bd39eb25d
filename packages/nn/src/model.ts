/** A model with any number of inputs and outputs, given as symbols. */
import { ArgumentError } from '@gradus/tensor';
import { isSymbol } from './apply.js';
import { read, write } from './config.js';
import { Layer } from './layer.js';
import { layersOf, networkOf, runNetwork } from './network.js';
import { modelFields, readNetwork, writeNetwork } from './network-config.js';
import { checkNames, claim } from './paths.js';
import { forwardOf, isRows, predictRows, rowsOf } from './predict.js';
import { summary } from './summary.js';
import { leavesOf, mapLeaves } from './trees.js';
import type { AnyLayer } from './any-layer.js';
import type { Config } from './config.js';
import type { Context } from './context.js';
import type { LayerOptions } from './layer.js';
import type { Network } from './network.js';
import type { Forward, PredictOptions, Rows } from './predict.js';
import type { Registry } from './registry.js';
import type { Tensors } from './symbolic.js';

export interface ModelOptions extends LayerOptions {
  /** One seed, one result: every weight and random mask is drawn by it and its own path. @defaultValue the trainer's, else 0 */
  readonly seed?: number;
}

/**
 * The layers between some symbols and others: `new Model({ inputs: { image, caption }, outputs: { match } })`. Inputs
 * and outputs are a symbol, a tuple or a record; what goes in and comes out has the same structure, with tensors.
 */
export class Model<const I, const O> extends Layer<Tensors<I>, Tensors<O>> {
  static override readonly className: string = 'Model';
  override readonly seed: number | undefined;
  /** The layers, in an order in which each finds its inputs made. */
  readonly layers: readonly AnyLayer[];
  readonly network: Network;
  private readonly options: ModelOptions;
  private readonly forward: Forward;

  constructor({ inputs, outputs, ...options }: { readonly inputs: I; readonly outputs: O } & ModelOptions) {
    super(options);
    for (const input of leavesOf(inputs, isSymbol)) {
      if (input.madeBy) throw new ArgumentError('Model: an input must come from input(), not from a layer');
    }
    this.options = options;
    this.seed = options.seed;
    this.network = networkOf(inputs, outputs);
    this.layers = layersOf(this.network);
    this.forward = forwardOf(this);
    checkNames(this.layers);
    markBuilt(this, inputs);
    claim(this, this.seed ?? 0);
  }

  override call(x: Tensors<I>, context: Context): Tensors<O>;
  override call(x: unknown, context: Context): unknown {
    return runNetwork(this.network, x, context);
  }

  /** What the model makes of many rows, `batchSize` at a time. */
  predict(x: Rows<Tensors<I>>, options?: PredictOptions): Tensors<O>;
  predict(x: unknown, options: PredictOptions = {}): unknown {
    const rows = mapLeaves(
      this.network.inputs,
      isSymbol,
      (symbol, [value], where) => {
        if (isRows(value)) return rowsOf(value, symbol.shape.slice(1), where || 'x');
        throw new ArgumentError(`predict: ${where || 'x'} is missing`);
      },
      [x],
    );
    return predictRows(this.forward, rows, options);
  }

  /** Prints its layers, their output shapes and how many numbers their weights hold. */
  summary(): void {
    console.log(summary(this));
  }

  override toConfig(): Config {
    const { layers, network, options } = this;
    return write(modelFields, { ...options, layers, ...writeNetwork(network, layers) });
  }
  static fromConfig(config: Config, registry: Registry): Model<unknown, unknown> {
    const { layers, inputs, calls, ends, ...options } = read(modelFields, config, registry);
    return new Model<unknown, unknown>({ ...options, ...readNetwork({ inputs, calls, ends }, layers, registry) });
  }
}

/** A model is built as soon as it is made: its layers have met symbols already. */
function markBuilt(model: AnyLayer, inputs: unknown): void {
  model.buildFor(mapLeaves(inputs, isSymbol, ({ shape }) => shape));
}
