/** Adam that looks ahead, as Nesterov's momentum does. */
import { full, pow } from '@gradus/tensor';
import { left } from './adam.js';
import { Optimizer } from './optimizer.js';
import type { Late, Tensor, Variable } from '@gradus/tensor';
import type { Moment, OptimizerOptions, Schedule } from './optimizer.js';

export interface NadamOptions extends OptimizerOptions {
  /** @defaultValue 0.001 */
  readonly learningRate?: number | Schedule;
  /** How long gradients are remembered, in the end. @defaultValue 0.9 */
  readonly beta1?: number;
  /** How long squares are remembered. @defaultValue 0.999 */
  readonly beta2?: number;
  /** Outside the root. @defaultValue 1e-7 */
  readonly epsilon?: number;
}

/**
 * u_t = b1 (1 - 0.96^t / 2), P <- P u_t;  m, v as in Adam;
 * w <- w - eta (u_t+1 m / (1 - P u_t+1) + (1 - u_t) g / (1 - P)) / (sqrt(v / (1 - b2^t)) + epsilon). Dozat 2016.
 */
export class Nadam extends Optimizer {
  readonly slots: readonly string[] = ['momentum', 'velocity', 'u_product'];
  private readonly b1: number;
  private readonly b2: number;
  private readonly epsilon: number;

  constructor(options: NadamOptions = {}) {
    super('nadam', 0.001, options);
    this.b1 = options.beta1 ?? 0.9;
    this.b2 = options.beta2 ?? 0.999;
    this.epsilon = options.epsilon ?? 1e-7;
  }

  /** The product is one number. */
  protected override begin(slot: string, variable: Variable): Late {
    return slot === 'u_product' ? { dtype: 'float32', shape: [], make: () => full([], 1) } : super.begin(slot, variable);
  }

  override rule(w: Tensor, g: Tensor, slots: readonly Tensor[], { learningRate: eta, t }: Moment): readonly [Tensor, readonly Tensor[]] {
    const [m = w, v = w, p = w] = slots;
    const decay = (step: Tensor): Tensor => pow(0.96, step).mul(-0.5).add(1).mul(this.b1); // prettier-ignore
    const [u, next] = [decay(t), decay(t.add(1))];
    const product = p.mul(u);
    const rest = (x: Tensor): Tensor => x.neg().add(1);
    const m1 = m.add(g.sub(m).mul(1 - this.b1));
    const v1 = v.add(g.square().sub(v).mul(1 - this.b2)); // prettier-ignore
    const ahead = m1.mul(next.div(rest(product.mul(next)))).add(g.mul(rest(u).div(rest(product)))); // prettier-ignore
    return [w.sub(ahead.mul(eta).div(v1.div(left(this.b2, t)).sqrt().add(this.epsilon))), [m1, v1, product]]; // prettier-ignore
  }
}
