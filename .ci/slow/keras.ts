// Keras itself opens the files that Gradus writes: every layer, every format. It must predict the same, go on training from the state of the optimizer,
// and what it writes itself must come back here.
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  Activation,
  ScheduleFreeAdamW,
  Lion,
  Lamb,
  Ftrl,
  Adamax,
  Adagrad,
  Adadelta,
  Adam,
  adamW,
  Add,
  BatchNormalization,
  compiledOf,
  Concatenate,
  Conv2D,
  Dense,
  Dropout,
  Embedding,
  Flatten,
  input,
  key,
  l2,
  LayerNormalization,
  loadModel,
  LSTM,
  LSTMWithState,
  MaxNorm,
  MaxPooling2D,
  Model,
  ModelCheckpoint,
  MultiHeadAttention,
  Normalization,
  ReLU,
  Rescaling,
  Reshape,
  Resizing,
  RandomZoom,
  RandomTranslation,
  RandomRotation,
  RandomFlip,
  RandomCrop,
  RandomContrast,
  RandomBrightness,
  CenterCrop,
  RMSprop,
  saveModel,
  saveWeights,
  Sequential,
  SGD,
  Softmax,
  tensor,
  Trainer,
  uniform,
} from '@gradus/train';
import { apply, isTensor, leavesOf, loadWeights, mapLeaves, weightsUnder } from '@gradus/nn';
import type { AnyLayer, Optimizer } from '@gradus/nn';
import { pythonWith } from '../python.js';
import type { Tensor } from '@gradus/train';

/** Loads every model in every format, says how far its predictions are off, and writes each again. */
const open = `
import json, os, sys, warnings
os.environ['KERAS_BACKEND'] = 'jax'
warnings.simplefilter('ignore')
import keras, numpy as np
folder = sys.argv[1]
cases = json.load(open(folder + '/cases.json'))
def arrays(tree):
    if 'data' in tree:
        return np.array(tree['data'], tree['dtype']).reshape(tree['shape'])
    return {key: arrays(child) for key, child in tree.items()}
def off(found, expected):
    if isinstance(expected, dict):
        return max(off(found[key], expected[key]) for key in expected)
    assert found.shape == expected.shape, (found.shape, expected.shape)
    return float(np.abs(found - expected).max())
report = {}
for name, case in cases.items():
    x, y = arrays(case['x']), arrays(case['y'])
    for format in ('keras', 'h5'):
        model = keras.models.load_model(f'{folder}/{name}.{format}')
        report[f'{name}.{format}'] = off(model.predict(x, verbose=0), y)
        for variable in model.weights:
            if variable.dtype == 'float32':
                variable.assign(variable.numpy() * 0)
        model.load_weights(f'{folder}/{name}.weights.h5')
        report[f'{name}.weights.h5'] = off(model.predict(x, verbose=0), y)
        if format in case['formats']:
            model.save(f'{folder}/again/{name}.{format}')
        model.save_weights(f'{folder}/again/{name}.weights.h5')
for name, case in json.load(open(folder + '/runs.json')).items():
    for format in ('keras', 'h5'):
        model = keras.models.load_model(f'{folder}/{name}.{format}')
        if name == 'lamb' and format == 'h5':  # Keras cannot read that name there: the model comes without it
            continue
        assert int(model.optimizer.iterations) == case['steps'] and model.loss.name == 'mean_squared_error', (model.optimizer.iterations, model.loss)
        if format == 'h5':  # Keras 3.15 cannot fit what it read from .h5, its own files included: it compiles with an optimizer that knows no weights
            model.evaluate(arrays(case['x']), arrays(case['y']), verbose=0)
            continue
        model.save_weights(f'{folder}/again/{name}.weights.h5')
        model.fit(arrays(case['x']), arrays(case['y']), epochs=1, batch_size=4, shuffle=False, verbose=0)
        report[f'{name}.{format}, trained on'] = off(model.predict(arrays(case['x']), verbose=0), arrays(case['after']))
print(json.dumps(report))
`;

const seeded = (seed: number, ...shape: readonly number[]): Tensor => uniform(key(seed), shape, { min: -1, max: 1 });

interface Case {
  readonly model: AnyLayer;
  readonly x: unknown;
}

function images(): Case {
  const normalization = new Normalization();
  normalization.adapt(seeded(8, 50, 7, 7, 2));
  const model = new Sequential(
    [
      new Rescaling(0.5, { offset: 0.25, inputShape: [7, 7, 2] }),
      normalization,
      new Conv2D(4, [3, 2], { padding: 'same', activation: 'leakyRelu', kernelRegularizer: l2(0.01), strides: [1, 2] }),
      new BatchNormalization({ momentum: 0.9, betaInitializer: 'ones' }),
      new ReLU({ maxValue: 3, negativeSlope: 0.1 }),
      new MaxPooling2D([2, 2], { strides: 1 }),
      new Conv2D(4, 2, { groups: 2, useBias: false, kernelInitializer: 'heNormal' }),
      new BatchNormalization({ scale: false, trainable: false }),
      new Activation('hardSigmoid'),
      new Dropout(0.25, { seed: 3 }),
      new Flatten({ name: 'flat' }),
      new LayerNormalization({ epsilon: 0.01 }),
      new Dense(6, {
        activation: 'sparsePlus',
        kernelConstraint: new MaxNorm({ maxValue: 3, axis: 0 }),
        biasConstraint: 'unitNorm',
        kernelInitializer: 'orthogonal',
        biasRegularizer: 'l1',
      }),
      new Reshape([3, -1]),
      new Softmax({ axis: 1 }),
    ],
    { seed: 1 },
  );
  return { model, x: seeded(2, 3, 7, 7, 2) };
}

/** Predictions do without augmentation, but for the sizes that it asks for. */
function augmented(): Case {
  const model = new Sequential(
    [
      new RandomFlip('vertical', { inputShape: [7, 7, 2] }),
      new RandomTranslation(0.1, [-0.1, 0.2], { fillMode: 'nearest' }),
      new RandomZoom(0.1, { fillMode: 'wrap', interpolation: 'nearest' }),
      new RandomRotation([-0.1, 0.2]),
      new RandomContrast(0.3),
      new RandomBrightness(0.1, { valueRange: [0, 1] }),
      new RandomCrop(5, 6),
      new Resizing(5, 4, { interpolation: 'nearest' }),
      new CenterCrop(3, 2),
      new Flatten(),
      new Dense(2),
    ],
    { seed: 3 },
  );
  return { model, x: seeded(6, 3, 7, 7, 2) };
}

/** Formats that Keras writes again: as .h5 it cannot write augmentation. */
const formatsOf = (name: string): readonly string[] => (name === 'augmented' ? ['keras'] : ['keras', 'h5']);

function text(): Case {
  const words = input([6], { dtype: 'int32' });
  const measures = input([6, 5]);
  const shared = new Dense(5, { activation: 'tanh', name: 'shared' });
  const steps = input([6, 5]);
  const other = input([4]);
  const inner = new Model({
    inputs: { steps, other },
    outputs: { seen: new LSTM(3, { goBackwards: true }).apply(steps), also: new Dense(3).apply(other) },
  });
  const read = new LSTM(5, { returnSequences: true, unitForgetBias: false }).apply(new Embedding(9, 5, { maskZero: true }).apply(words));
  const attention = new MultiHeadAttention(2, 3, { useCausalMask: true, outputDim: 5, useGate: true });
  const attended = attention.apply({ query: measures, value: read, key: read });
  const tower = new Sequential([new Dense(5), new BatchNormalization(), new Dense(5, { activation: 'gelu' })], { name: 'tower' });
  const both = new Add().apply([shared.apply(attended), tower.apply(shared.apply(measures))]);
  const [last, hidden, cell] = new LSTMWithState(4, { dropout: 0.1, recurrentDropout: 0.1 }).apply(both);
  const first = inner.apply({ steps: both, other: hidden });
  const second = inner.apply({ steps: measures, other: cell });
  const joined = new Concatenate().apply([last, first.seen, second.also]);
  // The second key comes first: Keras counts by sorted keys.
  const outputs = { b_class: new Dense(3, { activation: 'softmax' }).apply(joined), a_value: new Dense(1).apply(second.seen) };
  const model = new Model({ inputs: { words, measures }, outputs, seed: 5 });
  const ids = tensor([[1, 2, 3, 0, 0, 0], [8, 7, 6, 5, 4, 3], [2, 0, 0, 0, 0, 0]], 'int32'); // prettier-ignore
  return { model, x: { words: ids, measures: seeded(4, 3, 6, 5) } };
}

/** Weights that are nowhere what they begin with, and variances above 0. */
function shaken({ model, x }: Case): Case {
  for (const [i, { path, weight }] of weightsUnder(model).entries()) {
    const { variable } = weight;
    if (variable.dtype !== 'float32' || path.startsWith('normalization/')) continue;
    const noise = seeded(100 + i, ...variable.shape);
    variable.assign(path.endsWith('variance') ? noise.abs().add(0.5) : noise.mul(0.5));
  }
  return { model, x };
}

function listed(tree: unknown): unknown {
  return mapLeaves(tree, isTensor, (x) => ({ dtype: x.dtype, shape: x.shape, data: [...x.data()] }));
}

/** How far two trees of tensors are apart. */
function apart(found: unknown, expected: unknown): number {
  const offs = mapLeaves(expected, isTensor, (y, [x]) => (isTensor(x) ? x.sub(y).abs().max() : tensor(Infinity)), [found]);
  return Math.max(...leavesOf(offs, isTensor).map((off) => off.item()));
}

function fault(name: string, off: number): void {
  console.log(`${off < 1e-5 ? 'ok   ' : 'FAULT'} ${name}: off by ${off.toExponential(1)}`);
  if (!(off < 1e-5)) process.exitCode = 1;
}

async function check(python: string, folder: string): Promise<void> {
  const cases = new Map(Object.entries({ images: shaken(images()), text: shaken(text()), augmented: shaken(augmented()) }));
  mkdirSync(join(folder, 'again'));
  for (const [name, { model }] of cases) {
    for (const format of ['keras', 'h5']) await saveModel(model, join(folder, `${name}.${format}`));
    await saveWeights(model, join(folder, `${name}.weights.h5`));
  }
  const asked = [...cases].map(([name, { model, x }]) => [
    name,
    { x: listed(x), y: listed(apply(model, x, { training: false })), formats: formatsOf(name) },
  ]);
  writeFileSync(join(folder, 'cases.json'), JSON.stringify(Object.fromEntries(asked)));
  const predicted = await halfTrained(folder);
  const { status, stdout, stderr } = spawnSync(python, ['-c', open, folder], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  const report: Record<string, number> = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
  for (const [name, off] of Object.entries(report)) fault(`Keras opens ${name}`, off);
  if (Object.keys(report).length !== 3 * cases.size + Object.keys(trainers).length)
    throw new Error(`Keras opened ${Object.keys(report).join(', ')} only`);
  await goOn(join(folder, 'again'), predicted);
  for (const [name, { model, x }] of cases) await comeBack(join(folder, 'again'), name, apply(model, x, { training: false }), x);
}

const rows = { x: seeded(9, 12, 3), y: seeded(10, 12, 1) };

/** Training with optimizers of every kind, each of several slots. */
const trainers: Readonly<Record<string, () => Trainer<Sequential>>> = {
  adam: () => trainerWith(new Adam({ learningRate: 0.01, amsgrad: true, beta1: 0.8, clipNorm: 1 })),
  adamW: () => trainerWith(adamW({ learningRate: 0.01, useEma: true, emaMomentum: 0.5 })),
  sgd: () => trainerWith(new SGD({ momentum: 0.9, nesterov: true, globalClipNorm: 0.5 })),
  adagrad: () => trainerWith(new Adagrad({ learningRate: 0.1 })),
  adadelta: () => trainerWith(new Adadelta({ learningRate: 0.5 })),
  adamax: () => trainerWith(new Adamax({ learningRate: 0.01 })),
  ftrl: () => trainerWith(new Ftrl({ learningRate: 0.05, l1RegularizationStrength: 0.01 })),
  lamb: () => trainerWith(new Lamb({ learningRate: 0.01 })),
  lion: () => trainerWith(new Lion({ learningRate: 0.001, beta2: 0.9 })),
  scheduleFree: () => trainerWith(new ScheduleFreeAdamW({ learningRate: 0.01 })),
  rmsprop: () => trainerWith(new RMSprop({ centered: true, momentum: 0.3, gradientAccumulationSteps: 2 })),
};

function trainerWith(optimizer: Optimizer): Trainer<Sequential> {
  const layers = [new Dense(4, { activation: 'tanh', inputShape: [3] }), new BatchNormalization(), new Dense(1)];
  return new Trainer(new Sequential(layers, { seed: 3 }), {
    optimizer,
    loss: 'mse',
    metrics: ['mae', 'klDivergence', 'rootMeanSquaredError'],
  });
}

const inOrder = { batchSize: 4, shuffle: false, verbose: 0 } as const;

/** Files with the state of the optimizer to go on from, and what we predict after another epoch. */
async function halfTrained(folder: string): Promise<ReadonlyMap<string, Tensor>> {
  const runs: Record<string, unknown> = {};
  const predicted = new Map<string, Tensor>();
  for (const [name, make] of Object.entries(trainers)) {
    const trainer = make();
    const callbacks = ['keras', 'h5'].map((format) => new ModelCheckpoint(join(folder, `${name}.{epoch}.${format}`)));
    await trainer.fit(rows, { ...inOrder, epochs: 3, callbacks });
    for (const format of ['keras', 'h5']) copyFileSync(join(folder, `${name}.2.${format}`), join(folder, `${name}.${format}`));
    const { gradientAccumulationSteps = 1 } = trainer.optimizer.settings;
    const steps = 6 / gradientAccumulationSteps;
    const after = trainer.model.predict(rows.x);
    predicted.set(name, after);
    runs[name] = { steps, x: listed(rows.x), y: listed(rows.y), after: listed(after) };
  }
  writeFileSync(join(folder, 'runs.json'), JSON.stringify(runs));
  return predicted;
}

/** Keras wrote the weights and the state of its optimizer again: we go on where we were. */
async function goOn(folder: string, predicted: ReadonlyMap<string, Tensor>): Promise<void> {
  for (const [name, make] of Object.entries(trainers)) {
    const trainer = make();
    await loadWeights(trainer.model, join(folder, `${name}.weights.h5`), { compiled: compiledOf(trainer) });
    await trainer.fit(rows, { ...inOrder, epochs: 3, initialEpoch: 2 });
    fault(`${name} goes on from Keras`, apart(trainer.model.predict(rows.x), predicted.get(name)));
  }
}

/** What Keras read and wrote again. */
async function comeBack(folder: string, name: string, expected: unknown, x: unknown): Promise<void> {
  for (const format of formatsOf(name)) {
    const model = await loadModel(join(folder, `${name}.${format}`));
    fault(`${name}.${format} comes back`, apart(apply(model, x, { training: false }), expected));
    await loadWeights(model, join(folder, `${name}.weights.h5`));
    fault(`${name}.weights.h5 comes back`, apart(apply(model, x, { training: false }), expected));
  }
}

const python = pythonWith('keras==3.15.1', 'jax', 'h5py');
const folder = mkdtempSync(join(tmpdir(), 'gradus-keras-'));
if (python !== undefined) await check(python, folder);
rmSync(folder, { recursive: true, force: true });
