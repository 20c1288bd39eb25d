/** What a trainer adds to files of Keras; that Keras itself reads it is looked at by .ci/slow/keras.ts. */
import { exponentialDecay, MeanSquaredError, Nadam, Precision } from '@gradus/nn';
import { Adam, compiledOf, Dense, Sequential, Trainer } from '@gradus/train';
import { expect, test } from 'vitest';
import type { SupervisedOptions } from '../src/options.js';
import type { Tensor } from '@gradus/tensor';

function trainer(options: SupervisedOptions<Tensor>): Trainer<Sequential> {
  return new Trainer(new Sequential([new Dense(1, { inputShape: [2] })]), options);
}

const objectOf = (module: string, className: string, config: object = {}): object => ({
  module: `keras.${module}`,
  class_name: className,
  config,
  registered_name: null,
});

test('losses and metrics that are names become classes of Keras, objects are left out', () => {
  const metrics = ['accuracy', 'mse', 'auc', 'r2Score', 'logCosh', 'huber', new Precision()] as const;
  const compiled = compiledOf(trainer({ loss: 'klDivergence', lossWeights: 0.5, metrics, weightedMetrics: 'mae' }));
  expect(compiled?.config).toMatchObject({
    loss: objectOf('losses', 'KLDivergence'),
    loss_weights: 0.5,
    metrics: [
      'accuracy',
      objectOf('metrics', 'MeanSquaredError', { name: 'mse' }),
      objectOf('metrics', 'AUC', { name: 'auc' }),
      objectOf('metrics', 'R2Score', { name: 'r2_score' }),
      objectOf('metrics', 'LogCoshError', { name: 'log_cosh' }),
    ],
    weighted_metrics: [objectOf('metrics', 'MeanAbsoluteError', { name: 'mae' })],
  });
  expect(compiledOf(trainer({ loss: new MeanSquaredError() }))?.config).toMatchObject({ loss: null, metrics: null });
});

test('an optimizer becomes a class of Keras with its options, a schedule the rate that it gives now', () => {
  const learningRate = exponentialDecay({ initialLearningRate: 0.25, decaySteps: 10, decayRate: 0.5 });
  const optimizer = new Adam({
    learningRate,
    beta1: 0.8,
    globalClipNorm: 2,
    weightDecay: 0.125,
    name: 'mine',
    excludeFromWeightDecay: ['bias'],
  });
  const compiled = compiledOf(trainer({ loss: 'mse', optimizer }));
  expect(compiled?.optimizer.saved).toEqual({
    className: 'Adam',
    config: { learning_rate: 0.25, beta_1: 0.8, global_clipnorm: 2, weight_decay: 0.125, name: 'mine' },
  });
});

test('the state of an optimizer that keeps other things than Keras’ is not written', () => {
  const run = trainer({ loss: 'mse', optimizer: new Nadam() });
  expect(compiledOf(run)?.optimizer.variables(run.model.trainableVariables)).toEqual([]);
});

test('a step of one’s own is not compiled in Keras’ sense', () => {
  expect(compiledOf({})).toBeUndefined();
});
