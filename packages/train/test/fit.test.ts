import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Activation, Adam, BatchNormalization, Dense, Dropout, input, L1L2, Model, Sequential, SGD } from '@gradus/nn';
import { key, tensor, uniform } from '@gradus/tensor';
import { Callback, EarlyStopping, ModelCheckpoint, ReduceLROnPlateau, Trainer } from '@gradus/train';
import type { Variable } from '@gradus/tensor';
import type { EpochEnd } from '@gradus/train';

interface Fit {
  readonly name: string;
  readonly optimizer: string;
  readonly optimizerConfig: { readonly learningRate: number };
  readonly kernelRegularizer: { readonly config: { readonly l1?: number; readonly l2?: number } };
  readonly batchNormalization: boolean;
  readonly weightedMetrics: boolean;
  readonly classWeight?: Readonly<Record<number, number>>;
  readonly sampleWeight?: number[];
  readonly validationWeight?: number[];
  readonly history: Readonly<Record<string, number[]>>;
  readonly evaluate: Readonly<Record<string, number>>;
  readonly weights: Readonly<Record<string, number[]>>;
}
interface Fixture {
  readonly initialWeights: Readonly<Record<string, number[]>>;
  readonly data: { readonly x: number[][]; readonly y: number[]; readonly xValidation: number[][]; readonly yValidation: number[] };
  readonly fits: readonly Fit[];
}

const fixture: Fixture = JSON.parse(readFileSync(new URL('../../nn/test/fixtures/keras-regularizers.json', import.meta.url), 'utf8'));

function modelOf({ kernelRegularizer, batchNormalization }: Fit): { model: Sequential; named: Record<string, Variable> } {
  const penalty = { kernelRegularizer: new L1L2(kernelRegularizer.config) };
  const first = new Dense(8, batchNormalization ? { ...penalty, useBias: false } : { ...penalty, activation: 'relu' });
  const second = new Dense(3, { ...penalty, activation: 'softmax' });
  const middle = batchNormalization ? [new BatchNormalization({ momentum: 0.75 }), new Activation('relu')] : [];
  const model = new Sequential([first, ...middle, second], { inputShape: [6] });
  const names = batchNormalization
    ? ['first.kernel', 'normalization.gamma', 'normalization.beta', 'normalization.movingMean', 'normalization.movingVariance']
    : ['first.kernel', 'first.bias'];
  const weights = [...names, 'second.kernel', 'second.bias'];
  return { model, named: Object.fromEntries(weights.flatMap((name, i) => (model.weights[i] ? [[name, model.weights[i]]] : []))) };
}

test.each(fixture.fits.map((fit) => [`${fit.optimizer}, ${fit.name}`, fit] as const))('fit is that of Keras: %s', async (_, fit) => {
  const { model, named } = modelOf(fit);
  for (const [name, value] of Object.entries(fixture.initialWeights)) named[name]?.assign(tensor(value));
  const { x, y, xValidation, yValidation } = fixture.data;
  const rate = { learningRate: fit.optimizerConfig.learningRate };
  const trainer = new Trainer(model, {
    optimizer: fit.optimizer === 'SGD' ? new SGD(rate) : new Adam(rate),
    loss: 'sparseCategoricalCrossentropy',
    metrics: ['accuracy'],
    weightedMetrics: fit.weightedMetrics ? ['accuracy'] : [],
  });
  const validation = { x: tensor(xValidation), y: tensor(yValidation, 'int32') };
  const history = await trainer.fit(
    { x: tensor(x), y: tensor(y, 'int32'), sampleWeight: fit.sampleWeight && tensor(fit.sampleWeight) },
    {
      epochs: 3,
      batchSize: 4,
      shuffle: false,
      verbose: 0,
      validationData: { ...validation, sampleWeight: fit.validationWeight && tensor(fit.validationWeight) },
      ...(fit.classWeight ? { classWeight: fit.classWeight } : {}),
    },
  );
  expect(Object.keys(history.logs).toSorted()).toEqual(Object.keys(fit.history).toSorted());
  for (const [name, values] of Object.entries(fit.history)) {
    for (const [i, value] of values.entries()) expect(history.logs[name]?.[i], `${name}[${i}]`).toBeCloseTo(value, 4);
  }
  for (const [name, value] of Object.entries(fit.weights)) {
    const expected = tensor(value).data('float32');
    const found = named[name]?.value.data('float32') ?? [];
    for (const [i, w] of found.entries()) expect(Math.abs(w - (expected[i] ?? NaN)), name).toBeLessThan(1e-4 * Math.hypot(...expected));
  }
  for (const [name, value] of Object.entries(await trainer.evaluate(validation)))
    expect(value, name).toBeCloseTo(fit.evaluate[name] ?? NaN, 4);
});

function regression(): { x: ReturnType<typeof uniform>; y: ReturnType<typeof uniform> } {
  const x = uniform(key(5), [24, 3], { min: -1, max: 1 });
  return { x, y: x.sum(1, { keepDims: true }) };
}

test('a record of targets is matched by key, in whatever order it is written', async () => {
  const { x, y } = regression();
  const build = (): Trainer => {
    const a = input([3]);
    const outputs = { first: new Dense(1).apply(a), second: new Dense(1).apply(a) };
    return new Trainer(new Model({ inputs: a, outputs }), { loss: 'mse', optimizer: new SGD({ learningRate: 0.1 }) });
  };
  const one = await build().fit({ x, y: { first: y, second: y.mul(5) } }, { verbose: 0, epochs: 2 });
  const other = await build().fit({ x, y: { second: y.mul(5), first: y } }, { verbose: 0, epochs: 2 });
  expect(Object.keys(one.logs)).toEqual(['first_loss', 'loss', 'second_loss']);
  expect(other.logs).toEqual(one.logs);
});

test('a layer that is frozen between two fits keeps its weights, and trains again when thawed', async () => {
  const { x, y } = regression();
  const hidden = new Dense(4, { inputShape: [3] });
  const trainer = new Trainer(new Sequential([hidden, new Dense(1)]), { loss: 'mse', optimizer: 'sgd' });
  await trainer.fit({ x, y }, { verbose: 0 });
  const before = hidden.kernel.value.toString();
  hidden.trainable = false;
  await trainer.fit({ x, y }, { verbose: 0 });
  expect(hidden.kernel.value.toString()).toBe(before);
  hidden.trainable = true;
  await trainer.fit({ x, y }, { verbose: 0 });
  expect(hidden.kernel.value.toString()).not.toBe(before);
});

test('one seed, one result: dropout and shuffling included', async () => {
  const { x, y } = regression();
  const run = async (seed: number): Promise<string> => {
    const model = new Sequential([new Dense(8, { activation: 'relu', inputShape: [3] }), new Dropout(0.5), new Dense(1)]);
    const trainer = new Trainer(model, { loss: 'mse', optimizer: 'adam', seed });
    await trainer.fit({ x, y }, { verbose: 0, epochs: 3, batchSize: 5 });
    return model.weights.map((w) => w.value.toString()).join();
  };
  expect(await run(1)).toBe(await run(1));
  expect(await run(1)).not.toBe(await run(2));
});

/** Puts numbers of its own into the logs, so that what later callbacks do with them is known. */
class Script extends Callback {
  private readonly values: readonly number[];
  constructor(values: readonly number[]) {
    super();
    this.values = values;
  }
  override onEpochEnd({ epoch, logs }: EpochEnd): void {
    logs['loss'] = this.values[epoch] ?? NaN;
  }
}

async function scripted(
  values: readonly number[],
  ...callbacks: readonly Callback[]
): Promise<{ epochs: number; trainer: Trainer<Sequential> }> {
  const trainer = new Trainer(new Sequential([new Dense(1, { inputShape: [3] })]), {
    loss: 'mse',
    optimizer: new SGD({ learningRate: 0.5 }),
  });
  const history = await trainer.fit(regression(), { verbose: 0, epochs: values.length, callbacks: [new Script(values), ...callbacks] });
  return { epochs: history.epochs.length, trainer };
}

test('EarlyStopping bears as many epochs without improvement as its patience says', async () => {
  const options = { monitor: 'loss' };
  expect((await scripted([3, 2, 2, 2, 2, 2], new EarlyStopping(options))).epochs).toBe(3);
  expect((await scripted([3, 2, 2, 2, 2, 2], new EarlyStopping({ ...options, patience: 2 }))).epochs).toBe(4);
  expect((await scripted([3, 2, 1, 1, 1, 1], new EarlyStopping({ ...options, patience: 2, startFromEpoch: 2 }))).epochs).toBe(5);
  // A gain of exactly minDelta is none.
  expect((await scripted([3, 2, 1, 0], new EarlyStopping({ ...options, patience: 1, minDelta: 1 }))).epochs).toBe(2);
});

test('EarlyStopping gives back the weights of the best epoch', async () => {
  const seen: string[] = [];
  class Watch extends Callback {
    override onEpochEnd({ training }: EpochEnd): void {
      seen.push([...training.weights().values()].join());
    }
  }
  const stopping = new EarlyStopping({ monitor: 'loss', patience: 2, restoreBestWeights: true });
  const { trainer } = await scripted([3, 1, 2, 2, 2], new Watch(), stopping);
  expect(seen).toHaveLength(4);
  expect(trainer.model.weights.map((w) => w.value).join()).toBe(seen[1]);
});

test('ReduceLROnPlateau lowers the rate after its patience, waits for its cooldown, and stops at the least rate', async () => {
  const rates: (number | undefined)[] = [];
  class Watch extends Callback {
    override onEpochEnd({ logs }: EpochEnd): void {
      rates.push(logs['learning_rate']);
    }
  }
  const plateau = new ReduceLROnPlateau({ monitor: 'loss', factor: 0.5, patience: 2, cooldown: 3, minLearningRate: 0.125 });
  await scripted(new Array<number>(9).fill(1), plateau, new Watch());
  // Epoch 0 is the first best; the log shows the rate before any change of that epoch. Epoch 2 reduces; epochs 3 and 4
  // cool down, 5 is the last of the cooldown and the first that counts again, 6 reduces to the least rate.
  expect(rates).toEqual([0.5, 0.5, 0.5, 0.25, 0.25, 0.25, 0.25, 0.125, 0.125]);
});

test('wrong arguments are refused before anything is trained', async () => {
  const { x, y } = regression();
  const trainer = new Trainer(new Sequential([new Dense(1, { inputShape: [3] })]), { loss: 'mse' });
  const before = trainer.model.weights.map((w) => w.value.toString()).join();
  await expect(trainer.fit({ x, y: y.slice('0:5') }, { verbose: 0 })).rejects.toThrow('numbers of rows differ');
  await expect(trainer.fit({ x, y }, { verbose: 0, batchSize: 0 })).rejects.toThrow('batchSize');
  await expect(trainer.fit({ x, y }, { verbose: 0, validationSplit: 0.99 })).rejects.toThrow('validationSplit');
  await expect(trainer.fit({ x }, { verbose: 0 })).rejects.toThrow('no target');
  await expect(trainer.fit({ x: x.slice(':', '0:2'), y }, { verbose: 0 })).rejects.toThrow('dense: matmul: inner dimensions differ');
  expect(trainer.model.weights.map((w) => w.value.toString()).join()).toBe(before);
});

test('a label that is no class is an error that says which', async () => {
  const trainer = new Trainer(new Sequential([new Dense(3, { activation: 'softmax', inputShape: [3] })]), {
    loss: 'sparseCategoricalCrossentropy',
  });
  const y = tensor(new Int32Array(24).fill(3));
  await expect(trainer.fit({ x: regression().x, y }, { verbose: 0 })).rejects.toThrow(
    'y: the model has 3 classes, labels 0 to 2; found 3 at 0',
  );
});

test('a checkpoint that could never be written is refused when it is made', () => {
  expect(() => new ModelCheckpoint('best_model.onnx')).toThrow('path: expected a file that ends in .safetensors, .keras or .h5');
});

test('an aborted run ends with the reason', async () => {
  const trainer = new Trainer(new Sequential([new Dense(1, { inputShape: [3] })]), { loss: 'mse' });
  await expect(trainer.fit(regression(), { verbose: 0, signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough');
});

test('weights are brought back to where their constraints want them, after every step', async () => {
  const model = new Sequential([new Dense(1, { inputShape: [2], kernelConstraint: 'nonNeg', biasConstraint: 'nonNeg' })], { seed: 1 });
  const trainer = new Trainer(model, { optimizer: new SGD({ learningRate: 0.5 }), loss: 'mse' });
  const x = tensor([[1, 0], [0, 1]]); // prettier-ignore
  await trainer.fit({ x, y: tensor([[-1], [2]]) }, { epochs: 40, verbose: 0 });
  const [kernel, bias] = model.weights.map(({ value }) => [...value.data('float32')]);
  expect([kernel?.[0], bias?.[0]]).toEqual([0, 0]);
  expect(kernel?.[1]).toBeCloseTo(2, 3);
});
