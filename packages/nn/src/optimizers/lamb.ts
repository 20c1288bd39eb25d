/** Adam whose steps are as long as each weight is large: for very large batches. */
import { where } from '@gradus/tensor';
import { left } from './adam.js';
import { Optimizer } from './optimizer.js';
import type { Tensor } from '@gradus/tensor';
import type { Moment, OptimizerOptions, Schedule } from './optimizer.js';

export interface LambOptions extends OptimizerOptions {
  /** @defaultValue 0.001 */
  readonly learningRate?: number | Schedule;
  /** How long gradients are remembered. @defaultValue 0.9 */
  readonly beta1?: number;
  /** How long squares are remembered. @defaultValue 0.999 */
  readonly beta2?: number;
  /** Outside the root. @defaultValue 1e-7 */
  readonly epsilon?: number;
}

/** m, v as in Adam;  u = (m / (1 - b1^t)) / (sqrt(v / (1 - b2^t)) + epsilon);  w <- w - eta |w| / |u| u, or eta u where a length is 0. You et al. 2020. */
export class Lamb extends Optimizer {
  readonly slots: readonly string[] = ['momentum', 'velocity'];
  private readonly b1: number;
  private readonly b2: number;
  private readonly epsilon: number;

  constructor(options: LambOptions = {}) {
    super('lamb', 0.001, options);
    this.b1 = options.beta1 ?? 0.9;
    this.b2 = options.beta2 ?? 0.999;
    this.epsilon = options.epsilon ?? 1e-7;
  }

  override rule(w: Tensor, g: Tensor, slots: readonly Tensor[], { learningRate: eta, t }: Moment): readonly [Tensor, readonly Tensor[]] {
    const [m = w, v = w] = slots;
    const m1 = m.add(g.sub(m).mul(1 - this.b1));
    const v1 = v.add(g.square().sub(v).mul(1 - this.b2)); // prettier-ignore
    const u = m1.div(left(this.b1, t)).div(v1.div(left(this.b2, t)).sqrt().add(this.epsilon)); // prettier-ignore
    const [size, length] = [w.norm(), u.norm()];
    const ratio = where(size.greater(0).and(length.greater(0)), size.div(length), 1);
    return [w.sub(u.mul(ratio.mul(eta))), [m1, v1]];
  }
}
