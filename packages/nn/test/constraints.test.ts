import { expect, test } from 'vitest';
import { tensor, zeros } from '@gradus/tensor';
import * as nn from '@gradus/nn';
import { registryOf } from '../src/registry.js';
import { builtInLayers } from '../src/layers/index.js';
import { expectClose, named, rare } from './rare.js';
import type { Constraint } from '@gradus/nn';

const classes: Readonly<Record<string, new (options: object) => Constraint>> = {
  MaxNorm: nn.MaxNorm,
  MinMaxNorm: nn.MinMaxNorm,
  NonNeg: nn.NonNeg,
  UnitNorm: nn.UnitNorm,
};

test.each(named(rare.constraints, (c) => c.constraint))('%s is that of Keras', (_, c) => {
  const Class = classes[c.constraint];
  if (!Class) throw new Error(`no constraint ${c.constraint}`);
  expectClose(new Class(c.config).project(tensor(c.inputs)), c.expected, 'value');
});

test.each(named(rare.penalties, () => 'OrthogonalRegularizer'))('%s is that of Keras', (_, c) => {
  expectClose(new nn.OrthogonalRegularizer(c.config).penalty(tensor(c.inputs)), c.expected, 'penalty');
});

test('a layer is saved with its constraints and penalties', () => {
  const options = { kernelConstraint: new nn.MaxNorm({ maxValue: 3, axis: [0, 1] }), biasConstraint: 'nonNeg' } as const;
  const layer = new nn.Dense(2, { ...options, kernelRegularizer: new nn.OrthogonalRegularizer({ factor: 0.5 }) });
  const again = nn.Dense.fromConfig(layer.toConfig(), registryOf(builtInLayers));
  expect(again.toConfig()).toEqual(layer.toConfig());
  again.apply(zeros([1, 3]));
  expect(again.ownWeights.map(({ constraint }) => constraint?.toConfig().className)).toEqual(['MaxNorm', 'NonNeg']);
  for (const name of ['maxNorm', 'minMaxNorm', 'unitNorm'] as const) expect(nn.constraint(name)?.toConfig().config).toEqual({});
  // @ts-expect-error -- no such constraint
  expect(() => nn.constraint('tight')).toThrow("constraint: expected one of maxNorm, minMaxNorm, nonNeg, unitNorm, found 'tight'");
  expect(() => new nn.OrthogonalRegularizer().penalty(zeros([3]))).toThrow('OrthogonalRegularizer: expected a matrix, found [3]');
});
