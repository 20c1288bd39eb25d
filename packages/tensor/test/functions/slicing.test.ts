import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { arange } from '@gradus/tensor';

interface Case {
  readonly shape: readonly number[];
  readonly slices: readonly (string | number)[];
  readonly resultShape: readonly number[];
  readonly result: unknown;
}
const fixture: { readonly cases: readonly Case[] } = JSON.parse(readFileSync(new URL('../fixtures/slicing.json', import.meta.url), 'utf8'));
const readable = fixture.cases.filter(({ slices }) => slices.every((slice) => slice !== 'None' && slice !== null));

test.each(readable.map((c) => [JSON.stringify([c.shape, c.slices]), c] as const))(
  'slices as NumPy does: %s',
  (_, { shape, slices, ...expected }) => {
    const size = shape.reduce((a, b) => a * b, 1);
    const part = arange(0, size)
      .reshape(shape)
      .slice(...slices);
    expect(part.shape).toEqual(expected.resultShape);
    expect([...part.data('int32')]).toEqual([expected.result].flat(5));
  },
);
