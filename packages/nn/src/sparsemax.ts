import { arange, cumsum, sort } from '@gradus/tensor';
import type { Tensor } from '@gradus/tensor';

/**
 * The point of the probability simplex that is nearest to x, along `axis`: max(x - t, 0) with t so that the sum is 1. Unlike
 * softmax, small x become 0.
 *
 * t = (sum of the k largest - 1) / k, k the largest number for which 1 + k x_k > that sum. Martins and Astudillo 2016.
 */
export function sparsemax(x: Tensor, axis: number = -1): Tensor {
  const sorted = sort(x, axis, { descending: true });
  const sums = cumsum(sorted, axis);
  const at = axis < 0 ? axis + x.rank : axis;
  const wide = x.shape.map((n, i) => (i === at ? n : 1)); // [1, ..., n, ..., 1]
  const n = x.shape[at] ?? 1;
  const ranks = arange(1, n + 1).cast(x.dtype).reshape(wide); // prettier-ignore
  const inside = sorted.mul(ranks).add(1).greater(sums).cast(x.dtype);
  const k = inside.sum(at, { keepDims: true });
  const total = sorted.mul(inside).sum(at, { keepDims: true });
  return x.sub(total.sub(1).div(k)).maximum(0);
}
