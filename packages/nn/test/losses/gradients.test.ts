import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkGradients } from '@gradus/autograd/testing';
import { jit, key, tensor, uniform } from '@gradus/tensor';
import { CategoricalFocalCrossentropy, CosineSimilarity, Huber, loss, Tversky } from '@gradus/nn';
import type { Tensor } from '@gradus/tensor';
import type { Loss, LossName } from '@gradus/nn';

const shapes = fc.constantFrom([2, 3], [4, 1], [2, 2, 3], [1, 5]);
const seeds = fc.integer({ min: 0, max: 1e6 });

function draw(seed: number, name: string, shape: readonly number[], min: number, max: number): Tensor {
  return uniform(key(seed, name), shape, { dtype: 'float64', min, max });
}

/** Each loss with the range of its targets and predictions, away from where it has a corner. */
const smooth: readonly (readonly [string, Loss, readonly [number, number], readonly [number, number]])[] = [
  ['mape', loss('mape'), [1, 2], [2.5, 4]],
  ['msle', loss('msle'), [0.1, 3], [0.1, 3]],
  ['huber, near', loss('huber'), [-0.4, 0.4], [-0.4, 0.4]],
  ['huber, far', new Huber({ delta: 0.5 }), [-0.4, 0.4], [1, 3]],
  ['logCosh', loss('logCosh'), [-2, 2], [-2, 2]],
  ['poisson', loss('poisson'), [0, 4], [0.2, 4]],
  ['cosineSimilarity', loss('cosineSimilarity'), [0.2, 1], [0.2, 1]],
  ['cosineSimilarity over axis 0', new CosineSimilarity({ axis: 0 }), [0.2, 1], [0.2, 1]],
  ['squaredHinge', loss('squaredHinge'), [-1.5, -1.1], [0.1, 2]],
  ['kld', loss('kld'), [0.1, 0.9], [0.1, 0.9]],
  ['binaryFocalCrossentropy', loss('binaryFocalCrossentropy'), [0.1, 0.9], [0.1, 0.9]],
  ['categoricalFocalCrossentropy of logits', new CategoricalFocalCrossentropy({ fromLogits: true }), [0, 1], [-1, 1]],
  ['dice', loss('dice'), [0, 1], [0.1, 0.9]],
  ['tversky', new Tversky({ alpha: 0.3, beta: 0.7, axis: -1 }), [0.2, 1], [0.1, 0.9]],
];

describe('the gradient equals the difference', () => {
  test.each(smooth)('of %s', (_, f, targets, predictions) => {
    fc.assert(
      fc.property(shapes, seeds, (shape, seed) => {
        const y = draw(seed, 'y', shape, ...targets);
        const p = draw(seed, 'p', shape, ...predictions);
        return checkGradients((x: Tensor) => f.apply(y, x), [p], { tolerance: 1e-5 });
      }),
      { numRuns: 25 },
    );
  });
});

describe('names', () => {
  const pairs: readonly (readonly [LossName, LossName, string])[] = [
    ['mape', 'meanAbsolutePercentageError', 'mean_absolute_percentage_error'],
    ['msle', 'meanSquaredLogarithmicError', 'mean_squared_logarithmic_error'],
    ['kld', 'klDivergence', 'kl_divergence'],
  ];
  test.each(pairs)('%s is short for %s', (short, long, name) => {
    expect([loss(short).name, loss(long).name]).toEqual([name, name]);
  });

  test('an unknown one is refused', () => {
    expect(() => Reflect.apply(loss, undefined, ['hubert'])).toThrow('loss: expected one of mse,');
  });
});

test('options that mean nothing are refused', () => {
  expect(() => new Huber({ delta: 0 })).toThrow('delta: expected a number above 0, found 0');
  expect(() => new CategoricalFocalCrossentropy({ gamma: -1 })).toThrow('gamma: expected a number of at least 0, found -1');
  expect(() => new CategoricalFocalCrossentropy({ labelSmoothing: 2 })).toThrow('labelSmoothing: expected a number from 0 to 1, found 2');
});

test('hinge decides about its labels inside a compiled step too', () => {
  const f = jit((y: Tensor, p: Tensor) => loss('hinge').apply(y, p));
  const p = tensor([[0.5, -0.25]]);
  expect(f(tensor([[0, 1]]), p).item()).toBeCloseTo((1.5 + 1.25) / 2, 6);
  expect(f(tensor([[0, -1]]), p).item()).toBeCloseTo((1 + 0.75) / 2, 6);
});
