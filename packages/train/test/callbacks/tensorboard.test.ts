/** Tags, steps and folders: those of Keras. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Adam, Add, Dense, Embedding, Flatten, input, loadWeights, Model, Sequential, SGD } from '@gradus/nn';
import { key, tensor, uniform } from '@gradus/tensor';
import { BackupAndRestore, LambdaCallback, readEvents, SummaryWriter, TensorBoard, Trainer } from '@gradus/train';
import type { Batch, Callback, Summary, TensorBoardOptions } from '@gradus/train';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'gradus-tensorboard-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const x = uniform(key(5), [12, 3]);
const rows = { x, y: x.sum(1, { keepDims: true }) };
const trainerOf = (): Trainer =>
  new Trainer(new Sequential([new Dense(2, { inputShape: [3] }), new Dense(1)]), {
    loss: 'mse',
    optimizer: new SGD({ learningRate: 0.0625 }),
    metrics: ['mae'],
  });

/** All files of a run, oldest first. */
function events(...path: readonly string[]): Summary[] {
  const run = join(folder, ...path);
  const files = readdirSync(run).toSorted();
  return files.flatMap((name) => readEvents(readFileSync(join(run, name))));
}
const places = (found: readonly Summary[]): string[] => found.map(({ tag, step }) => `${tag} ${step}`);

async function fit(name: string, options: TensorBoardOptions, others: readonly Callback[] = []): Promise<Trainer> {
  const trainer = trainerOf();
  const callbacks = [new TensorBoard(join(folder, name), options), ...others];
  await trainer.fit(rows, { verbose: 0, epochs: 3, batchSize: 4, validationData: rows, shuffle: false, callbacks });
  return trainer;
}

test('measures of every epoch, and of the validation by the steps of the optimizer', async () => {
  const trainer = trainerOf();
  const callbacks = [new TensorBoard(join(folder, 'plain'))];
  const { logs } = await trainer.fit(rows, { verbose: 0, epochs: 2, batchSize: 4, validationData: rows, callbacks });
  const train = events('plain', 'train');
  const epochs = [0, 1].flatMap((epoch) => ['loss', 'mae', 'learning_rate'].map((name) => `epoch_${name} ${epoch}`));
  expect(places(train)[0]).toBe('keras 0');
  expect(places(train).slice(1).toSorted()).toEqual(epochs.toSorted());
  expect(train.slice(1).every(({ plugin }) => plugin === 'scalars')).toBe(true);
  const numbers = (found: readonly Summary[], wanted: string): unknown[] =>
    found.filter(({ tag }) => tag === wanted).flatMap((one) => one.numbers);
  expect(numbers(train, 'epoch_loss')).toEqual((logs['loss'] ?? []).map(Math.fround));
  expect(numbers(train, 'epoch_learning_rate')).toEqual([0.0625, 0.0625]);
  const validation = events('plain', 'validation');
  expect(places(validation)).toEqual([
    'evaluation_loss_vs_iterations 3',
    'evaluation_mae_vs_iterations 3',
    'epoch_loss 0',
    'epoch_mae 0',
    'evaluation_loss_vs_iterations 6',
    'evaluation_mae_vs_iterations 6',
    'epoch_loss 1',
    'epoch_mae 1',
  ]);
  expect(numbers(validation, 'epoch_loss')).toEqual((logs['val_loss'] ?? []).map(Math.fround));
  expect(readdirSync(join(folder, 'plain'))).toEqual(['train', 'validation']);
});

test.each([
  ['batch', [1, 2, 3, 4, 5, 6, 7, 8, 9]],
  [4, [4, 8]],
  ['epoch', []],
] as const)('updateFreq %s: running means by the number of the batch', async (updateFreq, steps) => {
  await fit(`every-${updateFreq}`, { updateFreq });
  const batches = events(`every-${updateFreq}`, 'train').filter(({ tag }) => tag.startsWith('batch_'));
  expect(places(batches)).toEqual(steps.flatMap((step) => [`batch_loss ${step}`, `batch_mae ${step}`]));
});

test('histograms of all weights, and speeds', async () => {
  const trainer = await fit('more', { histogramFreq: 2, writeStepsPerSecond: true, updateFreq: 'batch' });
  const train = events('more', 'train');
  const histograms = train.filter(({ plugin }) => plugin === 'histograms');
  const paths = ['dense/bias', 'dense/kernel', 'dense_1/bias', 'dense_1/kernel'];
  expect(places(histograms).toSorted()).toEqual([0, 2].flatMap((epoch) => paths.map((path) => `${path}/histogram ${epoch}`)).toSorted());
  for (const { tag, numbers } of histograms) {
    expect(numbers).toHaveLength(90);
    const count = numbers.reduce((sum, n, i) => (i % 3 === 2 ? sum + n : sum), 0);
    expect(count).toBe(tag.endsWith('kernel/histogram') ? (tag.startsWith('dense/') ? 6 : 2) : tag.startsWith('dense/') ? 2 : 1);
  }
  const speeds = train.filter(({ tag }) => tag.endsWith('steps_per_second'));
  expect(places(speeds)).toHaveLength(12);
  for (const { numbers } of speeds) expect(numbers[0]).toBeGreaterThan(0);
  expect(trainer.optimizer.iteration.value.item()).toBe(9);
});

test('each fit and each evaluation has a file of its own', async () => {
  const trainer = trainerOf();
  const board = new TensorBoard(join(folder, 'own'));
  for (let i = 0; i < 2; i++) await trainer.fit(rows, { verbose: 0, batchSize: 4, validationData: rows, callbacks: [board] });
  await trainer.evaluate(rows, { verbose: 0, callbacks: [board] });
  await trainer.evaluate(rows, { verbose: 0, callbacks: [board] });
  expect(readdirSync(join(folder, 'own', 'train'))).toHaveLength(2);
  expect(readdirSync(join(folder, 'own', 'validation'))).toHaveLength(4);
  expect(places(events('own', 'validation')).filter((place) => place.includes('evaluation_loss'))).toEqual([
    'evaluation_loss_vs_iterations 3',
    'evaluation_loss_vs_iterations 6',
    'evaluation_loss_vs_iterations 6',
    'evaluation_loss_vs_iterations 6',
  ]);
});

test.each([2, 3, 4, 5, 7])('a run that was killed at batch %d goes on in the same files, as if it had not been', async (fatal) => {
  const plain = 'whole';
  await fit(plain, { updateFreq: 'batch', histogramFreq: 1 });
  const [name, backup] = [`killed-${fatal}`, join(folder, `backup-${fatal}.safetensors`)];
  let left = fatal;
  const fails = new LambdaCallback({ onTrainBatchEnd: () => { if (left-- === 0) throw new Error('killed'); } }); // prettier-ignore
  const run = (): Promise<Trainer> => fit(name, { updateFreq: 'batch', histogramFreq: 1 }, [new BackupAndRestore(backup, { saveFreq: 2 }), fails]); // prettier-ignore
  await expect(run()).rejects.toThrow('killed');
  left = Infinity;
  await run();
  for (const part of ['train', 'validation']) {
    expect(readdirSync(join(folder, name, part))).toHaveLength(1);
    const timeless = (found: readonly Summary[]): unknown[] => found.map((one) => ({ ...one, time: 0 }));
    expect(timeless(events(name, part))).toEqual(timeless(events(plain, part)));
  }
  rmSync(join(folder, plain), { recursive: true });
});

test('several optimizers have no rate of their own to show', async () => {
  const model = new Sequential([new Dense(1, { inputShape: [3] })]);
  const trainer = new Trainer(
    { model },
    {
      optimizers: { a: new SGD(), b: new Adam() },
      trainStep: (batch: Batch, { models }) => ({ loss: models.model.apply(batch.x).mean() }),
    },
  );
  await trainer.fit(rows, { verbose: 0, callbacks: [new TensorBoard(join(folder, 'several'))] });
  expect(places(events('several', 'train'))).toEqual(['keras 0', 'epoch_loss 0']);
});

test('options that mean nothing are refused', () => {
  expect(() => new TensorBoard('')).toThrow('logDir: expected a folder, found an empty text');
  expect(() => new TensorBoard('logs', { histogramFreq: -1 })).toThrow('histogramFreq: expected a whole number of at least 1, found -1');
  expect(() => new TensorBoard('logs', { updateFreq: 0.5 })).toThrow('updateFreq: expected a whole number of at least 1, found 0.5');
});

test('the layers of a model, as Keras describes them', async () => {
  const [a, b] = [input([3]), input([3], { name: 'other' })];
  const shared = new Dense(4);
  const inner = new Sequential([new Dense(2), new Dense(4)], { name: 'inner' });
  const sum = new Add().apply([shared.apply(a), shared.apply(b), inner.apply(a)]);
  const model = new Model({ inputs: [a, b], outputs: new Dense(1).apply(sum) });
  const writer = new SummaryWriter(join(folder, 'graph'));
  writer.model('keras', model, 0);
  await writer.flush();
  const [{ plugin, text } = { plugin: '', text: '{}' }] = events('graph');
  expect(plugin).toBe('graph_keras_model');
  const node = (...from: readonly string[]): unknown => ({
    args: [from.map((name) => ({ class_name: '__keras_tensor__', config: { keras_history: [name, 0, 0] } }))],
    kwargs: {},
  });
  const layer = (class_name: string, config: object, ...inbound_nodes: readonly unknown[]): unknown => ({
    class_name,
    config,
    inbound_nodes,
  });
  const layers = [
    { class_name: 'Dense', config: { name: 'dense' } },
    { class_name: 'Dense', config: { name: 'dense_1' } },
  ];
  expect(JSON.parse(text)).toEqual({
    class_name: 'Functional',
    config: {
      name: 'functional',
      layers: [
        layer('InputLayer', { name: 'input_layer', dtype: 'float32' }),
        layer('InputLayer', { name: 'other', dtype: 'float32' }),
        layer('Dense', { name: 'dense' }, node('input_layer'), node('other')),
        layer('Sequential', { name: 'inner', layers }, node('input_layer')),
        layer('Add', { name: 'add' }, node('dense', 'dense', 'inner')),
        layer('Dense', { name: 'dense_1' }, node('add')),
      ],
      input_layers: [['input_layer', 0, 0], ['other', 0, 0]], // prettier-ignore
      output_layers: [['dense_1', 0, 0]],
    },
  });
  await fit('no-graph', { writeGraph: false });
  expect(places(events('no-graph', 'train'))).not.toContain('keras 0');
});

test('weights as images, where histograms are', async () => {
  await fit('images', { histogramFreq: 2, writeImages: true });
  const images = events('images', 'train').filter(({ plugin }) => plugin === 'images');
  // The last bias is a single number, of which Keras makes no image.
  const tags = ['dense/kernel', 'dense/bias', 'dense_1/kernel'].map((path) => `${path}/image`);
  expect(places(images)).toEqual([0, 2].flatMap((epoch) => tags.map((tag) => `${tag} ${epoch}`)));
  const sizes = images.slice(0, 3).map(({ blobs }) => blobs.slice(0, 2).map((blob) => Number(new TextDecoder().decode(blob))));
  expect(sizes).toEqual([[3, 2], [1, 2], [1, 2]]); // prettier-ignore
  expect(images.every(({ blobs }) => blobs.length === 3 && blobs[2]?.[1] === 'P'.charCodeAt(0))).toBe(true);
});

test('embeddings for the projector, with weights beside them as Keras has it', async () => {
  const words = new Embedding(5, 3, { name: 'words' });
  const model = new Sequential([words, new Flatten(), new Dense(1)], { inputShape: [2] });
  const ids = tensor([[0, 1], [2, 3], [4, 4]], 'int32'); // prettier-ignore
  const run = (options: TensorBoardOptions): Promise<unknown> =>
    new Trainer(model, { loss: 'mse' }).fit(
      { x: ids, y: tensor([[1], [2], [3]]) },
      { verbose: 0, epochs: 3, callbacks: [new TensorBoard(join(folder, 'embedded'), { embeddingsFreq: 2, ...options })] },
    );
  await run({ embeddingsMetadata: { words: 'words.tsv' } });
  const fields = ['tensor_name: "words/embeddings"', 'tensor_path: "train/words.tsv"', 'metadata_path: "words.tsv"'];
  expect(readFileSync(join(folder, 'embedded/projector_config.pbtxt'), 'utf8')).toBe(`embeddings {\n  ${fields.join('\n  ')}\n}\n`);
  const written = readdirSync(join(folder, 'embedded/train')).filter((name) => !name.startsWith('events'));
  expect(written.toSorted()).toEqual(['keras_embedding.ckpt-0.weights.h5', 'keras_embedding.ckpt-2.weights.h5', 'words.tsv']);
  const numbers = readFileSync(join(folder, 'embedded/train/words.tsv'), 'utf8').trimEnd().split('\n').map((line) => line.split('\t').map(Number)); // prettier-ignore
  expect(numbers).toEqual(words.embeddings.value.toArray(2));
  const now = String(words.embeddings.value);
  words.embeddings.assign(words.embeddings.value.mul(0));
  await loadWeights(model, join(folder, 'embedded/train/keras_embedding.ckpt-2.weights.h5'));
  expect(String(words.embeddings.value)).toBe(now);
  await run({ embeddingsMetadata: 'all.tsv' });
  expect(readFileSync(join(folder, 'embedded/projector_config.pbtxt'), 'utf8')).toContain('metadata_path: "all.tsv"');
  await expect(run({ embeddingsMetadata: { verbs: 'x' } })).rejects.toThrow(
    'embeddingsMetadata: there is no embedding verbs; there are: words',
  );
  expect(() => new TensorBoard('logs', { embeddingsFreq: -1 })).toThrow('embeddingsFreq');
});
