import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { grad } from '@gradus/autograd';
import { tensor } from '@gradus/tensor';
import * as nn from '@gradus/nn';
import type { NestedValues, Tensor } from '@gradus/tensor';
import type { Loss, Reduction } from '@gradus/nn';

interface Case {
  readonly loss: string;
  readonly name: string;
  readonly config: Readonly<Record<string, unknown>> & { readonly reduction?: string };
  readonly note?: string;
  readonly yTrue: NestedValues;
  readonly yPred: NestedValues;
  readonly sampleWeight?: NestedValues;
  readonly expected: NestedValues;
  readonly gradient?: NestedValues;
}

const fixture: { readonly losses: readonly Case[] } = JSON.parse(
  readFileSync(new URL('../fixtures/keras-more-losses.json', import.meta.url), 'utf8'),
);

const reductions: Readonly<Record<string, Reduction>> = {
  sum_over_batch_size: 'sumOverBatchSize',
  mean: 'mean',
  sum: 'sum',
  mean_with_sample_weight: 'meanWithSampleWeight',
  none: 'none',
};

const classes: Readonly<Record<string, new (options: object) => Loss>> = {
  MeanAbsolutePercentageError: nn.MeanAbsolutePercentageError,
  MeanSquaredLogarithmicError: nn.MeanSquaredLogarithmicError,
  Huber: nn.Huber,
  LogCosh: nn.LogCosh,
  Poisson: nn.Poisson,
  CosineSimilarity: nn.CosineSimilarity,
  Hinge: nn.Hinge,
  SquaredHinge: nn.SquaredHinge,
  CategoricalHinge: nn.CategoricalHinge,
  KLDivergence: nn.KLDivergence,
  BinaryFocalCrossentropy: nn.BinaryFocalCrossentropy,
  CategoricalFocalCrossentropy: nn.CategoricalFocalCrossentropy,
  Dice: nn.Dice,
  Tversky: nn.Tversky,
};

function make({ loss, config: { reduction = 'sum_over_batch_size', ...rest } }: Case): Loss {
  const Class = classes[loss];
  if (!Class) throw new Error(`no class for ${loss}`);
  return new Class({ ...rest, ...exchanged(loss, rest), reduction: reductions[reduction] });
}

/** The fixture is of Keras 3.15, whose Tversky has alpha and beta the other way round; 3.16 has them as the paper does. */
function exchanged(loss: string, { alpha, beta }: Readonly<Record<string, unknown>>): object {
  return loss === 'Tversky' && alpha !== undefined ? { alpha: beta, beta: alpha } : {};
}

/** Within 2e-6 of the largest number, but for what float32 leaves of sums that cancel. */
function expectClose(found: Tensor, expected: NestedValues, where: string): void {
  const wanted = tensor(expected);
  expect(found.shape, where).toEqual(wanted.shape);
  const values = wanted.data('float32');
  const scale = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  for (const [i, value] of found.data('float32').entries()) {
    expect(Math.abs(value - (values[i] ?? NaN)), `${where}[${i}]: ${value} for ${values[i]}`).toBeLessThanOrEqual(2e-6 * scale + 1.5e-7);
  }
}

test.each(fixture.losses.map((c, i) => [`${i} ${c.loss} ${JSON.stringify(c.config)} ${c.note ?? ''}`, c] as const))(
  '%s is that of Keras',
  (_, c) => {
    const loss = make(c);
    expect(loss.name).toBe(c.name);
    const sampleWeight = c.sampleWeight === undefined ? undefined : tensor(c.sampleWeight);
    const f = (p: Tensor): Tensor => loss.apply(tensor(c.yTrue), p, { sampleWeight });
    expectClose(f(tensor(c.yPred)), c.expected, 'loss');
    const gradient = grad((p: Tensor) => f(p).sum())(tensor(c.yPred));
    if (c.gradient === undefined) expect([...gradient.data('float32')].every(Number.isFinite)).toBe(true);
    else expectClose(gradient, c.gradient, 'gradient');
  },
);
