/** Derivatives of reductions: dy goes back to every element that took part. */
import { placeGrid, sliceGrid } from '@gradus/tensor/extend';
import { where } from '@gradus/tensor';
import { inverse } from './move.js';
import type { Shape, Tensor } from '@gradus/tensor';
import type { ReduceAttributes, ReduceSignatures } from '@gradus/tensor/extend';
import type { Rules } from './rule.js';

export const reduce: Rules<keyof ReduceSignatures> = {
  sum: (dy, _, [x], { axes }) => [() => spread(dy, x.shape, axes)],
  prod: (dy, _, [x], { axes }) => [() => spread(dy, x.shape, axes).mul(others(x, axes))],
  max: (dy, y, [x], attributes) => [() => shared(dy, y, x, attributes)],
  min: (dy, y, [x], attributes) => [() => shared(dy, y, x, attributes)],
  argmax: 'constant',
  argmin: 'constant',
};

/** A reduced value back in every place that it came from. */
function spread(reduced: Tensor, shape: Shape, axes: readonly number[]): Tensor {
  return reduced.reshape(shape.map((n, axis) => (axes.includes(axis) ? 1 : n))).broadcastTo(shape);
}

/** dy, shared equally by the elements that attain the extremum y. */
function shared(dy: Tensor, y: Tensor, x: Tensor, { axes }: ReduceAttributes): Tensor {
  const attained = x.equal(spread(y, x.shape, axes));
  const count = attained.cast(dy.dtype).sum(axes, { keepDims: true });
  const part = dy.reshape(count.shape).div(count);
  return where(attained, part.broadcastTo(x.shape), 0);
}

/**
 * For every element the product of all others: of those before it times those after it, so that no zero is ever
 * divided by, however many there are, and the derivative of the derivative is right too.
 */
function others(x: Tensor, axes: readonly number[]): Tensor {
  const kept = x.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  const order = [...kept, ...axes];
  const ahead = x.transpose(order);
  const n = axes.reduce((total, axis) => total * x.shape[axis], 1);
  const rows = ahead.reshape([kept.reduce((total, axis) => total * x.shape[axis], 1), n]); // [rows, n]
  const result = before(rows, n, 1).mul(before(rows, n, -1));
  return result.reshape(ahead.shape).transpose(inverse(order));
}

/** prod(x[:, :i]) at i (direction 1) or prod(x[:, i+1:]) (direction -1), by doubling: log2(n) products. */
function before(x: Tensor, n: number, direction: 1 | -1): Tensor {
  let product = shifted(x, 1, direction);
  for (let step = 1; step < n - 1; step *= 2) product = product.mul(shifted(product, step, direction));
  return product;
}

/** x moved by `step` along its rows, ones coming in. */
function shifted(x: Tensor, step: number, direction: 1 | -1): Tensor {
  const [rows, n] = x.shape;
  const kept = Math.max(n - step, 0);
  const [from, to] = direction === 1 ? [0, n - kept] : [n - kept, 0];
  const part = sliceGrid(x, { start: [0, from], size: [rows, kept], step: [1, 1] });
  return placeGrid(part, x.shape, { start: [0, to], step: [1, 1] }, 1);
}
