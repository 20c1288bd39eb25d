import { expect, test } from 'vitest';
import { Adam, RMSprop, SGD } from '@gradus/nn';
import { jit, tensor, Variable, zeros } from '@gradus/tensor';
import type { Optimizer } from '@gradus/nn';

const cases: readonly (readonly [string, Optimizer])[] = [
  ['Adam', new Adam({ beta2: 0.9 })],
  ['SGD with momentum', new SGD({ momentum: 0.9 })],
  ['RMSprop', new RMSprop({ rho: 0.9 })],
];

test.each(cases)('what %s keeps of a gradient that ended decays to next to nothing, and is never a denormal', (_, optimizer) => {
  const w = new Variable(tensor([1, -2, 3, 4, 5]), { name: 'w' });
  optimizer.apply([tensor([1, -1e-3, 1e-9, 3, 0])], [w]);
  const step = jit(() => optimizer.apply([zeros([5])], [w]));
  for (let i = 0; i < 1200; i++) {
    step();
    if (i % 100 > 0) continue;
    for (const [path, variable] of optimizer.variables(() => 'w')) {
      if (variable.shape.length === 0) continue;
      for (const value of variable.value.data('float32')) expect(value === 0 || Math.abs(value) > 1.2e-38, `${path}: ${value}`).toBe(true);
    }
  }
  const slots = optimizer.variables(() => 'w').filter(([, { shape }]) => shape.length > 0);
  expect(slots.every(([, variable]) => variable.value.data('float32').every((value) => Math.abs(value) < 1e-36))).toBe(true);
});
