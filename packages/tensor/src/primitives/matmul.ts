/** The matrix product, with its operands as they lie or transposed. */
import { dispatch } from '../dispatch.js';
import { ShapeError } from '../errors.js';
import { broadcastShapes, sameShape, showShape, sizeOf } from '../shape.js';
import { broadcastTo, reshape } from './move.js';
import { expectRank, numberType } from './types.js';
import type { Family, Signature } from '../primitive.js';
import type { Shape } from '../shape.js';
import type { Tensor } from '../tensor.js';

/** Which operands are read transposed in their last two axes. */
export interface MatmulAttributes {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

export interface MatmulSignatures {
  /** [b, n, k] x [b, k, m] -> [b, n, m]; any number of leading axes b, equal in both. */
  matmul: Signature<readonly ['a', 'b'], MatmulAttributes>;
}

/** Rows and columns of an operand as the product sees it. */
function matrixOf(shape: Shape, transposed: boolean): readonly [number, number] {
  const [rows, columns] = shape.slice(-2);
  return transposed ? [columns, rows] : [rows, columns];
}

export const product: Family<keyof MatmulSignatures> = {
  matmul: {
    name: 'matmul',
    type([a, b], { transposeA, transposeB }) {
      if (a.shape.length < 2) expectRank('matmul', a, 2);
      expectRank('matmul', b, a.shape.length);
      const [n, k] = matrixOf(a.shape, transposeA);
      const [inner, m] = matrixOf(b.shape, transposeB);
      const batch = a.shape.slice(0, -2);
      if (k !== inner || !sameShape(batch, b.shape.slice(0, -2)) || a.dtype !== b.dtype) {
        throw new ShapeError(`matmul: ${a.dtype} ${showShape(a.shape)} and ${b.dtype} ${showShape(b.shape)} do not multiply`);
      }
      return { dtype: numberType('matmul', a).dtype, shape: [...batch, n, m] };
    },
    kernel({ data: y, shape }, [{ data: a, shape: shapeA }, { data: b }], { transposeA, transposeB }) {
      const [n, m] = shape.slice(-2);
      const k = matrixOf(shapeA, transposeA)[1];
      const [ai, ap] = transposeA ? [1, n] : [k, 1];
      const [bp, bj] = transposeB ? [1, k] : [m, 1];
      const row = new Float64Array(m);
      const batches = sizeOf(shape.slice(0, -2));
      for (let batch = 0; batch < batches; batch++) {
        const a0 = batch * n * k;
        const b0 = batch * k * m;
        for (let i = 0; i < n; i++) {
          row.fill(0);
          for (let p = 0; p < k; p++) {
            const aip = a[a0 + i * ai + p * ap];
            for (let j = 0; j < m; j++) row[j] += aip * b[b0 + p * bp + j * bj];
          }
          y.set(row, (batch * n + i) * m);
        }
      }
    },
  },
};

/**
 * Matrix product. y = a b over the last two axes, a: [..., n, k], b: [..., k, m]; leading axes broadcast.
 * With one axis, `a` is a row and `b` a column, and that axis is absent from y. da = dy bT, db = aT dy.
 *
 * @param options - read `a` or `b` transposed in their last two axes, at no cost. @defaultValue false, false
 * @example matmul(tensor([[1, 2]]), tensor([[3], [4]])) // => [[11]]
 */
export function matmul(a: Tensor, b: Tensor, options: Partial<MatmulAttributes> = {}): Tensor {
  if (a.rank === 0 || b.rank === 0) throw new ShapeError(`matmul: a scalar has no rows: ${showShape(a.shape)} x ${showShape(b.shape)}`);
  if (a.rank === 1) return matmul(reshape(a, [1, -1]), b, { ...options, transposeA: false }).squeeze(b.rank === 1 ? 0 : -2);
  if (b.rank === 1) return matmul(a, reshape(b, [-1, 1]), { ...options, transposeB: false }).squeeze(-1);
  const { transposeA = false, transposeB = false } = options;
  const [, k] = matrixOf(a.shape, transposeA);
  const [inner, m] = matrixOf(b.shape, transposeB);
  if (k !== inner) {
    const how = transposeA || transposeB ? ` (${transposeA ? 'aT' : 'a'} ${transposeB ? 'bT' : 'b'})` : '';
    throw new ShapeError(`matmul: inner dimensions differ: ${showShape(a.shape)} x ${showShape(b.shape)}${how} (${k} and ${inner})`);
  }
  // One matrix for all rows: the leading axes are rows too.
  if (b.rank === 2 && a.rank > 2 && !transposeA) {
    const rows = reshape(a, [sizeOf(a.shape.slice(0, -1)), k]);
    return reshape(matmul(rows, b, { transposeB }), [...a.shape.slice(0, -1), m]);
  }
  const batch = broadcastShapes('matmul', a.shape.slice(0, -2), b.shape.slice(0, -2));
  const operands = [a, b].map((x) => broadcastTo(x, [...batch, ...x.shape.slice(-2)]));
  return dispatch(product.matmul, [operands[0], operands[1]], { transposeA, transposeB });
}
