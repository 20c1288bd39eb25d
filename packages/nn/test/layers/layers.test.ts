import { key, normal, ones, tensor } from '@gradus/tensor';
import { valueAndGrad } from '@gradus/autograd';
import { expect, test } from 'vitest';
import { Context } from '../../src/context.js';
import {
  Add,
  BatchNormalization,
  Concatenate,
  Conv2D,
  Dense,
  Embedding,
  Flatten,
  LSTM,
  MaxPooling2D,
  Normalization,
  ReLU,
  Rescaling,
  Reshape,
  Softmax,
} from '../../src/layers/index.js';
import { Model } from '../../src/model.js';
import { Sequential } from '../../src/sequential.js';
import { summary } from '../../src/summary.js';
import { input } from '../../src/symbolic.js';
import type { Tensor } from '@gradus/tensor';

const numbers = (...shape: readonly number[]): Tensor => normal(key(1), shape);

test('wrong arguments are named', () => {
  expect(() => new Reshape([-1, -1])).toThrow('targetShape: expected whole numbers');
  expect(() => new Reshape([4]).apply(ones([2, 3]))).toThrow('a sample [3] has 3 elements, which do not fill targetShape [4]');
  expect(() => new ReLU({ negativeSlope: -1 })).toThrow('negativeSlope: expected a number of at least 0, found -1');
  expect(() => new Flatten().apply(tensor(1))).toThrow('expected x [n, ...]');
  expect(() => new Add().apply([ones([2])])).toThrow('expected a list of at least two inputs, found 1');
  expect(() => new Add().apply([ones([2, 1]), ones([3, 1])])).toThrow('batch sizes differ: [2, 1], [3, 1]');
  expect(() => new Concatenate({ axis: 0.5 })).toThrow('axis: expected a whole number, found 0.5');
  expect(() => new BatchNormalization({ momentum: 2 })).toThrow('momentum: expected a number from 0 to 1, found 2');
  expect(() => new BatchNormalization().apply(ones([2, 3, 2]), { training: true, mask: ones([2], 'bool') })).toThrow(
    'one axis less than x [2, 3, 2]',
  );
  expect(() => new Softmax().apply(ones([2, 3]), { mask: ones([2], 'bool') })).toThrow('mask [2] does not broadcast to x [2, 3]');
  expect(() => new Embedding(0, 2)).toThrow('inputDim: expected a whole number of at least 1, found 0');
  expect(() => new Embedding(3, 2).apply(tensor([[3]], 'int32'))).toThrow();
  expect(() => new Conv2D(4, 3, { strides: 2, dilationRate: 2 })).toThrow('strides above 1 and dilationRate above 1 exclude each other');
  expect(() => new Conv2D(4, 3, { groups: 3 })).toThrow('filters must be divisible by groups, found 4 and 3');
  expect(() => new Conv2D(4, [3])).toThrow('kernelSize');
  expect(() => new Conv2D(4, 3, { groups: 2 }).apply(ones([1, 4, 4, 3]))).toThrow('channels must be divisible by groups');
  expect(() => new Conv2D(4, 3).apply(ones([4, 4, 3]))).toThrow('expected x [n, height, width, channels], found [null, 4, 3]');
  expect(() => new MaxPooling2D(0)).toThrow('poolSize');
  expect(() => new LSTM(2, { dropout: 1 })).toThrow('dropout: expected a number from 0 to below 1, found 1');
  expect(() => new LSTM(2).apply(ones([2, 3]))).toThrow('expected x [n, steps, features]');
  expect(() => new LSTM(2).apply(ones([2, 3, 1]), { mask: ones([2, 2], 'bool') })).toThrow('expected a mask [n, steps]');
  expect(() => new Normalization({ mean: 1 })).toThrow('variance: mean and variance are given together');
  expect(() => new Normalization({ mean: [1, 2], variance: [1] })).toThrow('variance: has 1 numbers, mean has 2');
  expect(() => new Normalization({ mean: 1, variance: 1 }).adapt(ones([2, 2]))).toThrow('adapt: mean and variance are given already');
});

test('Rescaling makes floats of bytes', () => {
  const y = new Rescaling(1 / 255).apply(tensor([[0, 255]], 'uint8'));
  expect(y.dtype).toBe('float32');
  expect(y.toArray(2)).toEqual([[0, 1]]);
});

test('a frozen BatchNormalization uses its averages in training too, and leaves them alone', () => {
  const layer = new BatchNormalization();
  const x = numbers(6, 2);
  const before = layer.apply(x).data();
  layer.trainable = false;
  expect(layer.apply(x, { training: true }).data()).toEqual(before);
  expect(layer.movingMean.value.toArray(1)).toEqual([0, 0]);
});

test('gradients flow through the statistics of the batch: the sum of normalized numbers does not depend on them', () => {
  const layer = new BatchNormalization();
  const x = numbers(6, 2);
  layer.apply(x);
  const [, dx] = valueAndGrad((values: Tensor) => layer.apply(values, { training: true }).sum())(x);
  expect(Math.max(...dx.abs().data())).toBeLessThan(1e-5);
  expect(layer.movingVariance.value.at(0)).not.toBe(1);
});

test('a masked step of a BatchNormalization with one feature counts for nothing', () => {
  const layer = new BatchNormalization({ momentum: 0 });
  layer.apply(
    tensor([
      [[1], [99]],
      [[3], [99]],
    ]),
    {
      training: true,
      mask: tensor([
        [true, false],
        [true, false],
      ]),
    },
  );
  expect(layer.movingMean.value.at(0)).toBeCloseTo(2, 5);
  expect(layer.movingVariance.value.at(0)).toBeCloseTo(1, 5);
});

test('masks flow from an Embedding through an LSTM that returns sequences, and end at one that does not', () => {
  const x = tensor([[1, 2, 0], [3, 0, 0]], 'int32'); // prettier-ignore
  const embedding = new Embedding(4, 2, { maskZero: true });
  const sequences = new LSTM(3, { returnSequences: true });
  const context = new Context();
  const y = sequences.apply(embedding.apply(x, context), context);
  expect(context.maskOf(y)?.toArray(2)).toEqual([[1, 1, 0], [1, 0, 0]]); // prettier-ignore
  expect(context.maskOf(new LSTM(3).apply(y, context))).toBeUndefined();
});

test('an LSTM drops in training only, the same units at every step', () => {
  const x = ones([3, 4, 5]);
  for (const options of [{ dropout: 0.5 }, { recurrentDropout: 0.5 }, { dropout: 0.5, recurrentDropout: 0.5 }]) {
    const layer = new LSTM(6, options);
    const plain = layer.apply(x).data();
    expect(layer.apply(x).data()).toEqual(plain);
    const [first, second] = [layer.apply(x, { training: true }).data(), layer.apply(x, { training: true }).data()];
    expect(first).not.toEqual(plain);
    expect(second).not.toEqual(first);
  }
});

test('an LSTM learns through its loop: a step against the gradient lowers the loss, masked or dropped', () => {
  const x = numbers(4, 5, 3);
  const mask = tensor([[true, true, false, true, true], [true, false, false, true, true], [true, true, true, true, true], [false, true, true, false, false]]); // prettier-ignore
  for (const options of [{}, { goBackwards: true }, { recurrentDropout: 0.5, dropout: 0.2 }]) {
    const layer = new LSTM(3, { returnSequences: true, ...options });
    layer.apply(x);
    const loss = (): Tensor => layer.apply(x, { mask }).sub(0.5).square().mean();
    const [before, gradients] = valueAndGrad(loss, { wrt: layer.trainableVariables })();
    for (const [i, variable] of layer.trainableVariables.entries()) variable.assign(variable.value.sub(gradients[i]?.mul(0.1) ?? 0));
    expect(loss().item()).toBeLessThan(before.item());
  }
});

test('summary prints the table that Keras prints', () => {
  const model = new Sequential([
    new Dense(64, { activation: 'relu', inputShape: [9] }),
    new BatchNormalization({ name: 'norm' }),
    new Dense(10),
  ]);
  expect(summary(model)).toBe(
    `
Model: "sequential"
┏━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━┓
┃ Layer (type)                    ┃ Output Shape           ┃       Param # ┃
┡━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━┩
│ dense (Dense)                   │ (None, 64)             │           640 │
├─────────────────────────────────┼────────────────────────┼───────────────┤
│ norm (BatchNormalization)       │ (None, 64)             │           256 │
├─────────────────────────────────┼────────────────────────┼───────────────┤
│ dense_1 (Dense)                 │ (None, 10)             │           650 │
└─────────────────────────────────┴────────────────────────┴───────────────┘
 Total params: 1,546 (6.04 KB)
 Trainable params: 1,418 (5.54 KB)
 Non-trainable params: 128 (512.00 B)
`.trim(),
  );
});

test('summary of an unbuilt model, and of a functional one', () => {
  expect(summary(new Sequential([new Dense(2)]))).toContain('│ dense (Dense)                   │ ?                      │   0 (unbuilt) │');
  const [a, b] = [input([2], { name: 'a' }), input([3])];
  const table = summary(new Model({ inputs: { left: a, right: b }, outputs: new Concatenate().apply([a, b]) }));
  expect(table).toContain('│ a (Input)                       │ (None, 2)              │             0 │');
  expect(table).toContain('│ right (Input)                   │ (None, 3)              │             0 │');
  expect(table).toContain('│ concatenate (Concatenate)       │ (None, 5)              │             0 │');
});

test('a model built by its first input has a summary with shapes', () => {
  const model = new Sequential([new Flatten(), new Dense(2)]);
  model.apply(ones([4, 3, 2]));
  expect(summary(model)).toContain('(None, 6)');
});

test('an offset of 0 is written down: Keras does not read a Rescaling without one', () => {
  expect(new Rescaling(0.5).toConfig()).toEqual({ scale: 0.5, offset: 0 });
});
