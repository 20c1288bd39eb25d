import { expect, test } from 'vitest';
import { arange, Tensor } from '@gradus/tensor';
import { trainTestSplit } from '@gradus/train';
import { batchesOf, splitOff, tensorsOf } from '../../src/data/batches.js';
import type { AnyBatch } from '../../src/data/batches.js';

function rows({ x }: AnyBatch): number[] {
  if (x instanceof Tensor) return [...x.data('int32')];
  throw new TypeError('expected a tensor');
}

const all = tensorsOf({ x: arange(0, 11), y: arange(0, 11) });
const epoch = (number: number, from = 0): number[][] =>
  Array.from(batchesOf(all, number, { batchSize: 4, shuffle: true, seed: 3 }, from), rows); // a batch is lent until the next one

test('every epoch holds every row once, in an order of its own; the last batch is smaller', () => {
  expect(epoch(0).map(({ length }) => length)).toEqual([4, 4, 3]);
  expect(epoch(0).flat().toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]); // prettier-ignore
  expect(epoch(1)).not.toEqual(epoch(0));
  expect(epoch(0)).toEqual(epoch(0));
});

test("shuffle: 'batch' keeps rows in their batches", () => {
  const batches = Array.from(batchesOf(all, 0, { batchSize: 4, shuffle: 'batch', seed: 3 }), rows);
  expect(batches.map((batch) => batch.toSorted((a, b) => a - b))).toEqual([[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10]]); // prettier-ignore
  expect(batches.flat()).not.toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
});

test('an epoch can be entered at any batch', () => {
  expect(epoch(2, 1)).toEqual(epoch(2).slice(1));
});

test('the last rows are split off for validation: floor(n (1 - fraction)) stay', () => {
  // n = 10 with 0.3, 0.25, 0.2, 0.1 keeps 7, 7, 8, 9, as Keras does.
  const ten = tensorsOf({ x: arange(0, 10) });
  expect([0.3, 0.25, 0.2, 0.1].map((fraction) => rows(splitOff(ten, fraction)[0]).length)).toEqual([7, 7, 8, 9]);
  expect(rows(splitOff(ten, 0.2)[1])).toEqual([8, 9]);
});

test('trainTestSplit holds back ceil(n testSize) rows, keeps rows together, and keeps the share of classes', () => {
  const x = arange(0, 30);
  const [train, held] = trainTestSplit({ x, y: x.mul(2) }, { testSize: 0.31, seed: 4 });
  expect(held.x.size).toBe(10);
  expect([...train.x.data('int32'), ...held.x.data('int32')].toSorted((a, b) => a - b)).toEqual([...x.data('int32')]);
  expect(held.y.data('int32')).toEqual(held.x.mul(2).data('int32'));
  const classes = x.remainder(3);
  const [, even] = trainTestSplit({ x, classes }, { testSize: 0.2, stratify: classes });
  expect([0, 1, 2].map((c) => even.classes.equal(c).sum().item())).toEqual([2, 2, 2]);
  expect([...trainTestSplit({ x }, { testSize: 0.1, shuffle: false })[1].x.data('int32')]).toEqual([27, 28, 29]);
  expect(() => trainTestSplit({ x }, { testSize: 1 })).toThrow('testSize');
});
