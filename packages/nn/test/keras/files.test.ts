import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ArgumentError, FormatError, key, Tensor, tensor, uniform } from '@gradus/tensor';
import { expect, test } from 'vitest';
import { readHdf5 } from '../../src/formats/hdf5/read.js';
import { loadHdf5, writeHdf5 } from '../../src/formats/hdf5/write.js';
import { Layer } from '../../src/layer.js';
import { layersUnder } from '../../src/paths.js';
import { builtInLayers } from '../../src/layers/index.js';
import { Add, Dense, Dropout, Embedding, LSTM, LSTMWithState, MultiHeadAttention } from '../../src/layers/index.js';
import { loadModel, loadWeights, modelFromBytes, modelFromKeras, weightsFromKeras } from '../../src/load.js';
import { Model } from '../../src/model.js';
import { modelToKeras, saveModel, saveWeights, weightsToKeras } from '../../src/save.js';
import { Sequential } from '../../src/sequential.js';
import { input } from '../../src/symbolic.js';
import { unbuilt } from '../../src/weight.js';
import { expectAnswers, fileOf, formatsOf, names } from './fixture.js';
import type { Dense as Values, Variable } from '@gradus/tensor';
import type { PartialShape } from '../../src/any-layer.js';
import type { Config } from '../../src/config.js';
import type { Context } from '../../src/context.js';
import type { Group } from '../../src/formats/hdf5/write.js';
import type { Loaded } from '../../src/load.js';

const formats = ['keras', 'h5'] as const;

async function inFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'gradus-keras-'));
  try {
    await body(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Every weight something else than it was, so that only a file can bring it back. */
function spoil(model: Loaded): void {
  for (const variable of model.weights) if (variable.dtype === 'float32') variable.assign(variable.value.mul(0).add(0.125));
}

test.each(names.flatMap((name) => formatsOf(name).map((format) => ({ name, format }))))(
  '$name.$format of Keras predicts the same here',
  async (one) => {
    expectAnswers(await modelFromKeras(fileOf(`${one.name}.${one.format}`)), one.name);
  },
);

test.each(names)('%s.weights.h5 of Keras gives a model its weights', async (name) => {
  const model = await modelFromKeras(fileOf(`${name}.keras`));
  spoil(model);
  await weightsFromKeras(model, fileOf(`${name}.weights.h5`));
  expectAnswers(model, name);
});

test.each(names)('weights come out of whole models too: %s', async (name) => {
  for (const format of formatsOf(name)) {
    const model = await modelFromKeras(fileOf(`${name}.keras`));
    spoil(model);
    await weightsFromKeras(model, fileOf(`${name}.${format}`));
    expectAnswers(model, name);
  }
});

test.each(names)('what was read from Keras is written and read again without a change: %s', async (name) => {
  const model = await modelFromKeras(fileOf(`${name}.keras`));
  for (const format of formats) {
    const again = await modelFromKeras(await modelToKeras(model, format));
    expect(again.toConfig()).toEqual(model.toConfig());
    expectAnswers(again, name);
    spoil(again);
    await weightsFromKeras(again, await weightsToKeras(model));
    expectAnswers(again, name);
  }
});

/** Layers that are written and read by the same rules, and whose files have not been held to Keras. */
const others = `
  ActivityRegularization AdaptiveAveragePooling1D AdaptiveAveragePooling2D AdaptiveAveragePooling3D AdaptiveMaxPooling1D AdaptiveMaxPooling2D
  AdaptiveMaxPooling3D AdditiveAttention AdditiveAttentionWithScores AlphaDropout Attention AttentionWithScores Average AveragePooling1D
  AveragePooling2D AveragePooling3D Bidirectional BidirectionalWithState CategoryEncoding Conv1D Conv1DTranspose Conv2DTranspose Conv3D
  Conv3DTranspose Cropping1D Cropping2D Cropping3D DepthwiseConv1D DepthwiseConv2D Discretization Dot ELU EinsumDense GRU GRUWithState
  GaussianDropout GaussianNoise GlobalAveragePooling1D GlobalAveragePooling2D GlobalAveragePooling3D GlobalMaxPooling1D GlobalMaxPooling2D
  GlobalMaxPooling3D GroupNormalization GroupQueryAttention GroupQueryAttentionWithScores LeakyReLU Masking MaxPooling1D MaxPooling3D Maximum
  Minimum MultiHeadAttentionWithScores Multiply PReLU Permute RMSNormalization RNN RNNWithState RandomGrayscale RandomInvert RepeatVector
  SeparableConv1D SeparableConv2D SimpleRNN SimpleRNNWithState SpatialDropout1D SpatialDropout2D SpatialDropout3D StackedRNNCells Subtract
  TimeDistributed UnitNormalization UpSampling1D UpSampling2D UpSampling3D ZeroPadding1D ZeroPadding2D ZeroPadding3D
`
  .trim()
  .split(/\s+/);

test('the files of these tests hold every class that there is, but those', async () => {
  const seen = new Set<string>();
  for (const name of names) for (const { layer } of layersUnder(await modelFromKeras(fileOf(`${name}.keras`)))) seen.add(layer.className);
  expect([...seen, ...others].toSorted()).toEqual(builtInLayers.map(({ className }) => className).toSorted());
});

test('a frozen layer stays frozen, and its weights are found', async () => {
  const model = await modelFromKeras(fileOf('images.h5'));
  const frozen = model.layers.filter((layer) => !layer.trainable).map(({ name }) => name);
  expect(frozen).toHaveLength(1);
  for (const format of formats) {
    const again = await modelFromKeras(await modelToKeras(model, format));
    expect(again.layers.filter((layer) => !layer.trainable).map(({ name }) => name)).toEqual(frozen);
  }
});

test('files are written and read by their extension, and replaced as a whole', async () => {
  await inFolder(async (folder) => {
    const model = new Sequential([new Dense(2, { inputShape: [3] })], { seed: 4 });
    const x = uniform(key(1), [5, 3]);
    for (const name of ['m.keras', 'm.h5', 'deep/m.H5']) {
      await saveModel(model, join(folder, name));
      await saveModel(model, join(folder, name));
      const read = await loadModel(join(folder, name));
      expect(read.predict(x).toArray(2)).toEqual(model.predict(x).toArray(2));
    }
    await saveWeights(model, join(folder, 'm.weights.h5'));
    const other = new Sequential([new Dense(2, { inputShape: [3] })], { seed: 5 });
    await loadWeights(other, join(folder, 'm.weights.h5'));
    expect(other.predict(x).toArray(2)).toEqual(model.predict(x).toArray(2));
    expect((await readdir(folder)).toSorted()).toEqual(['deep', 'm.h5', 'm.keras', 'm.weights.h5']);
    await expect(loadModel(join(folder, 'm.weights.h5'))).rejects.toThrow(
      'the file holds weights but no model: load them into one with loadWeights',
    );
    await expect(saveWeights(model, join(folder, 'm.h5'))).rejects.toThrow(ArgumentError);
    await expect(saveModel(model, join(folder, 'm.onnx'))).rejects.toThrow(
      "path: expected a file that ends in .safetensors, .keras or .h5, found '",
    );
    expect(() => modelFromBytes(fileOf('small.h5'))).toThrow(FormatError);
    expect(await readFile(join(folder, 'm.h5'))).toHaveLength((await modelToKeras(model, 'h5')).length);
  });
});

test('attention, states, masks and layers that are used twice survive', async () => {
  const [words, measures] = [input([4], { dtype: 'int32' }), input([4, 6])];
  const read = new LSTM(6, { returnSequences: true, dropout: 0.1 }).apply(new Embedding(9, 6, { maskZero: true }).apply(words));
  const attention = new MultiHeadAttention(2, 3, { useCausalMask: true, outputDim: 6, useGate: true, dropout: 0.2 });
  const attended = attention.apply({ query: measures, value: read, key: measures });
  const shared = new Dense(6, { name: 'shared' });
  const tower = new Sequential([new Dropout(0.5), new Dense(6), new Dense(6)]);
  const both = new Add().apply([shared.apply(attended), shared.apply(tower.apply(measures))]);
  const [last, hidden, cell] = new LSTMWithState(3).apply(both);
  const model = new Model({ inputs: { words, measures }, outputs: { last, states: [hidden, cell] } });
  const x = { words: tensor([[1, 2, 0, 0], [8, 0, 0, 0]], 'int32'), measures: uniform(key(2), [2, 4, 6]) }; // prettier-ignore
  const expected = model.predict(x);
  for (const format of formats) {
    const found = (await modelFromKeras(await modelToKeras(model, format))).predict(x);
    expect(valuesIn(found)).toEqual(valuesIn(expected));
  }
});

function valuesIn(tree: unknown): unknown {
  if (tree instanceof Tensor) return [...tree.data()];
  if (Array.isArray(tree)) return tree.map(valuesIn);
  return typeof tree === 'object' && tree !== null
    ? Object.fromEntries(Object.entries(tree).map(([name, one]) => [name, valuesIn(one)]))
    : tree;
}

test('many layers of one class are counted in an order of their own', async () => {
  // A long and a short branch: in Keras' order layers far from the output come first, not those that were called first.
  const entry = input([2]);
  const short = new Dense(3, { name: 'short' }).apply(entry);
  const long = new Dense(3, { name: 'long_2' }).apply(new Dense(3, { name: 'long_1' }).apply(entry));
  const model = new Model({ inputs: [entry], outputs: [new Add().apply([short, long])] });
  const root = readHdf5(await weightsToKeras(model));
  const named = ['dense', 'dense_1', 'dense_2'].map((name) => root.get(`layers/${name}/vars`)?.text('name'));
  expect(named).toEqual(['long_1', 'short', 'long_2']);
});

test('files of Keras 2 are read: shapes and calls in its words, weights by its names', async () => {
  const tensors = ['a', 'b'].map((name, i) => ({ class_name: 'InputLayer', name, config: { batch_input_shape: [null, 2 + i], dtype: 'float32', sparse: false, ragged: false, name }, inbound_nodes: [] })); // prettier-ignore
  const dense = (name: string, units: number, from: string): object => ({
    class_name: 'Dense',
    name,
    config: { name, trainable: true, dtype: 'float32', units, activation: 'relu', use_bias: false, kernel_initializer: { class_name: 'GlorotUniform', config: { seed: null } }, bias_initializer: 'zeros', kernel_constraint: null }, // prettier-ignore
    inbound_nodes: [[[from, 0, 0, {}]]],
  });
  const add = { class_name: 'Add', name: 'add', config: { name: 'add', trainable: true, dtype: 'float32' }, inbound_nodes: [[['left', 0, 0, {}], ['right', 0, 0, {}]]] }; // prettier-ignore
  const layers = [...tensors, dense('left', 2, 'a'), dense('right', 2, 'b'), add];
  const config = { name: 'model', layers, input_layers: [['a', 0, 0], ['b', 0, 0]], output_layers: [['add', 0, 0]] }; // prettier-ignore
  const kernel = (values: readonly number[]): Values => ({
    dtype: 'float32',
    shape: [values.length / 2, 2],
    data: Float32Array.from(values),
  });
  const group = (name: string, values: readonly number[]): Group => ({ attributes: { weight_names: [`${name}/kernel:0`] }, data: new Map([[`${name}/kernel:0`, kernel(values)]]) }); // prettier-ignore
  const none: Group = { attributes: { weight_names: [] } };
  const weights: Group = {
    attributes: { layer_names: ['a', 'b', 'left', 'right', 'add'], backend: 'tensorflow', keras_version: '2.12.0' },
    groups: new Map<string, Group>([['a', none], ['b', none], ['add', none], ['left', group('left', [1, 2, 3, 4])], ['right', group('right', [1, 0, 0, 1, 1, 1])]]), // prettier-ignore
  };
  const attributes = { keras_version: '2.12.0', backend: 'tensorflow', model_config: JSON.stringify({ class_name: 'Functional', config }) };
  const model = await modelFromKeras(writeHdf5(await loadHdf5(), { attributes, groups: new Map([['model_weights', weights]]) }));
  const y = model.predict([tensor([[1, 10]]), tensor([[1, 2, 3]])]);
  expect(valuesIn(y)).toEqual([31 + 4, 42 + 5]);
});

class Gated extends Layer {
  static override readonly className: string = 'Gated';
  readonly units: number;
  readonly inner: Dense;
  w: Variable = unbuilt;
  constructor(units: number) {
    super();
    this.units = units;
    this.inner = new Dense(units);
  }
  override build(inputShape: PartialShape): void {
    this.w = this.weight('w', [inputShape.at(-1) ?? 1, this.units]);
  }
  override call(x: Tensor, context: Context): Tensor {
    return x.matmul(this.w.value).sigmoid().mul(this.inner.apply(x, context));
  }
  override toConfig(): Config {
    return { units: this.units };
  }
  static fromConfig({ units }: Config): Gated {
    return new Gated(Number(units));
  }
}

test('a class of one’s own is read only if it is given', async () => {
  const model = new Sequential([new Gated(4), new Dense(2)], { inputShape: [3] });
  const bytes = await modelToKeras(model, 'keras');
  await expect(modelFromKeras(bytes)).rejects.toThrow('unknown class Gated: pass it in the registry');
  const read = await modelFromKeras(bytes, { registry: [Gated] });
  const x = uniform(key(3), [2, 3]);
  expect(read.predict(x).toArray(2)).toEqual(model.predict(x).toArray(2));
});
