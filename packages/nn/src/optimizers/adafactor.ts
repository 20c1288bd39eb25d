/** Adaptive steps with little memory: of a matrix of squares only the means of rows and columns are kept. */
import { minimum, pow, zeros } from '@gradus/tensor';
import { Optimizer } from './optimizer.js';
import type { Late, Tensor, Variable } from '@gradus/tensor';
import type { Moment, OptimizerOptions, Schedule } from './optimizer.js';

export interface AdafactorOptions extends OptimizerOptions {
  /** @defaultValue 0.001 */
  readonly learningRate?: number | Schedule;
  /** How the memory of squares grows: 1 - t^this is kept. @defaultValue -0.8 */
  readonly beta2Decay?: number;
  /** Added to squares. @defaultValue 1e-30 */
  readonly epsilon1?: number;
  /** The least size of a weight that steps are relative to. @defaultValue 0.001 */
  readonly epsilon2?: number;
  /** The largest root mean square of a step before the rate. @defaultValue 1 */
  readonly clipThreshold?: number;
}

/** The root mean square. */
const size = (x: Tensor): Tensor => x.square().mean().sqrt();

/**
 * b = 1 - t^-0.8, q = g^2 + epsilon1;  r <- b r + (1 - b) mean of q's rows, c <- b c + (1 - b) mean of q's columns, v = r c / mean(r)
 * (vectors keep v <- b v + (1 - b) q);  u = g / sqrt(v), no larger than the threshold;
 * w <- w - max(epsilon2, size of w) min(eta, 1 / sqrt(t)) u. Shazeer and Stern 2018.
 */
export class Adafactor extends Optimizer {
  readonly slots: readonly string[] = ['velocity'];
  private readonly chosen: AdafactorOptions;

  constructor(options: AdafactorOptions = {}) {
    super('adafactor', 0.001, options);
    this.chosen = options;
  }

  protected override slotsFor({ shape }: Variable): readonly string[] {
    return shape.length < 2 ? this.slots : ['velocity_0', 'velocity_1'];
  }

  /** A row's mean for each place of all axes but the last, a column's for all but the one before. */
  protected override begin(slot: string, variable: Variable): Late {
    const { dtype, shape } = variable;
    if (shape.length < 2) return super.begin(slot, variable);
    const kept = slot === 'velocity_0' ? shape.slice(0, -1) : [...shape.slice(0, -2), ...shape.slice(-1)];
    return { dtype, shape: kept, make: () => zeros(kept, dtype) };
  }

  override rule(w: Tensor, g: Tensor, slots: readonly Tensor[], { learningRate: eta, t }: Moment): readonly [Tensor, readonly Tensor[]] {
    const { beta2Decay = -0.8, epsilon1 = 1e-30, epsilon2 = 1e-3, clipThreshold = 1 } = this.chosen;
    const alpha = size(w).maximum(epsilon2).mul(minimum(eta, pow(t, -0.5))); // prettier-ignore
    const b = pow(t, beta2Decay).neg().add(1);
    const q = g.square().add(epsilon1);
    const mixed = (old: Tensor, now: Tensor): Tensor => old.mul(b).add(now.mul(b.neg().add(1)));
    const [first = w, second] = slots;
    const [r, c] = second ? [mixed(first, q.mean(-1)), mixed(second, q.mean(-2))] : [mixed(first, q), undefined];
    const v = c ? r.div(r.mean(-1, { keepDims: true })).expandDims(-1).mul(c.expandDims(-2)) : r; // prettier-ignore
    const u = g.div(v.sqrt());
    const step = u.div(size(u).div(clipThreshold).maximum(1)); // prettier-ignore
    return [w.sub(step.mul(alpha)), c ? [r, c] : [r]];
  }
}
