/** Scaling the loss so that small gradients do not vanish, and as much as can be without overflow. */
import { ArgumentError, isFinite, tensor, Variable, where } from '@gradus/tensor';
import { Optimizer } from './optimizer.js';
import type { Tensor } from '@gradus/tensor';
import type { Moment } from './optimizer.js';

export interface LossScaleOptions {
  /** @defaultValue 32768 */
  readonly initialScale?: number;
  /** After how many steps without overflow the scale doubles. @defaultValue 2000 */
  readonly dynamicGrowthSteps?: number;
  /** @defaultValue 'loss_scale_optimizer' */
  readonly name?: string;
}

/**
 * Another optimizer, whose loss is multiplied by a scale s. Where all gradients are finite, g <- g / s is applied, and after some such steps s <- 2 s;
 * else the step is left out, and s <- s / 2. Micikevicius et al. 2018.
 */
export class LossScaleOptimizer extends Optimizer {
  readonly slots: readonly string[] = [];
  private readonly inner: Optimizer;
  private readonly growth: number;
  private readonly scale: Variable;
  private readonly counter: Variable = new Variable(tensor(0, 'int32'), { name: 'step_counter' });

  constructor(inner: Optimizer, { initialScale = 2 ** 15, dynamicGrowthSteps = 2000, name }: LossScaleOptions = {}) {
    super(name ?? 'loss_scale_optimizer', 0, {});
    if (!(initialScale > 0)) throw new ArgumentError(`initialScale: expected a number above 0, found ${initialScale}`);
    if (!Number.isInteger(dynamicGrowthSteps) || dynamicGrowthSteps < 1) {
      throw new ArgumentError(`dynamicGrowthSteps: expected a whole number of at least 1, found ${dynamicGrowthSteps}`);
    }
    this.inner = inner;
    this.growth = dynamicGrowthSteps;
    this.scale = new Variable(tensor(initialScale), { name: 'dynamic_scale' });
  }

  override get lossScale(): Tensor {
    return this.scale.value;
  }
  override get averages(): boolean {
    return this.inner.averages;
  }
  override get learningRate(): number {
    return this.inner.learningRate;
  }
  override set learningRate(rate: number) {
    this.inner.learningRate = rate;
  }

  override build(variables: readonly Variable[]): void {
    this.inner.build(variables);
  }

  override apply(gradients: readonly Tensor[], variables: readonly Variable[]): void {
    this.build(variables);
    const finite = gradients.map((g) => isFinite(g).all()).reduce((all, one) => all.and(one));
    const state = [...variables, ...this.inner.variables(({ name }) => name).map(([, variable]) => variable)];
    const before = state.map(({ value }) => value);
    this.inner.apply(
      gradients.map((g) => g.div(this.scale.value)),
      variables,
    );
    for (const [i, variable] of state.entries()) variable.assign(where(finite, variable.value, before[i] ?? variable.value));
    const grows = this.counter.value.add(1).greaterEqual(this.growth);
    const scale = this.scale.value;
    this.scale.assign(where(finite, where(grows, scale.mul(2), scale), scale.div(2)));
    this.counter.assign(where(finite.and(grows.not()), this.counter.value.add(1), 0));
  }

  override finalize(): void {
    this.inner.finalize();
  }

  override variables(pathOf: (variable: Variable) => string): readonly (readonly [string, Variable])[] {
    return [['step_counter', this.counter], ['dynamic_scale', this.scale], ...this.inner.variables(pathOf)];
  }

  /** The inner one has the rule. */
  override rule(w: Tensor, _g: Tensor, _slots: readonly Tensor[], _moment: Moment): readonly [Tensor, readonly Tensor[]] {
    return [w, []];
  }
}
