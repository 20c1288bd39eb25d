/** How each reduction begins, goes on and ends, on four lanes. */
import type { DType } from '../../../dtype.js';
import type { Lanes, Term } from '../lanes/lanes.js';
import type { Width } from './memory.js';
import type { Reduction } from './nest.js';

/** What a reduction of nothing is. */
export function identity(v: Lanes, op: Reduction, dtype: DType): Term {
  const float = dtype === 'float32';
  if (op === 'sum') return v.i32(0);
  if (op === 'prod') return float ? v.f32(1) : v.i32(1);
  if (float) return v.f32(op === 'max' ? -Infinity : Infinity);
  const [least, greatest] = dtype === 'uint8' ? [0, 255] : [-(2 ** 31), 2 ** 31 - 1];
  return v.i32(op === 'max' ? least : greatest);
}

/** One more. */
export function combine(v: Lanes, op: Reduction, dtype: DType, a: Term, b: Term): Term {
  const float = dtype === 'float32';
  if (op === 'sum') return v.op(float ? 'f32x4.add' : 'i32x4.add', a, b);
  if (op === 'prod') return v.op(float ? 'f32x4.mul' : 'i32x4.mul', a, b);
  // The slower instruction: a NaN must win.
  if (op === 'max') return v.op(float ? 'f32x4.max' : 'i32x4.max_s', a, b);
  return v.op(float ? 'f32x4.min' : 'i32x4.min_s', a, b);
}

/** All four lanes as one, in each of them: first the two halves, then the two that are left. */
export function across(v: Lanes, x0: Term, join: (a: Term, b: Term) => Term): Term {
  const x = v.let(x0);
  const pair = v.let(join(x, v.shuffle(x, x, [2, 3, 0, 1])));
  return join(pair, v.shuffle(pair, pair, [1, 0, 3, 2]));
}

/** The lanes that count, the others as if there were nothing. */
export function masked(v: Lanes, op: Reduction, dtype: DType, x: Term, width: Width): Term {
  if (width === 4) return x;
  const mask = typeof width === 'number' ? v.f.constant(firstLanes(width)) : v.op('i32x4.lt_s', v.f.constant(Int32Array.of(0, 1, 2, 3)), splat(v, width.rest)); // prettier-ignore
  return v.select(mask, x, identity(v, op, dtype));
}

function firstLanes(count: number): Int32Array {
  return Int32Array.from({ length: 4 }, (_, i) => (i < count ? -1 : 0));
}

function splat(v: Lanes, local: number): Term {
  return () => void v.f.get(local).op('i32x4.splat');
}
