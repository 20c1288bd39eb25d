import { expect, test } from 'vitest';
import { jit, tensor, Variable } from '@gradus/tensor';
import * as nn from '@gradus/nn';
import { expectClose, named, rare } from '../rare.js';
import type { Optimizer } from '@gradus/nn';

const classes: Readonly<Record<string, new (options: object) => Optimizer>> = {
  Adadelta: nn.Adadelta,
  Adafactor: nn.Adafactor,
  Adagrad: nn.Adagrad,
  Adamax: nn.Adamax,
  Ftrl: nn.Ftrl,
  Lamb: nn.Lamb,
  Lion: nn.Lion,
  Muon: nn.Muon,
  Nadam: nn.Nadam,
  ScheduleFreeAdamW: nn.ScheduleFreeAdamW,
};

test.each(named(rare.optimizers, (c) => c.optimizer))('%s moves as Keras does, compiled too', (_, c) => {
  const Class = classes[c.optimizer];
  const [first] = rare.initial;
  if (!Class || !first) throw new Error(`no optimizer ${c.optimizer}`);
  for (const compiled of [false, true]) {
    const optimizer = new Class(c.config);
    const variables = [new Variable(tensor(first.matrix), { name: 'matrix' }), new Variable(tensor(first.vector), { name: 'vector' })];
    const step = optimizer.apply.bind(optimizer);
    const run = compiled ? jit((m: ReturnType<typeof tensor>, v: ReturnType<typeof tensor>) => step([m, v], variables)) : undefined;
    for (const [i, { matrix, vector }] of rare.gradients.entries()) {
      if (run) run(tensor(matrix), tensor(vector));
      else step([tensor(matrix), tensor(vector)], variables);
      const [m, v] = variables;
      if (!m || !v) throw new Error('no variables');
      expectClose(m.value, c.matrix[i] ?? [], `matrix after ${i + 1}`, 1e-5);
      expectClose(v.value, c.vector[i] ?? [], `vector after ${i + 1}`, 1e-5);
    }
  }
});

test('Muon leaves embeddings, and weights whose names it is told, to Adam', () => {
  const names = ['kernel', 'embeddings', 'head_kernel'];
  const variables = names.map((name) => new Variable(tensor([[1, 2]]), { name }));
  const muon = new nn.Muon({ excludeLayers: ['head'] });
  muon.build(variables);
  const slots = muon.variables(({ name }) => name).map(([path]) => path);
  expect(slots.filter((path) => path.endsWith('velocity'))).toEqual(['embeddings/velocity', 'head_kernel/velocity']);
});

test('a loss that was multiplied is divided again', () => {
  const w = new Variable(tensor([1, 2]));
  const optimizer = new nn.SGD({ learningRate: 1, lossScaleFactor: 4 });
  optimizer.apply([tensor([4, 8])], [w]);
  expect([optimizer.lossScale, w.value.toArray(1)]).toEqual([4, [0, 0]]);
  expect(() => new nn.SGD({ lossScaleFactor: 0 })).toThrow('lossScaleFactor: expected a number above 0, found 0');
});

test.each([false, true])('a scale halves where gradients overflow and doubles where they do not; compiled: %s', (compiled) => {
  const w = new Variable(tensor([8]));
  const optimizer = new nn.LossScaleOptimizer(new nn.SGD({ learningRate: 1, momentum: 0.5 }), { initialScale: 4, dynamicGrowthSteps: 2 });
  const step = (g: ReturnType<typeof tensor>): void => optimizer.apply([g], [w]);
  const run = compiled ? jit(step) : step;
  const seen = [4, Infinity, 4, 4, 4, NaN].map((g) => {
    run(tensor([g]));
    return [w.value.item(), optimizer.lossScale.item()];
  });
  // Velocities 1, (1), 2.5, 3.25, 2.625: what overflowed leaves no trace.
  expect(seen).toEqual([[7, 4], [7, 2], [4.5, 2], [1.25, 4], [-1.375, 4], [-1.375, 2]]); // prettier-ignore
});

test.each([
  [{ initialScale: 0 }, 'initialScale: expected a number above 0, found 0'],
  [{ dynamicGrowthSteps: 0 }, 'dynamicGrowthSteps: expected a whole number of at least 1, found 0'],
])('LossScaleOptimizer refuses %j', (options, message) => {
  expect(() => new nn.LossScaleOptimizer(new nn.SGD(), options)).toThrow(message);
});
