/**
 * What all optimizers share, around a rule that says only how one weight moves: clipping, weight decay, gradient
 * accumulation, averages of the weights, the learning rate and the count of steps.
 */
import { ArgumentError, full, tensor, Variable, where, zeros } from '@gradus/tensor';
import { clipping } from './clip.js';
import type { Late, Tensor } from '@gradus/tensor';
import type { ClipOptions } from './clip.js';

/** A learning rate that depends on the number of steps made so far (float32, 0 at first). */
export type Schedule = (step: Tensor) => Tensor;

export interface OptimizerOptions extends ClipOptions {
  readonly learningRate?: number | Schedule;
  /** w <- w - learningRate weightDecay w before each step. @defaultValue none */
  readonly weightDecay?: number;
  /** Names of weights that do not decay: a weight is left out if any pattern is found in its name. */
  readonly excludeFromWeightDecay?: readonly (string | RegExp)[];
  /** Keeps a moving average of the weights, which they become when training ends. @defaultValue false */
  readonly useEma?: boolean;
  /** @defaultValue 0.99 */
  readonly emaMomentum?: number;
  /** After how many steps, again and again, the weights become their average. @defaultValue never */
  readonly emaOverwriteFrequency?: number;
  /** What the loss is multiplied by before it is differentiated, so that small gradients do not vanish; `apply` divides by it. @defaultValue 1 */
  readonly lossScaleFactor?: number;
  /** Makes one step of the mean of so many gradients. @defaultValue 1 */
  readonly gradientAccumulationSteps?: number;
  /** @defaultValue the class in snake case */
  readonly name?: string;
}

/** What a rule knows beside the weight and its gradient. */
export interface Moment {
  /** A scalar. */
  readonly learningRate: Tensor;
  /** The number of this step, from 1 on: a float32 scalar. */
  readonly t: Tensor;
}

interface Slot {
  readonly name: string;
  readonly variable: Variable;
}

/** What the optimizer keeps for one weight. */
interface Kept {
  readonly accumulator: Variable | undefined;
  readonly average: Variable | undefined;
  readonly slots: readonly Variable[];
  readonly all: readonly Slot[];
}

export abstract class Optimizer {
  readonly name: string;
  /** The class in snake case, whatever its name. */
  readonly kind: string;
  /** How many times `apply` was called: int32. */
  readonly iteration: Variable = new Variable(tensor(0, 'int32'), { name: 'iteration' });
  /** What the rule keeps for each weight, by name. */
  abstract readonly slots: readonly string[];
  /** The clipping that the options ask for: gradients in, gradients out. */
  readonly clip: (gradients: readonly Tensor[]) => readonly Tensor[];
  private readonly rate: Variable | undefined;
  private readonly schedule: Schedule | undefined;
  private readonly options: OptimizerOptions;
  private readonly kept: Map<Variable, Kept> = new Map();

  constructor(name: string, learningRate: number, options: OptimizerOptions) {
    const rate = options.learningRate ?? learningRate;
    if (typeof rate === 'function') this.schedule = rate;
    else this.rate = new Variable(tensor(checkRate(rate)), { name: 'learning_rate' });
    this.kind = name;
    this.name = options.name ?? name;
    this.options = options;
    this.clip = clipping(options);
    const { gradientAccumulationSteps: steps = 1, emaMomentum = 0.99, lossScaleFactor = 1 } = options;
    if (!Number.isInteger(steps) || steps < 1) {
      throw new ArgumentError(`gradientAccumulationSteps: expected a whole number of at least 1, found ${steps}`);
    }
    if (!(lossScaleFactor > 0)) throw new ArgumentError(`lossScaleFactor: expected a number above 0, found ${lossScaleFactor}`);
    if (!(emaMomentum >= 0 && emaMomentum <= 1))
      throw new ArgumentError(`emaMomentum: expected a number from 0 to 1, found ${emaMomentum}`);
  }

  /** What the rule keeps for this weight; another rule for some weights keeps other things. */
  protected slotsFor(_variable: Variable): readonly string[] {
    return this.slots;
  }

  /** How a slot begins: as zeros of the weight's shape, unless the rule wants something else. */
  protected begin(_slot: string, { dtype, shape }: Variable): Late {
    return { dtype, shape, make: () => zeros(shape, dtype) };
  }

  /** How much this weight decays. */
  protected decayOf(_variable: Variable): number | undefined {
    return this.options.weightDecay;
  }

  /** The new weight and the new slots: the formula, and nothing that is assigned. */
  abstract rule(w: Tensor, g: Tensor, slots: readonly Tensor[], moment: Moment): readonly [Tensor, readonly Tensor[]];

  /** The learning rate now. Setting it takes effect with the next step, without a new program. */
  get learningRate(): number {
    return this.rateNow().item();
  }
  set learningRate(rate: number) {
    if (!this.rate) throw new TypeError('learningRate: it follows a schedule and cannot be set');
    this.rate.assign(full([], checkRate(rate)));
  }

  /** Whether moving averages of the weights are kept. */
  get averages(): boolean {
    return this.options.useEma ?? false;
  }

  /** What the loss is to be multiplied by before it is differentiated. */
  get lossScale(): number | Tensor {
    return this.options.lossScaleFactor ?? 1;
  }

  /** Makes what is kept for each weight; `apply` does so by itself. */
  build(variables: readonly Variable[]): void {
    for (const variable of variables) if (!this.kept.has(variable)) this.kept.set(variable, this.keep(variable));
  }

  /** One step: `gradients[i]` is that of `variables[i]`, of a loss that was multiplied by `lossScale`. */
  apply(gradients: readonly Tensor[], variables: readonly Variable[]): void {
    if (gradients.length !== variables.length) {
      throw new ArgumentError(`apply: ${gradients.length} gradients for ${variables.length} variables`);
    }
    if (variables.length === 0) throw new ArgumentError('apply: there is nothing to train');
    this.build(variables);
    const kept = variables.map((variable) => this.keptFor(variable));
    const { gradientAccumulationSteps: steps = 1 } = this.options;
    const raw = this.iteration.value;
    const done = steps === 1 ? raw : raw.floorDivide(steps);
    const { lossScale } = this;
    const unscaled = lossScale === 1 ? gradients : gradients.map((g) => g.div(lossScale));
    if (steps === 1) this.step(unscaled, variables, kept, done, (next) => next);
    else this.accumulate(unscaled, variables, kept, done, raw.add(1).remainder(steps).equal(0), steps);
    this.averageWeights(variables, kept, done);
    this.iteration.assign(raw.add(1));
  }

  /** Makes the weights their averages, where averages are kept: what `fit` does at its end. Before the first step there are none. */
  finalize(): void {
    if (!this.options.useEma || this.iteration.value.item() === 0) return;
    for (const [variable, { average }] of this.kept) if (average) variable.assign(average.value);
  }

  /** Everything the optimizer keeps, under paths that `pathOf` begins. */
  variables(pathOf: (variable: Variable) => string): readonly (readonly [string, Variable])[] {
    const own: (readonly [string, Variable])[] = [['iteration', this.iteration]];
    if (this.rate) own.push(['learning_rate', this.rate]);
    const slots = [...this.kept].flatMap(([variable, { all }]) => {
      return all.map(({ name, variable: slot }) => [`${pathOf(variable)}/${name}`, slot] as const);
    });
    return [...own, ...slots];
  }

  /** The options that it was made with, those of its class too. */
  get settings(): OptimizerOptions {
    return this.options;
  }

  private rateNow(): Tensor {
    if (this.schedule) return this.schedule(this.iteration.value.cast('float32'));
    if (this.rate) return this.rate.value;
    throw new ArgumentError('learningRate: neither a number nor a schedule');
  }

  private keptFor(variable: Variable): Kept {
    const kept = this.kept.get(variable);
    if (kept) return kept;
    throw new ArgumentError(`apply: ${variable.name} is not known to the optimizer`);
  }

  private keep(variable: Variable): Kept {
    const { dtype, shape } = variable;
    const make = (name: string): Slot => ({ name, variable: new Variable({ dtype, shape, make: () => zeros(shape, dtype) }, { name }) });
    const slotOf = (name: string): Slot => ({ name, variable: new Variable(this.begin(name, variable), { name }) });
    const average = this.options.useEma ? make('average') : undefined;
    const accumulator = (this.options.gradientAccumulationSteps ?? 1) > 1 ? make('gradient_accumulator') : undefined;
    const slots = this.slotsFor(variable).map(slotOf);
    return {
      average: average?.variable,
      accumulator: accumulator?.variable,
      slots: slots.map((slot) => slot.variable),
      all: [average, accumulator, ...slots].filter((slot) => slot !== undefined),
    };
  }

  /** Clips, decays and moves every weight; `select` decides what becomes of a new value, given the old one. */
  private step(
    gradients: readonly Tensor[],
    variables: readonly Variable[],
    kept: readonly Kept[],
    done: Tensor,
    select: (next: Tensor, old: Tensor) => Tensor,
  ): void {
    const moment = { learningRate: this.rateNow(), t: done.add(1).cast('float32') };
    const clipped = this.clip(gradients);
    for (const [i, variable] of variables.entries()) {
      const g = clipped[i];
      const slots = kept[i]?.slots ?? [];
      if (!g) continue;
      const old = slots.map((slot) => slot.value);
      const [w, next] = this.rule(this.decayed(variable, moment.learningRate), g, old, moment);
      variable.assign(select(w, variable.value));
      for (const [j, slot] of slots.entries()) slot.assign(select(flushed(next[j] ?? slot.value), slot.value));
    }
  }

  private decayed(variable: Variable, learningRate: Tensor): Tensor {
    const { excludeFromWeightDecay = [] } = this.options;
    const weightDecay = this.decayOf(variable);
    const excluded = excludeFromWeightDecay.some((pattern) => new RegExp(pattern).test(variable.name));
    const w = variable.value;
    return weightDecay === undefined || excluded ? w : w.sub(w.mul(learningRate.mul(weightDecay)));
  }

  /** Sums gradients; on every `steps`-th call moves by their mean and starts again. */
  private accumulate(
    gradients: readonly Tensor[],
    variables: readonly Variable[],
    kept: readonly Kept[],
    done: Tensor,
    due: Tensor,
    steps: number,
  ): void {
    const sums = gradients.map((g, i) => kept[i]?.accumulator?.value.add(g) ?? g);
    this.step(sums.map((sum) => sum.div(steps)), variables, kept, done, (next, old) => where(due, next, old)); // prettier-ignore
    for (const [i, sum] of sums.entries()) kept[i]?.accumulator?.assign(where(due, 0, sum));
  }

  private averageWeights(variables: readonly Variable[], kept: readonly Kept[], done: Tensor): void {
    const { emaMomentum = 0.99, emaOverwriteFrequency: every } = this.options;
    for (const [i, variable] of variables.entries()) {
      const average = kept[i]?.average;
      if (!average) continue;
      const w = variable.value;
      // The first average is the first updated weight itself.
      const momentum = where(done.equal(0), 0, emaMomentum);
      const next = average.value.mul(momentum).add(w.mul(momentum.neg().add(1)));
      average.assign(next);
      if (every !== undefined) variable.assign(where(done.add(1).remainder(every).equal(0), next, w));
    }
  }
}

/**
 * x without its denormals. Moments of weights that no longer learn decay towards 0 and would stay among the smallest
 * numbers there are, with which machines compute a hundred times slower.
 */
function flushed(x: Tensor): Tensor {
  return x.dtype === 'float32' ? x.add(tiny).sub(tiny) : x;
}

/** Far below any number that matters, far above the denormals of float32 (1.2e-38). */
const tiny = 1e-30;

function checkRate(rate: number): number {
  if (Number.isFinite(rate) && rate >= 0) return rate;
  throw new ArgumentError(`learningRate: expected a number of at least 0, found ${rate}`);
}
