import { tensor } from '@gradus/tensor';
import { expect, test } from 'vitest';
import { apply } from '../../src/apply.js';
import { Context } from '../../src/context.js';
import { builtInLayers, BatchNormalization, LSTMWithState, Normalization } from '../../src/layers/index.js';
import { isTensor } from '../../src/masks.js';
import { isList, expectClose, fixture, layerOf, listOf, setWeights } from './fixture.js';
import type { NestedValues, Tensor } from '@gradus/tensor';
import type { Config } from '../../src/config.js';
import type { LayerCase } from './fixture.js';

interface MaskCase {
  readonly layer: string;
  readonly config: Config;
  readonly inputs: NestedValues;
  readonly mask: readonly (NestedValues | null)[] | null;
  readonly expected: NestedValues | null;
}

interface Sequence {
  readonly config: Config;
  readonly weights: Readonly<Record<string, NestedValues>>;
  readonly calls: readonly {
    readonly inputs: NestedValues;
    readonly training: boolean;
    readonly mask?: NestedValues;
    readonly expected: NestedValues;
    readonly movingMean: NestedValues;
    readonly movingVariance: NestedValues;
  }[];
}

interface Adapted {
  readonly config: Config;
  readonly data?: NestedValues;
  readonly inputs: NestedValues;
  readonly expected: NestedValues;
  readonly mean?: NestedValues;
  readonly variance?: NestedValues;
}

const layers = fixture<{
  readonly layers: readonly LayerCase[];
  readonly fresh: readonly { readonly layer: string; readonly config: Config; readonly bias: readonly number[] }[];
  readonly masks: readonly MaskCase[];
  readonly sequences: readonly Sequence[];
  readonly adapted: readonly Adapted[];
}>('keras-layers.json');
const images = fixture<{ readonly layers: readonly LayerCase[] }>('keras-images.json');

const ours = new Set(builtInLayers.map(({ className }) => className));
const merging = new Set(['Add', 'Average', 'Concatenate', 'Maximum', 'Minimum', 'Multiply', 'Subtract']);

function inputsOf({ layer, inputs, inputDtype }: LayerCase): Tensor | readonly Tensor[] {
  return merging.has(layer) ? listOf(inputs).map((x) => tensor(x, inputDtype)) : tensor(inputs, inputDtype);
}

function show(config: Config): string {
  return JSON.stringify(config).replaceAll('"', '');
}

for (const [i, given] of [...layers.layers, ...images.layers].filter(({ layer }) => ours.has(layer)).entries()) {
  const { layer: className, config, note = '', weights, mask, training, initialState, expected } = given;
  test(`${className} gives what Keras gives: ${show(config)} ${note} (${i})`, () => {
    const layer = layerOf(className, config);
    const x = inputsOf(given);
    const options = { training: training ?? false, ...(mask === undefined ? {} : { mask: tensor(mask) }) };
    apply(layer, x); // makes the weights
    setWeights(layer, weights);
    if (initialState && layer instanceof LSTMWithState && isTensor(x)) {
      const [h = 0, c = 0] = initialState;
      const { output, states } = layer.run({ x, initialState: [tensor(h), tensor(c)] }, new Context({ mask: { x: options.mask } }));
      for (const [k, part] of [output, ...states].entries()) expectClose(part, listOf(expected)[k] ?? NaN);
      return;
    }
    const y = apply(layer, x, options);
    if (isTensor(y)) expectClose(y, expected);
    else for (const [k, part] of listOfTensors(y).entries()) expectClose(part, listOf(expected)[k] ?? NaN);
  });
}

function listOfTensors(y: unknown): readonly Tensor[] {
  return Array.isArray(y) ? y.filter(isTensor) : [];
}

for (const [i, { layer: className, config, inputs, mask, expected }] of layers.masks.filter(({ layer }) => ours.has(layer)).entries()) {
  test(`${className} hands on the mask that Keras does: ${show(config)} (${i})`, () => {
    const layer = layerOf(className, config);
    const x = merging.has(className) ? listOf(inputs).map((one) => tensor(one)) : tensor(inputs, 'int32');
    const masks = mask?.map((one) => (one === null ? undefined : tensor(one)));
    const found = layer.computeMask(x, masks);
    if (expected === null) expect(found).toBeUndefined();
    else {
      expect(isTensor(found) && found.dtype).toBe('bool');
      expectClose(found, expected);
    }
  });
}

for (const [i, { config, weights, calls }] of layers.sequences.entries()) {
  test(`BatchNormalization gives what Keras gives, call after call: ${show(config)} (${i})`, () => {
    const layer = layerOf('BatchNormalization', config);
    for (const [k, { inputs, training, mask, expected, movingMean, movingVariance }] of calls.entries()) {
      const x = tensor(inputs);
      if (k === 0) {
        apply(layer, x);
        setWeights(layer, weights);
      }
      expectClose(apply(layer, x, { training, ...(mask === undefined ? {} : { mask: tensor(mask) }) }), expected);
      if (!(layer instanceof BatchNormalization)) throw new TypeError('expected a BatchNormalization');
      expectClose(layer.movingMean.value, movingMean);
      expectClose(layer.movingVariance.value, movingVariance);
    }
  });
}

for (const [i, { config, data, inputs, expected, mean, variance }] of layers.adapted.entries()) {
  test(`Normalization gives what Keras gives: ${show(config)} (${i})`, () => {
    const layer = layerOf('Normalization', config);
    if (!(layer instanceof Normalization)) throw new TypeError('expected a Normalization');
    if (data !== undefined) layer.adapt(tensor(data));
    expectClose(layer.apply(tensor(inputs)), expected, 1e-5);
    if (mean !== undefined) expectClose(layer.mean?.value, mean);
    if (variance !== undefined) expectClose(layer.variance?.value, variance);
  });
}

for (const { config, bias } of layers.fresh) {
  test(`the first bias of an LSTM is Keras': ${show(config)}`, () => {
    const layer = layerOf('LSTM', config);
    apply(layer, tensor([[[1, 2]]]));
    expectClose(layer.ownWeights.find(({ name }) => name === 'bias')?.variable.value, bias, 0);
  });
}

test('every fixture is met by a test', () => {
  const missing = new Set([...layers.layers, ...images.layers].flatMap(({ layer }) => (ours.has(layer) ? [] : [layer])));
  expect([...missing]).toEqual([]);
  expect(isList(layers.layers[0]?.inputs ?? 0)).toBe(true);
});
