import { ArgumentError, concat, reverse } from '@gradus/tensor';
import { oneOf, read, required, write } from '../config.js';
import { Layer } from '../layer.js';
import { isTensor } from '../masks.js';
import { layerFields } from './fields.js';
import { layerField } from './nested.js';
import { Recurrent } from './recurrent.js';
import type { Tensor } from '@gradus/tensor';
import type { AnyLayer } from '../any-layer.js';
import type { Config, Fields } from '../config.js';
import type { Context } from '../context.js';
import type { LayerOptions } from '../layer.js';
import type { Registry } from '../registry.js';
import type { Masks } from '../symbolic.js';
import type { Sequence } from './recurrent.js';

/** How the outputs of both directions become one. */
export type MergeMode = 'concat' | 'sum' | 'mul' | 'ave';

export interface BidirectionalOptions extends LayerOptions {
  /** @defaultValue 'concat' */
  readonly mergeMode?: MergeMode;
}

interface BidirectionalConfig extends BidirectionalOptions {
  readonly layer: AnyLayer;
  readonly backwardLayer?: AnyLayer;
}

const fields: Fields<BidirectionalConfig> = {
  ...layerFields,
  mergeMode: oneOf('concat', 'sum', 'mul', 'ave'),
  layer: required(layerField),
  backwardLayer: layerField,
};

/** What a recurrent layer gives: its output, or its output and its last states. */
type Output = Tensor | readonly Tensor[];

function outputsOf(y: Output): readonly Tensor[] {
  return isTensor(y) ? [y] : y;
}

/** Runs two layers over a sequence, from both of its ends. */
abstract class BothWays<O extends Output, Y> extends Layer<Sequence, Y> {
  readonly forward: Recurrent<O>;
  readonly backward: Recurrent<O>;
  private readonly options: BidirectionalOptions;

  constructor(layer: Recurrent<O>, { backwardLayer, ...options }: BidirectionalOptions & { readonly backwardLayer?: Recurrent<O> } = {}) {
    super(options);
    this.forward = layer;
    this.backward = backwardLayer ?? layer.mirrored();
    this.options = options;
    if (this.backward.goesBackwards === layer.goesBackwards) {
      throw new ArgumentError('backwardLayer: expected a layer that goes the other way');
    }
  }

  /** The merged output, and behind it the states of both. */
  protected runBoth(input: Sequence, context: Context): readonly [Tensor, ...Tensor[]] {
    const [ahead, back] = this.inputs(input);
    context.remember(input, context.mask);
    const [y, ...states] = outputsOf(this.forward.apply(ahead, context));
    const [z, ...others] = outputsOf(this.backward.apply(back, context));
    if (!y || !z) throw new ArgumentError(`${this.className}: the layer gives nothing`);
    // Each goes through time in its own direction; outputs meet in that of the sequence.
    const turn = (x: Tensor, layer: Recurrent<O>): Tensor => (layer.givesSequences && layer.goesBackwards ? reverse(x, 1) : x);
    return [this.merged(turn(y, this.forward), turn(z, this.backward)), ...states, ...others];
  }

  private inputs(input: Sequence): readonly [Sequence, Sequence] {
    if (isTensor(input)) return [input, input];
    const { x, initialState } = input;
    const half = initialState.length / 2;
    return [
      { x, initialState: initialState.slice(0, half) },
      { x, initialState: initialState.slice(half) },
    ];
  }

  private merged(a: Tensor, b: Tensor): Tensor {
    switch (this.options.mergeMode ?? 'concat') {
      case 'concat':
        return concat([a, b], -1);
      case 'sum':
        return a.add(b);
      case 'mul':
        return a.mul(b);
      case 'ave':
        return a.add(b).div(2);
    }
  }

  protected outputMask(mask: Masks<Sequence> | undefined): Tensor | undefined {
    const found = isTensor(mask) ? mask : mask?.x;
    return this.forward.givesSequences ? found : undefined;
  }

  override toConfig(): Config {
    return write(fields, { ...this.options, layer: this.forward, backwardLayer: this.backward });
  }
}

/**
 * A recurrent layer from the first step to the last, and one with weights of its own from the last to the first; what both give is merged.
 * Schuster and Paliwal 1997.
 *
 * @example new Bidirectional(new LSTM(32, { returnSequences: true })) // [n, t, f] -> [n, t, 64]
 */
export class Bidirectional extends BothWays<Tensor, Tensor> {
  static override readonly className: string = 'Bidirectional';

  override call(x: Sequence, context: Context): Tensor {
    return this.runBoth(x, context)[0];
  }
  override computeMask(_x: Sequence, mask: Masks<Sequence> | undefined): Tensor | undefined {
    return this.outputMask(mask);
  }
  static fromConfig(config: Config, registry: Registry): Bidirectional {
    const { layer, backwardLayer, ...options } = read(fields, config, registry);
    return new Bidirectional(plain(layer), { ...options, ...(backwardLayer ? { backwardLayer: plain(backwardLayer) } : {}) });
  }
}

/** A `Bidirectional` of a layer that gives its last states: [y, ...states forwards, ...states backwards]. */
export class BidirectionalWithState extends BothWays<readonly Tensor[], readonly Tensor[]> {
  static override readonly className: string = 'BidirectionalWithState';

  override call(x: Sequence, context: Context): readonly Tensor[] {
    return this.runBoth(x, context);
  }
  override computeMask(_x: Sequence, mask: Masks<Sequence> | undefined): readonly (Tensor | undefined)[] {
    return [this.outputMask(mask)];
  }
  static fromConfig(config: Config, registry: Registry): BidirectionalWithState {
    const { layer, backwardLayer, ...options } = read(fields, config, registry);
    return new BidirectionalWithState(withState(layer), {
      ...options,
      ...(backwardLayer ? { backwardLayer: withState(backwardLayer) } : {}),
    });
  }
}

function plain(layer: AnyLayer): Recurrent<Tensor> {
  if (isPlain(layer)) return layer;
  throw new ArgumentError(`layer: expected a recurrent layer that gives its output alone, found ${layer.className}`);
}

function withState(layer: AnyLayer): Recurrent<readonly Tensor[]> {
  if (isWithState(layer)) return layer;
  throw new ArgumentError(`layer: expected a recurrent layer that gives its states too, found ${layer.className}`);
}

function isPlain(layer: AnyLayer): layer is Recurrent<Tensor> {
  return layer instanceof Recurrent && !layer.className.endsWith('WithState');
}

function isWithState(layer: AnyLayer): layer is Recurrent<readonly Tensor[]> {
  return layer instanceof Recurrent && layer.className.endsWith('WithState');
}
