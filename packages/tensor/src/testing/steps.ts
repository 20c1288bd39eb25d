/** The steps of arbitrary programs: each makes values of one or two earlier ones and a number. */
import { fromData, oneHot, tensor } from '../create.js';
import { where } from '../functions/arithmetic.js';
import { concat, split } from '../primitives/join.js';
import { conv } from '../primitives/conv.js';
import { cumsum } from '../primitives/cumulative.js';
import { pad, reverse } from '../primitives/move.js';
import { argmax, argmin } from '../primitives/reduce.js';
import { argsort, sort } from '../primitives/sort.js';
import { ShapeError } from '../errors.js';
import { take, takeAdd, takeAlong, takeAlongAdd } from '../primitives/gather.js';
import { toFloat } from '../primitives/convert.js';
import { maxPool } from '../primitives/window.js';
import { key, uniform } from '../random.js';
import { scan } from '../scan.js';
import { expectRank } from '../primitives/types.js';
import type { Tensor } from '../tensor.js';
import type { Variable } from '../variable.js';

/** @param n - tells variants apart */
export type Step = (x: Tensor, z: Tensor, n: number, variable: Variable) => readonly Tensor[];

/** Only where shapes broadcast without a detour; else z becomes a single number. */
function beside(x: Tensor, z: Tensor): Tensor {
  const fits = z.rank <= x.rank && z.shape.every((size, axis) => size === 1 || size === x.shape[x.rank - z.rank + axis]);
  return fits ? z : z.sum();
}

const float = (x: Tensor): Tensor => (x.dtype === 'float32' ? x : x.cast('float32'));
const small = (x: Tensor): Tensor => float(x).tanh();
const weights = (rows: number, columns: number): Tensor =>
  fromData(
    Float32Array.from({ length: rows * columns }, (_, i) => ((i * 37) % 23) / 16 - 0.7),
    [rows, columns],
  );

/** Element by element, smooth. */
export const pointwise: readonly Step[] = [
  (x) => [float(x).tanh()],
  (x) => [small(x).exp()],
  (x) => [float(x).sigmoid(), float(x).square().add(1).sqrt()],
  (x) => [float(x).square().add(1).log(), small(x).sin()],
  (x, z) => [float(x).add(float(beside(x, z)))],
  (x, z) => [small(x).mul(small(beside(x, z)))],
  (x, z) => [float(x).sub(float(beside(x, z)).mul(0.5))],
  (x, z) => [float(x).div(float(beside(x, z)).square().add(1))],
  (x, z) => [where(float(x).greater(float(beside(x, z))), float(x).mul(2), 0.5)],
  (x) => [float(x).relu()],
  (x, _, n) => [float(x).mul(n % 7).add(0.25), float(x).neg()],
]; // prettier-ignore

/** The same numbers elsewhere. */
export const moves: readonly Step[] = [
  (x) => [x.transpose()],
  (x) => [x.flatten()],
  (x, _, n) => [x.reshape([-1, (n % 3) + 1])],
  (x, _, n) => [x.expandDims(n % (x.rank + 1)).broadcastTo([...x.shape.slice(0, n % (x.rank + 1)), 3, ...x.shape.slice(n % (x.rank + 1))])],
  (x, _, n) => [x.slice(...Array.from({ length: x.rank }, (__, axis) => (axis === n % x.rank ? '1:' : ':')))],
  (x) => [x.slice('...', '::2')],
  (x, _, n) => split(x, [1, x.shape[n % x.rank] - 1], n % x.rank),
  (x, _, n) => [concat([x, x], n % x.rank)],
  (x, _, n) => [concat([small(x), x.cast('float32'), small(x).mul(3)], n % x.rank)],
  (x) => [pad(float(x), x.shape.map((__, axis) => [axis, 1] as const))],
  (x) => [reverse(x)],
]; // prettier-ignore

/** One value of many. */
export const reductions: readonly Step[] = [
  (x, _, n) => [float(x).sum(n % x.rank, { keepDims: n % 2 === 0 })],
  (x) => [float(x).mean(), float(x).sum(-1)],
  (x) => [float(x).max(-1, { keepDims: true })],
  (x) => [float(x).softmax()],
  (x) => [float(x).logSoftmax()],
  (x) => {
    const centred = float(x).sub(float(x).mean(-1, { keepDims: true }));
    return [centred.div(centred.square().mean(-1, { keepDims: true }).add(0.1).sqrt())];
  },
  (x) => {
    const mean = float(x).mean(0);
    return [float(x).sub(mean).div(float(x).square().mean(0).add(1).sqrt()), mean];
  },
];

/** Products. */
export const products: readonly Step[] = [
  (x) => [small(x).matmul(small(x), { transposeB: true })],
  (x) => [small(x).matmul(small(x), { transposeA: true })],
  (x, _, n) => [small(x).matmul(weights(x.shape[x.rank - 1], (n % 9) + 1))],
  (x) => [small(x).matmul(weights(3, x.shape[x.rank - 1]).transpose()).add(tensor([1, 2, 3])).relu()],
  (x) => [small(x).transpose().matmul(small(x).reshape(x.transpose().shape.toReversed()))],
]; // prettier-ignore

/** Loops over the first axis. */
export const loops: readonly Step[] = [
  (x) => {
    const rows = small(x);
    const [last, all] = scan((h: Tensor, row: Tensor) => {
      const next = h.mul(0.5).add(row).tanh();
      return [next, h];
    }, rows.sum(0), rows); // prettier-ignore
    return [last, all];
  },
  (x, z, n) => {
    const rows = small(x);
    const factor = small(beside(rows.sum(0), z));
    const [{ a, b }, all] = scan(({ a, b }: { a: Tensor; b: Tensor }, row: Tensor) => {
      return [{ a: b, b: a.add(row.mul(factor)) }, a.sub(b)];
    }, { a: rows.sum(0), b: rows.sum(0).mul(0) }, rows, { reverse: n % 2 === 0, recompute: n % 3 === 0 }); // prettier-ignore
    return [a, b, all];
  },
  (x) => {
    const rows = small(x.reshape([x.shape[0], 1, -1]));
    const w = weights(rows.shape[2], rows.shape[2]);
    const [h, all] = scan((h: Tensor, row: Tensor) => {
      const next = h.matmul(w).add(row).tanh();
      return [next, next.sum(-1)];
    }, rows.sum(0), rows); // prettier-ignore
    return [h, all];
  },
  (x) => {
    const rows = small(x.reshape([x.shape[0], 1, -1]));
    const w = weights(rows.shape[2], rows.shape[2]);
    const outside = rows.sum(0).matmul(w);
    const [h] = scan((h: Tensor, row: Tensor) => {
      const same = outside.add(1).matmul(w, { transposeB: true }).tanh(); // the same in every step
      return [h.mul(same).add(row).matmul(w.matmul(w)).tanh(), h.sum()];
    }, rows.sum(0), rows); // prettier-ignore
    return [h];
  },
];

/** Whole numbers, conditions, float64, variables, random numbers, convolution. */
export const wholes: readonly Step[] = [
  (x) => [float(x).mul(4).cast('int32')],
  (x) => [x.cast('int32').mul(3).sub(x.cast('int32'))],
  (x) => [x.cast('int32').floorDivide(3), x.cast('int32').remainder(-2)],
  (x) => [float(x).abs().cast('uint8')],
  (x, z) => [float(x).less(float(beside(x, z))).not(), float(x).equal(x.cast('int32'))],
  (x, z) => [x.cast('bool').and(beside(x, z).cast('bool')).or(float(x).greater(0.5))],
  (x) => [x.cast('float64').mul(0.1)],
  (x) => [float(x).floor(), float(x).round(), float(x).abs(), float(x).sign()],
  (x, z) => [x.maximum(beside(x, z)), float(x).minimum(0.3)],
  (x) => [float(x).min(0), x.sum(0)],
  (x) => [argmax(x, -1), argmin(x, 0)],
  (_, __, n, variable) => {
    const before = variable.value;
    variable.assign(before.mul(0.9).add(n % 5));
    return [before, variable.value];
  },
  (x, _, n, variable) => {
    variable.assign(float(x).sum().broadcastTo([3]).add(variable.value));
    return [variable.value.mul(n)];
  },
  (x, _, n) => [uniform(key(n), [n % 4, 3], { counter: x.cast('int32').sum() })],
  (x) => {
    expectRank('conv', x, 3);
    const image = small(x);
    return [conv(image, weights(2 * x.shape[2], 3).reshape([2, x.shape[2], 3]), { padding: 'same' }), maxPool(image, 2, { padding: 'same' })];
  },
]; // prettier-ignore

/** Reading at positions, sorting, running sums. */
export const lookups: readonly Step[] = [
  (x, _, n) => [take(filled(x), tensor([0, x.shape[0] - 1, 0], 'int32'), 0), takeAdd(float(filled(x)), argsort(x.flatten(), 0).slice(`:${x.shape[0]}`), 0, x.size + n)],
  (x) => [takeAlong(x, argsort(x, -1), -1), takeAlongAdd(toFloat(x), argsort(x, -1), -1, x.shape[x.rank - 1] + 1)],
  (x) => [sort(x, -1), cumsum(x, 0)],
  (x) => [oneHot(argmax(x, -1), x.shape[x.rank - 1])],
  (x, z) => [take(filled(x), z.cast('int32').flatten().abs().minimum(x.shape[0] - 1).maximum(0).slice(':2'), 0)],
]; // prettier-ignore

/** Refuses what has nothing to take from: an index out of range is an error of the data, not of the shapes. */
function filled(x: Tensor): Tensor {
  if (x.rank > 0 && x.size > 0) return x;
  throw new ShapeError('take: there is nothing to take');
}
