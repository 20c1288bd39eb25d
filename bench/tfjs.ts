/** The steps in TensorFlow.js: its layers and `trainOnBatch` where it has them. The first argument names the backend: wasm or cpu. */
import * as tf from '@tensorflow/tfjs';
import { setThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { labels, numbers } from './data.js';
import { serve } from './serve.js';
import type { Step } from './serve.js';

setWasmPaths(`${dirname(fileURLToPath(import.meta.resolve('@tensorflow/tfjs-backend-wasm')))}/`);
setThreadsCount(1);
tf.enableProdMode();
await tf.setBackend(process.argv[2] ?? 'wasm');

function trained(model: tf.Sequential, loss: string, optimizer: tf.Optimizer, x: tf.Tensor, y: tf.Tensor): Step {
  model.compile({ optimizer, loss });
  return async () => {
    await model.trainOnBatch(x, y);
  };
}

const adam = (): tf.Optimizer => tf.train.adam(1e-3, 0.9, 0.999, 1e-7);
const crossEntropy = 'sparseCategoricalCrossentropy';

function perceptron(batch: number): Step {
  const model = tf.sequential({
    layers: [
      tf.layers.dense({ units: 128, activation: 'relu', inputShape: [784] }),
      tf.layers.dense({ units: 64, activation: 'relu' }),
      tf.layers.dense({ units: 10, activation: 'softmax' }),
    ],
  });
  return trained(
    model,
    crossEntropy,
    adam(),
    tf.tensor(numbers(batch * 784, 1), [batch, 784]),
    tf.tensor(labels(batch), [batch, 1], 'float32'),
  );
}

function convolutional(batch: number): Step {
  const model = tf.sequential({
    layers: [
      tf.layers.conv2d({ filters: 32, kernelSize: 3, activation: 'relu', inputShape: [28, 28, 1] }),
      tf.layers.maxPooling2d({ poolSize: 2 }),
      tf.layers.conv2d({ filters: 64, kernelSize: 3, activation: 'relu' }),
      tf.layers.maxPooling2d({ poolSize: 2 }),
      tf.layers.flatten(),
      tf.layers.dense({ units: 128, activation: 'relu' }),
      tf.layers.dropout({ rate: 0.5 }),
      tf.layers.dense({ units: 10, activation: 'softmax' }),
    ],
  });
  const x = tf.tensor(numbers(batch * 784, 1), [batch, 28, 28, 1]);
  return trained(model, crossEntropy, adam(), x, tf.tensor(labels(batch), [batch, 1], 'float32'));
}

function lstm(): Step {
  const model = tf.sequential({ layers: [tf.layers.lstm({ units: 64, inputShape: [50, 32] }), tf.layers.dense({ units: 1 })] });
  const x = tf.tensor(numbers(32 * 50 * 32, 1), [32, 50, 32]);
  return trained(model, 'meanSquaredError', tf.train.rmsprop(1e-3, 0.9, 0, 1e-7), x, tf.tensor(numbers(32, 2), [32, 1]));
}

function transformer(): Step {
  const weight = (seed: number, ...shape: number[]): tf.Variable => {
    const size = shape.reduce((a, b) => a * b, 1);
    return tf.variable(tf.tensor(numbers(size, seed).map((value) => value / 16), shape)); // prettier-ignore
  };
  const one = (...shape: number[]): tf.Variable => tf.variable(tf.ones(shape));
  const zero = (...shape: number[]): tf.Variable => tf.variable(tf.zeros(shape));
  const kernels = [128, 128, 128, 128].map((n, i) => ({ w: weight(i, n, 128), b: zero(128) }));
  const [wide, narrow] = [{ w: weight(8, 128, 512), b: zero(512) }, { w: weight(9, 512, 128), b: zero(128) }]; // prettier-ignore
  const norms = [0, 1].map(() => ({ gamma: one(128), beta: zero(128) }));
  const linear = (x: tf.Tensor, { w, b }: { w: tf.Tensor; b: tf.Tensor }): tf.Tensor => x.matMul(w).add(b);
  const normalized = (x: tf.Tensor, { gamma, beta }: { gamma: tf.Tensor; beta: tf.Tensor }): tf.Tensor => {
    const centred = x.sub(x.mean(-1, true));
    return centred.mul(centred.square().mean(-1, true).add(1e-3).rsqrt()).mul(gamma).add(beta);
  };
  const heads = (x: tf.Tensor): tf.Tensor => x.reshape([8, 64, 4, 32]).transpose([0, 2, 1, 3]);
  const gelu = (x: tf.Tensor): tf.Tensor => x.mul(0.5).mul(x.mul(Math.SQRT1_2).erf().add(1));
  const x = tf.tensor(numbers(512 * 128, 1), [512, 128]);
  const y = tf.tensor(numbers(512 * 128, 2), [512, 128]);
  const [first, second] = norms;
  const [q, k, v, out] = kernels;
  if (!first || !second || !q || !k || !v || !out) throw new Error('unreachable');
  const loss = (): tf.Scalar => {
    const seen = normalized(x, first);
    const shares = heads(linear(seen, q)).mul(1 / Math.sqrt(32)).matMul(heads(linear(seen, k)), false, true).softmax(); // prettier-ignore
    const attended = x.add(
      linear(
        shares
          .matMul(heads(linear(seen, v)))
          .transpose([0, 2, 1, 3])
          .reshape([512, 128]),
        out,
      ),
    );
    return attended
      .add(linear(gelu(linear(normalized(attended, second), wide)), narrow))
      .sub(y)
      .square()
      .mean<tf.Scalar>();
  };
  const optimizer = adam();
  return async () => {
    const value = optimizer.minimize(loss, true);
    await value?.data();
    value?.dispose();
  };
}

await serve({
  'perceptron 32': () => perceptron(32),
  'perceptron 128': () => perceptron(128),
  'perceptron 512': () => perceptron(512),
  'cnn 32': () => convolutional(32),
  'cnn 128': () => convolutional(128),
  lstm,
  transformer,
});
