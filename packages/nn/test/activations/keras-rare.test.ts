import { expect, test } from 'vitest';
import { grad } from '@gradus/autograd';
import { checkGradients } from '@gradus/autograd/testing';
import { jit, tensor } from '@gradus/tensor';
import * as nn from '@gradus/nn';
import { expectClose, named, rare } from '../rare.js';
import type { Tensor } from '@gradus/tensor';

type Numbers = Readonly<Record<string, number>>;

/** By Keras' names, with our options. */
const activations: Readonly<Record<string, (x: Tensor, options: Numbers) => Tensor>> = {
  celu: (x, { alpha }) => nn.celu(x, alpha),
  glu: (x, { axis }) => nn.glu(x, axis),
  hard_shrink: (x, { by }) => nn.hardShrink(x, by),
  hard_silu: nn.hardSilu,
  hard_tanh: nn.hardTanh,
  soft_shrink: (x, { by }) => nn.softShrink(x, by),
  sparse_plus: nn.sparsePlus,
  sparse_sigmoid: nn.sparseSigmoid,
  squareplus: (x, { b }) => nn.squareplus(x, b),
  tanh_shrink: nn.tanhShrink,
  threshold: (x, { limit = 0, otherwise = 0 }) => nn.threshold(x, limit, otherwise),
};

test.each(named(rare.activations, (c) => c.activation))('%s is that of Keras, with its gradient, compiled too', (_, c) => {
  const f = (x: Tensor): Tensor => {
    const activation = activations[c.activation];
    if (!activation) throw new Error(`no activation ${c.activation}`);
    return activation(x, numbersIn(c.config));
  };
  const x = tensor(c.inputs);
  const pulled = (v: Tensor): Tensor => f(v).mul(tensor(c.cotangent)).sum();
  expectClose(f(x), c.expected, 'value');
  expectClose(grad(pulled)(x), c.gradient, 'gradient');
  expectClose(jit(f)(x), c.expected, 'compiled');
  expectClose(jit(grad(pulled))(x), c.gradient, 'compiled gradient');
});

function numbersIn(config: Readonly<Record<string, unknown>>): Numbers {
  return Object.fromEntries(Object.entries(config).map(([key, value]) => [key, Number(value)]));
}

test('sparsemax is the nearest point of the simplex', () => {
  const x = tensor([[0.5, 0.25, -1], [2, 0, 0.5], [0.25, 0.25, 0.25]]); // prettier-ignore
  expectClose(nn.sparsemax(x), [[0.625, 0.375, 0], [1, 0, 0], [1 / 3, 1 / 3, 1 / 3]], 'rows'); // prettier-ignore
  expectClose(nn.sparsemax(x.transpose(), 0), [[0.625, 1, 1 / 3], [0.375, 0, 1 / 3], [0, 0, 1 / 3]], 'columns'); // prettier-ignore
  checkGradients((v: Tensor) => nn.sparsemax(v), [tensor([[0.5, 0.25, -1, 0.125], [0.75, -0.5, 0.625, 1]])]); // prettier-ignore
});

test('names stand for activations with their default options', () => {
  const x = tensor([[-2, -0.25, 0.75, 3]]);
  for (const [name, f] of [
    ['celu', nn.celu],
    ['hardSwish', nn.hardSilu],
    ['sparsemax', nn.sparsemax],
    ['hardShrink', nn.hardShrink],
  ] as const) {
    expect(nn.activation(name)(x).toArray(2)).toEqual(f(x).toArray(2));
  }
});
