/** A stream of randomness: a key and a counter in one variable, so that both are saved, traced and replayed. */
import { key as keyOf, tensor } from '@gradus/tensor';
import { Initializer } from './initializers.js';
import { Weight } from './weight.js';
import type { DType, Shape, Tensor } from '@gradus/tensor';

/** [k0, k1, counter]: the key as it was claimed, and no draw yet. */
class FirstDraw extends Initializer {
  private readonly seed: number | undefined;

  constructor(seed: number | undefined) {
    super();
    this.seed = seed;
  }
  override draw(key: Tensor, _shape: Shape, _dtype: DType): Tensor {
    const words = (this.seed === undefined ? key : keyOf(this.seed)).data('int32');
    return tensor(Int32Array.of(words[0] ?? 0, words[1] ?? 0, 0));
  }
  override toConfig(): { readonly className: string; readonly config: Record<string, never> } {
    return { className: 'FirstDraw', config: {} };
  }
}

/** What a random operation needs for one draw. */
export interface Draw {
  readonly key: Tensor;
  readonly counter: Tensor;
}

export class Stream {
  readonly weight: Weight;

  /** @param seed - its own seed; without it the model's, at this stream's path */
  constructor(seed: number | undefined) {
    this.weight = new Weight('random', [3], { initializer: new FirstDraw(seed), dtype: 'int32', trainable: false });
  }

  /** The next draw: no two are alike, in a compiled step as little as outside one. */
  next(): Draw {
    const { variable } = this.weight;
    const state = variable.value;
    variable.assign(state.add(tensor([0, 0, 1], 'int32')));
    return { key: state.slice('0:2'), counter: state.slice(2) };
  }
}
