/** Smaller steps for weights that moved much already. */
import { full } from '@gradus/tensor';
import { Optimizer } from './optimizer.js';
import type { Late, Tensor, Variable } from '@gradus/tensor';
import type { Moment, OptimizerOptions, Schedule } from './optimizer.js';

export interface AdagradOptions extends OptimizerOptions {
  /** @defaultValue 0.001 */
  readonly learningRate?: number | Schedule;
  /** Where the sums of squares start. @defaultValue 0.1 */
  readonly initialAccumulatorValue?: number;
  /** Inside the root. @defaultValue 1e-7 */
  readonly epsilon?: number;
}

/** a <- a + g^2;  w <- w - eta g / sqrt(a + epsilon). Duchi, Hazan, Singer 2011. */
export class Adagrad extends Optimizer {
  readonly slots: readonly string[] = ['accumulator'];
  private readonly first: number;
  private readonly epsilon: number;

  constructor(options: AdagradOptions = {}) {
    super('adagrad', 0.001, options);
    this.first = options.initialAccumulatorValue ?? 0.1;
    this.epsilon = options.epsilon ?? 1e-7;
  }

  protected override begin(_slot: string, { dtype, shape }: Variable): Late {
    return { dtype, shape, make: () => full(shape, this.first, dtype) };
  }

  override rule(w: Tensor, g: Tensor, [a]: readonly Tensor[], { learningRate: eta }: Moment): readonly [Tensor, readonly Tensor[]] {
    const sum = a ? a.add(g.square()) : g.square();
    return [w.sub(g.mul(eta).div(sum.add(this.epsilon).sqrt())), [sum]];
  }
}
