/** The steps in Gradus: models as a user writes them, one compiled function each. */
import {
  Adam,
  Conv2D,
  Dense,
  Dropout,
  Flatten,
  fromData,
  input,
  jit,
  LayerNormalization,
  LSTM,
  MaxPooling2D,
  MeanSquaredError,
  Model,
  MultiHeadAttention,
  RMSprop,
  Sequential,
  setThreads,
  SparseCategoricalCrossentropy,
  valueAndGrad,
  Add,
} from '@gradus/train';
import { labels, numbers } from './data.js';
import { serve } from './serve.js';
import type { Layer, Loss, Optimizer, Tensor } from '@gradus/train';
import type { Step } from './serve.js';

type AnyModel = Layer<Tensor, Tensor>;

function stepOf(model: AnyModel, loss: Loss, optimizer: Optimizer, x: Tensor, y: Tensor): Step {
  model.apply(x);
  const variables = model.trainableVariables;
  const lossAndGradients = valueAndGrad((a: Tensor, b: Tensor) => loss.apply(b, model.apply(a, { training: true })), { wrt: variables });
  const step = jit((a: Tensor, b: Tensor) => {
    const [value, gradients] = lossAndGradients(a, b);
    optimizer.apply(gradients, variables);
    return value;
  });
  return () => {
    step(x, y).item();
  };
}

function perceptron(batch: number): Step {
  const model = new Sequential([new Dense(128, { activation: 'relu' }), new Dense(64, { activation: 'relu' }), new Dense(10)]);
  const x = fromData(numbers(batch * 784, 1), [batch, 784]);
  return stepOf(model, new SparseCategoricalCrossentropy({ fromLogits: true }), new Adam(), x, fromData(labels(batch)));
}

function convolutional(batch: number): Step {
  const model = new Sequential([
    new Conv2D(32, 3, { activation: 'relu' }),
    new MaxPooling2D(2),
    new Conv2D(64, 3, { activation: 'relu' }),
    new MaxPooling2D(2),
    new Flatten(),
    new Dense(128, { activation: 'relu' }),
    new Dropout(0.5),
    new Dense(10),
  ]);
  const x = fromData(numbers(batch * 784, 1), [batch, 28, 28, 1]);
  return stepOf(model, new SparseCategoricalCrossentropy({ fromLogits: true }), new Adam(), x, fromData(labels(batch)));
}

function lstm(): Step {
  const model = new Sequential([new LSTM(64), new Dense(1)]);
  const x = fromData(numbers(32 * 50 * 32, 1), [32, 50, 32]);
  return stepOf(model, new MeanSquaredError(), new RMSprop(), x, fromData(numbers(32, 2), [32, 1]));
}

function transformer(): Step {
  const x = input([64, 128]);
  const seen = new LayerNormalization().apply(x);
  const attended = new Add().apply([x, new MultiHeadAttention(4, 32).apply({ query: seen, value: seen })]);
  const wide = new Dense(512, { activation: 'gelu' }).apply(new LayerNormalization().apply(attended));
  const model = new Model({ inputs: x, outputs: new Add().apply([attended, new Dense(128).apply(wide)]) });
  const rows = (seed: number): Tensor => fromData(numbers(8 * 64 * 128, seed), [8, 64, 128]);
  return stepOf(model, new MeanSquaredError(), new Adam(), rows(1), rows(2));
}

setThreads(Number(process.argv[2] ?? 1), { always: true });
await serve({
  'perceptron 32': () => perceptron(32),
  'perceptron 128': () => perceptron(128),
  'perceptron 512': () => perceptron(512),
  'cnn 32': () => convolutional(32),
  'cnn 128': () => convolutional(128),
  lstm,
  transformer,
});
