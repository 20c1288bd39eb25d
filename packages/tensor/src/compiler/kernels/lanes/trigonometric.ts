/**
 * sin, cos and tan: x = n pi/2 + r with |r| <= pi/4, then a short polynomial in r; which one, and its sign, n says.
 *
 * r is a small difference of large numbers, so it is taken in double precision, with pi/2 in two parts of which the first
 * is so short that n times it is exact: good up to 2^20. Larger numbers go one by one through `reduceLarge`.
 */
import { reduceLarge } from './large-angles.js';
import type { Local } from '../../wasm/index.js';
import type { Lanes, Term } from './lanes.js';

const halfPiHigh = 1.5707963267341256;
const halfPiLow = 6.077100506506192e-11;

/** Up to here n is so small that n times the first part of pi/2 is exact. */
const large = 2 ** 20;

interface Reduced {
  readonly n: Local;
  readonly r: Local;
}

function reduce(v: Lanes, x: Local): Reduced {
  const half = (wide: Local): readonly [n: Local, r: Local] => {
    const n = v.let(v.op('f64x2.nearest', v.op('f64x2.mul', wide, v.f64(2 / Math.PI))));
    const r = v.madd64(n, v.f64(-halfPiLow), v.madd64(n, v.f64(-halfPiHigh), wide));
    return [v.let(v.op('i32x4.trunc_sat_f64x2_s_zero', n)), v.let(v.op('f32x4.demote_f64x2_zero', r))];
  };
  const [n0, r0] = half(v.let(v.op('f64x2.promote_low_f32x4', x)));
  const [n1, r1] = half(v.let(v.op('f64x2.promote_low_f32x4', v.shuffle(x, x, [2, 3, 2, 3]))));
  const n = v.let(v.shuffle(n0, n1, [0, 1, 4, 5]));
  const r = v.let(v.shuffle(r0, r1, [0, 1, 4, 5]));
  replaceLarge(v, x, { n, r });
  return { n, r };
}

/** Does again, one by one, the finite lanes that are too large. */
function replaceLarge(v: Lanes, x: Local, { n, r }: Reduced): void {
  const { f } = v;
  const magnitude = v.abs(x);
  const mask = v.let(v.op('v128.and', v.op('f32x4.gt', magnitude, v.f32(large)), v.op('f32x4.lt', magnitude, v.f32(Infinity))));
  const [quadrant, rest] = [f.local('i32'), f.local('f32')];
  f.get(mask).op('v128.any_true');
  f.if(() => {
    for (let lane = 0; lane < 4; lane++) {
      f.get(mask).lane('i32x4.extract_lane', lane);
      f.if(() => {
        f.get(x).lane('f32x4.extract_lane', lane).call(reduceLarge(v.module)).set(rest).set(quadrant);
        f.get(n).get(quadrant).lane('i32x4.replace_lane', lane).set(n);
        f.get(r).get(rest).lane('f32x4.replace_lane', lane).set(r);
      });
    }
  });
  f.release(quadrant, rest);
}

function sinNear(v: Lanes, r: Local, z: Local): Term {
  return v.madd(v.mul(z, r), v.horner(z, [-0.166666542256, 0.00833213149777, -0.000195108392009]), r);
}

function cosNear(v: Lanes, z: Local): Term {
  const p = v.horner(z, [0.0416666456529, -0.00138873060427, 2.44312049282e-5]);
  return v.madd(v.mul(z, z), p, v.madd(v.f32(-0.5), z, v.f32(1)));
}

/** Whether n is odd, as a mask. */
function odd(v: Lanes, n: Term): Term {
  return v.op('i32x4.ne', v.op('v128.and', n, v.i32(1)), v.i32(0));
}

function wave(v: Lanes, { n, r }: Reduced, shift: 0 | 1): Term {
  const z = v.let(v.mul(r, r));
  const [sine, cosine] = [v.let(sinNear(v, r, z)), v.let(cosNear(v, z))];
  const turned = shift === 0 ? n : v.let(v.op('i32x4.add', n, v.i32(1)));
  const sign = v.shift('i32x4.shl', v.op('v128.and', turned, v.i32(2)), 30);
  return v.op('v128.xor', v.select(odd(v, turned), cosine, sine), sign);
}

/** sin x within 2 ulp, for every x. */
export function sin(v: Lanes, x0: Term): Term {
  const x = v.let(x0);
  return small(v, x, wave(v, reduce(v, x), 0));
}

/** cos x within 2 ulp, for every x. */
export function cos(v: Lanes, x: Term): Term {
  return wave(v, reduce(v, v.let(x)), 1);
}

/** tan x within 4 ulp, for every x. */
export function tan(v: Lanes, x0: Term): Term {
  const x = v.let(x0);
  const { n, r } = reduce(v, x);
  const z = v.let(v.mul(r, r));
  const [sine, cosine] = [v.let(sinNear(v, r, z)), v.let(cosNear(v, z))];
  const turned = v.let(odd(v, n));
  const above = v.select(turned, v.op('f32x4.neg', cosine), sine);
  return small(v, x, v.div(above, v.select(turned, sine, cosine)));
}

/** x itself where it is so small that it is the function's value: -0 and denormals stay what they are. */
function small(v: Lanes, x: Local, y: Term): Term {
  return v.select(v.op('f32x4.lt', v.abs(x), v.f32(2 ** -13)), x, y);
}
