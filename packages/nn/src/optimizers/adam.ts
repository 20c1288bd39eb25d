/** Momentum and adaptive step sizes at once. */
import { maximum, pow } from '@gradus/tensor';
import { Optimizer } from './optimizer.js';
import type { Tensor } from '@gradus/tensor';
import type { Moment, OptimizerOptions, Schedule } from './optimizer.js';

export interface AdamOptions extends OptimizerOptions {
  /** @defaultValue 0.001 */
  readonly learningRate?: number | Schedule;
  /** How long gradients are remembered. @defaultValue 0.9 */
  readonly beta1?: number;
  /** How long squares are remembered. @defaultValue 0.999 */
  readonly beta2?: number;
  /** Outside the root. @defaultValue 1e-7 */
  readonly epsilon?: number;
  /** Divides by the largest mean square so far. Reddi, Kale, Kumar 2018. @defaultValue false */
  readonly amsgrad?: boolean;
}

/**
 * m <- m + (1 - b1) (g - m);  v <- v + (1 - b2) (g^2 - v);
 * w <- w - eta sqrt(1 - b2^t) / (1 - b1^t) m / (sqrt(v) + epsilon). Kingma and Ba 2015.
 */
export class Adam extends Optimizer {
  readonly slots: readonly string[];
  private readonly b1: number;
  private readonly b2: number;
  private readonly epsilon: number;

  constructor(options: AdamOptions = {}, name: string = 'adam') {
    super(name, 0.001, options);
    const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-7, amsgrad = false } = options;
    this.b1 = beta1;
    this.b2 = beta2;
    this.epsilon = epsilon;
    this.slots = amsgrad ? ['momentum', 'velocity', 'velocity_hat'] : ['momentum', 'velocity'];
  }

  override rule(
    w: Tensor,
    g: Tensor,
    [m, v, top]: readonly Tensor[],
    { learningRate: eta, t }: Moment,
  ): readonly [Tensor, readonly Tensor[]] {
    if (!m || !v) throw new Error('Adam: its slots are missing');
    const { b1, b2, epsilon } = this;
    const m1 = m.add(g.sub(m).mul(1 - b1));
    const v1 = v.add(
      g
        .square()
        .sub(v)
        .mul(1 - b2),
    );
    const largest = top ? maximum(top, v1) : v1;
    const alpha = eta.mul(left(b2, t).sqrt()).div(left(b1, t));
    const next = w.sub(m1.mul(alpha).div(largest.sqrt().add(epsilon)));
    return [next, top ? [m1, v1, largest] : [m1, v1]];
  }
}

/** 1 - b^t: how much of a running mean that started at zero is real. In float32, as Keras has it: 1 - 0.999 is 0.00099998713. */
export function left(b: number, t: Tensor): Tensor {
  return pow(b, t).neg().add(1);
}

/** Adam with decoupled weight decay, 0.004 unless given. Loshchilov and Hutter 2019. */
export function adamW({ weightDecay = 0.004, ...options }: AdamOptions = {}): Adam {
  return new Adam({ ...options, weightDecay }, 'adam_w');
}
