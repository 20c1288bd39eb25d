/** What is measured: training steps, with the floating point operations that their products and convolutions take. */

export interface Work {
  readonly name: string;
  readonly what: string;
  readonly batch: number;
  /** Of one step. Multiplications and additions in products; element-wise work is not counted. */
  readonly flops: number;
  /** Steps in one turn of `--quick`, so that every turn takes about as long. */
  readonly steps: number;
}

/** Forward, gradient of the weights, gradient of the inputs: a product each. The first layer needs no gradient of its inputs. */
const [first, later] = [2, 3];

function perceptron(batch: number): Work {
  const flops = 2 * batch * (first * 784 * 128 + later * 128 * 64 + later * 64 * 10);
  return {
    name: `perceptron ${batch}`,
    what: `784-128-64-10, relu, sparse cross-entropy, Adam, batch ${batch}`,
    batch,
    flops,
    steps: Math.max(4, 2560 / batch),
  };
}

function convolutional(batch: number): Work {
  const [one, two] = [26 * 26 * 9 * 32, 11 * 11 * 9 * 32 * 64];
  const flops = 2 * batch * (first * one + later * two + later * 1600 * 128 + later * 128 * 10);
  const what = `28x28x1, conv 3x3x32, pool, conv 3x3x64, pool, dense 128, dropout, dense 10, Adam, batch ${batch}`;
  return { name: `cnn ${batch}`, what, batch, flops, steps: Math.max(2, 256 / batch) };
}

const lstm: Work = {
  name: 'lstm',
  what: 'LSTM(64) over [32, 50, 32], dense 1, mean squared error, RMSprop',
  batch: 32,
  flops: 2 * 32 * 50 * (first * 32 * 256 + later * 64 * 256) + 2 * 32 * later * 64,
  steps: 12,
};

const transformer: Work = {
  name: 'transformer',
  what: 'one block: width 128, 4 heads, feed-forward 512, 64 tokens, mean squared error, Adam, batch 8',
  batch: 8,
  flops: 2 * 512 * later * (4 * 128 * 128 + 2 * 128 * 512 + 2 * 64 * 128),
  steps: 6,
};

export const works: readonly Work[] = [
  perceptron(32),
  perceptron(128),
  perceptron(512),
  convolutional(32),
  convolutional(128),
  lstm,
  transformer,
];
