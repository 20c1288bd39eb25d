/**
 * Expressions over vectors of four numbers, written as formulas.
 *
 * A term is a local variable or a piece of code that leaves one vector on the stack: `v.add(v.mul(a, b), c)` reads as it
 * computes. A term that is used twice is given a name with `let`, or it would be computed twice.
 */
import type { FunctionBuilder, Local, ModuleBuilder, Plain } from '../../wasm/index.js';
import type { Target } from '../kernel.js';

export type Term = Local | (() => void);

export class Lanes {
  readonly f: FunctionBuilder;
  readonly module: ModuleBuilder;
  readonly target: Target;
  private made: Local[] = [];
  private readonly floats: Map<number, Local> = new Map();
  /** The words of one constant, seen as what it is: an array for each would keep the garbage collector busy. */
  private readonly words: Int32Array<ArrayBuffer> = new Int32Array(4);
  private readonly singles: Float32Array = new Float32Array(this.words.buffer);
  private readonly doubles: Float64Array = new Float64Array(this.words.buffer);

  constructor(module: ModuleBuilder, f: FunctionBuilder, target: Target) {
    this.module = module;
    this.f = f;
    this.target = target;
  }

  /** Leaves the term's value on the stack. */
  put(term: Term): void {
    if (typeof term === 'number') this.f.get(term);
    else term();
  }

  /** The term in a variable of its own, computed here and now. */
  let(term: Term): Local {
    if (typeof term === 'number') return term;
    const local = this.f.local('v128');
    this.made.push(local);
    term();
    this.f.set(local);
    return local;
  }

  /** Variables made inside are free again afterwards. */
  scope(inside: () => void): void {
    const outer = this.made;
    this.made = [];
    inside();
    this.f.release(...this.made);
    this.made = outer;
  }

  /** An instruction on terms. */
  op(name: Plain, ...terms: readonly Term[]): Term {
    return () => {
      for (const term of terms) this.put(term);
      this.f.op(name);
    };
  }

  /** Shifts of every lane by one constant. */
  shift(name: 'i32x4.shl' | 'i32x4.shr_s' | 'i32x4.shr_u', x: Term, by: number): Term {
    return () => {
      this.put(x);
      this.f.i32(by).op(name);
    };
  }

  /** Words picked out of two vectors. */
  shuffle(a: Term, b: Term, words: readonly [number, number, number, number]): Term {
    return () => {
      this.put(a);
      this.put(b);
      this.f.shuffle(words);
    };
  }

  /** One float in all four lanes. */
  f32(value: number): Local {
    const known = this.floats.get(value);
    // A map takes -0 for 0.
    if (known !== undefined && value !== 0) return known;
    this.singles.fill(value);
    const local = this.f.constant(this.words);
    this.floats.set(value, local);
    return local;
  }

  /** One integer in all four lanes. */
  i32(value: number): Local {
    return this.f.constant(this.words.fill(value));
  }

  /** One double in both halves. */
  f64(value: number): Local {
    this.doubles.fill(value);
    return this.f.constant(this.words);
  }

  add(a: Term, b: Term): Term {
    return this.op('f32x4.add', a, b);
  }

  sub(a: Term, b: Term): Term {
    return this.op('f32x4.sub', a, b);
  }

  mul(a: Term, b: Term): Term {
    return this.op('f32x4.mul', a, b);
  }

  div(a: Term, b: Term): Term {
    return this.op('f32x4.div', a, b);
  }

  abs(a: Term): Term {
    return this.op('f32x4.abs', a);
  }

  /** a b + c, rounded once where the engine can. */
  madd(a: Term, b: Term, c: Term): Term {
    return this.target.fma ? this.op('f32x4.relaxed_madd', a, b, c) : this.add(this.mul(a, b), c);
  }

  /** As `madd`, in double precision. */
  madd64(a: Term, b: Term, c: Term): Term {
    return this.target.fma ? this.op('f64x2.relaxed_madd', a, b, c) : this.op('f64x2.add', this.op('f64x2.mul', a, b), c);
  }

  /** c[0] + x (c[1] + x (c[2] + ...)). */
  horner(x: Local, c: readonly number[]): Term {
    return c.slice(0, -1).reduceRight<Term>((sum, ci) => this.madd(sum, x, this.f32(ci)), this.f32(c[c.length - 1]));
  }

  /**
   * A longer polynomial, as `horner` in x^2 for the even coefficients and for the odd ones: two chains of half the
   * length, since what a chain waits for is the step before. Fused steps take half as long, and one chain is enough.
   */
  polynomial(x: Local, c: readonly number[]): Term {
    if (this.target.fma) return this.horner(x, c);
    const square = this.let(this.mul(x, x));
    const even = this.horner(square, c.filter((_, i) => i % 2 === 0)); // prettier-ignore
    const odd = this.let(this.horner(square, c.filter((_, i) => i % 2 === 1))); // prettier-ignore
    return this.madd(odd, x, even);
  }

  /** As `horner`, in double precision. */
  horner64(x: Local, c: readonly number[]): Term {
    return c.slice(0, -1).reduceRight<Term>((sum, ci) => this.madd64(sum, x, this.f64(ci)), this.f64(c[c.length - 1]));
  }

  /** `a` where the mask's bits are set, else `b`. */
  select(mask: Term, a: Term, b: Term): Term {
    return this.op('v128.bitselect', a, b, mask);
  }

  /** x no less than a constant; NaN stays NaN. Cheaper than `f32x4.max`, which looks for NaN and signs of zero. */
  atLeast(x: Term, low: number): Term {
    return this.op('f32x4.pmax', x, this.f32(low));
  }

  /** x no greater than a constant; NaN stays NaN. */
  atMost(x: Term, high: number): Term {
    return this.op('f32x4.pmin', x, this.f32(high));
  }

  /** The magnitude of `a` with the sign of `b`. */
  copySign(a: Term, b: Term): Term {
    return this.select(this.i32(-(2 ** 31)), b, a);
  }

  /** A function of one vector that works in double precision: once for each half of the lanes. */
  halves(xs: readonly Term[], inside: (...halves: readonly Local[]) => Term): Term {
    const named = xs.map((x) => this.let(x));
    const half = (x: Local): Local => this.let(this.op('f64x2.promote_low_f32x4', x));
    const low = this.let(this.op('f32x4.demote_f64x2_zero', inside(...named.map(half))));
    const upper = named.map((x) => this.let(this.op('f64x2.promote_low_f32x4', this.shuffle(x, x, [2, 3, 2, 3]))));
    return this.shuffle(low, this.op('f32x4.demote_f64x2_zero', inside(...upper)), [0, 1, 4, 5]);
  }
}
