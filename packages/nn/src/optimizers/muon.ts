/** Momentum made orthogonal, for matrices; Adam for everything else. */
import { Adam } from './adam.js';
import { Optimizer } from './optimizer.js';
import type { Tensor, Variable } from '@gradus/tensor';
import type { Moment, OptimizerOptions, Schedule } from './optimizer.js';

export interface MuonOptions extends OptimizerOptions {
  /** @defaultValue 0.001 */
  readonly learningRate?: number | Schedule;
  /** @defaultValue 0.004 */
  readonly weightDecay?: number;
  /** How long gradients are remembered. @defaultValue 0.95 */
  readonly momentum?: number;
  /** Whether the gradient counts once more on top of the momentum. @defaultValue true */
  readonly nesterov?: boolean;
  /** How often the iteration towards an orthogonal matrix is run. @defaultValue 5 */
  readonly nsSteps?: number;
  /** The three coefficients of the iteration. @defaultValue [3.4445, -4.775, 2.0315] */
  readonly coefficients?: readonly [a: number, b: number, c: number];
  /** Scales a step to this root mean square, times the square root of the longer side; null: not at all. @defaultValue 0.2 */
  readonly rmsRate?: number | null;
  /** Patterns: a weight whose name has one of them is left to Adam. @defaultValue none */
  readonly excludeLayers?: readonly (string | RegExp)[];
  /** Whether embeddings are left to Adam. @defaultValue true */
  readonly excludeEmbeddings?: boolean;
  /** Adam's rate over this one's. @defaultValue 1 */
  readonly adamLrRatio?: number;
  /** Of weights that are left to Adam. @defaultValue 0.004 */
  readonly adamWeightDecay?: number;
  /** @defaultValue 0.9 */
  readonly adamBeta1?: number;
  /** @defaultValue 0.999 */
  readonly adamBeta2?: number;
  /** @defaultValue 1e-7 */
  readonly epsilon?: number;
}

/**
 * m <- mu m + g;  x = g + mu m, made orthogonal;  w <- w - eta x sqrt(max(rows, columns)) rmsRate.
 * Orthogonal: x / |x|, then some times x <- a x + (b A + c A A) x with A = x xT. Jordan et al. 2024; Liu et al. 2025.
 */
export class Muon extends Optimizer {
  readonly slots: readonly string[] = ['momentum'];
  private readonly chosen: MuonOptions;
  private readonly adam: Adam;

  constructor(options: MuonOptions = {}) {
    super('muon', 0.001, { weightDecay: 0.004, ...options });
    const { adamBeta1: beta1 = 0.9, adamBeta2: beta2 = 0.999, epsilon = 1e-7 } = options;
    this.chosen = options;
    this.adam = new Adam({ beta1, beta2, epsilon });
  }

  protected override slotsFor(variable: Variable): readonly string[] {
    return this.isLeft(variable) ? this.adam.slots : this.slots;
  }

  protected override decayOf(variable: Variable): number | undefined {
    return this.isLeft(variable) ? (this.chosen.adamWeightDecay ?? 0.004) : super.decayOf(variable);
  }

  /** Whether a weight is left to Adam. */
  private isLeft({ name, shape }: Variable): boolean {
    const { excludeLayers = [], excludeEmbeddings = true } = this.chosen;
    const named =
      excludeLayers.some((pattern) => new RegExp(pattern).test(name)) || (excludeEmbeddings && /embedding/.test(name.toLowerCase()));
    return shape.length !== 2 || named;
  }

  override rule(w: Tensor, g: Tensor, slots: readonly Tensor[], moment: Moment): readonly [Tensor, readonly Tensor[]] {
    const { momentum = 0.95, nesterov = true, rmsRate = 0.2, adamLrRatio = 1 } = this.chosen;
    const [m = w, more] = slots;
    if (more) return this.adam.rule(w, g, slots, { ...moment, learningRate: moment.learningRate.mul(adamLrRatio) });
    const m1 = m.mul(momentum).add(g);
    const x = this.orthogonal(nesterov ? g.add(m1.mul(momentum)) : m1);
    const scale = rmsRate === null ? 1 : Math.sqrt(Math.max(...w.shape)) * rmsRate;
    return [w.sub(x.mul(moment.learningRate.mul(scale))), [m1]];
  }

  private orthogonal(g: Tensor): Tensor {
    const { nsSteps = 5, coefficients: [a, b, c] = [3.4445, -4.775, 2.0315] } = this.chosen;
    const [rows = 1, columns = 1] = g.shape;
    const wide = rows > columns ? g.transpose() : g;
    let x = wide.div(wide.norm().add(1e-7));
    for (let step = 0; step < nsSteps; step++) {
      const square = x.matmul(x.transpose());
      x = x.mul(a).add(square.mul(b).add(square.matmul(square).mul(c)).matmul(x)); // prettier-ignore
    }
    return rows > columns ? x.transpose() : x;
  }
}
