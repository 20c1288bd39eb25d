/**
 * Learning rates that fall as training goes on: each function makes one from its options. A schedule takes the number
 * of steps made so far, s (a float32 scalar, 0 at first), and gives the rate of the next one; it computes with tensors
 * only, so it becomes part of a compiled step.
 */
import { ArgumentError, full, where } from '@gradus/tensor';
import type { Tensor } from '@gradus/tensor';
import type { Schedule } from '../optimizers/optimizer.js';

/** Pi, as float32 has it. */
const pi = Math.fround(Math.PI);

function checkAbove0(name: string, value: number): void {
  if (!(Number.isFinite(value) && value > 0)) throw new ArgumentError(`${name}: expected a number above 0, found ${value}`);
}

function checkAtLeast0(name: string, value: number): void {
  if (!(Number.isFinite(value) && value >= 0)) throw new ArgumentError(`${name}: expected a number of at least 0, found ${value}`);
}

export interface DecayOptions {
  readonly initialLearningRate: number;
  /** D, the number of steps to which the rate of decay refers. */
  readonly decaySteps: number;
  /** r */
  readonly decayRate: number;
  /** Whether the rate falls once in D steps, not in each. @defaultValue false */
  readonly staircase?: boolean;
}

/** s / D, or its whole part. */
function elapsed(step: Tensor, { decaySteps, staircase = false }: DecayOptions): Tensor {
  const periods = step.div(decaySteps);
  return staircase ? periods.floor() : periods;
}

function checkDecay({ initialLearningRate, decaySteps, decayRate }: DecayOptions): void {
  checkAtLeast0('initialLearningRate', initialLearningRate);
  checkAbove0('decaySteps', decaySteps);
  checkAtLeast0('decayRate', decayRate);
}

/** initialLearningRate r^(s / D). */
export function exponentialDecay(options: DecayOptions): Schedule {
  checkDecay(options);
  const { initialLearningRate, decayRate } = options;
  return (step) => full([], decayRate).pow(elapsed(step, options)).mul(initialLearningRate);
}

/** initialLearningRate / (1 + r s / D). */
export function inverseTimeDecay(options: DecayOptions): Schedule {
  checkDecay(options);
  const { initialLearningRate, decayRate } = options;
  return (step) => full([], initialLearningRate).div(elapsed(step, options).mul(decayRate).add(1));
}

export interface PiecewiseConstantOptions {
  /** The last step of each piece but the last one, rising. */
  readonly boundaries: readonly number[];
  /** The rate of each piece: one more than boundaries. */
  readonly values: readonly number[];
}

/** values[k] for the first k with s <= boundaries[k], after them all the last value. */
export function piecewiseConstantDecay({ boundaries, values }: PiecewiseConstantOptions): Schedule {
  if (values.length !== boundaries.length + 1) {
    throw new ArgumentError(`values: expected ${boundaries.length + 1}, one more than boundaries, found ${values.length}`);
  }
  for (const value of values) checkAtLeast0('values', value);
  const falling = boundaries.findIndex((boundary, k) => !(boundary > (boundaries[k - 1] ?? -Infinity)));
  if (falling >= 0) throw new ArgumentError(`boundaries: expected rising numbers, found ${boundaries.join(', ')}`);
  return (step) => {
    const last = full([], values.at(-1) ?? 0);
    return boundaries.reduceRight((rest, boundary, k) => where(step.lessEqual(boundary), values[k] ?? 0, rest), last);
  };
}

export interface PolynomialOptions {
  readonly initialLearningRate: number;
  /** D, the number of steps to the end. */
  readonly decaySteps: number;
  /** @defaultValue 1e-4 */
  readonly endLearningRate?: number;
  /** 1 is a straight line. @defaultValue 1 */
  readonly power?: number;
  /** Whether the rate, once at the end, jumps up and falls again, for 2D steps, 3D steps and so on. @defaultValue false */
  readonly cycle?: boolean;
}

/**
 * (initialLearningRate - endLearningRate) (1 - s / D)^power + endLearningRate, s at most D; in cycles D is the next
 * multiple of the given one.
 */
export function polynomialDecay(options: PolynomialOptions): Schedule {
  const { initialLearningRate, decaySteps, endLearningRate = 1e-4, power = 1, cycle = false } = options;
  checkAtLeast0('initialLearningRate', initialLearningRate);
  checkAbove0('decaySteps', decaySteps);
  checkAtLeast0('endLearningRate', endLearningRate);
  checkAtLeast0('power', power);
  return (step) => {
    const fraction = cycle ? step.div(step.div(decaySteps).ceil().maximum(1).mul(decaySteps)) : step.minimum(decaySteps).div(decaySteps);
    return fraction
      .neg()
      .add(1)
      .pow(power)
      .mul(initialLearningRate - endLearningRate)
      .add(endLearningRate);
  };
}

export interface CosineOptions {
  readonly initialLearningRate: number;
  /** D, the number of steps from the top to the end. */
  readonly decaySteps: number;
  /** The end, as a fraction of the top. @defaultValue 0 */
  readonly alpha?: number;
  /** The top, to which the rate first rises from the initial one. @defaultValue none: it falls from the start */
  readonly warmupTarget?: number;
  /** How many steps it rises; counts only with a target. @defaultValue 0 */
  readonly warmupSteps?: number;
}

/** top ((1 - alpha) (1 + cos(pi s / D)) / 2 + alpha), s at most D; s begins after the warmup. Loshchilov and Hutter, SGDR, 2016. */
export function cosineDecay(options: CosineOptions): Schedule {
  const { initialLearningRate, decaySteps, alpha = 0, warmupTarget, warmupSteps = 0 } = options;
  checkAtLeast0('initialLearningRate', initialLearningRate);
  checkAbove0('decaySteps', decaySteps);
  checkAtLeast0('alpha', alpha);
  checkAtLeast0('warmupSteps', warmupSteps);
  const fall = (step: Tensor, top: number): Tensor =>
    step.minimum(decaySteps).div(decaySteps).mul(pi).cos().add(1).mul(0.5).mul(1 - alpha).add(alpha).mul(top); // prettier-ignore
  if (warmupTarget === undefined) return (step) => fall(step, initialLearningRate);
  checkAtLeast0('warmupTarget', warmupTarget);
  if (warmupSteps === 0) return (step) => fall(step, warmupTarget);
  return (step) => {
    const rise = step.div(warmupSteps).mul(warmupTarget - initialLearningRate).add(initialLearningRate); // prettier-ignore
    return where(step.less(warmupSteps), rise, fall(step.sub(warmupSteps), warmupTarget));
  };
}

export interface CosineRestartsOptions {
  readonly initialLearningRate: number;
  /** The number of steps of the first period. */
  readonly firstDecaySteps: number;
  /** How many times longer each period is than the one before. @defaultValue 2 */
  readonly tMul?: number;
  /** How many times higher each period begins than the one before. @defaultValue 1 */
  readonly mMul?: number;
  /** The end of each period, as a fraction of the initial rate. @defaultValue 0 */
  readonly alpha?: number;
}

/**
 * initialLearningRate ((1 - alpha) mMul^k (1 + cos(pi f)) / 2 + alpha) in period k = 0, 1, ..., f of which is over.
 * Loshchilov and Hutter, SGDR, 2016.
 */
export function cosineDecayRestarts(options: CosineRestartsOptions): Schedule {
  const { initialLearningRate, firstDecaySteps, tMul = 2, mMul = 1, alpha = 0 } = options;
  checkAtLeast0('initialLearningRate', initialLearningRate);
  checkAbove0('firstDecaySteps', firstDecaySteps);
  if (!(Number.isFinite(tMul) && tMul >= 1)) throw new ArgumentError(`tMul: expected a number of at least 1, found ${tMul}`);
  checkAtLeast0('mMul', mMul);
  checkAtLeast0('alpha', alpha);
  return (step) => {
    const [period, fraction] = inPeriods(step.div(firstDecaySteps), tMul);
    const height = full([], mMul).pow(period).mul(0.5);
    return height.mul(fraction.mul(pi).cos().add(1)).mul(1 - alpha).add(alpha).mul(initialLearningRate); // prettier-ignore
  };
}

/** The number of the period, and how much of it is over, after `elapsed` first periods: period k is t^k of them long. */
function inPeriods(elapsed: Tensor, t: number): readonly [Tensor, Tensor] {
  if (t === 1) return [elapsed.floor(), elapsed.sub(elapsed.floor())];
  const base = full([], t);
  const period = elapsed.mul(t - 1).add(1).log().div(base.log()).floor(); // prettier-ignore
  const length = base.pow(period);
  const begun = length.sub(1).div(t - 1);
  return [period, elapsed.sub(begun).div(length)];
}
