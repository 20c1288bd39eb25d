/** The steps in jax-js on its WebAssembly backend: plain functions of arrays, `jit` around the whole step. It has no loop, so no LSTM. */
import { defaultDevice, init, jit, lax, nn, numpy as np, tree, valueAndGrad } from '@jax-js/jax';
import { labels, numbers } from './data.js';
import { serve } from './serve.js';
import type { Step } from './serve.js';

await init('wasm');
defaultDevice('wasm');

type Parameters = Record<string, np.Array>;
type State = {
  readonly t: np.Array;
  readonly w: Parameters;
  readonly m: Parameters;
  readonly v: Parameters;
};

/** Adam around a loss: arrays are moved, so that each use but the last wants a `.ref`. */
function stepOf(loss: (w: Parameters, x: np.Array, y: np.Array) => np.Array, w: Parameters, x: np.Array, y: np.Array): Step {
  const zeros = (): Parameters => Object.fromEntries(Object.entries(w).map(([name, value]) => [name, np.zeros(value.shape)]));
  const update = jit((state: State, a: np.Array, b: np.Array): [State, np.Array] => {
    const [value, gradients] = valueAndGrad(loss)(tree.ref(state.w), a, b);
    const t = state.t.add(1);
    const next: { w: Parameters; m: Parameters; v: Parameters } = { w: {}, m: {}, v: {} };
    const rate = np
      .sqrt(np.subtract(1, np.power(0.999, t.ref)))
      .div(np.subtract(1, np.power(0.9, t.ref)))
      .mul(1e-3);
    for (const name of Object.keys(state.w)) {
      const [g, before, m, v] = [gradients[name], state.w[name], state.m[name], state.v[name]];
      if (!g || !before || !m || !v) throw new Error(name);
      const m1 = m.mul(0.9).add(g.ref.mul(0.1));
      const v1 = v.mul(0.999).add(np.square(g).mul(0.001));
      next.w[name] = before.sub(m1.ref.mul(rate.ref).div(np.sqrt(v1.ref).add(1e-7)));
      next.m[name] = m1;
      next.v[name] = v1;
    }
    rate.dispose();
    return [{ t, ...next }, value];
  });
  let state: State = { t: np.array(0), w, m: zeros(), v: zeros() };
  return async () => {
    const [next, value] = update(state, x.ref, y.ref);
    state = next;
    await value.data();
  };
}

const weight = (seed: number, ...shape: number[]): np.Array => {
  const size = shape.reduce((a, b) => a * b, 1);
  return np.array(numbers(size, seed).map((value) => value / 16)).reshape(shape);
};

/** Mean surprise of one-hot labels. */
function surprise(logits: np.Array, y: np.Array): np.Array {
  return np.mean(np.sum(nn.logSoftmax(logits).mul(y), -1)).mul(-1);
}

function perceptron(batch: number): Step {
  const w = {
    a: weight(1, 784, 128),
    b: np.zeros([128]),
    c: weight(2, 128, 64),
    d: np.zeros([64]),
    e: weight(3, 64, 10),
    f: np.zeros([10]),
  };
  const loss = ({ a, b, c, d, e, f }: Parameters, x: np.Array, y: np.Array): np.Array => {
    if (!a || !b || !c || !d || !e || !f) throw new Error('a weight is missing');
    return surprise(np.matmul(nn.relu(np.matmul(nn.relu(np.matmul(x, a).add(b)), c).add(d)), e).add(f), y);
  };
  return stepOf(loss, w, weight(4, batch, 784), nn.oneHot(np.array(labels(batch)), 10));
}

function convolutional(batch: number): Step {
  const w = {
    a: weight(1, 32, 1, 3, 3),
    b: np.zeros([32, 1, 1]),
    c: weight(2, 64, 32, 3, 3),
    d: np.zeros([64, 1, 1]),
    e: weight(3, 1600, 128),
    f: np.zeros([128]),
    g: weight(4, 128, 10),
    h: np.zeros([10]),
  };
  const pool = (x: np.Array): np.Array => lax.reduceWindow(x, np.max, [2, 2], [2, 2]);
  const loss = ({ a, b, c, d, e, f, g, h }: Parameters, x: np.Array, y: np.Array): np.Array => {
    if (!a || !b || !c || !d || !e || !f || !g || !h) throw new Error('a weight is missing');
    const first = pool(nn.relu(lax.conv(x, a, [1, 1], 'VALID').add(b)));
    const second = pool(nn.relu(lax.conv(first, c, [1, 1], 'VALID').add(d)));
    return surprise(np.matmul(nn.relu(np.matmul(second.reshape([batch, 1600]), e).add(f)), g).add(h), y);
  };
  return stepOf(loss, w, weight(5, batch, 1, 28, 28), nn.oneHot(np.array(labels(batch)), 10));
}

function transformer(): Step {
  const kernels = Object.fromEntries(['q', 'k', 'v', 'o'].map((name, i) => [name, weight(i, 128, 128)]));
  const biases = Object.fromEntries(['qb', 'kb', 'vb', 'ob', 'beta', 'beta2', 'eb'].map((name) => [name, np.zeros([128])]));
  const w: Parameters = {
    ...kernels,
    ...biases,
    gamma: np.ones([128]),
    gamma2: np.ones([128]),
    c: weight(8, 128, 512),
    cb: np.zeros([512]),
    e: weight(9, 512, 128),
  };
  const loss = (p: Parameters, x: np.Array, y: np.Array): np.Array => {
    const at = (name: string): np.Array => {
      const found = p[name];
      if (!found) throw new Error(name);
      return found;
    };
    const normalized = (a: np.Array, gamma: string, beta: string): np.Array => {
      const centred = a.ref.sub(np.mean(a, -1, { keepdims: true }));
      const variance = np.mean(np.square(centred.ref), -1, { keepdims: true });
      return centred
        .div(np.sqrt(variance.add(1e-3)))
        .mul(at(gamma))
        .add(at(beta));
    };
    const heads = (a: np.Array): np.Array => np.transpose(a.reshape([8, 64, 4, 32]), [0, 2, 1, 3]);
    const linear = (a: np.Array, kernel: string, bias: string): np.Array => np.matmul(a, at(kernel)).add(at(bias));
    const seen = normalized(x.ref, 'gamma', 'beta');
    const q = heads(linear(seen.ref, 'q', 'qb')).mul(1 / Math.sqrt(32));
    const k = np.transpose(heads(linear(seen.ref, 'k', 'kb')), [0, 1, 3, 2]);
    const shares = nn.softmax(np.matmul(q, k), -1);
    const mixed = np.transpose(np.matmul(shares, heads(linear(seen, 'v', 'vb'))), [0, 2, 1, 3]).reshape([512, 128]);
    const attended = x.add(linear(mixed, 'o', 'ob'));
    const wide = nn.gelu(linear(normalized(attended.ref, 'gamma2', 'beta2'), 'c', 'cb'), { approximate: false });
    return np.mean(np.square(attended.add(linear(wide, 'e', 'eb')).sub(y)));
  };
  return stepOf(loss, w, weight(10, 512, 128), weight(11, 512, 128));
}

function noLoop(): never {
  throw new Error('it has no scan');
}

await serve({
  'perceptron 32': () => perceptron(32),
  'perceptron 128': () => perceptron(128),
  'perceptron 512': () => perceptron(512),
  'cnn 32': () => convolutional(32),
  'cnn 128': () => convolutional(128),
  lstm: noLoop,
  transformer,
});
