import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { jit, tensor, Variable } from '@gradus/tensor';
import {
  cosineDecay,
  cosineDecayRestarts,
  exponentialDecay,
  inverseTimeDecay,
  piecewiseConstantDecay,
  polynomialDecay,
  SGD,
} from '@gradus/nn';
import type { Schedule } from '@gradus/nn';

interface Case {
  readonly schedule: string;
  readonly config: object;
  readonly steps: readonly number[];
  readonly expected: readonly number[];
}

const fixture: { readonly schedules: readonly Case[] } = JSON.parse(
  readFileSync(new URL('../fixtures/keras-schedules.json', import.meta.url), 'utf8'),
);

function make({ schedule, config }: Case): Schedule {
  const options = [config];
  switch (schedule) {
    case 'ExponentialDecay':
      return Reflect.apply(exponentialDecay, undefined, options);
    case 'InverseTimeDecay':
      return Reflect.apply(inverseTimeDecay, undefined, options);
    case 'PiecewiseConstantDecay':
      return Reflect.apply(piecewiseConstantDecay, undefined, options);
    case 'PolynomialDecay':
      return Reflect.apply(polynomialDecay, undefined, options);
    case 'CosineDecay':
      return Reflect.apply(cosineDecay, undefined, options);
    default:
      return Reflect.apply(cosineDecayRestarts, undefined, options);
  }
}

test.each(fixture.schedules.map((c) => [`${c.schedule} ${JSON.stringify(c.config)}`, c] as const))('%s is that of Keras', (_, c) => {
  const schedule = make(c);
  const compiled = jit(schedule);
  // Where a cosine comes to its end, 1 + cos cancels: what is left is known to within that of the whole.
  const most = Math.max(...c.expected);
  for (const [i, step] of c.steps.entries()) {
    const rate = schedule(tensor(step));
    expect([rate.dtype, rate.shape]).toEqual(['float32', []]);
    const expected = c.expected[i] ?? NaN;
    const error = Math.abs(rate.item() - expected);
    expect(error, `step ${step}: ${rate.item()} for ${expected}`).toBeLessThanOrEqual(2e-6 * Math.abs(expected) + 1.5e-7 * most);
    expect(Math.abs(compiled(tensor(step)).item() - rate.item()), `step ${step}, compiled`).toBeLessThanOrEqual(2e-7 * most);
  }
});

test('an optimizer follows it, step by step', () => {
  const sgd = new SGD({ learningRate: piecewiseConstantDecay({ boundaries: [1], values: [0.5, 0.25] }) });
  const w = new Variable(tensor([1]));
  const rates = [0, 1, 2, 3].map(() => {
    const rate = sgd.learningRate;
    sgd.apply([tensor([1])], [w]);
    return rate;
  });
  expect(rates).toEqual([0.5, 0.5, 0.25, 0.25]);
  expect(w.value.item()).toBe(-0.5);
});

describe('options that mean nothing are refused', () => {
  const refused: readonly (readonly [string, () => Schedule])[] = [
    ['decaySteps: expected a number above 0, found 0', () => exponentialDecay({ initialLearningRate: 1, decaySteps: 0, decayRate: 1 })],
    [
      'decayRate: expected a number of at least 0, found -1',
      () => inverseTimeDecay({ initialLearningRate: 1, decaySteps: 1, decayRate: -1 }),
    ],
    ['initialLearningRate: expected a number of at least 0, found NaN', () => polynomialDecay({ initialLearningRate: NaN, decaySteps: 1 })],
    ['values: expected 2, one more than boundaries, found 1', () => piecewiseConstantDecay({ boundaries: [1], values: [1] })],
    ['boundaries: expected rising numbers, found 2, 2', () => piecewiseConstantDecay({ boundaries: [2, 2], values: [1, 2, 3] })],
    ['decaySteps: expected a number above 0, found -5', () => cosineDecay({ initialLearningRate: 1, decaySteps: -5 })],
    [
      'warmupSteps: expected a number of at least 0, found -1',
      () => cosineDecay({ initialLearningRate: 1, decaySteps: 5, warmupSteps: -1 }),
    ],
    ['firstDecaySteps: expected a number above 0, found 0', () => cosineDecayRestarts({ initialLearningRate: 1, firstDecaySteps: 0 })],
    [
      'tMul: expected a number of at least 1, found 0.5',
      () => cosineDecayRestarts({ initialLearningRate: 1, firstDecaySteps: 1, tMul: 0.5 }),
    ],
  ];
  test.each(refused)('%s', (message, f) => {
    expect(f).toThrow(message);
  });
});
