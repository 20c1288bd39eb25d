/** keras-rare.json: what Keras computed with its rarer functions and classes. */
import { readFileSync } from 'node:fs';
import { tensor } from '@gradus/tensor';
import { expect } from 'vitest';
import type { NestedValues, Tensor } from '@gradus/tensor';

export type Options = Readonly<Record<string, unknown>>;

interface Fixture {
  readonly activations: readonly {
    readonly activation: string;
    readonly config: Options;
    readonly inputs: NestedValues;
    readonly expected: NestedValues;
    readonly cotangent: NestedValues;
    readonly gradient: NestedValues;
  }[];
  readonly losses: readonly {
    readonly loss: string;
    readonly config: Options;
    readonly yTrue: NestedValues;
    readonly yPred: NestedValues;
    readonly sampleWeight?: NestedValues;
    readonly expected: NestedValues;
    readonly gradient: NestedValues;
  }[];
  readonly metrics: readonly {
    readonly metric: string;
    readonly config: Options;
    readonly updates: readonly {
      readonly yTrue: NestedValues;
      readonly yPred: NestedValues;
      readonly sampleWeight?: NestedValues;
      readonly result: NestedValues;
    }[];
  }[];
  readonly penalties: readonly { readonly config: Options; readonly inputs: NestedValues; readonly expected: NestedValues }[];
  readonly constraints: readonly {
    readonly constraint: string;
    readonly config: Options;
    readonly inputs: NestedValues;
    readonly expected: NestedValues;
  }[];
  readonly initial: readonly { readonly matrix: NestedValues; readonly vector: NestedValues }[];
  readonly gradients: readonly { readonly matrix: NestedValues; readonly vector: NestedValues }[];
  readonly optimizers: readonly {
    readonly optimizer: string;
    readonly config: Options;
    readonly matrix: readonly NestedValues[];
    readonly vector: readonly NestedValues[];
  }[];
}

export const rare: Fixture = JSON.parse(readFileSync(new URL('fixtures/keras-rare.json', import.meta.url), 'utf8'));

/** Cases under names that tell them apart. */
export function named<C extends { readonly config: Options }>(
  cases: readonly C[],
  nameOf: (c: C) => string,
): readonly (readonly [string, C])[] {
  return cases.map((c, i) => [`${i} ${nameOf(c)} ${JSON.stringify(c.config)}`, c] as const);
}

/** Within `rtol` of the largest number that is expected. */
export function expectClose(found: Tensor, expected: NestedValues, where: string, rtol: number = 4e-6): void {
  const wanted = tensor(expected, 'float32');
  expect(found.shape, where).toEqual(wanted.shape);
  const values = wanted.data('float32');
  const scale = values.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-2);
  for (const [i, value] of found.cast('float32').data('float32').entries()) {
    expect(Math.abs(value - (values[i] ?? NaN)), `${where}[${i}]: ${value} for ${values[i]}`).toBeLessThanOrEqual(rtol * scale);
  }
}
