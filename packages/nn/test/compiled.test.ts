import { expect, test } from 'vitest';
import { valueAndGrad } from '@gradus/autograd';
import { Adam, Context, Dense, LSTM, MeanSquaredError, RMSprop, Sequential, SparseCategoricalCrossentropy } from '@gradus/nn';
import { jit, key, uniform } from '@gradus/tensor';
import type { Graph } from '@gradus/tensor/extend';
import type { Jitted, Tensor } from '@gradus/tensor';
import type { Loss, Optimizer } from '@gradus/nn';

type Step = Jitted<readonly [x: Tensor, y: Tensor], Tensor>;

/** A training step of `model`: forward, loss, backward, update. */
function stepOf(model: Sequential, loss: Loss, optimizer: Optimizer): Step {
  return jit(
    (x: Tensor, y: Tensor) => {
      const [value, gradients] = valueAndGrad(
        () => {
          const predicted = model.apply(x, new Context({ training: true }));
          return loss.apply(y, predicted);
        },
        { wrt: model.weights },
      )();
      optimizer.apply(gradients, model.weights);
      return value;
    },
    { name: 'step' },
  );
}

function perceptron(): { readonly step: Step; readonly x: Tensor; readonly y: Tensor } {
  const layers = [new Dense(128, { activation: 'relu' }), new Dense(64, { activation: 'relu' }), new Dense(10)];
  const model = new Sequential(layers, { inputShape: [784], seed: 1 });
  const step = stepOf(model, new SparseCategoricalCrossentropy({ fromLogits: true }), new Adam());
  return { step, x: uniform(key(1), [32, 784]), y: uniform(key(2), [32]).mul(10).cast('int32') };
}

function recurrent(steps: number): Step {
  const model = new Sequential([new LSTM(64), new Dense(1)], { inputShape: [steps, 32], seed: 1 });
  const step = stepOf(model, new MeanSquaredError(), new RMSprop());
  step(uniform(key(1), [4, steps, 32]), uniform(key(2), [4, 1]));
  return step;
}

/** How many nodes of a kind there are, inside loops too. */
function count({ nodes }: Graph, kind: string): number {
  return nodes.reduce((total, node) => {
    const inside = node.kind === 'scan' ? count(node.attributes.body, kind) : 0;
    return total + inside + Number(node.kind === kind || (node.kind === 'op' && node.name === kind));
  }, 0);
}

test('the step of a perceptron is 13 nests of loops and 8 products, in which nothing is transposed or copied', () => {
  const { step, x, y } = perceptron();
  const first = step(x, y).item();
  const graph = step.programs[0]?.compiled;
  expect(graph && ['fused', 'matmul', 'transpose', 'concat'].map((kind) => count(graph, kind))).toEqual([13, 8, 0, 0]);
  expect(step.explain()).toContain(' 0 copies, 0 loops, 0 on reference kernels');
  expect(step.explain()).toMatch(/arena (.+) for \1 alive at most/);
  for (let i = 0; i < 20; i++) step(x, y);
  expect(step(x, y).item()).toBeLessThan(first / 2);
});

test('an LSTM is 13 nests, the same kernels and call sites for any number of steps', () => {
  const [short, long] = [recurrent(5), recurrent(50)];
  const graph = short.programs[0]?.compiled;
  expect(graph && ['fused', 'matmul', 'slice'].map((kind) => count(graph, kind))).toEqual([13, 8, 8]);
  const [calls] = short.explain().split('\n');
  expect(long.explain().split('\n')[0]).toBe(calls);
  expect(long.explain()).toMatch(/arena (.+) for \1 alive at most/);
});

test('a step knows its memory before it runs, and explains where time goes without changing anything', () => {
  const { step, x, y } = perceptron();
  step.prepare(x, y);
  const bytes = step.programs[0]?.memory ?? 0;
  expect(bytes).toBeGreaterThan(400_000);
  expect(bytes).toBeLessThan(600_000);
  step(x, y);
  const told = step.explain({ profile: true });
  expect(told).toContain('matmul f32[32, 784] f32[784, 128] -> f32[32, 128]');
  expect(told).toContain('GFLOP/s');
  expect(step(x, y).item()).toBe(secondLoss());
});

function secondLoss(): number {
  const { step, x, y } = perceptron();
  step(x, y);
  return step(x, y).item();
}
