/** Adam with weight decay that needs no schedule: an average of the weights is kept, and gradients are taken between both. */
import { minimum } from '@gradus/tensor';
import { left } from './adam.js';
import { Optimizer } from './optimizer.js';
import type { Late, Tensor, Variable } from '@gradus/tensor';
import type { Moment, OptimizerOptions, Schedule } from './optimizer.js';

export interface ScheduleFreeAdamWOptions extends OptimizerOptions {
  /** @defaultValue 0.0025 */
  readonly learningRate?: number | Schedule;
  /** How much of the average there is in the weights. @defaultValue 0.9 */
  readonly beta1?: number;
  /** How long squares are remembered. @defaultValue 0.999 */
  readonly beta2?: number;
  /** Outside the root. @defaultValue 1e-8 */
  readonly epsilon?: number;
  /** Over how many steps the rate rises. @defaultValue 0 */
  readonly warmupSteps?: number;
}

/**
 * z starts as w, v as in Adam;  z' = z - eta g / (sqrt(v / (1 - b2^t)) + epsilon);  x = (w - (1 - b1) z) / b1, x' = (1 - 1/t) x + z' / t;
 * w <- (1 - b1) z' + b1 x'. Defazio et al. 2024.
 */
export class ScheduleFreeAdamW extends Optimizer {
  readonly slots: readonly string[] = ['momentum', 'velocity'];
  private readonly chosen: ScheduleFreeAdamWOptions;

  constructor(options: ScheduleFreeAdamWOptions = {}) {
    super('schedule_free_adam_w', 0.0025, options);
    this.chosen = options;
  }

  protected override begin(slot: string, variable: Variable): Late {
    const { dtype, shape } = variable;
    return slot === 'momentum' ? { dtype, shape, make: () => variable.value } : super.begin(slot, variable);
  }

  override rule(w: Tensor, g: Tensor, slots: readonly Tensor[], { learningRate, t }: Moment): readonly [Tensor, readonly Tensor[]] {
    const { beta1: b1 = 0.9, beta2: b2 = 0.999, epsilon = 1e-8, warmupSteps = 0 } = this.chosen;
    const [z = w, v = w] = slots;
    const eta = warmupSteps > 0 ? learningRate.mul(minimum(t.div(warmupSteps), 1)) : learningRate;
    const v1 = v.add(g.square().sub(v).mul(1 - b2)); // prettier-ignore
    const z1 = z.sub(g.mul(eta).div(v1.div(left(b2, t)).sqrt().add(epsilon))); // prettier-ignore
    const share = t.pow(-1);
    const x = w.sub(z.mul(1 - b1)).div(b1); // prettier-ignore
    const x1 = x.mul(share.neg().add(1)).add(z1.mul(share)); // prettier-ignore
    return [z1.mul(1 - b1).add(x1.mul(b1)), [z1, v1]];
  }
}
