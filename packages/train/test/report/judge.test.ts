import { expect, test } from 'vitest';
import { tensor } from '@gradus/train';
import { bitmapUrl } from '../../src/report/bitmap.js';
import { galleryOf } from '../../src/report/images.js';
import { confusionOf, judge, worstOf } from '../../src/report/judge.js';
import { errors, measures, scatter } from '../../src/report/sections.js';
import type { Classes } from '../../src/report/judge.js';

function classesOf(found: ReturnType<typeof judge>): Classes {
  if (found?.kind === 'classes') return found;
  throw new TypeError('expected classes');
}

const probabilities = tensor([
  [0.7, 0.2, 0.1],
  [0.1, 0.3, 0.6],
  [0.5, 0.4, 0.1],
  [0.2, 0.2, 0.6],
]);

test('labels and rows with a single 1 are the same truth; mistakes are sorted by how improbable the truth was', () => {
  const sparse = classesOf(judge(probabilities, tensor([0, 1, 1, 2], 'uint8')));
  const column = classesOf(judge(probabilities, tensor([[0], [1], [1], [2]], 'int32')));
  const oneHot = classesOf(judge(probabilities, tensor([[1, 0, 0], [0, 1, 0], [0, 1, 0], [0, 0, 1]]))); // prettier-ignore
  for (const found of [sparse, column, oneHot]) {
    expect(confusionOf(found)).toEqual([
      [1, 0, 0],
      [1, 0, 1],
      [0, 0, 1],
    ]);
    expect(worstOf(found, 5).map(({ row, truth, guess }) => [row, truth, guess])).toEqual([
      [1, 1, 2],
      [2, 1, 0],
    ]);
  }
});

test('logits are judged by their softmax, a single one by its sigmoid', () => {
  const several = classesOf(judge(tensor([[Math.log(1), Math.log(2), Math.log(5)]]), tensor([0], 'uint8')));
  expect(several.decisions[0]?.confidence).toBeCloseTo(5 / 8, 6);
  expect(several.decisions[0]?.chance).toBeCloseTo(1 / 8, 6);
  const single = classesOf(judge(tensor([[Math.log(3)], [-2], [4]]), tensor([[0], [0], [1]])));
  expect(single.decisions.map(({ guess }) => guess)).toEqual([1, 0, 1]);
  expect(single.decisions[0]?.confidence).toBeCloseTo(3 / 4, 6);
  const probability = classesOf(judge(tensor([[0.4], [0.9]]), tensor([1, 1], 'uint8')));
  expect(confusionOf(probability)).toEqual([
    [0, 0],
    [1, 1],
  ]);
});

test('all else is numbers, measured as numbers', () => {
  const found = judge(tensor([[1], [2], [4]]), tensor([1, 3, 5.5]));
  expect(found?.kind).toBe('numbers');
  if (found?.kind !== 'numbers') return;
  // Errors 0, -1, -1.5; the truth is 2.1667, 0.1667 and 2.3333 from its mean.
  expect(Object.fromEntries(measures(found))).toEqual({ 'mean absolute error': '0.833', 'root mean squared error': '1.04', 'R²': '0.68' });
  expect(judge(tensor([[0.5, 0.5], [1, 0]]), tensor([[1, 1], [0, 1]]))?.kind).toBe('numbers'); // prettier-ignore
  expect(judge(tensor([[1, 2]]), tensor([1.5, 2, 3]))).toBeUndefined();
});

test('an image is a bitmap: rows from below, blue before green before red', () => {
  const url = bitmapUrl({ width: 1, height: 2, channels: 3, bytes: Uint8Array.of(1, 2, 3, 4, 5, 6) });
  const bytes = Buffer.from(url.slice('data:image/bmp;base64,'.length), 'base64');
  // prettier-ignore
  expect([...bytes]).toEqual([
    0x42, 0x4d, 62, 0, 0, 0, 0, 0, 0, 0, 54, 0, 0, 0,
    40, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 1, 0, 24, 0, 0, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    6, 5, 4, 0, 3, 2, 1, 0,
  ]);
});

test('what is not an image has no gallery', () => {
  const pixels = tensor(new Float32Array(2 * 4 * 4)).reshape([2, 4, 4, 1]);
  expect(galleryOf(pixels)?.(1)).toMatch(/^data:image\/bmp;base64,/);
  expect(galleryOf(pixels.reshape([2, 4, 4]))).toBeDefined();
  expect(galleryOf(pixels.reshape([2, 16]))).toBeUndefined();
  expect(galleryOf(pixels.reshape([2, 4, 2, 2]))).toBeUndefined();
  expect(galleryOf(undefined)).toBeUndefined();
});

test('the largest errors come first, of any number of numbers', () => {
  const truth = new Array<number>(300_000).fill(0);
  const guess = truth.map((_, i) => (i % 1000 === 7 ? -i : 0));
  const found = { kind: 'numbers', truth, guess, perRow: 10 } as const;
  const rows = [...errors(found).matchAll(/<tr><td>(\d+)</g)].map(([, row]) => Number(row));
  expect(rows).toEqual(Array.from({ length: 10 }, (_, k) => 29_900 - 100 * k));
  expect(scatter(found).split('<circle').length - 1).toBe(1000);
  expect(scatter({ ...found, truth: [NaN], guess: [1] })).not.toContain('<circle');
  expect(scatter({ ...found, truth: [NaN], guess: [NaN] })).toBe('<p>There is no finite number to draw.</p>');
});
