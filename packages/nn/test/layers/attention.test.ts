import { tensor, zeros } from '@gradus/tensor';
import { checkGradients } from '@gradus/autograd/testing';
import { expect, test } from 'vitest';
import { Context } from '../../src/context.js';
import { LayerNormalization, MultiHeadAttention } from '../../src/layers/index.js';
import { modelFromBytes } from '../../src/load.js';
import { Model } from '../../src/model.js';
import { modelToBytes } from '../../src/save.js';
import { input } from '../../src/symbolic.js';
import { expectClose, fixture } from './fixture.js';
import type { NestedValues, Tensor } from '@gradus/tensor';
import type { AnyLayer } from '../../src/any-layer.js';
import type { LayerNormalizationOptions, MultiHeadAttentionOptions } from '../../src/layers/index.js';

type Weights = Readonly<Record<string, NestedValues>>;
interface Attention {
  readonly note: string;
  readonly config: MultiHeadAttentionOptions & { readonly numHeads: number; readonly keyDim: number };
  readonly weights: Weights;
  readonly query: NestedValues;
  readonly value: NestedValues;
  readonly key?: NestedValues;
  readonly attentionMask?: NestedValues;
  readonly masks?: Readonly<Record<string, NestedValues>>;
  readonly expected: NestedValues;
}

const cases = fixture<{
  readonly normalizations: readonly {
    readonly config: LayerNormalizationOptions;
    readonly inputs: NestedValues;
    readonly weights: Weights;
    readonly expected: NestedValues;
  }[];
  readonly attentions: readonly Attention[];
}>('keras-attention.json');

/** Keras' order of weights differs in part: names decide. */
function put(layer: AnyLayer, weights: Weights): void {
  expect(layer.ownWeights.map(({ name }) => name).toSorted()).toEqual(Object.keys(weights).toSorted());
  for (const { name, variable } of layer.ownWeights) variable.assign(tensor(weights[name] ?? []));
}

test.each(cases.normalizations.map((one) => [JSON.stringify(one.config), one] as const))(
  'LayerNormalization gives what Keras gives: %s',
  (_, { config, inputs, weights, expected }) => {
    const layer = new LayerNormalization(config);
    layer.buildFor(tensor(inputs).shape);
    put(layer, weights);
    expectClose(layer.apply(tensor(inputs)), expected);
  },
);

test.each(cases.attentions.map((one) => [one.note, one] as const))('MultiHeadAttention gives what Keras gives: %s', (_, given) => {
  const { numHeads, keyDim, ...options } = given.config;
  const layer = new MultiHeadAttention(numHeads, keyDim, options);
  const x = {
    query: tensor(given.query),
    value: tensor(given.value),
    ...(given.key ? { key: tensor(given.key) } : {}),
    ...(given.attentionMask ? { attentionMask: tensor(given.attentionMask) } : {}),
  };
  layer.buildFor({ query: x.query.shape, value: x.value.shape, ...(x.key ? { key: x.key.shape } : {}) });
  put(layer, given.weights);
  const masks = Object.entries(given.masks ?? {}).map(([name, mask]) => [name, tensor(mask)] as const);
  expectClose(layer.apply(x, new Context({ mask: Object.fromEntries(masks) })), given.expected);
});

test('the gradient of LayerNormalization is right, twice', () => {
  const normalization = new LayerNormalization();
  normalization.apply(zeros([2, 3], 'float64'));
  const x = tensor([[0.5, -1, 2], [3, 0.25, -0.75]], 'float64'); // prettier-ignore
  checkGradients((a: Tensor) => normalization.apply(a), [x], { order: 2 });
});

test('a place attends to what a causal mask and a window leave', () => {
  // Keys and queries are 0, so every place shares alike among those it may see; values pass as they are.
  const layer = new MultiHeadAttention(1, 1, { useCausalMask: true, slidingWindow: 2, useBias: false });
  const x = tensor([[[1], [2], [4], [8]]]);
  layer.buildFor({ query: [null, null, 1], value: [null, null, 1] });
  for (const { name, variable } of layer.ownWeights) {
    variable.assign(tensor(/^(query|key)/.test(name) ? [0] : [1]).reshape(variable.shape));
  }
  expect(layer.apply({ query: x, value: x }).toArray(3)).toEqual([[[1], [1.5], [3], [6]]]);
});

test('a model with attention saves and loads', () => {
  const x = input([3, 4]);
  const block = new LayerNormalization().apply(new MultiHeadAttention(2, 2, { dropout: 0.1 }).apply({ query: x, value: x }));
  const model = new Model({ inputs: x, outputs: block });
  const rows = tensor(Float32Array.from({ length: 24 }, (_, i) => Math.sin(i))).reshape([2, 3, 4]);
  const loaded = modelFromBytes(modelToBytes(model));
  expect(loaded.predict(rows).toArray(3)).toEqual(model.predict(rows).toArray(3));
});

test('what does not fit is said', () => {
  expect(() => new MultiHeadAttention(0, 2)).toThrow('numHeads: expected a whole number of at least 1, found 0');
  const flat = zeros([2, 3]);
  expect(() => new MultiHeadAttention(1, 2).apply({ query: flat, value: flat })).toThrow('query: expected [n, t, d], found [2, 3]');
  expect(() => new LayerNormalization({ axis: 3 }).apply(flat)).toThrow('axis');
});
