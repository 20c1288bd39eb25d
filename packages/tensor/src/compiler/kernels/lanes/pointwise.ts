/**
 * Each element-wise primitive on four lanes.
 *
 * A float is its own lane; int32 and uint8 are 32-bit integers (a uint8 from 0 to 255 always); bool is a mask, all bits
 * or none. Integers equal the reference bit for bit.
 */
import { exp, expm1, erf, log, log1p, sigmoid, softplus, tanh } from './exponential.js';
import { atan, atan2, floorDivide, floorDivideInts, pow, remainder, remainderOfInts } from './double.js';
import { cos, sin, tan } from './trigonometric.js';
import type { DType } from '../../../dtype.js';
import type { PrimitiveName } from '../../../primitive.js';
import type { Lanes, Term } from './lanes.js';

export interface Argument {
  readonly term: Term;
  readonly dtype: DType;
  /** Its number, if it is the same everywhere and known. */
  readonly constant?: number | undefined;
}

type Formula = (v: Lanes, ...xs: readonly Term[]) => Term;
type Table = { readonly [P in PrimitiveName]?: Formula };

const floats: Table = {
  add: (v, a, b) => v.add(a, b),
  sub: (v, a, b) => v.sub(a, b),
  mul: (v, a, b) => v.mul(a, b),
  div: (v, a, b) => v.div(a, b),
  maximum: (v, a, b) => v.op('f32x4.max', a, b),
  minimum: (v, a, b) => v.op('f32x4.min', a, b),
  equal: (v, a, b) => v.op('f32x4.eq', a, b),
  less: (v, a, b) => v.op('f32x4.lt', a, b),
  lessEqual: (v, a, b) => v.op('f32x4.le', a, b),
  neg: (v, x) => v.op('f32x4.neg', x),
  abs: (v, x) => v.abs(x),
  sign(v, x0) {
    const x = v.let(x0);
    const one = v.op('v128.or', v.op('v128.and', x, v.i32(-(2 ** 31))), v.f32(1));
    return v.select(v.op('f32x4.gt', v.abs(x), v.f32(0)), one, x);
  },
  floor: (v, x) => v.op('f32x4.floor', x),
  ceil: (v, x) => v.op('f32x4.ceil', x),
  round: (v, x) => v.op('f32x4.nearest', x),
  sqrt: (v, x) => v.op('f32x4.sqrt', x),
  exp,
  expm1,
  log,
  log1p,
  sigmoid,
  softplus,
  tanh,
  erf,
  sin,
  cos,
  tan,
  atan,
  atan2,
  pow,
  remainder,
  floorDivide,
};

const integers: Table = {
  add: (v, a, b) => v.op('i32x4.add', a, b),
  sub: (v, a, b) => v.op('i32x4.sub', a, b),
  mul: (v, a, b) => v.op('i32x4.mul', a, b),
  maximum: (v, a, b) => v.op('i32x4.max_s', a, b),
  minimum: (v, a, b) => v.op('i32x4.min_s', a, b),
  equal: (v, a, b) => v.op('i32x4.eq', a, b),
  less: (v, a, b) => v.op('i32x4.lt_s', a, b),
  lessEqual: (v, a, b) => v.op('i32x4.le_s', a, b),
  remainder: remainderOfInts,
  floorDivide: floorDivideInts,
  neg: (v, x) => v.op('i32x4.neg', x),
  abs: (v, x) => v.op('i32x4.abs', x),
  sign(v, x0) {
    const x = v.let(x0);
    return v.op('v128.or', v.shift('i32x4.shr_s', x, 31), v.shift('i32x4.shr_u', v.op('i32x4.neg', x), 31));
  },
};

const bools: Table = {
  equal: (v, a, b) => v.op('i32x4.eq', a, b),
  less: (v, a, b) => v.op('v128.andnot', b, a),
  lessEqual: (v, a, b) => v.op('v128.not', v.op('v128.andnot', a, b)),
  and: (v, a, b) => v.op('v128.and', a, b),
  or: (v, a, b) => v.op('v128.or', a, b),
  not: (v, x) => v.op('v128.not', x),
};

const tables: { readonly [D in DType]: Table } = { float32: floats, float64: {}, int32: integers, uint8: integers, bool: bools };

/** Whether there is a formula for this primitive on operands of this type. */
export function isPointwise(name: PrimitiveName, operand: DType, result: DType): boolean {
  if (operand === 'float64' || result === 'float64') return false;
  return name === 'cast' || name === 'where' || tables[operand][name] !== undefined;
}

/** The primitive's formula on these arguments. */
export function pointwise(v: Lanes, name: PrimitiveName, args: readonly Argument[], result: DType): Term {
  const [x] = args;
  if (name === 'cast') return cast(v, x.term, x.dtype, result);
  if (name === 'where') return v.select(x.term, args[1].term, args[2].term);
  const bounded = x.dtype === 'float32' ? bound(v, name, args) : undefined;
  if (bounded !== undefined) return bounded;
  const formula = tables[x.dtype][name];
  if (formula === undefined) throw new Error(`no formula for ${name} on ${x.dtype}`);
  const y = formula(v, ...args.map(({ term }) => term));
  // Only these leave 0 to 255.
  const wraps = name === 'add' || name === 'sub' || name === 'mul' || name === 'neg';
  return result === 'uint8' && wraps ? v.op('v128.and', y, v.i32(255)) : y;
}

/** The larger (or smaller) of a number and a constant: one instruction, while `f32x4.max` becomes six. */
function bound(v: Lanes, name: PrimitiveName, [a, b]: readonly Argument[]): Term | undefined {
  if (name !== 'maximum' && name !== 'minimum') return undefined;
  const [x, c] = b.constant === undefined ? [b, a.constant] : [a, b.constant];
  if (c === undefined || Number.isNaN(c)) return undefined;
  const y = v.op(name === 'maximum' ? 'f32x4.pmax' : 'f32x4.pmin', x.term, v.f32(c));
  if (c !== 0) return y;
  // pmax(-0, 0) is -0, and pmin(0, -0) is 0: a sum with 0 is never -0, an `or` with -0 never 0.
  if (name === 'maximum') return Object.is(c, 0) ? v.add(y, v.f32(0)) : y;
  return Object.is(c, -0) ? undefined : y;
}

function cast(v: Lanes, x: Term, from: DType, to: DType): Term {
  if (from === to) return x;
  if (to === 'bool') return from === 'float32' ? v.op('f32x4.ne', x, v.f32(0)) : v.op('i32x4.ne', x, v.i32(0));
  if (from === 'bool') return v.op('v128.and', x, to === 'float32' ? v.f32(1) : v.i32(1));
  if (to === 'float32') return v.op('f32x4.convert_i32x4_s', x);
  const whole = from === 'float32' ? truncate(v, x) : x;
  return to === 'uint8' ? v.op('v128.and', whole, v.i32(255)) : whole;
}

/** A float cut towards zero, modulo 2^32: beyond 2^31 its multiple of 2^32 is taken off first, which is exact. */
function truncate(v: Lanes, x0: Term): Term {
  const x = v.let(x0);
  const whole = v.op('f32x4.floor', v.mul(x, v.f32(2 ** -32)));
  const rest = v.sub(x, v.mul(whole, v.f32(2 ** 32)));
  const small = v.op('f32x4.lt', v.abs(x), v.f32(2 ** 31));
  return v.select(small, v.op('i32x4.trunc_sat_f32x4_s', x), v.op('i32x4.trunc_sat_f32x4_u', rest));
}
