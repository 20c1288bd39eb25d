import { read, write } from '../config.js';
import { LSTMBase, lstmFields } from './lstm-base.js';
import type { Tensor } from '@gradus/tensor';
import type { Masks } from '../symbolic.js';
import type { Sequence } from './recurrent.js';
import type { Config } from '../config.js';
import type { Context } from '../context.js';
import type { Registry } from '../registry.js';

/**
 * Long short-term memory: cells c that each step forgets from, adds to and shows.
 *
 * i, f, o = sigmoid(x w + h r + b), g = tanh(x w + h r + b) with weights of their own;
 * c <- f c + i g;  h <- o tanh(c).
 *
 * x: [n, t, features], w: [features, 4 units], r: [units, 4 units], b: [4 units] (in the order i, f, g, o);
 * y: the last h [n, units], or with `returnSequences` every h [n, t, units]. A masked step leaves h and c as they are.
 *
 * Hochreiter and Schmidhuber 1997; Gers, Schmidhuber, Cummins 2000.
 */
export class LSTM extends LSTMBase<Tensor> {
  static override readonly className: string = 'LSTM';

  override call(x: Sequence, context: Context): Tensor {
    return this.run(x, context).output;
  }

  override computeMask(_x: Sequence, mask: Masks<Sequence> | undefined): Tensor | undefined {
    return this.givesSequences ? this.stepMask(mask) : undefined;
  }

  override mirrored(): LSTM {
    const { units, goBackwards = false, ...options } = this.config;
    return new LSTM(units, { ...options, goBackwards: !goBackwards });
  }

  override toConfig(): Config {
    return write(lstmFields, this.config);
  }
  static fromConfig(config: Config, registry: Registry): LSTM {
    const { units, ...options } = read(lstmFields, config, registry);
    return new LSTM(units, options);
  }
}

/** An `LSTM` that also gives its last state: [y, h, c]. In Keras: `return_state=True`. */
export class LSTMWithState extends LSTMBase<readonly [y: Tensor, h: Tensor, c: Tensor]> {
  static override readonly className: string = 'LSTMWithState';

  override call(x: Sequence, context: Context): readonly [Tensor, Tensor, Tensor] {
    const { output, states } = this.run(x, context);
    const [h = output, c = output] = states;
    return [output, h, c];
  }

  override computeMask(_x: Sequence, mask: Masks<Sequence> | undefined): readonly (Tensor | undefined)[] {
    return [this.givesSequences ? this.stepMask(mask) : undefined, undefined, undefined];
  }

  override mirrored(): LSTMWithState {
    const { units, goBackwards = false, ...options } = this.config;
    return new LSTMWithState(units, { ...options, goBackwards: !goBackwards });
  }

  override toConfig(): Config {
    return write(lstmFields, this.config);
  }
  static fromConfig(config: Config, registry: Registry): LSTMWithState {
    const { units, ...options } = read(lstmFields, config, registry);
    return new LSTMWithState(units, options);
  }
}
