import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { format, literal } from '@gradus/tensor/extend';
import { tensor } from '@gradus/tensor';
import type { DType, Tensor } from '@gradus/tensor';

interface Case {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data?: readonly (number | string | boolean)[];
  readonly rule?: { readonly start: number; readonly step: number };
  readonly text: string;
  readonly commas: string;
}
const fixture: { readonly cases: readonly Case[] } = JSON.parse(
  readFileSync(new URL('./fixtures/numpy-printing.json', import.meta.url), 'utf8'),
);

function tensorOf({ dtype, shape, data, rule = { start: 0, step: 1 } }: Case): Tensor {
  const size = shape.reduce((a, b) => a * b, 1);
  const numbers = data?.map(Number) ?? Array.from({ length: size }, (_, i) => rule.start + i * rule.step);
  return tensor(numbers, dtype).reshape(shape);
}

describe('tensors print as NumPy prints arrays', () => {
  test.each(fixture.cases.map((c, i) => [`${i} ${c.dtype} ${JSON.stringify(c.shape)}`, c] as const))('%s', (_, c) => {
    const x = tensorOf(c);
    expect(x.toString()).toBe(c.text);
    expect(format(x.dense(), { separator: ', ' })).toBe(c.commas);
  });
});

describe('literal', () => {
  test('writes what a person would type', () => {
    expect(literal(tensor([[0, 0.5], [-1, NaN]]).dense())).toBe('[[0, 0.5], [-1, NaN]]'); // prettier-ignore
    expect(literal(tensor([true, false]).dense())).toBe('[true, false]');
    expect(literal(tensor(-0).dense())).toBe('-0');
    expect(literal(tensor([[], []]).dense())).toBe('[[], []]');
  });
});
