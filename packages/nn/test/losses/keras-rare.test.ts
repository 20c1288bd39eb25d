import { expect, test } from 'vitest';
import { valueAndGrad } from '@gradus/autograd';
import { jit, tensor } from '@gradus/tensor';
import { CategoricalGeneralizedCrossEntropy, Circle, CTC, loss } from '@gradus/nn';
import { expectClose, named, rare } from '../rare.js';
import type { Tensor } from '@gradus/tensor';
import type { Loss } from '@gradus/nn';

const classes: Readonly<Record<string, new (options: object) => Loss>> = { CategoricalGeneralizedCrossEntropy, Circle, CTC };

test.each(named(rare.losses, (c) => c.loss))('%s is that of Keras, with its gradient, compiled too', (_, c) => {
  const Class = classes[c.loss];
  if (!Class) throw new Error(`no loss ${c.loss}`);
  const made = new Class(c.config);
  const sampleWeight = c.sampleWeight === undefined ? undefined : tensor(c.sampleWeight);
  const f = (p: Tensor): Tensor => made.apply(tensor(c.yTrue), p, { sampleWeight });
  expectClose(f(tensor(c.yPred)), c.expected, 'value', 1e-5);
  const step = valueAndGrad((p: Tensor) => f(p).sum());
  for (const run of [step, jit(step)]) expectClose(run(tensor(c.yPred))[1], c.gradient, 'gradient', 2e-5);
});

test('labels that no path of so many steps can spell cost more than any other', () => {
  const impossible = new CTC().apply(tensor([[1, 1, 1]], 'int32'), tensor([[[0, 1], [0, 1], [0, 1], [0, 1]]])); // prettier-ignore
  expect(impossible.item()).toBeGreaterThan(1e20);
});

test('names stand for them, and what they cannot mean is refused', () => {
  expect([loss('ctc'), loss('circle'), loss('categoricalGeneralizedCrossEntropy')].map(({ name }) => name)).toEqual([
    'ctc',
    'circle',
    'categorical_generalized_cross_entropy',
  ]);
  expect(() => new CategoricalGeneralizedCrossEntropy({ q: 1 })).toThrow('q: expected a number between 0 and 1, found 1');
  expect(() => new CTC().apply(tensor([1], 'int32'), tensor([[0, 1]]))).toThrow('ctc: expected labels [n, labels] and logits');
});
