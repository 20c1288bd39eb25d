/** Steps in the weights' own unit: the running size of steps over that of gradients. */
import { Optimizer } from './optimizer.js';
import type { Tensor } from '@gradus/tensor';
import type { Moment, OptimizerOptions, Schedule } from './optimizer.js';

export interface AdadeltaOptions extends OptimizerOptions {
  /** That of the paper is 1. @defaultValue 0.001 */
  readonly learningRate?: number | Schedule;
  /** How long squares are remembered. @defaultValue 0.95 */
  readonly rho?: number;
  /** Inside the roots. @defaultValue 1e-7 */
  readonly epsilon?: number;
}

/**
 * G <- rho G + (1 - rho) g^2;  d = -sqrt(D + epsilon) / sqrt(G + epsilon) g;  D <- rho D + (1 - rho) d^2;  w <- w + eta d. Zeiler 2012.
 */
export class Adadelta extends Optimizer {
  readonly slots: readonly string[] = ['accumulated_grad', 'accumulated_delta_var'];
  private readonly rho: number;
  private readonly epsilon: number;

  constructor(options: AdadeltaOptions = {}) {
    super('adadelta', 0.001, options);
    this.rho = options.rho ?? 0.95;
    this.epsilon = options.epsilon ?? 1e-7;
  }

  override rule(w: Tensor, g: Tensor, slots: readonly Tensor[], { learningRate: eta }: Moment): readonly [Tensor, readonly Tensor[]] {
    const [before = w, deltas = w] = slots;
    const mixed = (old: Tensor, now: Tensor): Tensor => old.mul(this.rho).add(now.square().mul(1 - this.rho));
    const gradients = mixed(before, g);
    const root = (x: Tensor): Tensor => x.add(this.epsilon).sqrt();
    const d = root(deltas).div(root(gradients)).mul(g).neg(); // prettier-ignore
    return [w.add(d.mul(eta)), [gradients, mixed(deltas, d)]];
  }
}
