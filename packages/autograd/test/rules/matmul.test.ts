import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { jit, matmul, tensor } from '@gradus/tensor';
import { matmulPairs } from '@gradus/tensor/testing';
import { grad } from '@gradus/autograd';
import { checkGradients } from '@gradus/autograd/testing';
import type { Tensor } from '@gradus/tensor';

const flags = [[false, false], [false, true], [true, false], [true, true]] as const; // prettier-ignore

function swapped(x: Tensor): Tensor {
  const axes = x.shape.map((_, axis) => axis);
  return x.transpose([...axes.slice(0, -2), x.rank - 1, x.rank - 2]);
}

describe('the derivative, twice, equals the difference', () => {
  test.each(flags)('transposeA %s, transposeB %s', (transposeA, transposeB) => {
    fc.assert(fc.property(matmulPairs(), ([a, b]) => {
      const operands = [transposeA ? swapped(a) : a, transposeB ? swapped(b) : b] as const;
      return checkGradients((x, y) => matmul(x, y, { transposeA, transposeB }).square(), operands, { order: 2, tolerance: 1e-5 });
    })); // prettier-ignore
  });

  /** The first matrix of a batch. */
  const first = (x: Tensor): Tensor => x.slice(...x.shape.slice(2).map(() => 0));
  const pairs = matmulPairs({ size: [1, 5] });

  test('one matrix for a batch of rows, and a batch of matrices for one', () => {
    fc.assert(
      fc.property(pairs, ([a, b]) => checkGradients(matmul, [a, first(b)]) && checkGradients(matmul, [first(a), b])),
      { numRuns: 10 },
    );
  });

  test('rows, columns and inner products', () => {
    fc.assert(
      fc.property(pairs, ([a, b]) => {
        const [x, y] = [first(a), first(b)];
        const [row, column] = [x.slice(0), y.slice(':', 0)];
        return checkGradients(matmul, [row, y]) && checkGradients(matmul, [x, column]) && checkGradients(matmul, [row, column]);
      }),
      { numRuns: 10 },
    );
  });
});

test('no derivative of any order transposes a matrix or asks for aT bT', () => {
  const f = (a: Tensor, b: Tensor): Tensor => matmul(a, b).tanh().sum();
  const twice = jit((a: Tensor, b: Tensor) =>
    grad((x: Tensor) =>
      grad((y: Tensor) => f(x, y))(b)
        .square()
        .sum(),
    )(a),
  );
  twice(tensor([[1, 2]]), tensor([[3], [4]]));
  const text = twice.programs[0].toString();
  expect(text).not.toContain(' transpose ');
  expect(text).not.toContain('"transposeA":true,"transposeB":true');
});
