/**
 * What reductions have come to so far, in registers.
 *
 * One sum for each block of a turn, so that an addition need not wait for the one before; they meet at the end, in an
 * order that the shape alone decides.
 */
import { across, combine, identity, masked } from './reduction.js';
import type { Local } from '../../wasm/index.js';
import type { Lanes, Term } from '../lanes/lanes.js';
import type { Width } from './memory.js';
import type { End, Nest, RowValue } from './nest.js';

/** What one block of a turn has come to; `odd` is all ones in a lane that has met a NaN. */
interface Sum {
  readonly total: Local;
  readonly odd: Local | undefined;
}

export class Totals {
  private readonly v: Lanes;
  private readonly nest: Nest;
  private readonly sums: Map<RowValue | End, readonly Sum[]> = new Map();

  constructor(v: Lanes, nest: Nest) {
    this.v = v;
    this.nest = nest;
  }

  /** Begins with nothing, in as many sums as a turn has blocks. */
  open(what: RowValue | End, blocks: number): void {
    const { v } = this;
    const { f } = v;
    const extreme = this.dtypeOf(what) === 'float32' && (what.op === 'max' || what.op === 'min');
    const made = (): Sum => ({ total: f.local('v128'), odd: extreme ? f.local('v128') : undefined });
    const sums = this.sums.get(what) ?? Array.from({ length: blocks }, made);
    this.sums.set(what, sums);
    for (const { total, odd } of sums) {
      v.put(identity(v, what.op, this.dtypeOf(what)));
      f.set(total);
      if (odd !== undefined) f.get(v.i32(0)).set(odd);
    }
  }

  /** Four more, or as many of them as `width` says. */
  add(what: RowValue | End, x: Term, width: Width, block: number): void {
    const { v } = this;
    const dtype = this.dtypeOf(what);
    const { total, odd } = (this.sums.get(what) ?? [])[block];
    const next = masked(v, what.op, dtype, x, width);
    if (odd === undefined) {
      v.put(combine(v, what.op, dtype, total, next));
      v.f.set(total);
      return;
    }
    // The instruction that lets a NaN win takes twelve cycles; this one takes four, and leaves a NaN out.
    const named = v.let(next);
    v.put(this.faster(what, total, named));
    v.f.set(total);
    v.put(v.op('v128.or', odd, v.op('f32x4.ne', named, named)));
    v.f.set(odd);
  }

  /** All of it as one number in every lane. */
  total(what: RowValue | End): Term {
    const { v } = this;
    const dtype = this.dtypeOf(what);
    const [first, ...others] = this.sums.get(what) ?? [];
    // One value a row stands in all lanes already.
    const alone = 'swept' in what && !what.swept;
    if (first.odd === undefined) {
      const sum = others.reduce<Term>((a, { total }) => combine(v, what.op, dtype, a, total), first.total);
      const all = alone ? sum : across(v, sum, (a, b) => combine(v, what.op, dtype, a, b));
      return dtype === 'uint8' ? v.op('v128.and', all, v.i32(255)) : all;
    }
    const extreme = others.reduce<Term>((a, { total }) => this.faster(what, a, total), first.total);
    const odd = others.reduce<Term>((a, sum) => v.op('v128.or', a, sum.odd ?? a), first.odd);
    if (alone) return v.op('v128.or', extreme, odd);
    const best = v.let(across(v, extreme, (a, b) => this.faster(what, a, b)));
    // All ones are a NaN.
    return v.op('v128.or', best, across(v, odd, (a, b) => v.op('v128.or', a, b))); // prettier-ignore
  }

  private faster({ op }: RowValue | End, a: Term, b: Term): Term {
    return this.v.op(op === 'max' ? 'f32x4.pmax' : 'f32x4.pmin', a, b);
  }

  private dtypeOf(what: RowValue | End): RowValue['dtype'] {
    return 'swept' in what ? this.nest.streams[what.stream].dtype : what.dtype;
  }
}
