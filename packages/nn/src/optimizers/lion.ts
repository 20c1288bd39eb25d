/** Steps of one size: only the sign of the momentum counts. */
import { Optimizer } from './optimizer.js';
import type { Tensor } from '@gradus/tensor';
import type { Moment, OptimizerOptions, Schedule } from './optimizer.js';

export interface LionOptions extends OptimizerOptions {
  /** @defaultValue 0.001 */
  readonly learningRate?: number | Schedule;
  /** How much of the momentum there is in a step. @defaultValue 0.9 */
  readonly beta1?: number;
  /** How long gradients are remembered. @defaultValue 0.99 */
  readonly beta2?: number;
}

/** w <- w - eta sign(b1 m + (1 - b1) g);  m <- b2 m + (1 - b2) g. Chen et al. 2023. */
export class Lion extends Optimizer {
  readonly slots: readonly string[] = ['momentum'];
  private readonly b1: number;
  private readonly b2: number;

  constructor(options: LionOptions = {}) {
    super('lion', 0.001, options);
    this.b1 = options.beta1 ?? 0.9;
    this.b2 = options.beta2 ?? 0.99;
  }

  override rule(w: Tensor, g: Tensor, slots: readonly Tensor[], { learningRate: eta }: Moment): readonly [Tensor, readonly Tensor[]] {
    const [m = w] = slots;
    const mixed = (b: number): Tensor => m.mul(b).add(g.mul(1 - b));
    return [w.sub(mixed(this.b1).sign().mul(eta)), [mixed(this.b2)]]; // prettier-ignore
  }
}
