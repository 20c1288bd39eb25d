import { read, required, write } from '../config.js';
import { cellOf } from './cell.js';
import { layerField } from './nested.js';
import { Recurrent, recurrentFields } from './recurrent.js';
import type { Shape, Tensor } from '@gradus/tensor';
import type { AnyLayer } from '../any-layer.js';
import type { Config, Fields } from '../config.js';
import type { Context } from '../context.js';
import type { Registry } from '../registry.js';
import type { Masks } from '../symbolic.js';
import type { Cell } from './cell.js';
import type { RecurrentOptions, Sequence, Unrolled } from './recurrent.js';

interface RNNConfig extends RecurrentOptions {
  readonly cell: AnyLayer;
}

const rnnFields: Fields<RNNConfig> = { ...recurrentFields, cell: required(layerField) };

abstract class RNNBase<Y> extends Recurrent<Y> {
  readonly cell: Cell;
  protected readonly settings: RecurrentOptions;
  protected override readonly outputIsState: boolean = false;

  constructor(cell: Cell, options: RecurrentOptions = {}) {
    super(options);
    this.cell = cell;
    this.settings = options;
  }

  override stateShapes(): readonly Shape[] {
    return this.cell.stateShapes;
  }
  /** The cell makes its own. */
  protected override buildSteps(): void {}

  override unroll(x: Tensor, context: Context): Unrolled {
    return {
      inputs: x.transpose([1, 0, ...x.shape.map((_, i) => i).slice(2)]),
      step: (xt, states) => this.cell.apply({ x: xt, states }, context),
    };
  }

  override toConfig(): Config {
    return write(rnnFields, { ...this.settings, cell: this.cell });
  }

  /** A cell like this one, with weights of its own. */
  protected copied(): Cell {
    const { constructor } = this.cell;
    const make: unknown = Reflect.get(constructor, 'fromConfig');
    if (typeof make !== 'function') throw new TypeError(`${this.cell.className}: has no fromConfig, so it cannot be copied`);
    const found: unknown = make.call(constructor, this.cell.toConfig(), noLayers);
    return cellOf(asLayer(found, this.cell));
  }
}

const noLayers: Registry = {
  get(className) {
    throw new TypeError(`${className}: a cell with layers inside cannot be copied: give backwardLayer`);
  },
};

function asLayer(found: unknown, like: Cell): AnyLayer {
  if (found instanceof like.constructor && isLike(found)) return found;
  throw new TypeError(`${like.className}: fromConfig makes no cell`);
}

function isLike(found: object): found is AnyLayer {
  return 'kind' in found && found.kind === 'layer';
}

/**
 * A cell, or several on top of each other, run over the steps of a sequence: x: [n, t, ...], y: the last output, or with `returnSequences` all.
 *
 * @example new RNN(new MyCell(32), { returnSequences: true })
 */
export class RNN extends RNNBase<Tensor> {
  static override readonly className: string = 'RNN';

  override call(x: Sequence, context: Context): Tensor {
    return this.run(x, context).output;
  }

  override computeMask(_x: Sequence, mask: Masks<Sequence> | undefined): Tensor | undefined {
    return this.givesSequences ? this.stepMask(mask) : undefined;
  }

  override mirrored(): RNN {
    return new RNN(this.copied(), { ...this.settings, goBackwards: !this.goesBackwards });
  }
  static fromConfig(config: Config, registry: Registry): RNN {
    const { cell, ...options } = read(rnnFields, config, registry);
    return new RNN(cellOf(cell), options);
  }
}

/** An `RNN` that also gives its last states: [y, ...states]. In Keras: `return_state=True`. */
export class RNNWithState extends RNNBase<readonly Tensor[]> {
  static override readonly className: string = 'RNNWithState';

  override call(x: Sequence, context: Context): readonly Tensor[] {
    const { output, states } = this.run(x, context);
    return [output, ...states];
  }

  override computeMask(_x: Sequence, mask: Masks<Sequence> | undefined): readonly (Tensor | undefined)[] {
    return [this.givesSequences ? this.stepMask(mask) : undefined];
  }

  override mirrored(): RNNWithState {
    return new RNNWithState(this.copied(), { ...this.settings, goBackwards: !this.goesBackwards });
  }
  static fromConfig(config: Config, registry: Registry): RNNWithState {
    const { cell, ...options } = read(rnnFields, config, registry);
    return new RNNWithState(cellOf(cell), options);
  }
}
