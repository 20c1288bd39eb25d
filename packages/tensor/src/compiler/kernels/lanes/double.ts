/**
 * Functions that float32 cannot hold to a few ulp on the way: they go through double precision, two lanes at a time,
 * and round once. None of them is in an inner loop of training.
 */
import type { Local } from '../../wasm/index.js';
import type { Lanes, Term } from './lanes.js';

/** arctan x. */
export function atan(v: Lanes, x: Term): Term {
  return v.halves([x], (half) => angle(v, half, v.f64(1)));
}

/** The angle of the point (x, y), in all four quadrants. */
export function atan2(v: Lanes, y: Term, x: Term): Term {
  return v.halves([y, x], (above, right) => angle(v, above, right));
}

/** By the quotient of the smaller and the larger one, at most 1, from there by pi/4 to at most tan(pi/8). */
function angle(v: Lanes, y: Local, x: Local): Term {
  const [a, b] = [v.let(v.op('f64x2.abs', y)), v.let(v.op('f64x2.abs', x))];
  const [low, high] = [v.let(v.op('f64x2.min', a, b)), v.let(v.op('f64x2.max', a, b))];
  const both = v.op('f64x2.eq', low, v.f64(Infinity));
  const quotient = v.select(v.op('f64x2.eq', high, v.f64(0)), v.f64(0), v.op('f64x2.div', low, high));
  const t = v.let(v.select(both, v.f64(1), quotient));
  const far = v.let(v.op('f64x2.gt', t, v.f64(Math.SQRT2 - 1)));
  const u = v.let(v.select(far, v.op('f64x2.div', v.op('f64x2.sub', t, v.f64(1)), v.op('f64x2.add', t, v.f64(1))), t));
  const z = v.let(v.op('f64x2.mul', u, u));
  const p = v.horner64(z, [0.999999999999, -0.333333332763, 0.199999929516, -0.142853815126, 0.111033487474, -0.0899142395782, 0.0696855653013, -0.0375470819348]); // prettier-ignore
  const near = v.let(v.op('f64x2.add', v.op('f64x2.mul', u, p), v.op('v128.and', far, v.f64(Math.PI / 4))));
  const steep = v.let(v.select(v.op('f64x2.gt', a, b), v.op('f64x2.sub', v.f64(Math.PI / 2), near), near));
  const left = v.let(v.shift('i32x4.shr_s', v.shuffle(x, x, [1, 1, 3, 3]), 31));
  const whole = v.select(left, v.op('f64x2.sub', v.f64(Math.PI), steep), steep);
  return v.select(v.f64(-0), y, whole);
}

/** a to the power of b: 2^(b log2 |a|), with a sign where a is below 0 and b is whole. */
export function pow(v: Lanes, a: Term, b: Term): Term {
  return v.halves([a, b], (base, exponent) => power(v, base, exponent));
}

function power(v: Lanes, a: Local, b: Local): Term {
  const size = v.let(v.op('f64x2.abs', a));
  const y = v.op('f64x2.mul', b, log2(v, size));
  const result = v.let(exp2(v, v.let(v.op('f64x2.pmin', v.op('f64x2.pmax', y, v.f64(-200)), v.f64(200)))));
  const negative = v.let(v.shift('i32x4.shr_s', v.shuffle(a, a, [1, 1, 3, 3]), 31));
  const half = v.let(v.op('f64x2.mul', b, v.f64(0.5)));
  const odd = v.op('v128.and', v.op('f64x2.eq', v.op('f64x2.nearest', b), b), v.op('f64x2.ne', v.op('f64x2.trunc', half), half));
  const signed = v.op('v128.or', result, v.op('v128.and', v.op('v128.and', negative, odd), v.f64(-0)));
  const below = v.op('v128.and', v.op('f64x2.lt', a, v.f64(0)), v.op('f64x2.gt', a, v.f64(-Infinity)));
  const broken = v.op('v128.and', below, v.op('f64x2.ne', v.op('f64x2.nearest', b), b));
  const real = v.select(broken, v.f64(NaN), signed);
  return v.select(v.op('v128.or', v.op('f64x2.eq', a, v.f64(1)), v.op('f64x2.eq', b, v.f64(0))), v.f64(1), real);
}

/** log2 x = e + log2 m, with m from sqrt(1/2) to sqrt(2): a series in s = (m - 1) / (m + 1). */
function log2(v: Lanes, x: Local): Term {
  const cut = v.f.constant(Int32Array.of(0, 0x3fe6a09e, 0, 0x3fe6a09e));
  const shifted = v.let(v.op('i64x2.sub', x, cut));
  const exponent = v.shift('i32x4.shr_s', v.shuffle(shifted, shifted, [1, 3, 1, 3]), 20);
  const e = v.op('f64x2.convert_low_i32x4_s', exponent);
  const fraction = v.f.constant(Int32Array.of(-1, 0x000fffff, -1, 0x000fffff));
  const m = v.let(v.op('i64x2.add', v.op('v128.and', shifted, fraction), cut));
  const s = v.let(v.op('f64x2.div', v.op('f64x2.sub', m, v.f64(1)), v.op('f64x2.add', m, v.f64(1))));
  const z = v.let(v.op('f64x2.mul', s, s));
  const p = v.horner64(z, [1, 0.333333333399, 0.199999974144, 0.142860862826, 0.110869922088, 0.0980596186489]);
  const y = v.op('f64x2.add', v.op('f64x2.mul', v.op('f64x2.mul', s, v.f64(2 * Math.LOG2E)), p), e);
  const finite = v.select(v.op('f64x2.lt', x, v.f64(Infinity)), y, x);
  return v.select(v.op('f64x2.eq', x, v.f64(0)), v.f64(-Infinity), finite);
}

/** 2^x for |x| <= 200. */
function exp2(v: Lanes, x: Local): Term {
  const n = v.let(v.op('f64x2.nearest', x));
  const r = v.let(v.op('f64x2.sub', x, n));
  const p = v.horner64(r, [0.999999999959, 0.693147180535, 0.240226512199, 0.0555041097743, 0.0096180247609, 0.00133334215585, 0.000154700003338, 1.53167172026e-5]); // prettier-ignore
  const exponent = v.let(v.shift('i32x4.shl', v.op('i32x4.add', v.op('i32x4.trunc_sat_f64x2_s_zero', n), v.i32(1023)), 20));
  return v.op('f64x2.mul', p, v.shuffle(v.i32(0), exponent, [0, 4, 1, 5]));
}

/** a modulo b with the sign of b: exact, but for b's own addition where the signs differ. */
export function remainder(v: Lanes, a: Term, b: Term): Term {
  return v.halves([a, b], (x, y) => modulo(v, x, y, true));
}

/** floor(a / b), by way of the exact remainder. */
export function floorDivide(v: Lanes, a: Term, b: Term): Term {
  return v.halves([a, b], (x, y) => {
    const rest = modulo(v, x, y, true);
    const whole = v.let(v.op('f64x2.nearest', v.op('f64x2.div', v.op('f64x2.sub', x, rest), y)));
    const quotient = v.let(v.op('f64x2.div', x, y));
    // Against an infinite b: a little above or below 0, or 0 itself.
    const infinite = v.op('v128.and', v.op('f64x2.eq', v.op('f64x2.abs', y), v.f64(Infinity)), v.op('f64x2.lt', v.op('f64x2.abs', x), v.f64(Infinity))); // prettier-ignore
    const same = v.op('v128.or', v.op('f64x2.eq', x, v.f64(0)), v.op('v128.not', v.op('v128.xor', v.op('f64x2.lt', x, v.f64(0)), v.op('f64x2.lt', y, v.f64(0))))); // prettier-ignore
    const against = v.select(same, quotient, v.f64(-1));
    return v.select(v.op('f64x2.eq', y, v.f64(0)), quotient, v.select(infinite, against, whole));
  });
}

/** a modulo b of whole numbers; 0 where b is 0. */
export function remainderOfInts(v: Lanes, a: Term, b: Term): Term {
  return ints(v, a, b, (x, y) => modulo(v, x, y, false));
}

/** floor(a / b) of whole numbers; 0 where b is 0. */
export function floorDivideInts(v: Lanes, a: Term, b: Term): Term {
  return ints(v, a, b, (x, y) => v.op('f64x2.div', v.op('f64x2.sub', x, modulo(v, x, y, false)), y));
}

/** A function of whole numbers by way of doubles, modulo 2^32: adding 1.5 2^52 leaves them in the low words. */
function ints(v: Lanes, a0: Term, b0: Term, inside: (a: Local, b: Local) => Term): Term {
  const [a, b] = [v.let(a0), v.let(b0)];
  const low = (x: Local): Local => v.let(v.op('f64x2.convert_low_i32x4_s', x));
  const high = (x: Local): Local => v.let(v.op('f64x2.convert_low_i32x4_s', v.shuffle(x, x, [2, 3, 2, 3])));
  const words = (y: Term): Local => v.let(v.op('f64x2.add', y, v.f64(1.5 * 2 ** 52)));
  const first = words(inside(low(a), low(b)));
  const second = words(inside(high(a), high(b)));
  return v.op('v128.and', v.shuffle(first, second, [0, 2, 4, 6]), v.op('i32x4.ne', b, v.i32(0)));
}

/**
 * a - b trunc(a / b), moved by b to the sign of b. A quotient of more than 24 bits would not be exact: then multiples
 * b 2^264, b 2^240, ... are taken off first.
 */
function modulo(v: Lanes, a: Local, b: Local, long: boolean): Term {
  const { f } = v;
  const size = v.let(v.op('f64x2.abs', b));
  const rest = f.local('v128');
  v.put(v.op('f64x2.abs', a));
  f.set(rest);
  const reduce = (by: Local): void => {
    const quotient = v.op('f64x2.trunc', v.op('f64x2.div', rest, by));
    v.put(v.op('f64x2.sub', rest, v.op('f64x2.mul', quotient, by)));
    f.set(rest);
    // The division may have rounded up to the next whole number.
    v.put(v.op('f64x2.add', rest, v.op('v128.and', by, v.op('f64x2.lt', rest, v.f64(0)))));
    f.set(rest);
  };
  if (long) {
    v.put(v.op('v128.any_true', v.op('f64x2.ge', rest, v.op('f64x2.mul', size, v.f64(2 ** 24)))));
    f.if(() => {
      const [multiple, left] = [f.local('v128'), f.local('i32')];
      v.put(v.op('f64x2.mul', size, v.f64(2 ** 264)));
      f.set(multiple).i32(11).set(left);
      f.loop((again) => {
        reduce(multiple);
        v.put(v.op('f64x2.mul', multiple, v.f64(2 ** -24)));
        f.set(multiple).get(left).i32(1).op('i32.sub').tee(left).branchIf(again);
      });
      f.release(multiple, left);
    });
  }
  reduce(size);
  const within = v.op('v128.and', v.op('f64x2.eq', size, v.f64(Infinity)), v.op('f64x2.lt', v.op('f64x2.abs', a), v.f64(Infinity)));
  const magnitude = v.select(within, v.op('f64x2.abs', a), rest);
  const r = v.let(v.select(v.f64(-0), a, magnitude));
  f.release(rest);
  const differ = v.op('v128.xor', v.op('f64x2.lt', r, v.f64(0)), v.op('f64x2.lt', b, v.f64(0)));
  return v.let(v.select(v.op('v128.and', v.op('f64x2.ne', r, v.f64(0)), differ), v.op('f64x2.add', r, b), r));
}
