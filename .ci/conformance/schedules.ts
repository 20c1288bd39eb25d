/** The kind `schedule`. */
import * as gradus from '@gradus/train';
import { by, make } from './classes.js';
import { listOf, recordOf, textOf } from './json.js';
import { expectClose, tensorOf } from './values.js';
import type { Schedule } from '@gradus/train';
import type { Classes } from './classes.js';
import type { Case, JsonRecord } from './json.js';

const decay = ['initialLearningRate', 'decaySteps', 'decayRate', 'staircase'] as const;

const schedules: Classes<Schedule> = {
  CosineDecay: by(gradus.cosineDecay, ['initialLearningRate', 'decaySteps', 'alpha', 'warmupTarget', 'warmupSteps']),
  CosineDecayRestarts: by(gradus.cosineDecayRestarts, ['initialLearningRate', 'firstDecaySteps', 'tMul', 'mMul', 'alpha']),
  ExponentialDecay: by(gradus.exponentialDecay, decay),
  InverseTimeDecay: by(gradus.inverseTimeDecay, decay),
  PiecewiseConstantDecay: by(gradus.piecewiseConstantDecay, ['boundaries', 'values']),
  PolynomialDecay: by(gradus.polynomialDecay, ['initialLearningRate', 'decaySteps', 'endLearningRate', 'power', 'cycle']),
};

const dialect = { neutral: { name: Object.keys(schedules) } };

export function scheduleOf(name: string, args: JsonRecord): Schedule {
  return make('schedule', schedules, name, args, dialect);
}

export function replaySchedule({ config, inputs, expected, tol }: Case): void {
  const schedule = scheduleOf(textOf(config['class']), recordOf(config['args']));
  const values = listOf(expected['values']);
  for (const [i, step] of listOf(inputs['steps']).entries()) {
    expectClose(schedule(tensorOf(step).cast('float32').reshape([])), values[i], tol, `at step ${JSON.stringify(step)}`);
  }
}
