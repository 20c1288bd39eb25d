/** Adam with the largest recent gradient in the place of the mean square. */
import { maximum } from '@gradus/tensor';
import { left } from './adam.js';
import { Optimizer } from './optimizer.js';
import type { Tensor } from '@gradus/tensor';
import type { Moment, OptimizerOptions, Schedule } from './optimizer.js';

export interface AdamaxOptions extends OptimizerOptions {
  /** @defaultValue 0.001 */
  readonly learningRate?: number | Schedule;
  /** How long gradients are remembered. @defaultValue 0.9 */
  readonly beta1?: number;
  /** How long the largest one is remembered. @defaultValue 0.999 */
  readonly beta2?: number;
  /** @defaultValue 1e-7 */
  readonly epsilon?: number;
}

/** m <- m + (1 - b1) (g - m);  u <- max(b2 u, |g|);  w <- w - eta m / ((1 - b1^t) (u + epsilon)). Kingma and Ba 2015, section 7. */
export class Adamax extends Optimizer {
  readonly slots: readonly string[] = ['momentum', 'norm'];
  private readonly b1: number;
  private readonly b2: number;
  private readonly epsilon: number;

  constructor(options: AdamaxOptions = {}) {
    super('adamax', 0.001, options);
    this.b1 = options.beta1 ?? 0.9;
    this.b2 = options.beta2 ?? 0.999;
    this.epsilon = options.epsilon ?? 1e-7;
  }

  override rule(w: Tensor, g: Tensor, slots: readonly Tensor[], { learningRate: eta, t }: Moment): readonly [Tensor, readonly Tensor[]] {
    const [m = w, u = w] = slots;
    const m1 = m.add(g.sub(m).mul(1 - this.b1));
    const u1 = maximum(u.mul(this.b2), g.abs());
    return [w.sub(m1.mul(eta).div(left(this.b1, t).mul(u1.add(this.epsilon)))), [m1, u1]];
  }
}
