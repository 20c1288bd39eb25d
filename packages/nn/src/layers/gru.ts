/** Gated recurrent units. */
import { activation, activationField } from '../activations.js';
import { flag, read, write } from '../config.js';
import { Gated, unitsFields } from './gates.js';
import { dropped } from './recurrent.js';
import type { Shape, Tensor } from '@gradus/tensor';
import type { Activation, ActivationName } from '../activations.js';
import type { Config, Fields } from '../config.js';
import type { Context } from '../context.js';
import type { Registry } from '../registry.js';
import type { Masks } from '../symbolic.js';
import type { UnitsConfig, UnitsOptions } from './gates.js';
import type { Sequence, Unrolled } from './recurrent.js';

export interface GRUOptions extends UnitsOptions {
  /** Of the gates. @defaultValue 'sigmoid' */
  readonly recurrentActivation?: ActivationName;
  /** Whether the reset gate acts behind the recurrent product, which then has a bias of its own, or before it. @defaultValue true */
  readonly resetAfter?: boolean;
}

interface GRUConfig extends GRUOptions, UnitsConfig {}

const gruFields: Fields<GRUConfig> = { ...unitsFields, recurrentActivation: activationField, resetAfter: flag };

abstract class GRUBase<Y> extends Gated<GRUConfig, Y> {
  protected readonly gates: number = 3;
  private readonly recurrentActivation: Activation;

  constructor(units: number, options: GRUOptions = {}) {
    super({ units, ...options });
    this.recurrentActivation = activation(options.recurrentActivation ?? 'sigmoid');
  }

  private get resetsAfter(): boolean {
    return this.config.resetAfter ?? true;
  }

  /** One bias, or one for the inputs and one for the recurrence. */
  protected override biasShape(): Shape {
    return this.resetsAfter ? [2, 3 * this.config.units] : [3 * this.config.units];
  }

  override unroll(x: Tensor, { training }: Context): Unrolled {
    const sums = this.sumsOfInputs(x, training);
    const masks = this.recurrentMasks(x.shape[0] ?? 0, training);
    const kernel = this.recurrentKernel.value;
    const [own, recurrent] =
      this.resetsAfter && this.bias ? [this.bias.value.slice(0), this.bias.value.slice(1)] : [this.bias?.value, undefined];
    return {
      inputs: own ? sums.add(own) : sums, // [t, n, 3 units]
      step: (zt, [h = zt]) => {
        const output = this.resetsAfter
          ? this.after(zt, h, withBias(dropped(h, kernel, masks), recurrent))
          : this.before(zt, h, kernel, masks);
        return { output, states: [output] };
      },
    };
  }

  /** The reset gate behind the product: g = tanh(x + r (h w + b)). */
  private after(zt: Tensor, h: Tensor, sums: Tensor): Tensor {
    const [xz, xr, xg] = zt.split(3, -1);
    const [hz, hr, hg] = sums.split(3, -1);
    const r = this.recurrentActivation(xr.add(hr));
    return mixed(this.recurrentActivation(xz.add(hz)), h, this.activation(xg.add(r.mul(hg))));
  }

  /** The reset gate before the product: g = tanh(x + (r h) w). */
  private before(zt: Tensor, h: Tensor, kernel: Tensor, [mz, mr, mg]: readonly Tensor[]): Tensor {
    const [xz, xr, xg] = zt.split(3, -1);
    const [wz, wr, wg] = kernel.split(3, -1);
    const part = (x: Tensor, mask: Tensor | undefined, w: Tensor): Tensor => (mask ? x.mul(mask) : x).matmul(w);
    const r = this.recurrentActivation(xr.add(part(h, mr, wr)));
    const z = this.recurrentActivation(xz.add(part(h, mz, wz)));
    return mixed(z, h, this.activation(xg.add(part(r.mul(h), mg, wg))));
  }
}

function withBias(x: Tensor, bias: Tensor | undefined): Tensor {
  return bias ? x.add(bias) : x;
}

/** z h + (1 - z) g */
function mixed(z: Tensor, h: Tensor, g: Tensor): Tensor {
  return z.mul(h).add(z.neg().add(1).mul(g)); // prettier-ignore
}

/** z, r = sigmoid(x w + h r + b) with weights of their own, g = tanh(x w + r (h r + b) + b);  h <- z h + (1 - z) g.
 *
 * x: [n, t, features], w: [features, 3 units], r: [units, 3 units] (in the order z, r, g), b: [2, 3 units], of inputs and recurrence; y: the last h
 * [n, units], or with `returnSequences` every h [n, t, units]. A masked step leaves h as it is. Cho et al. 2014. */
export class GRU extends GRUBase<Tensor> {
  static override readonly className: string = 'GRU';

  override call(x: Sequence, context: Context): Tensor {
    return this.run(x, context).output;
  }

  override computeMask(_x: Sequence, mask: Masks<Sequence> | undefined): Tensor | undefined {
    return this.givesSequences ? this.stepMask(mask) : undefined;
  }

  override mirrored(): GRU {
    const { units, goBackwards = false, ...options } = this.config;
    return new GRU(units, { ...options, goBackwards: !goBackwards });
  }

  override toConfig(): Config {
    return write(gruFields, this.config);
  }
  static fromConfig(config: Config, registry: Registry): GRU {
    const { units, ...options } = read(gruFields, config, registry);
    return new GRU(units, options);
  }
}

/** A `GRU` that also gives its last state: [y, h]. In Keras: `return_state=True`. */
export class GRUWithState extends GRUBase<readonly [y: Tensor, h: Tensor]> {
  static override readonly className: string = 'GRUWithState';

  override call(x: Sequence, context: Context): readonly [Tensor, Tensor] {
    const { output, states } = this.run(x, context);
    return [output, states[0] ?? output];
  }

  override computeMask(_x: Sequence, mask: Masks<Sequence> | undefined): readonly (Tensor | undefined)[] {
    return [this.givesSequences ? this.stepMask(mask) : undefined, undefined];
  }

  override mirrored(): GRUWithState {
    const { units, goBackwards = false, ...options } = this.config;
    return new GRUWithState(units, { ...options, goBackwards: !goBackwards });
  }

  override toConfig(): Config {
    return write(gruFields, this.config);
  }
  static fromConfig(config: Config, registry: Registry): GRUWithState {
    const { units, ...options } = read(gruFields, config, registry);
    return new GRUWithState(units, options);
  }
}
