/** The trainer on compiled steps: how many programs there are, who shares what, and what is given back. */
import { expect, test } from 'vitest';
import {
  Adam,
  BatchNormalization,
  Conv2D,
  Dense,
  Dropout,
  Embedding,
  Flatten,
  input,
  LayerNormalization,
  LSTM,
  MaxPooling2D,
  Model,
  MultiHeadAttention,
  Sequential,
  SGD,
  weightsUnder,
} from '@gradus/nn';
import { firstBad } from '@gradus/tensor/extend';
import { arange, full, key, memory, uniform } from '@gradus/tensor';
import { Callback, EarlyStopping, ReduceLROnPlateau, Trainer } from '@gradus/train';
import type { AnyLayer } from '@gradus/nn';
import type { Tensor } from '@gradus/tensor';
import type { EpochEnd } from '@gradus/train';

const x = uniform(key(1), [22, 6], { min: -1, max: 1 });
const y = x.sum(1, { keepDims: true }).sin();

function perceptron(): Sequential {
  return new Sequential([new Dense(5, { activation: 'relu' }), new Dropout(0.3), new BatchNormalization(), new Dense(1)]);
}

const counts = (trainer: Trainer<AnyLayer>): Record<string, number> =>
  Object.fromEntries(Object.entries(trainer.programs).map(([name, programs]) => [name, programs.length]));

const bytesOf = (model: Sequential): string => model.weights.map(({ value }) => value.data(value.dtype).join()).join();

test('a full batch and a smaller last one make two programs each; later epochs, another rate and read weights make none', async () => {
  class Reads extends Callback {
    override onEpochEnd({ epoch, training }: EpochEnd): void {
      expect(training.weights().size).toBeGreaterThan(5);
      training.learningRate = 0.01 / (epoch + 1);
    }
  }
  const trainer = new Trainer(perceptron(), { loss: 'mse', metrics: ['mae'], optimizer: 'adam' });
  const options = { batchSize: 5, verbose: 0 } as const;
  await trainer.fit({ x, y }, { ...options, validationData: { x, y } });
  await trainer.predict(x, options);
  const before = counts(trainer);
  expect(before).toEqual({ train: 2, test: 2, predict: 2 });
  const callbacks = [
    new Reads(),
    new ReduceLROnPlateau({ patience: 0, minDelta: 1 }),
    new EarlyStopping({ patience: 9, restoreBestWeights: true }),
  ];
  await trainer.fit({ x, y }, { ...options, epochs: 4, validationData: { x, y }, callbacks });
  await trainer.evaluate({ x, y }, options);
  expect(counts(trainer)).toEqual(before);
});

test('two models trained in alternation end as each alone', async () => {
  const make = (): Trainer<Sequential> => new Trainer(perceptron(), { loss: 'mse', optimizer: 'adam', seed: 3 });
  const fit = (trainer: Trainer<Sequential>, epoch: number): Promise<unknown> =>
    trainer.fit({ x, y }, { initialEpoch: epoch, epochs: epoch + 1, batchSize: 5, verbose: 0 });
  const alone = make();
  for (let epoch = 0; epoch < 3; epoch++) await fit(alone, epoch);
  const [one, other] = [make(), new Trainer(perceptron(), { loss: 'mae', optimizer: 'sgd', seed: 9 })];
  for (let epoch = 0; epoch < 3; epoch++) await Promise.all([fit(one, epoch), fit(other, epoch)]);
  expect(bytesOf(one.model)).toBe(bytesOf(alone.model));
});

test('a second trainer of the same model, with another loss and optimizer, goes on with its weights', async () => {
  const model = new Sequential([new Dense(1, { inputShape: [6] })]);
  await new Trainer(model, { loss: 'mse', optimizer: 'adam' }).fit({ x, y }, { verbose: 0 });
  const before = bytesOf(model);
  const second = new Trainer(model, { loss: 'mae', optimizer: new SGD({ learningRate: 0 }) });
  await second.fit({ x, y }, { verbose: 0 });
  expect(bytesOf(model)).toBe(before);
  await new Trainer(model, { loss: 'mae', optimizer: new SGD({ learningRate: 0.1 }) }).fit({ x, y }, { verbose: 0 });
  expect(bytesOf(model)).not.toBe(before);
});

test('freezing makes one program more, thawing none', async () => {
  const hidden = new Dense(5, { inputShape: [6] });
  const trainer = new Trainer(new Sequential([hidden, new Dense(1)]), { loss: 'mse' });
  const train = async (): Promise<number | undefined> => {
    await trainer.fit({ x, y }, { batchSize: 22, verbose: 0 });
    return trainer.programs['train']?.length;
  };
  expect(await train()).toBe(1);
  hidden.trainable = false;
  expect(await train()).toBe(2);
  hidden.trainable = true;
  expect(await train()).toBe(2);
});

test('trainers that are closed give every byte back', async () => {
  const once = async (): Promise<void> => {
    const trainer = new Trainer(perceptron(), { loss: 'mse', optimizer: 'adam' });
    await trainer.fit({ x, y }, { batchSize: 5, verbose: 0, validationSplit: 0.2 });
    trainer.close();
    // Closing is for good memory, not for good: the model and its trainer go on.
    trainer.trainOnBatch({ x, y });
    trainer.close();
  };
  await once();
  const { used, reserved } = memory();
  for (let i = 0; i < 12; i++) await once();
  // What earlier trainers left may have been collected in between.
  expect(memory().used).toBeLessThanOrEqual(used);
  expect(memory().reserved).toBe(reserved);
});

test('every kind of model trains on compiled steps as on the functions they are made of', async () => {
  const ids = arange(0, 22).remainder(4).reshape([22, 1]).add(arange(0, 3)); // each id several times in a batch
  const images = uniform(key(2), [22, 6, 5, 2]);
  const kinds: readonly (readonly [string, () => AnyLayer, Tensor])[] = [
    ['perceptron with dropout and batch normalization', perceptron, x],
    [
      'convolution and pooling',
      () => new Sequential([new Conv2D(4, 3, { activation: 'relu' }), new MaxPooling2D(2), new Flatten(), new Dense(1)]),
      images,
    ],
    ['attention', attentive, x.reshape([22, 3, 2])],
    ['lstm', () => new Sequential([new LSTM(4), new Dense(1)]), x.reshape([22, 3, 2])],
    ['embedding', () => new Sequential([new Embedding(8, 3), new Flatten(), new Dense(1)]), ids],
    ['shared', shared, x],
  ];
  for (const [name, make, inputs] of kinds) {
    const train = (interpreted: boolean): readonly Tensor[] => {
      const trainer = new Trainer(make(), { loss: 'mse', optimizer: new Adam({ learningRate: 0.05 }), seed: 5 });
      const step = (): unknown => trainer.trainOnBatch({ x: inputs, y });
      // Under an interpreter that looks at every number, the step runs as it is written.
      for (let i = 0; i < 4; i++) expect(interpreted ? firstBad('NaN', step) : step()).not.toBe('');
      return weightsUnder(trainer.model).map(({ weight }) => weight.variable.value);
    };
    const [compiled, written] = [train(false), train(true)];
    for (const [i, w] of compiled.entries()) {
      const expected = written[i]?.cast('float64') ?? w;
      const off = w.cast('float64').sub(expected).norm().item();
      expect(off, `${name}, weight ${i}`).toBeLessThanOrEqual(1e-5 * expected.norm().item() + 1e-7);
    }
  }
});

function attentive(): AnyLayer {
  const a = input([3, 2]);
  const attended = new MultiHeadAttention(2, 3, { useBias: false }).apply({ query: a, value: a });
  return new Model({ inputs: a, outputs: new Dense(1).apply(new Flatten().apply(new LayerNormalization().apply(attended))) });
}

function shared(): AnyLayer {
  const a = input([6]);
  const twice = new Dense(6, { activation: 'tanh' });
  return new Model({ inputs: a, outputs: new Dense(1).apply(twice.apply(twice.apply(a))) });
}

test('the trainer explains its step', async () => {
  const trainer = new Trainer(perceptron(), { loss: 'mse', optimizer: 'adam' });
  trainer.trainOnBatch({ x, y: full([22, 1], 1) });
  expect(trainer.explain()).toContain('matmul f32[22, 6] f32[6, 5] -> f32[22, 5]');
});
