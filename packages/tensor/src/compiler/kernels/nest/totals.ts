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

export class Totals {
  private readonly v: Lanes;
  private readonly nest: Nest;
  private readonly locals: Map<RowValue | End, readonly Local[]> = new Map();

  constructor(v: Lanes, nest: Nest) {
    this.v = v;
    this.nest = nest;
  }

  /** Begins with nothing, in as many sums as a turn has blocks. */
  open(what: RowValue | End, blocks: number): void {
    const { v } = this;
    const locals = this.locals.get(what) ?? Array.from({ length: blocks }, () => v.f.local('v128'));
    this.locals.set(what, locals);
    for (const local of locals) {
      v.put(identity(v, what.op, this.dtypeOf(what)));
      v.f.set(local);
    }
  }

  /** Four more, or as many of them as `width` says. */
  add(what: RowValue | End, x: Term, width: Width, block: number): void {
    const { v } = this;
    const dtype = this.dtypeOf(what);
    const local = (this.locals.get(what) ?? [])[block];
    v.put(combine(v, what.op, dtype, local, masked(v, what.op, dtype, x, width)));
    v.f.set(local);
  }

  /** All of it as one number in every lane. */
  total(what: RowValue | End): Term {
    const { v } = this;
    const dtype = this.dtypeOf(what);
    const [first, ...others] = this.locals.get(what) ?? [];
    const sum = others.reduce<Term>((a, b) => combine(v, what.op, dtype, a, b), first);
    // One value a row stands in all lanes already.
    return 'swept' in what && !what.swept ? sum : across(v, what.op, dtype, sum);
  }

  private dtypeOf(what: RowValue | End): RowValue['dtype'] {
    return 'swept' in what ? this.nest.streams[what.stream].dtype : what.dtype;
  }
}
