/** The simplest recurrent layer. */
import { read, write } from '../config.js';
import { Gated, unitsFields } from './gates.js';
import type { Tensor } from '@gradus/tensor';
import type { Config } from '../config.js';
import type { Context } from '../context.js';
import type { Registry } from '../registry.js';
import type { Masks } from '../symbolic.js';
import type { UnitsConfig, UnitsOptions } from './gates.js';
import type { Sequence, Unrolled } from './recurrent.js';

abstract class SimpleBase<Y> extends Gated<UnitsConfig, Y> {
  protected readonly gates: number = 1;

  constructor(units: number, options: UnitsOptions = {}) {
    super({ units, ...options });
  }

  override unroll(x: Tensor, { training }: Context): Unrolled {
    const sums = this.sumsOfInputs(x, training);
    const [mask] = this.recurrentMasks(x.shape[0] ?? 0, training);
    const kernel = this.recurrentKernel.value;
    return {
      inputs: this.bias ? sums.add(this.bias.value) : sums, // [t, n, units]
      step: (zt, [h = zt]) => {
        const output = this.activation(zt.add((mask ? h.mul(mask) : h).matmul(kernel)));
        return { output, states: [output] };
      },
    };
  }
}

/** h <- f(x w + h r + b) at each step: x: [n, t, features], w: [features, units], r: [units, units], b: [units]; y: the last h [n, units], or with
 * `returnSequences` every h [n, t, units]. A masked step leaves h as it is. Elman 1990. */
export class SimpleRNN extends SimpleBase<Tensor> {
  static override readonly className: string = 'SimpleRNN';

  override call(x: Sequence, context: Context): Tensor {
    return this.run(x, context).output;
  }

  override computeMask(_x: Sequence, mask: Masks<Sequence> | undefined): Tensor | undefined {
    return this.givesSequences ? this.stepMask(mask) : undefined;
  }

  override mirrored(): SimpleRNN {
    const { units, goBackwards = false, ...options } = this.config;
    return new SimpleRNN(units, { ...options, goBackwards: !goBackwards });
  }

  override toConfig(): Config {
    return write(unitsFields, this.config);
  }
  static fromConfig(config: Config, registry: Registry): SimpleRNN {
    const { units, ...options } = read(unitsFields, config, registry);
    return new SimpleRNN(units, options);
  }
}

/** A `SimpleRNN` that also gives its last state: [y, h]. In Keras: `return_state=True`. */
export class SimpleRNNWithState extends SimpleBase<readonly [y: Tensor, h: Tensor]> {
  static override readonly className: string = 'SimpleRNNWithState';

  override call(x: Sequence, context: Context): readonly [Tensor, Tensor] {
    const { output, states } = this.run(x, context);
    return [output, states[0] ?? output];
  }

  override computeMask(_x: Sequence, mask: Masks<Sequence> | undefined): readonly (Tensor | undefined)[] {
    return [this.givesSequences ? this.stepMask(mask) : undefined, undefined];
  }

  override mirrored(): SimpleRNNWithState {
    const { units, goBackwards = false, ...options } = this.config;
    return new SimpleRNNWithState(units, { ...options, goBackwards: !goBackwards });
  }

  override toConfig(): Config {
    return write(unitsFields, this.config);
  }
  static fromConfig(config: Config, registry: Registry): SimpleRNNWithState {
    const { units, ...options } = read(unitsFields, config, registry);
    return new SimpleRNNWithState(units, options);
  }
}
