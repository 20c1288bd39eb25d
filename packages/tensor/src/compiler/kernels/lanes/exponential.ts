/**
 * exp, log and what is made of them.
 *
 * exp x = 2^n e^r with n the nearest whole number to x / ln 2, so that |r| <= ln 2 / 2: a polynomial of low degree does.
 * log x = n ln 2 + log(1 + f), with x = 2^n (1 + f) and 1 + f between sqrt(1/2) and sqrt(2).
 * ln 2 is split in two, the first part so short that n times it is exact. Coefficients are minimax fits.
 */
import type { Local } from '../../wasm/index.js';
import type { Lanes, Term } from './lanes.js';

const ln2High = 0.693359375;
const ln2Low = -2.121944400546906e-4;

/** Added to a number below 2^22, it leaves the nearest whole number in the lowest bits: a cast and a rounding in one. */
const magic = 1.5 * 2 ** 23;
const magicBits = 0x4b400000;

interface Reduced {
  /** n + magic: its bits are `magicBits` + n. */
  readonly shifted: Local;
  readonly r: Local;
}

/** x = n ln 2 + r, for |x| < 10^6. */
function reduce(v: Lanes, x: Local): Reduced {
  const shifted = v.let(v.madd(x, v.f32(Math.LOG2E), v.f32(magic)));
  const n = v.let(v.sub(shifted, v.f32(magic)));
  return { shifted, r: v.let(v.madd(n, v.f32(-ln2Low), v.madd(n, v.f32(-ln2High), x))) };
}

/** 2^n for a normal result. */
function power(v: Lanes, n: Term): Term {
  return v.shift('i32x4.shl', v.op('i32x4.add', n, v.i32(127)), 23);
}

/** x 2^n, in two steps: 2^n alone may be no float, and the last step rounds to a denormal where there is one. */
function scale(v: Lanes, x: Term, shifted: Local): Term {
  const whole = v.let(v.op('i32x4.sub', shifted, v.i32(magicBits)));
  const half = v.let(v.shift('i32x4.shr_s', whole, 1));
  return v.mul(v.mul(x, power(v, half)), power(v, v.op('i32x4.sub', whole, half)));
}

/** e^r - 1 for |r| <= ln 2 / 2. */
function expm1Near(v: Lanes, r: Local): Term {
  const q = v.polynomial(r, [0.500000004923, 0.166666668262, 0.0416663421289, 0.0083332706262, 0.00139420460064, 0.00019915622007]);
  return v.madd(v.mul(r, r), q, r);
}

/** e^x within 1 ulp, denormals included. */
export function exp(v: Lanes, x: Term): Term {
  const { shifted, r } = reduce(v, v.let(v.atMost(v.atLeast(x, -104), 89)));
  const q = v.polynomial(r, [0.499999930506, 0.166665147912, 0.0416684568082, 0.00836941885137, 0.00138131436404]);
  return scale(v, v.add(v.madd(v.mul(r, r), q, r), v.f32(1)), shifted);
}

/** e^x - 1 for x in [-87, 0], where 2^n is a normal number: 2^n (e^r - 1) + (2^n - 1). */
function expm1Negative(v: Lanes, x: Term): Term {
  const { shifted, r } = reduce(v, v.let(x));
  // The bits of `magic` fall off at the top.
  const s = v.let(power(v, shifted));
  return v.madd(s, expm1Near(v, r), v.sub(s, v.f32(1)));
}

/** e^x - 1 = 2^n (e^r - 1 + (1 - 2^-n)), within 3 ulp. */
export function expm1(v: Lanes, x0: Term): Term {
  const x = v.let(x0);
  const { shifted, r } = reduce(v, v.let(v.atMost(v.atLeast(x, -18), 89)));
  const n = v.op('i32x4.sub', shifted, v.i32(magicBits));
  const inverse = v.shift('i32x4.shl', v.op('i32x4.max_s', v.i32(0), v.op('i32x4.sub', v.i32(127), n)), 23);
  const y = scale(v, v.add(expm1Near(v, r), v.sub(v.f32(1), inverse)), shifted);
  // A denormal, and -0, is its own exponential less 1.
  return v.select(v.op('f32x4.lt', v.abs(x), v.f32(2 ** -60)), x, y);
}

/** x = 2^n (1 + f), for normal positive x; `more` is added to n. */
function split(v: Lanes, x: Local, more: Term | undefined): { readonly n: Local; readonly f: Local } {
  // Subtracting the bits of sqrt(1/2) moves the cut between two exponents there.
  const shifted = v.let(v.op('i32x4.sub', x, v.i32(0x3f3504f3)));
  const whole = v.op('f32x4.convert_i32x4_s', v.shift('i32x4.shr_s', shifted, 23));
  const bits = v.op('i32x4.add', v.op('v128.and', shifted, v.i32(0x007fffff)), v.i32(0x3f3504f3));
  return { n: v.let(more === undefined ? whole : v.add(whole, more)), f: v.let(v.sub(bits, v.f32(1))) };
}

/** n ln 2 + log(1 + f) + c, small parts first. */
function combine(v: Lanes, n: Local, f: Local, c: Term | undefined): Term {
  const square = v.let(v.mul(f, f));
  const p = v.polynomial(f, [
    0.333333104454, -0.249999865766, 0.20002226317, -0.166692518043, 0.142186638407, -0.123843352934, 0.118729260117, -0.117898642777,
    0.0691553945944,
  ]); // prettier-ignore
  const cubic = v.madd(v.mul(square, f), p, v.mul(n, v.f32(ln2Low)));
  const small = v.madd(v.f32(-0.5), square, c === undefined ? cubic : v.add(cubic, c));
  return v.madd(n, v.f32(ln2High), v.add(f, small));
}

/** log x within 1 ulp. */
export function log(v: Lanes, x0: Term): Term {
  const x = v.let(x0);
  const tiny = v.let(v.op('f32x4.lt', x, v.f32(2 ** -126)));
  const normal = v.let(v.select(tiny, v.mul(x, v.f32(2 ** 23)), x));
  const { n, f } = split(v, normal, v.op('v128.and', tiny, v.f32(-23)));
  return edges(v, x, combine(v, n, f, undefined));
}

/** What log has at infinity, 0 and below: infinity, -infinity, NaN. */
function edges(v: Lanes, x: Local, y: Term): Term {
  const finite = v.select(v.op('f32x4.lt', x, v.f32(Infinity)), y, v.add(x, x));
  const zero = v.select(v.op('f32x4.eq', x, v.f32(0)), v.f32(-Infinity), v.f32(NaN));
  // Not "above 0": a NaN must come through as it is, from x + x.
  return v.select(v.op('f32x4.le', x, v.f32(0)), zero, finite);
}

/** log(1 + x) within 2 ulp: what 1 + x loses in rounding is added again, divided by 1 + x. */
export function log1p(v: Lanes, x0: Term): Term {
  const x = v.let(x0);
  const u = v.let(v.add(x, v.f32(1)));
  const back = v.let(v.sub(u, v.f32(1)));
  const lost = v.add(v.sub(v.f32(1), v.sub(u, back)), v.sub(x, back));
  const ordinary = v.op('v128.and', v.op('f32x4.gt', u, v.f32(0)), v.op('f32x4.lt', u, v.f32(2 ** 60)));
  const correction = v.op('v128.and', v.div(lost, u), ordinary);
  const { n, f } = split(v, u, undefined);
  const y = edges(v, u, combine(v, n, f, correction));
  return v.select(v.op('f32x4.lt', v.abs(x), v.f32(2 ** -60)), x, y);
}

/** 1 / (1 + e^-x) within 3 ulp: by e = e^-|x|, which never overflows, as 1 / (1 + e) or e / (1 + e). */
export function sigmoid(v: Lanes, x0: Term): Term {
  const x = v.let(x0);
  const e = v.let(exp(v, v.op('f32x4.neg', v.abs(x))));
  const above = v.op('f32x4.ge', x, v.f32(0));
  return v.div(v.select(above, v.f32(1), e), v.add(v.f32(1), e));
}

/** max(x, 0) + log(1 + e), e = e^-|x|, within 3 ulp: 1 + e is 1 + f or 2 (1 + f), and f is exact either way. */
export function softplus(v: Lanes, x0: Term): Term {
  const x = v.let(x0);
  const e = v.let(exp(v, v.op('f32x4.neg', v.abs(x))));
  const upper = v.let(v.op('f32x4.gt', e, v.f32(Math.SQRT2 - 1)));
  const f = v.let(v.select(upper, v.mul(v.sub(e, v.f32(1)), v.f32(0.5)), e));
  const n = v.let(v.op('v128.and', upper, v.f32(1)));
  return v.add(v.atLeast(x, 0), combine(v, n, f, undefined));
}

/** tanh x = -t / (t + 2) with t = e^-2|x| - 1, which loses nothing near 0; within 3 ulp. */
export function tanh(v: Lanes, x0: Term): Term {
  const x = v.let(x0);
  const t = v.let(expm1Negative(v, v.mul(v.atMost(v.abs(x), 20), v.f32(-2))));
  return v.copySign(v.div(t, v.add(t, v.f32(2))), x);
}

/**
 * erf within 3 ulp: an odd polynomial up to 0.95, then 1 - e^(x q(x)), where q fits the logarithm of the tail. The tail
 * is less than a fifth by then, so that its exponential takes a shorter polynomial than others.
 */
export function erf(v: Lanes, x0: Term): Term {
  const x = v.let(x0);
  const z = v.let(v.mul(x, x));
  const p = v.polynomial(z, [0.128379145418, -0.376124626783, 0.112814665448, -0.0267533348103, 0.00497311721009, -0.000588677589507]); // prettier-ignore
  const near = v.let(v.madd(x, p, x));
  const magnitude = v.let(v.abs(x));
  const t = v.let(v.atMost(magnitude, 3.95));
  const q = v.polynomial(t, [-1.12828080575, -0.636557818391, -0.104089476829, 0.0220967805736, -0.00295560339426, 0.000181281216583]); // prettier-ignore
  const { shifted, r } = reduce(v, v.let(v.mul(t, q)));
  const rest = v.polynomial(r, [1, 1, 0.499992018069, 0.166671334538, 0.0418944957, 0.00831203055765]);
  const tail = v.mul(power(v, shifted), rest);
  const far = v.copySign(v.sub(v.f32(1), tail), x);
  return v.select(v.op('f32x4.lt', magnitude, v.f32(0.95)), near, far);
}
