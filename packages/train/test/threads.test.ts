import { afterAll, test } from 'vitest';
import { expectSameBits } from '@gradus/tensor/testing';
import { Conv2D, Dense, Dropout, Flatten, fromData, LSTM, MaxPooling2D, Sequential, setThreads, Trainer } from '@gradus/train';
import type { Tensor } from '@gradus/train';

afterAll(() => setThreads(1));

const wave = (shape: readonly number[]): Tensor => {
  const size = shape.reduce((a, b) => a * b, 1);
  return fromData(Float32Array.from({ length: size }, (_, i) => Math.sin(1.7 * i)), shape, 'float32'); // prettier-ignore
};

const perceptron = (): Sequential => new Sequential([new Dense(128, { activation: 'relu' }), new Dense(10)], { seed: 1 });
const images = (): Sequential => {
  // The second convolution runs by minimal filtering, and so must each thread's part of it.
  const convolutions = [new Conv2D(16, 3, { activation: 'relu' }), new Conv2D(32, 3, { activation: 'relu' })];
  return new Sequential([...convolutions, new MaxPooling2D(2), new Flatten(), new Dropout(0.5), new Dense(10)], { seed: 1 });
};
const sequences = (): Sequential => new Sequential([new LSTM(32), new Dense(10)], { seed: 1 });

/** Weights after twelve steps, the last batches smaller. */
async function train(threads: number, model: Sequential, x: Tensor): Promise<readonly Tensor[]> {
  setThreads(threads, { always: true });
  const [n = 0] = x.shape;
  const y = fromData(Int32Array.from({ length: n }, (_, i) => i % 10)); // prettier-ignore
  const trainer = new Trainer(model, { optimizer: 'adam', loss: 'sparseCategoricalCrossentropy' });
  await trainer.fit({ x, y }, { epochs: 4, batchSize: 48, verbose: 0 });
  return model.weights.map((weight) => weight.value);
}

test.each([
  ['a perceptron', perceptron, wave([130, 200])],
  ['a convolutional network', images, wave([130, 14, 14, 3])],
  ['a recurrent network', sequences, wave([130, 12, 24])],
])('two threads train %s as one does, to the last bit', async (_, model, x) => {
  expectSameBits(await train(2, model(), x), await train(1, model(), x));
});
