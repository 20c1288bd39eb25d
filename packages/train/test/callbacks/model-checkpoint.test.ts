import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadModel, loadWeights, modelFromKeras, readFile, saveWeights } from '@gradus/nn';
import { ArgumentError, key, uniform } from '@gradus/tensor';
import { Callback, compiledOf, Dense, ModelCheckpoint, Sequential, SGD, Trainer } from '@gradus/train';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { EpochEnd, ModelCheckpointOptions, TrainBatchEnd } from '@gradus/train';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gradus-checkpoint-'));
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.doUnmock('h5wasm');
  rmSync(folder, { recursive: true });
});

const x = uniform(key(1), [10, 3]);
const y = x.sum(1, { keepDims: true });

function trainer(): Trainer<Sequential> {
  const model = new Sequential([new Dense(4, { inputShape: [3] }), new Dense(1)], { seed: 2 });
  return new Trainer(model, { loss: 'mse', optimizer: new SGD({ learningRate: 0.01, momentum: 0.9 }), metrics: ['mae'] });
}

/** Puts numbers into the logs, epoch by epoch, before callbacks that come later see them. */
class Script extends Callback {
  private readonly values: readonly (number | undefined)[];
  constructor(values: readonly (number | undefined)[]) {
    super();
    this.values = values;
  }
  override onEpochEnd({ epoch, logs }: EpochEnd): void {
    const value = this.values[epoch];
    if (value !== undefined) logs['val_loss'] = value;
  }
}

/** The files that a checkpoint leaves after epochs with these validation losses. */
async function filesAfter(values: readonly (number | undefined)[], name: string, options: ModelCheckpointOptions): Promise<string[]> {
  const callbacks = [new Script(values), new ModelCheckpoint(join(folder, name), options)];
  await trainer().fit({ x, y }, { epochs: values.length, batchSize: 2, verbose: 0, shuffle: false, callbacks });
  return readdirSync(folder).toSorted();
}

test('every epoch is saved, whatever it is worth', async () => {
  expect(await filesAfter([0.5, 0.75, 0.25], 'm{epoch:02d}-{val_loss:.2f}.keras', {})).toEqual([
    'm01-0.50.keras',
    'm02-0.75.keras',
    'm03-0.25.keras',
  ]);
});

test('of the best only, each that beats the one before is saved; a tie does not', async () => {
  expect(await filesAfter([0.5, 0.6, 0.4, 0.4], 'b{epoch:03d}.h5', { saveBestOnly: true })).toEqual(['b001.h5', 'b003.h5']);
});

test('the largest is the best where the mode says so, from a threshold on', async () => {
  const options = { saveBestOnly: true, mode: 'max', initialValueThreshold: 0.55 } as const;
  expect(await filesAfter([0.5, 0.6, 0.4, 0.7], 'b{epoch}.h5', options)).toEqual(['b2.h5', 'b4.h5']);
});

test('nothing is better than a NaN that came first', async () => {
  expect(await filesAfter([NaN, 0.6, 0.4], 'b{epoch}.h5', { saveBestOnly: true })).toEqual(['b1.h5']);
});

test('an epoch without the monitored number is saved, with a warning', async () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  expect(await filesAfter([0.5, undefined, 0.6], 'b{epoch}.h5', { saveBestOnly: true })).toEqual(['b1.h5', 'b2.h5']);
  expect(warn).toHaveBeenCalledOnce();
});

test('a number of batches counts on across epochs, and nothing is saved at their ends', async () => {
  expect(await filesAfter([1, 1], 'e{epoch}b{batch}.h5', { saveFreq: 3 })).toEqual(['e1b3.h5', 'e2b1.h5', 'e2b4.h5']);
});

test('batches of several steps count by their numbers', async () => {
  const checkpoint = new ModelCheckpoint(join(folder, 'e{epoch}b{batch}.h5'), { saveFreq: 4 });
  const { model } = trainer();
  const training = new Proxy(Object.create(null), { get: (_, name) => (name === 'model' ? model : undefined) });
  for (const epoch of [0, 1]) for (const batch of [1, 3, 4]) await checkpoint.onTrainBatchEnd({ epoch, batch, logs: {}, training });
  expect(readdirSync(folder).toSorted()).toEqual(['e1b4.h5', 'e2b4.h5']);
});

test('the best of batches goes by their running loss', async () => {
  const seen: (number | undefined)[] = [];
  class Watch extends Callback {
    override onTrainBatchEnd({ logs }: TrainBatchEnd): void {
      seen.push(logs.loss);
    }
  }
  const checkpoint = new ModelCheckpoint(join(folder, '{batch}.h5'), { saveBestOnly: true, saveFreq: 1, monitor: 'loss' });
  await trainer().fit({ x, y }, { batchSize: 2, verbose: 0, callbacks: [new Watch(), checkpoint] });
  const better = seen.flatMap((loss = 0, i) => (seen.slice(0, i).every((before = 0) => loss < before) ? [`${i + 1}.h5`] : []));
  expect(readdirSync(folder).toSorted()).toEqual(better);
});

test('the best number outlasts a run', async () => {
  const checkpoint = new ModelCheckpoint(join(folder, '{val_loss}.h5'), { saveBestOnly: true });
  for (const value of [0.5, 0.75, 0.25]) await trainer().fit({ x, y }, { verbose: 0, callbacks: [new Script([value]), checkpoint] });
  expect(readdirSync(folder).toSorted()).toEqual(['0.25.h5', '0.5.h5']);
});

test('it says what it does', async () => {
  const said: string[] = [];
  vi.spyOn(console, 'log').mockImplementation((text: string) => said.push(text));
  const path = join(folder, 'b.h5');
  const callbacks = [new Script([2.29379, 3]), new ModelCheckpoint(path, { saveBestOnly: true, verbose: 1 })];
  await trainer().fit({ x, y }, { epochs: 2, verbose: 2, callbacks });
  expect(said.filter((line) => line.startsWith('\n'))).toEqual([
    `\nEpoch 1: val_loss improved from None to 2.29379, saving model to ${path}`,
    `\nEpoch 1: finished saving model to ${path}`,
    '\nEpoch 2: val_loss did not improve from 2.29379',
  ]);
});

test('files are whole models of Keras, or weights alone, with the state of the optimizer', async () => {
  const run = trainer();
  const names = ['m.keras', 'm.h5', 'm.weights.h5'];
  const callbacks = names.map((name) => new ModelCheckpoint(join(folder, name), { saveWeightsOnly: name === 'm.weights.h5' }));
  await run.fit({ x, y }, { epochs: 2, batchSize: 2, verbose: 0, callbacks });
  const expected = run.model.predict(x).toArray(2);
  for (const name of ['m.keras', 'm.h5']) expect((await loadModel(join(folder, name))).predict(x).toArray(2)).toEqual(expected);
  const fresh = trainer().model;
  await loadWeights(fresh, join(folder, 'm.weights.h5'));
  expect(fresh.predict(x).toArray(2)).toEqual(expected);
  const compiled = compiledOf(run);
  expect(compiled?.optimizer.saved).toEqual({ className: 'SGD', config: { learning_rate: Math.fround(0.01), momentum: 0.9, name: 'sgd' } });
  expect(compiled?.optimizer.variables(run.model.trainableVariables).map(([name, { shape }]) => [name, shape])).toEqual([
    ['iteration', []],
    ['learning_rate', []],
    ['0_momentum', [3, 4]],
    ['1_momentum', [4]],
    ['2_momentum', [4, 1]],
    ['3_momentum', [1]],
  ]);
  await expect(readFile(join(folder, 'm.weights.h5')).then((bytes) => modelFromKeras(bytes))).rejects.toThrow('weights but no model');
});

test('training goes on from a file of Keras as if it had never stopped', async () => {
  const options = { batchSize: 2, verbose: 0, shuffle: false } as const;
  const whole = trainer();
  const names = ['{epoch}.keras', '{epoch}.h5', '{epoch}.weights.h5'];
  const callbacks = names.map((name) => new ModelCheckpoint(join(folder, name), { saveWeightsOnly: name.endsWith('.weights.h5') }));
  await whole.fit({ x, y }, { ...options, epochs: 3, callbacks });
  const expected = whole.model.predict(x).toArray(2);
  for (const name of names) {
    const path = join(folder, name.replace('{epoch}', '1'));
    const run = trainer();
    await loadWeights(run.model, path, { compiled: compiledOf(run) });
    await run.fit({ x, y }, { ...options, epochs: 3, initialEpoch: 1 });
    expect(run.model.predict(x).toArray(2)).toEqual(expected);
    const other = new Trainer(trainer().model, { loss: 'mse', optimizer: 'adam' });
    const loading = loadWeights(other.model, path, { compiled: compiledOf(other) });
    await expect(loading).rejects.toThrow('optimizer: the file has 6 variables of an optimizer, adam has 10');
  }
  await saveWeights(whole.model, join(folder, 'bare.weights.h5'));
  const loading = loadWeights(whole.model, join(folder, 'bare.weights.h5'), { compiled: compiledOf(whole) });
  await expect(loading).rejects.toThrow('optimizer: the file has 0 variables of an optimizer, sgd has 6');
});

test.each([
  ['m.onnx', {}],
  ['m', {}],
  ['m.h5', { saveWeightsOnly: true }],
  ['m.keras', { saveWeightsOnly: true }],
  ['m.keras', { saveFreq: 0 }],
  ['m.keras', { saveFreq: 1.5 }],
])('%s with %o is refused when it is made', (path, options) => {
  expect(() => new ModelCheckpoint(path, options)).toThrow(ArgumentError);
});

test('a name that the logs do not have is an error, also where nothing would be saved', async () => {
  const checkpoint = new ModelCheckpoint(join(folder, '{val_f1:.3f}.h5'), { saveBestOnly: true, initialValueThreshold: 0 });
  await expect(trainer().fit({ x, y }, { verbose: 0, callbacks: [new Script([1]), checkpoint] })).rejects.toThrow(
    '{val_f1} is not in the logs',
  );
});

test('without h5wasm fit fails before the first batch, and names the package', async () => {
  vi.doMock('h5wasm', () => {
    throw new Error('Cannot find package');
  });
  const run = trainer();
  const before = run.model.predict(x).toArray(2);
  for (const path of ['m.keras', 'm.h5']) {
    const checkpoint = new ModelCheckpoint(join(folder, path), { saveBestOnly: true });
    await expect(run.fit({ x, y }, { verbose: 0, callbacks: [checkpoint] })).rejects.toThrow(/npm install h5wasm/);
  }
  expect(run.model.predict(x).toArray(2)).toEqual(before);
  await run.fit({ x, y }, { verbose: 0, callbacks: [new ModelCheckpoint(join(folder, 'm.safetensors'))] });
  expect(readdirSync(folder)).toEqual(['m.safetensors']);
});
