/** Follow the regularized leader: sparse weights, for models with very many features. */
import { full, pow } from '@gradus/tensor';
import { Optimizer } from './optimizer.js';
import type { Late, Tensor, Variable } from '@gradus/tensor';
import type { Moment, OptimizerOptions, Schedule } from './optimizer.js';

export interface FtrlOptions extends OptimizerOptions {
  /** @defaultValue 0.001 */
  readonly learningRate?: number | Schedule;
  /** How the rate falls with the sum of squares; at most 0. @defaultValue -0.5 */
  readonly learningRatePower?: number;
  /** Where the sums of squares start. @defaultValue 0.1 */
  readonly initialAccumulatorValue?: number;
  /** Makes weights 0. @defaultValue 0 */
  readonly l1RegularizationStrength?: number;
  /** Keeps weights small. @defaultValue 0 */
  readonly l2RegularizationStrength?: number;
  /** Keeps weights small where they have gradients. @defaultValue 0 */
  readonly l2ShrinkageRegularizationStrength?: number;
  /** The beta of the paper. @defaultValue 0 */
  readonly beta?: number;
}

/**
 * n' = n + g^2;  z <- z + g + 2 s w - (n'^-p - n^-p) / eta w;  w = (clip(z, -l1, l1) - z) / (n'^-p / eta + 2 (l2 + beta / (2 eta))), p the power,
 * s the shrinkage. McMahan et al. 2013.
 */
export class Ftrl extends Optimizer {
  readonly slots: readonly string[] = ['accumulator', 'linear'];
  private readonly chosen: FtrlOptions;

  constructor(options: FtrlOptions = {}) {
    super('ftrl', 0.001, options);
    this.chosen = options;
  }

  protected override begin(slot: string, variable: Variable): Late {
    const { dtype, shape } = variable;
    const { initialAccumulatorValue = 0.1 } = this.chosen;
    return slot === 'linear' ? super.begin(slot, variable) : { dtype, shape, make: () => full(shape, initialAccumulatorValue, dtype) };
  }

  override rule(w: Tensor, g: Tensor, slots: readonly Tensor[], { learningRate: eta }: Moment): readonly [Tensor, readonly Tensor[]] {
    const { learningRatePower = -0.5, l1RegularizationStrength: l1 = 0, l2RegularizationStrength: l2 = 0, beta = 0 } = this.chosen;
    const { l2ShrinkageRegularizationStrength: shrinkage = 0 } = this.chosen;
    const [n = w, z = w] = slots;
    const sum = n.add(g.square());
    const scale = (x: Tensor): Tensor => pow(x, -learningRatePower);
    const shrunk = shrinkage === 0 ? g : g.add(w.mul(2 * shrinkage));
    const z1 = z.add(shrunk).sub(scale(sum).sub(scale(n)).div(eta).mul(w)); // prettier-ignore
    const strength = scale(sum).div(eta).add(full([], beta).div(eta).add(2 * l2)); // prettier-ignore
    return [z1.clip(-l1, l1).sub(z1).div(strength), [sum, z1]];
  }
}
