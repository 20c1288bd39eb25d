import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { grad } from '@gradus/autograd';
import { tensor } from '@gradus/tensor';
import {
  BinaryCrossentropy,
  CategoricalCrossentropy,
  MeanAbsoluteError,
  MeanSquaredError,
  SparseCategoricalCrossentropy,
} from '@gradus/nn';
import type { NestedValues, Tensor } from '@gradus/tensor';
import type { Loss, Reduction } from '@gradus/nn';

interface Case {
  readonly loss: string;
  readonly config: Readonly<Record<string, unknown>> & { readonly reduction?: string | null };
  readonly yTrue: NestedValues;
  readonly yPred: NestedValues;
  readonly sampleWeight?: NestedValues;
  readonly mask?: NestedValues;
  readonly expected: NestedValues;
  readonly gradient: NestedValues;
}

const fixture: { readonly losses: readonly Case[] } = JSON.parse(
  readFileSync(new URL('../fixtures/keras-losses.json', import.meta.url), 'utf8'),
);

const reductions: Readonly<Record<string, Reduction>> = {
  sum_over_batch_size: 'sumOverBatchSize',
  mean: 'mean',
  sum: 'sum',
  mean_with_sample_weight: 'meanWithSampleWeight',
  none: 'none',
};

function make({ loss, config }: Case): Loss {
  const { reduction, ...rest } = config;
  const options = reduction === undefined ? rest : { ...rest, reduction: reductions[reduction ?? 'none'] ?? 'none' };
  switch (loss) {
    case 'MeanSquaredError':
      return new MeanSquaredError(options);
    case 'MeanAbsoluteError':
      return new MeanAbsoluteError(options);
    case 'BinaryCrossentropy':
      return new BinaryCrossentropy(options);
    case 'CategoricalCrossentropy':
      return new CategoricalCrossentropy(options);
    default:
      return new SparseCategoricalCrossentropy(options);
  }
}

function expectClose(found: Tensor, expected: NestedValues, where: string): void {
  const values = tensor(expected).data('float32');
  const norm = Math.hypot(...values);
  for (const [i, value] of found.data('float32').entries()) {
    expect(Math.abs(value - (values[i] ?? NaN)), `${where}[${i}]: ${value} for ${values[i]}`).toBeLessThanOrEqual(1e-5 * norm + 1e-6);
  }
}

test.each(fixture.losses.map((c, i) => [`${i} ${c.loss} ${JSON.stringify(c.config)}`, c] as const))('%s is that of Keras', (_, c) => {
  const loss = make(c);
  const options = {
    sampleWeight: c.sampleWeight === undefined ? undefined : tensor(c.sampleWeight),
    mask: c.mask === undefined ? undefined : tensor(c.mask, 'bool'),
  };
  const f = (p: Tensor): Tensor => loss.apply(tensor(c.yTrue), p, options);
  expectClose(f(tensor(c.yPred)), c.expected, 'loss');
  expectClose(grad((p: Tensor) => f(p).sum())(tensor(c.yPred)), c.gradient, 'gradient');
});
