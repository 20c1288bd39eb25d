/** The kinds `optimizer` and `clip_gradients`. */
import * as gradus from '@gradus/train';
import { by, make, Missing, nestedOf, of } from './classes.js';
import { listOf, numberOf, recordOf, textOf, toleranceOf } from './json.js';
import { scheduleOf } from './schedules.js';
import { expectClose, Mismatch, tensorOf } from './values.js';
import type { Optimizer, Tensor } from '@gradus/train';
import type { Classes, Dialect } from './classes.js';
import type { Case, Json, JsonRecord } from './json.js';

const base = [
  'learningRate',
  'weightDecay',
  'clipNorm',
  'globalClipNorm',
  'clipValue',
  'useEma',
  'emaMomentum',
  'emaOverwriteFrequency',
  'lossScaleFactor',
  'gradientAccumulationSteps',
  'excludeFromWeightDecay',
  'name',
] as const;
const adam = [...base, 'beta1', 'beta2', 'epsilon', 'amsgrad'] as const;

const pair = [...base, 'beta1', 'beta2', 'epsilon'] as const;
const strengths = ['l1RegularizationStrength', 'l2RegularizationStrength', 'l2ShrinkageRegularizationStrength'] as const;

/** Muon's coefficients come one by one. */
interface Coefficients {
  readonly muonA?: number;
  readonly muonB?: number;
  readonly muonC?: number;
}

interface Wrapped extends gradus.LossScaleOptions {
  readonly innerOptimizer: Optimizer;
}

const optimizers: Classes<Optimizer> = {
  Adadelta: of(gradus.Adadelta, [...base, 'rho', 'epsilon']),
  Adafactor: of(gradus.Adafactor, [...base, 'beta2Decay', 'epsilon1', 'epsilon2', 'clipThreshold']),
  Adagrad: of(gradus.Adagrad, [...base, 'initialAccumulatorValue', 'epsilon']),
  Adam: of(gradus.Adam, adam),
  AdamW: by((options: ConstructorParameters<typeof gradus.Adam>[0] & object) => gradus.adamW(options), adam),
  Adamax: of(gradus.Adamax, pair),
  Ftrl: of(gradus.Ftrl, [...base, 'learningRatePower', 'initialAccumulatorValue', ...strengths, 'beta']),
  Lamb: of(gradus.Lamb, pair),
  Lion: of(gradus.Lion, [...base, 'beta1', 'beta2']),
  LossScaleOptimizer: by(
    ({ innerOptimizer, ...options }: Wrapped) => new gradus.LossScaleOptimizer(innerOptimizer, options),
    ['innerOptimizer', 'initialScale', 'dynamicGrowthSteps', 'name'],
  ),
  Muon: by(
    ({ muonA: a = 3.4445, muonB: b = -4.775, muonC: c = 2.0315, ...options }: gradus.MuonOptions & Coefficients) =>
      new gradus.Muon({ ...options, coefficients: [a, b, c] }),
    [
      ...base,
      'adamBeta1',
      'adamBeta2',
      'adamLrRatio',
      'adamWeightDecay',
      'epsilon',
      'excludeEmbeddings',
      'excludeLayers',
      'momentum',
      'muonA',
      'muonB',
      'muonC',
      'nesterov',
      'nsSteps',
      'rmsRate',
    ],
  ),
  Nadam: of(gradus.Nadam, pair),
  RMSprop: of(gradus.RMSprop, [...base, 'rho', 'momentum', 'epsilon', 'centered']),
  ScheduleFreeAdamW: of(gradus.ScheduleFreeAdamW, [...pair, 'warmupSteps']),
  SGD: of(gradus.SGD, [...base, 'momentum', 'nesterov']),
};

export const optimizerNames: readonly string[] = Object.keys(optimizers);

const dialect: Dialect = {
  nulls: { rms_rate: null },
  neutral: { relative_step: [true, false] }, // the rate is at most 1 / sqrt(t) in either case
  names: { clipnorm: 'clipNorm', clipvalue: 'clipValue', global_clipnorm: 'globalClipNorm' },
  convert(name, value) {
    const nested = nestedOf(value);
    if (!nested) return value;
    return name === 'innerOptimizer' ? optimizerOf(nested.name, nested.args) : scheduleOf(nested.name, nested.args);
  },
};

export function optimizerOf(name: string, args: JsonRecord): Optimizer {
  return make('optimizer', optimizers, name, args, dialect);
}

export function replayOptimizer({ config, inputs, expected, tol }: Case): void {
  const excluded = config['exclude_from_weight_decay'] ?? null;
  const args = { ...recordOf(config['args']), ...(excluded === null ? {} : { exclude_from_weight_decay: excluded }) };
  const optimizer = optimizerOf(textOf(config['class']), args);
  const names = listOf(inputs['variable_names'] ?? []);
  const variables = listOf(inputs['variables']).map((value, i) => {
    return new gradus.Variable(tensorOf(value).cast('float32'), { name: textOf(names[i] ?? `v${i}`) });
  });
  const checkpoints = listOf(expected['checkpoints']).map(recordOf);
  const check = (done: number): void => {
    for (const checkpoint of checkpoints) {
      if (numberOf(checkpoint['after_calls']) !== done) continue;
      const { target, index, value, name } = checkpoint;
      const what = `${textOf(target)} ${JSON.stringify(name ?? index ?? '')} after ${done} calls`;
      const found = stateOf(optimizer, variables, { target: textOf(target), index: numberOf(index ?? 0), name: name ?? null });
      expectClose(found, value, checkpoint['tol'] === undefined ? tol : toleranceOf(checkpoint['tol']), what);
    }
  };
  check(0);
  for (const [i, call] of listOf(inputs['calls']).entries()) {
    if (call === 'finalize_variable_values') optimizer.finalize();
    else applyTo(optimizer, variables, listOf(call));
    check(i + 1);
  }
  if (checkpoints.length === 0) throw new Mismatch('the case checks nothing');
}

/** A variable without a gradient is left out of the call. */
function applyTo(optimizer: Optimizer, variables: readonly gradus.Variable[], gradients: readonly Json[]): void {
  const given = variables.flatMap((variable, i): readonly (readonly [Tensor, gradus.Variable])[] => {
    const gradient = gradients[i] ?? null;
    return gradient === null ? [] : [[tensorOf(gradient).cast('float32'), variable]];
  });
  optimizer.build(variables);
  optimizer.apply(given.map(([g]) => g), given.map(([, v]) => v)); // prettier-ignore
}

interface Target {
  readonly target: string;
  readonly index: number;
  readonly name: Json;
}

/** The state that a checkpoint names: a variable, what is kept for one, or the optimizer's own. */
function stateOf(optimizer: Optimizer, variables: readonly gradus.Variable[], { target, index, name }: Target): Tensor {
  const state = new Map(optimizer.variables((variable) => String(variables.indexOf(variable))));
  const found = (path: string): Tensor => {
    const variable = state.get(path);
    if (variable) return variable.value;
    throw new Missing(`${path} among the state of ${optimizer.name}, which has ${[...state.keys()].join(', ')}`);
  };
  switch (target) {
    case 'variable':
      return variables[index]?.value ?? gradus.full([], NaN);
    case 'ema':
      return found(`${index}/average`);
    case 'gradient_accumulator':
      return found(`${index}/gradient_accumulator`);
    case 'raw_iterations':
      return found('iteration');
    case 'loss_scale':
      return found('dynamic_scale');
    case 'slot':
      return found(`${index}/${textOf(name)}`);
    default:
      return found(target);
  }
}

export function replayClipping({ config, inputs, expected, tol }: Case): void {
  const optimizer = optimizerOf(textOf(config['class']), recordOf(config['args']));
  const clipped = optimizer.clip(listOf(inputs['grads']).map((gradient) => tensorOf(gradient).cast('float32')));
  const wanted = listOf(expected['grads']);
  if (clipped.length !== wanted.length) throw new Mismatch(`${clipped.length} gradients, expected ${wanted.length}`);
  for (const [i, gradient] of clipped.entries()) expectClose(gradient, wanted[i], tol, `gradient ${i}`);
}
