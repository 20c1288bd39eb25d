import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { broadcastShapes } from '@gradus/tensor';
import { awayFrom, matmulPairs, shapes, tensorPairs, tensors } from '@gradus/tensor/testing';

describe('tensors', () => {
  test('lie on odd multiples of 1/128 within their bounds', () => {
    fc.assert(
      fc.property(tensors({ min: -1, max: 3 }), (x) =>
        x.data('float32').every((value) => Math.abs((value * 128) % 2) === 1 && value > -1 && value < 3),
      ),
    );
  });

  test('have the shape, rank, sizes and type that were asked for', () => {
    fc.assert(
      fc.property(
        tensors({ rank: 2, size: [2, 3], dtype: 'float64' }),
        (x) => x.dtype === 'float64' && x.rank === 2 && x.shape.every((n) => n === 2 || n === 3),
      ),
    );
    fc.assert(fc.property(tensors({ shape: [2, 0] }), (x) => x.size === 0 && x.rank === 2));
    fc.assert(
      fc.property(tensors({ shape: fc.constant([3]), dtype: 'int32', min: 0, max: 2 }), (x) =>
        x.data('int32').every((i) => i >= 0 && i <= 2),
      ),
    );
    fc.assert(fc.property(tensors({ dtype: 'bool' }), (x) => x.data().every((value) => value === 0 || value === 1)));
  });

  test('are distinct where that is asked for, also where the range is too small', () => {
    const distinct = fc.oneof(
      tensors({ distinct: true }),
      tensors({ shape: [40], min: 0, max: 0.25, distinct: true }),
      tensors({ shape: [30], dtype: 'int32', distinct: true }),
    );
    fc.assert(fc.property(distinct, (x) => new Set(x.data()).size === x.size));
  });

  test('shrink to the smallest counterexample', () => {
    const { counterexample } = fc.check(fc.property(tensors({ rank: [1, 2] }), (x) => x.size < 3));
    expect(counterexample?.[0].size).toBe(3);
  });
});

test('shapes are now and then empty, of one, or prime', () => {
  const seen = fc.sample(shapes(), 400).flat();
  for (const n of [0, 1, 2, 5, 7]) expect(seen).toContain(n);
  expect(fc.sample(shapes(), 100).some((shape) => shape.length === 0)).toBe(true);
});

test('pairs broadcast, in both directions', () => {
  fc.assert(fc.property(tensorPairs(), ([a, b]) => broadcastShapes('test', a.shape, b.shape).length >= 0));
  const pairs = fc.sample(tensorPairs(), 200);
  expect(pairs.some(([a, b]) => a.rank > b.rank)).toBe(true);
  expect(pairs.some(([a, b]) => a.rank < b.rank)).toBe(true);
  expect(pairs.some(([a, b]) => a.rank === b.rank && a.size > b.size)).toBe(true);
});

test('matrices multiply', () => {
  fc.assert(fc.property(matmulPairs({ dtype: 'float64' }), ([a, b]) => a.matmul(b).dtype === 'float64'));
});

test('awayFrom keeps its distance', () => {
  fc.assert(
    fc.property(tensors().map(awayFrom([0, 1], 0.25)), (x) =>
      x.data().every((value) => Math.abs(value) >= 0.25 && Math.abs(value - 1) >= 0.25),
    ),
  );
});
