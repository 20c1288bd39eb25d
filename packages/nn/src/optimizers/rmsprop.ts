/** Steps of one size in every direction: gradients divided by their running root mean square. */
import { Optimizer } from './optimizer.js';
import type { Tensor } from '@gradus/tensor';
import type { Moment, OptimizerOptions, Schedule } from './optimizer.js';

export interface RMSpropOptions extends OptimizerOptions {
  /** @defaultValue 0.001 */
  readonly learningRate?: number | Schedule;
  /** How long squares are remembered. @defaultValue 0.9 */
  readonly rho?: number;
  /** How much of the last step is made again. @defaultValue 0 */
  readonly momentum?: number;
  /** Inside the root. @defaultValue 1e-7 */
  readonly epsilon?: number;
  /** Divides by the standard deviation: the square of the running mean is taken off. @defaultValue false */
  readonly centered?: boolean;
}

/**
 * v <- rho v + (1 - rho) g^2;  d = eta g / sqrt(v + epsilon);  w <- w - d.
 * Centered: a <- rho a + (1 - rho) g, and v - a^2 stands for v. With momentum b <- mu b + d, w <- w - b.
 *
 * Tieleman and Hinton 2012, lecture 6.5; centered: Graves 2013.
 */
export class RMSprop extends Optimizer {
  readonly slots: readonly string[];
  private readonly rho: number;
  private readonly mu: number;
  private readonly epsilon: number;
  private readonly centered: boolean;

  constructor(options: RMSpropOptions = {}) {
    super('rmsprop', 0.001, options);
    const { rho = 0.9, momentum = 0, epsilon = 1e-7, centered = false } = options;
    this.rho = rho;
    this.mu = momentum;
    this.epsilon = epsilon;
    this.centered = centered;
    this.slots = ['velocity', ...(momentum > 0 ? ['momentum'] : []), ...(centered ? ['average_gradient'] : [])];
  }

  override rule(w: Tensor, g: Tensor, slots: readonly Tensor[], { learningRate: eta }: Moment): readonly [Tensor, readonly Tensor[]] {
    const { rho, mu, epsilon } = this;
    const mixed = (old: Tensor | undefined, now: Tensor): Tensor => (old ? old.mul(rho).add(now.mul(1 - rho)) : now);
    const [v, ...rest] = slots;
    const v1 = mixed(v, g.square());
    const a1 = this.centered ? mixed(rest[rest.length - 1], g) : undefined;
    const d = g.mul(eta).div((a1 ? v1.sub(a1.square()) : v1).add(epsilon).sqrt());
    const b1 = mu > 0 && rest[0] ? rest[0].mul(mu).add(d) : undefined;
    return [w.sub(b1 ?? d), [v1, b1, a1].filter((slot) => slot !== undefined)];
  }
}
