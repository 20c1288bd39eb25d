/** Gradient descent, plain and with momentum. */
import { ArgumentError } from '@gradus/tensor';
import { Optimizer } from './optimizer.js';
import type { Tensor } from '@gradus/tensor';
import type { Moment, OptimizerOptions, Schedule } from './optimizer.js';

export interface SgdOptions extends OptimizerOptions {
  /** @defaultValue 0.01 */
  readonly learningRate?: number | Schedule;
  /** How much of the last step is made again, 0 to 1. @defaultValue 0 */
  readonly momentum?: number;
  /** Looks ahead: the momentum counts as made when the gradient is applied. @defaultValue false */
  readonly nesterov?: boolean;
}

/**
 * w <- w - eta g;  with momentum m <- mu m - eta g, w <- w + m (Polyak 1964);
 * Nesterov: w <- w + mu m - eta g with the new m (Sutskever, Martens, Dahl, Hinton 2013).
 */
export class SGD extends Optimizer {
  readonly slots: readonly string[];
  private readonly momentum: number;
  private readonly nesterov: boolean;

  constructor(options: SgdOptions = {}) {
    super('sgd', 0.01, options);
    const { momentum = 0, nesterov = false } = options;
    if (!(momentum >= 0 && momentum <= 1)) throw new ArgumentError(`momentum: expected a number from 0 to 1, found ${momentum}`);
    this.momentum = momentum;
    this.nesterov = nesterov;
    this.slots = momentum === 0 ? [] : ['momentum'];
  }

  override rule(w: Tensor, g: Tensor, [m]: readonly Tensor[], { learningRate: eta }: Moment): readonly [Tensor, readonly Tensor[]] {
    const descent = g.mul(eta);
    if (!m) return [w.sub(descent), []];
    const next = m.mul(this.momentum).sub(descent);
    return [this.nesterov ? w.add(next.mul(this.momentum)).sub(descent) : w.add(next), [next]];
  }
}
