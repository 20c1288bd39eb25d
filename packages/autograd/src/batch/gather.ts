/** Batching of gathers: indices that differ between examples get an offset of their own example each. */
import { arange, take, takeAdd } from '@gradus/tensor';
import { gather as gathers } from '@gradus/tensor/extend';
import { full, shifted } from './rule.js';
import type { Tensor } from '@gradus/tensor';
import type { GatherSignatures } from '@gradus/tensor/extend';
import type { BatchRules } from './rule.js';

export const gather: BatchRules<keyof GatherSignatures> = {
  take([x, indices], { axis }, size) {
    if (!indices.batched) return take(x.value, indices.value, axis + 1);
    const rank = indices.value.rank - 1;
    if (!x.batched) return moved(take(x.value, indices.value, axis), axis, 0);
    // [b, outer, n, inner] -> [b n, outer, inner]: one axis for all examples.
    const ahead = moved(x.value, axis + 1, 1);
    const n = ahead.shape[1];
    const rows = ahead.reshape([size * n, ...ahead.shape.slice(2)]);
    return block(take(rows, offset(indices.value, n), 0), 1, rank, axis + 1);
  },
  takeAdd([x, indices], { axis, size: n, indexRank }, size) {
    if (!indices.batched) return takeAdd(x.value, indices.value, axis + 1, n);
    // [b, outer, I, inner] -> [b, I, outer, inner] -> [b n, outer, inner] -> [b, outer, n, inner]
    const ahead = block(full(x, size), axis + 1, indexRank, 1);
    const rows = takeAdd(ahead, offset(indices.value, n), 0, size * n);
    return moved(rows.reshape([size, n, ...rows.shape.slice(1)]), 1, axis + 1);
  },
  takeAlong: shifted(gathers.takeAlong, ({ axis }) => ({ axis: axis + 1 })),
  takeAlongAdd: shifted(gathers.takeAlongAdd, ({ axis, size }) => ({ axis: axis + 1, size })),
};

/** Indices [b, ...I] into examples of n rows that lie one after the other. */
function offset(indices: Tensor, n: number): Tensor {
  const size = indices.shape[0];
  const first = arange(0, size, 1, 'int32').mul(n);
  return indices.add(first.reshape([size, ...indices.shape.slice(1).map(() => 1)]));
}

/** The axis at `from` brought to `to`. */
function moved(x: Tensor, from: number, to: number): Tensor {
  return block(x, from, 1, to);
}

/** `count` axes from `from` on brought to `to`. */
function block(x: Tensor, from: number, count: number, to: number): Tensor {
  const axes = x.shape.map((_, axis) => axis);
  const rest = axes.filter((axis) => axis < from || axis >= from + count);
  return x.transpose([...rest.slice(0, to), ...axes.slice(from, from + count), ...rest.slice(to)]);
}
