import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { jit, tensor, Variable } from '@gradus/tensor';
import { Adam, adamW, RMSprop, SGD } from '@gradus/nn';
import type { Tensor } from '@gradus/tensor';
import type { Optimizer, OptimizerOptions } from '@gradus/nn';

interface Pair<T> {
  readonly matrix: T;
  readonly vector: T;
}
interface Case {
  readonly optimizer: string;
  readonly config: OptimizerOptions;
  readonly excludeFromWeightDecay?: readonly string[];
  readonly learningRateAfterStep5?: number;
  readonly variables: Pair<readonly number[][]>;
  readonly slots: Pair<Readonly<Record<string, number[]>>>;
  readonly finalized?: Pair<number[]>;
}
interface Fixture {
  readonly initial: Pair<number[]>;
  readonly gradients: readonly Pair<number[]>[];
  readonly cases: readonly Case[];
}

const fixture: Fixture = JSON.parse(readFileSync(new URL('../fixtures/keras-optimizers.json', import.meta.url), 'utf8'));

function make(name: string, options: OptimizerOptions): Optimizer {
  switch (name) {
    case 'SGD':
      return new SGD(options);
    case 'RMSprop':
      return new RMSprop(options);
    case 'Adam':
      return new Adam(options);
    default:
      return adamW(options);
  }
}

/** Within 1e-5 of the tensor's norm. */
function expectClose(found: Tensor, expected: number[], where: string): void {
  const values = tensor(expected).data('float32');
  for (const [i, value] of found.data('float32').entries()) {
    expect(Math.abs(value - (values[i] ?? NaN)), `${where}[${i}]`).toBeLessThan(1e-5 * Math.hypot(...values) + 1e-7);
  }
}

test.each(fixture.cases.map((c) => [`${c.optimizer} ${JSON.stringify(c.config)}`, c] as const))('%s moves as Keras does', (_, c) => {
  const matrix = new Variable(tensor(fixture.initial.matrix), { name: 'matrix' });
  const vector = new Variable(tensor(fixture.initial.vector), { name: 'vector' });
  const excluded = c.excludeFromWeightDecay;
  const optimizer = make(c.optimizer, excluded ? { ...c.config, excludeFromWeightDecay: excluded } : c.config);
  const step = jit((a: Tensor, b: Tensor) => optimizer.apply([a, b], [matrix, vector]));
  for (const [k, g] of fixture.gradients.entries()) {
    if (k === 5 && c.learningRateAfterStep5 !== undefined) optimizer.learningRate = c.learningRateAfterStep5;
    step(tensor(g.matrix), tensor(g.vector));
    expectClose(matrix.value, c.variables.matrix[k] ?? [], `matrix after ${k + 1}`);
    expectClose(vector.value, c.variables.vector[k] ?? [], `vector after ${k + 1}`);
  }
  expect(step.programs).toHaveLength(1);
  const slots = new Map(optimizer.variables((variable) => variable.name));
  for (const [name, value] of Object.entries(c.slots.matrix)) {
    const slot = slots.get(`matrix/${name}`);
    if (slot) expectClose(slot.value, value, `matrix/${name}`);
  }
  optimizer.finalize();
  if (c.finalized) expectClose(matrix.value, c.finalized.matrix, 'finalized matrix');
});
