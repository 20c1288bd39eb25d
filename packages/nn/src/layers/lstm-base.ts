/** What both forms of the LSTM share: options, and the step. */
import { activation, activationField } from '../activations.js';
import { flag } from '../config.js';
import { Gated, unitsFields } from './gates.js';
import { dropped } from './recurrent.js';
import { UnitForgetBias } from './unit-forget-bias.js';
import type { Shape, Tensor } from '@gradus/tensor';
import type { Activation, ActivationName } from '../activations.js';
import type { Fields } from '../config.js';
import type { Context } from '../context.js';
import type { Initializer } from '../initializers.js';
import type { UnitsConfig, UnitsOptions } from './gates.js';
import type { Unrolled } from './recurrent.js';

export interface LSTMOptions extends UnitsOptions {
  /** Of the gates. @defaultValue 'sigmoid' */
  readonly recurrentActivation?: ActivationName;
  /** Whether the forget gate's bias starts at 1, so that cells remember at first. @defaultValue true */
  readonly unitForgetBias?: boolean;
}

export interface LSTMConfig extends LSTMOptions, UnitsConfig {}

export const lstmFields: Fields<LSTMConfig> = { ...unitsFields, recurrentActivation: activationField, unitForgetBias: flag };

/** h: what the cells gave out, c: what they remember; both [n, units]. */
export type LSTMState = readonly [h: Tensor, c: Tensor];

export abstract class LSTMBase<Y> extends Gated<LSTMConfig, Y> {
  protected readonly gates: number = 4;
  private readonly recurrentActivation: Activation;

  constructor(units: number, options: LSTMOptions = {}) {
    super({ units, ...options });
    this.recurrentActivation = activation(options.recurrentActivation ?? 'sigmoid');
  }

  override stateShapes(): readonly Shape[] {
    return [[this.config.units], [this.config.units]];
  }

  protected override biasInitializer(plain: Initializer): Initializer {
    return (this.config.unitForgetBias ?? true) ? new UnitForgetBias(plain) : plain;
  }

  override unroll(x: Tensor, { training }: Context): Unrolled {
    const sums = this.sumsOfInputs(x, training);
    const masks = this.recurrentMasks(x.shape[0] ?? 0, training);
    const kernel = this.recurrentKernel.value;
    return {
      inputs: this.bias ? sums.add(this.bias.value) : sums, // [t, n, 4 units]
      step: (zt, [h = zt, c = zt]) => {
        const states = this.next(zt.add(dropped(h, kernel, masks)), c);
        return { output: states[0], states };
      },
    };
  }

  /** c' = f c + i g, h' = o tanh(c'), from the four gates' sums z = [i, f, g, o]. */
  private next(z: Tensor, c: Tensor): LSTMState {
    const [i, f, g, o] = z.split(4, -1);
    const remembered = this.recurrentActivation(f)
      .mul(c)
      .add(this.recurrentActivation(i).mul(this.activation(g)));
    return [this.recurrentActivation(o).mul(this.activation(remembered)), remembered];
  }
}
