import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ArgumentError, FormatError, key, Tensor, tensor, uniform } from '@gradus/tensor';
import { expect, test } from 'vitest';
import { readSafetensors, writeSafetensors } from '../../src/formats/safetensors.js';
import { Layer } from '../../src/layer.js';
import {
  Add,
  BatchNormalization,
  Concatenate,
  Conv2D,
  Dense,
  Dropout,
  Embedding,
  Flatten,
  LSTM,
  LSTMWithState,
  MaxPooling2D,
  ReLU,
  Rescaling,
} from '../../src/layers/index.js';
import { loadModel, modelFromBytes } from '../../src/load.js';
import { Model } from '../../src/model.js';
import { weightsUnder } from '../../src/paths.js';
import { registryOf } from '../../src/registry.js';
import { builtInLayers } from '../../src/layers/index.js';
import { modelToBytes, saveModel } from '../../src/save.js';
import { Sequential } from '../../src/sequential.js';
import { input } from '../../src/symbolic.js';
import type { Config } from '../../src/config.js';

const numbers = (...shape: readonly number[]): Tensor => uniform(key(3), shape, { min: -1, max: 1 });

function digits(): Sequential {
  return new Sequential(
    [
      new Rescaling(1 / 255, { inputShape: [6, 6, 1] }),
      new Conv2D(3, 3, { activation: 'relu', kernelRegularizer: 'l2' }),
      new BatchNormalization(),
      new MaxPooling2D(),
      new Flatten(),
      new Dropout(0.5),
      new Dense(4, { activation: 'softmax' }),
    ],
    { seed: 5, name: 'digits' },
  );
}

const shared = new Dense(4, { activation: 'tanh' });

function captions() {
  const image = input([5]);
  const caption = input([3], { dtype: 'int32', name: 'words' });
  const [y, h] = new LSTMWithState(4).apply(new Embedding(7, 4, { maskZero: true }).apply(caption));
  const seen = shared.apply(new Dense(4).apply(image));
  const joined = new Concatenate().apply([seen, shared.apply(y)]);
  const residual = new Add().apply([seen, h]);
  return new Model({ inputs: { image, caption }, outputs: { match: new Dense(1).apply(joined), residual } });
}

test('a Sequential is the same after it was saved and loaded', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'gradus-'));
  try {
    const model = digits();
    model.apply(numbers(8, 6, 6, 1), { training: true }); // moves the averages and the random counter
    await saveModel(model, join(folder, 'digits.safetensors'));
    const loaded = await loadModel(join(folder, 'digits.safetensors'));
    const x = numbers(5, 6, 6, 1);
    expect(loaded.predict(x).data()).toEqual(model.predict(x).data());
    expect(modelToBytes(loaded)).toEqual(modelToBytes(model));
    expect(weightsUnder(loaded).map(({ path }) => path)).toEqual(weightsUnder(model).map(({ path }) => path));
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('a functional model with a shared layer, several inputs, outputs and results is the same after the round trip', () => {
  const model = captions();
  const bytes = modelToBytes(model);
  const loaded = modelFromBytes(bytes);
  const x = { image: numbers(4, 5), caption: tensor([[1, 2, 0], [3, 0, 0], [6, 5, 4], [0, 0, 0]], 'int32') }; // prettier-ignore
  const expected = model.predict(x);
  const found = loaded.predict(x);
  if (!('match' in found && 'residual' in found)) throw new TypeError('expected two outputs');
  expect(tensorText(found.match)).toBe(String(expected.match));
  expect(tensorText(found.residual)).toBe(String(expected.residual));
  expect(loaded.toConfig()).toEqual(model.toConfig());
  expect(modelToBytes(loaded)).toEqual(bytes);
});

test('a model built by its first input, a model inside a model and frozen layers come back', () => {
  const inner = new Sequential([new Dense(3), new ReLU({ maxValue: 2, negativeSlope: 0.1 })]);
  const model = new Sequential([inner, new LSTM(2, { returnSequences: true, dropout: 0.25 })]);
  model.apply(numbers(2, 4, 5));
  inner.trainable = false;
  const loaded = modelFromBytes(modelToBytes(model));
  expect(loaded.predict(numbers(3, 4, 5)).data()).toEqual(model.predict(numbers(3, 4, 5)).data());
  expect(loaded.trainableVariables).toHaveLength(3);
  expect(loaded.layers.map(({ trainable }) => trainable)).toEqual([false, true]);
});

test('every layer comes back from its configuration', () => {
  const configs: Readonly<Record<string, Config>> = {
    Activation: { activation: 'relu' },
    Add: { name: 'sum' },
    BatchNormalization: { axis: 1, momentum: 0.5, epsilon: 0.1, center: false, scale: true, gammaInitializer: 'zeros' },
    Concatenate: { axis: 1 },
    Conv2D: {
      filters: 2,
      kernelSize: [1, 2],
      strides: 2,
      padding: 'same',
      groups: 2,
      activation: 'relu',
      useBias: false,
      kernelRegularizer: 'l1',
    },
    Embedding: { inputDim: 3, outputDim: 2, maskZero: true, embeddingsInitializer: 'zeros' },
    Flatten: {},
    LSTM: { units: 3, activation: 'relu', recurrentActivation: 'hardSigmoid', dropout: 0.5, recurrentDropout: 0.25, goBackwards: true },
    LSTMWithState: { units: 3, returnSequences: true, zeroOutputForMask: true },
    MaxPooling2D: { poolSize: [2, 3], strides: 1, padding: 'same' },
    Normalization: { axis: null, invert: true },
    ReLU: { maxValue: 3, threshold: 1 },
    Rescaling: { scale: [1, 2], offset: [3, 4] },
    Reshape: { targetShape: [-1, 2] },
    Softmax: { axis: [1, 2] },
  };
  const registry = registryOf(builtInLayers);
  for (const [className, config] of Object.entries(configs)) {
    expect(registry.get(className).fromConfig(config, registry).toConfig()).toEqual(config);
    expect(() => registry.get(className).fromConfig({ ...config, nmae: 'a' }, registry)).toThrow('nmae: unknown option');
  }
  expect(() => registry.get('Embedding').fromConfig({ inputDim: 3 }, registry)).toThrow('outputDim is missing');
});

/** x + w, by a user. */
class Shift extends Layer {
  static override readonly className: string = 'Shift';
  override build(): void {
    this.shift = this.weight('w', [1]);
  }
  shift = new Dense(1).kernel;
  override call(x: Tensor): Tensor {
    return x.add(this.shift.value);
  }
  override toConfig(): Config {
    return {};
  }
  static fromConfig(): Shift {
    return new Shift();
  }
}

test('a class of the user is loaded where it is registered, and nowhere else', () => {
  const model = new Sequential([new Shift({ inputShape: [2] })]);
  const bytes = modelToBytes(model);
  expect(
    modelFromBytes(bytes, { registry: [Shift] })
      .predict(numbers(2, 2))
      .data(),
  ).toEqual(model.predict(numbers(2, 2)).data());
  expect(() => modelFromBytes(bytes)).toThrow('unknown class Shift: pass it in the registry');
});

test('a class without a name for files is refused', () => {
  class Nameless extends Layer {
    override call(x: Tensor): Tensor {
      return x;
    }
    override toConfig(): Config {
      return {};
    }
  }
  const model = new Sequential([new Nameless({ inputShape: [2] })]);
  expect(() => modelToBytes(model)).toThrow("Nameless at nameless has no name for files: give the class `static className = 'Nameless'`");
});

test('all weights that do not fit are listed in one error', () => {
  const model = new Sequential([new Dense(2, { inputShape: [3] }), new Dense(2)]);
  const { tensors, metadata } = readSafetensors(modelToBytes(model));
  const wrong = new Map(tensors);
  wrong.delete('dense/bias');
  wrong.set('dense/kernel', { dtype: 'float32', shape: [2, 3], data: new Float32Array(6) });
  wrong.set('dense_1/bias', { dtype: 'int32', shape: [2], data: new Int32Array(2) });
  wrong.set('other', { dtype: 'float32', shape: [], data: new Float32Array(1) });
  const message =
    'weights: dense/kernel has shape [3, 2], in the file [2, 3]; dense/bias is missing; ' +
    'dense_1/bias is float32, in the file int32; other is unknown to the model';
  expect(() => modelFromBytes(writeSafetensors(wrong, metadata))).toThrow(new FormatError(message));
});

test('other formats, unbuilt models and single layers are refused with words', async () => {
  const model = digits();
  await expect(saveModel(model, 'model.txt')).rejects.toThrow(ArgumentError);
  await expect(loadModel('model')).rejects.toThrow("path: expected a file that ends in .safetensors, .keras or .h5, found 'model'");
  expect(() => modelToBytes(new Sequential([new Dense(2)]))).toThrow('has no weights yet: apply it, or give inputShape');
  expect(() => modelToBytes(new Dense(2))).toThrow('expected a Sequential or a Model, found a Dense');
});

const file = (model: unknown, version: unknown = 1): Uint8Array =>
  writeSafetensors(new Map(), new Map([['gradus', JSON.stringify({ version, model })]]));

function nested(depth: number): unknown {
  let model: unknown = { className: 'Flatten', config: {} };
  for (let i = 0; i < depth; i++) model = { className: 'Sequential', config: { inputShape: [2], layers: [model] } };
  return model;
}

test('a file that is not what it claims to be is refused with a FormatError', () => {
  const many = { className: 'Sequential', config: { layers: Array(10_001).fill({ className: 'Flatten', config: {} }) } };
  const graph = (change: object): unknown => ({
    className: 'Model',
    config: {
      layers: [{ className: 'Flatten', config: {} }],
      inputs: { $: { shape: [2], dtype: 'float32' } },
      calls: [{ layer: 0, inputs: { $: [-1, 0] } }],
      ends: { $: [0, 0] },
      ...change,
    },
  });
  expect(modelFromBytes(file(graph({}))).predict(numbers(2, 2)).shape).toEqual([2, 2]);
  for (const [bytes, words] of [
    [writeSafetensors(new Map()), "no 'gradus'"],
    [writeSafetensors(new Map(), new Map([['gradus', '{']])), 'model: '],
    [file(nested(1), 2), 'version: expected 1, found 2'],
    [file(nested(65)), 'nested deeper than 64'],
    [file(many), 'more than 10000 layers'],
    [file({ className: 'Dense', config: { units: 2 } }), 'expected a Sequential or a Model, found a Dense'],
    [file({ className: 'Sequential', config: { layers: [{ className: 'Dense', config: { units: -1 } }] } }), 'units: expected'],
    [file({ className: 'Sequential', config: { layers: [{ className: 'Dense', config: { units: 1 } }] } }), 'has no weights yet'],
    [file(graph({ calls: [{ layer: 1, inputs: { $: [-1, 0] } }] })), 'calls[0]: expected { layer, inputs }'],
    [file(graph({ calls: [{ layer: 0, inputs: { $: [0, 0] } }] })), 'calls[0].inputs: there is no result 0 of a call 0'],
    [file(graph({ calls: [{ layer: 0, inputs: [] }] })), 'calls[0].inputs: a call without inputs'],
    [file(graph({ ends: 3 })), 'ends: expected a tree of symbols'],
    [file(graph({ inputs: { $: { shape: [2], dtype: 'text' } } })), 'inputs: expected { shape, dtype }'],
  ] as const) {
    expect(() => modelFromBytes(bytes)).toThrow(FormatError);
    expect(() => modelFromBytes(bytes)).toThrow(words);
  }
  expect(modelFromBytes(file(nested(64))).predict(numbers(1, 2)).shape).toEqual([1, 2]);
});

function tensorText(value: unknown): string {
  if (value instanceof Tensor) return value.toString();
  throw new TypeError('expected a tensor');
}
