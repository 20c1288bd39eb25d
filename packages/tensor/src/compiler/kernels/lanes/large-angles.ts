/**
 * x modulo pi/2 for large x (Payne and Hanek 1983): of x 2/pi only the last two bits before the point and what follows
 * count, so only a window of the bits of 2/pi is multiplied, exactly, in integers.
 */
import type { FunctionIndex, Local, ModuleBuilder } from '../../wasm/index.js';

/** The bits of 2/pi behind the point, with a word of zeros in front. */
const bits = [0, 0xa2f9836e, 0x4e441529, 0xfc2757d1, 0xf534ddc0, 0xdb629599, 0x3c439041, 0xfe5163ab];

/** (x) -> (n modulo 4, r) with x = n pi/2 + r, |r| <= pi/4, for 2^20 < |x| < infinity. */
export function reduceLarge(module: ModuleBuilder): FunctionIndex {
  const word = wordOf(module);
  return module.shared('reduce large', () =>
    module.function(['f32'], ['i32', 'f32'], (f) => {
      const [x] = [0];
      const [all, first, shift, n] = [f.local('i32'), f.local('i32'), f.local('i32'), f.local('i32')];
      const [m, sum, top] = [f.local('i64'), f.local('i64'), f.local('i64')];
      const r = f.local('f64');
      // x = m 2^e with a whole m of 24 bits; a bit of 2/pi counts from where m 2^e times it is no multiple of 4.
      f.get(x).op('i32.reinterpret_f32').set(all);
      f.get(all).i32(0x7fffff).op('i32.and').i32(0x800000).op('i32.or').op('i64.extend_i32_u').set(m); // prettier-ignore
      f.get(all).i32(23).op('i32.shr_u').i32(255).op('i32.and').i32(150 - 30).op('i32.sub').set(shift); // prettier-ignore
      f.get(shift).i32(5).op('i32.shr_u').set(first).get(shift).i32(31).op('i32.and').set(shift); // prettier-ignore
      /** 32 bits of the window, as 64. */
      const window = (at: number): void => {
        const part = (i: number): void => void f.get(first).i32(at + i).op('i32.add').call(word).op('i64.extend_i32_u'); // prettier-ignore
        part(0);
        f.i64(32n).op('i64.shl');
        part(1);
        f.op('i64.or').get(shift).op('i64.extend_i32_u').op('i64.shl').i64(32n).op('i64.shr_u').get(m).op('i64.mul');
      };
      // m times 96 bits, modulo 2^96, from the lowest word up; its top 64 bits are kept.
      window(2);
      f.i64(32n).op('i64.shr_u').set(sum);
      window(1);
      f.get(sum).op('i64.add').set(sum);
      window(0);
      f.get(sum).i64(32n).op('i64.shr_u').op('i64.add').i64(32n).op('i64.shl').get(sum).i64(0xffffffffn).op('i64.and').op('i64.or').set(top); // prettier-ignore
      f.get(top).i64(1n << 61n).op('i64.add').i64(62n).op('i64.shr_u').op('i32.wrap_i64').set(n); // prettier-ignore
      f.get(top).get(n).op('i64.extend_i32_u').i64(62n).op('i64.shl').op('i64.sub').op('f64.convert_i64_s'); // prettier-ignore
      f.f64((Math.PI / 2) * 2 ** -62)
        .op('f64.mul')
        .set(r);
      f.get(all).i32(0).op('i32.lt_s').if(() => negate(n, r)); // prettier-ignore
      f.get(n).get(r).op('f32.demote_f64');

      function negate(whole: Local, rest: Local): void {
        f.i32(0).get(whole).op('i32.sub').set(whole);
        f.get(rest).op('f64.neg').set(rest);
      }
    }),
  );
}

/** (i) -> the word of `bits` at i. */
function wordOf(module: ModuleBuilder): FunctionIndex {
  return module.shared('bits of 2/pi', () =>
    module.function(['i32'], ['i32'], (f) => {
      f.i32(bits[0]);
      for (const [i, word] of bits.entries()) if (i > 0) f.i32(word).get(0).i32(i).op('i32.ne').op('select'); // prettier-ignore
    }),
  );
}
