/**
 * From a nest to WebAssembly.
 *
 * Each stream is a pointer that moves by its stride after every row; inside a row one offset serves them all. Eight
 * columns a turn where the body is short, else four; what is left over is computed at full width and stored lane by
 * lane. A flat nest takes its length as a parameter, any other its number of rows: shapes share code.
 */
import { bytesOf } from '../../../dtype.js';
import { Lanes } from '../lanes/lanes.js';
import { pointwise } from '../lanes/pointwise.js';
import { Cursor, first } from './cursor.js';
import { load, loadSplat, store } from './memory.js';
import { combine, identity } from './reduction.js';
import { Totals } from './totals.js';
import { isReduction } from './nest.js';
import { sweepOf } from './schedule.js';
import type { FunctionIndex, Local, ModuleBuilder } from '../../wasm/index.js';
import type { Argument } from '../lanes/pointwise.js';
import type { Term } from '../lanes/lanes.js';
import type { Target } from '../kernel.js';
import type { Place } from './cursor.js';
import type { Width } from './memory.js';
import type { End, Nest } from './nest.js';
import type { Schedule } from './schedule.js';

/** Bodies of at most so many values are written twice a turn. */
const short = 16;

/** The function of the nest: pointers, scratch if there is any, then the length or the rows. */
export function emit(nest: Nest, plan: Schedule, module: ModuleBuilder, target: Target): FunctionIndex {
  const params = nest.streams.length + (plan.slots.size > 0 ? 1 : 0) + 1;
  return module.function(new Array<'i32'>(params).fill('i32'), [], (f) => new Emission(new Lanes(module, f, target), nest, plan).run());
}

class Emission {
  private readonly v: Lanes;
  private readonly nest: Nest;
  private readonly plan: Schedule;
  private readonly cursor: Cursor;
  private readonly count: Local;
  /** Row values and values that never change. */
  private readonly kept = new Map<number, Local>();
  private readonly totals: Totals;

  constructor(v: Lanes, nest: Nest, plan: Schedule) {
    this.v = v;
    this.nest = nest;
    this.plan = plan;
    this.totals = new Totals(v, nest);
    this.cursor = new Cursor(v.f, nest);
    this.count = nest.streams.length + (plan.slots.size > 0 ? 1 : 0);
  }

  run(): void {
    const { v, nest } = this;
    const { f } = v;
    for (const [id, { role, op }] of nest.values.entries())
      if (role === 'single' && op !== 'splat') this.keep(id, () => this.compute(id, new Map()));
    for (const end of nest.ends) this.begin(end);
    if (nest.flat) this.sweep(0);
    else f.loop((again) => (this.row(), void f.get(this.count).i32(1).op('i32.sub').tee(this.count).branchIf(again))); // prettier-ignore
    for (const end of nest.ends) this.finishEnd(end);
  }

  private row(): void {
    const { nest, v } = this;
    for (let sweep = 0; sweep <= nest.sweeps; sweep++) {
      for (const [id, value] of nest.values.entries()) {
        if (value.role === 'row' && value.sweep === sweep)
          this.keep(id, () => (isReduction(value) ? this.totals.total(value) : this.compute(id, new Map())));
      }
      if (sweep < nest.sweeps) this.sweep(sweep);
    }
    for (const { value, stream } of nest.stores) {
      const { kind, dtype } = nest.streams[stream];
      if (kind !== 'full') v.scope(() => store(v, dtype, this.argument(value, new Map()).term, this.cursor.address(stream, first), 1));
    }
    for (const end of nest.ends) if (!end.swept) this.totals.add(end, this.argument(end.arg, new Map()).term, 4, 0);
    for (const [i, { dtype, kind, stride }] of nest.streams.entries()) {
      if (kind === 'full' || kind === 'row') v.f.get(i).i32(stride * bytesOf(dtype)).op('i32.add').set(i); // prettier-ignore
    }
  }

  /** One sweep over the columns of a row. */
  private sweep(sweep: number): void {
    const { nest } = this;
    const { needed } = this.plan.sweeps[sweep];
    const reductions = nest.values.filter(isReduction).filter((value) => value.sweep - 1 === sweep);
    const blocks = needed.length <= short ? 2 : 1;
    for (const value of reductions) this.totals.open(value, blocks);
    if (needed.length === 0 && !this.writes(sweep)) return;
    const turn = (moving: boolean): void => {
      for (let i = 0; i < blocks; i++) this.block(sweep, { moving, elements: 4 * i }, 4, i);
    };
    if (nest.flat) this.flatLoop(sweep, blocks, turn);
    else this.columnLoop(sweep, blocks, turn);
  }

  private writes(sweep: number): boolean {
    const { nest } = this;
    const stores = nest.stores.some(({ value, stream }) => nest.streams[stream].kind === 'full' && sweepOf(nest.values[value]) === sweep);
    return (
      stores ||
      nest.ends.some((end) => end.swept && end.sweep === sweep) ||
      nest.values.some((value) => isReduction(value) && value.sweep - 1 === sweep)
    );
  }

  private columnLoop(sweep: number, blocks: number, turn: (moving: boolean) => void): void {
    const { columns } = this.nest;
    const { f } = this.v;
    const step = 4 * blocks;
    const whole = columns - (columns % step);
    if (whole > step) {
      this.cursor.rewind();
      f.loop((again) => {
        turn(true);
        this.cursor.advance(step);
        f.get(this.cursor.wide).i32(4 * whole).op('i32.lt_u').branchIf(again); // prettier-ignore
      });
    } else if (whole === step) turn(false);
    let at = whole;
    for (; at + 4 <= columns; at += 4) this.block(sweep, { moving: false, elements: at }, 4, 0);
    const rest = columns - at;
    if (rest === 1 || rest === 2 || rest === 3) this.block(sweep, { moving: false, elements: at }, rest, 0);
  }

  private flatLoop(sweep: number, blocks: number, turn: (moving: boolean) => void): void {
    const { f } = this.v;
    const step = 4 * blocks;
    const end = f.local('i32');
    this.cursor.rewind();
    f.get(this.count).i32(-step).op('i32.and').i32(2).op('i32.shl').tee(end);
    f.if(() => {
      f.loop((again) => {
        turn(true);
        this.cursor.advance(step);
        f.get(this.cursor.wide).get(end).op('i32.lt_u').branchIf(again);
      });
    });
    if (blocks === 2) {
      f.get(this.count).i32(4).op('i32.and');
      f.if(() => {
        this.block(sweep, { moving: true, elements: 0 }, 4, 0);
        this.cursor.advance(4);
      });
    }
    f.get(this.count).i32(3).op('i32.and').tee(end);
    f.if(() => this.block(sweep, { moving: true, elements: 0 }, { rest: end }, 0));
  }

  /** Four columns of a sweep, or as many of them as `width` says. */
  private block(sweep: number, place: Place, width: Width, block: number): void {
    const { nest, v, plan } = this;
    v.scope(() => {
      const terms = new Map<number, Term>();
      const { needed, uses } = plan.sweeps[sweep];
      // All loads come before all stores: a result may lie where an operand lay.
      for (const id of needed) if (this.isThere(id, sweep)) terms.set(id, v.let(this.fetch(id, place)));
      for (const id of needed) {
        if (terms.has(id)) continue;
        const term = this.compute(id, terms);
        terms.set(id, uses.get(id) === 1 ? term : v.let(term));
      }
      const stores = nest.stores.filter(
        ({ value, stream }) => nest.streams[stream].kind === 'full' && sweepOf(nest.values[value]) === sweep,
      );
      const pending = new Map(
        stores.map((s) => [s, stores.length > 1 ? v.let(this.argument(s.value, terms).term) : this.argument(s.value, terms).term]),
      );
      for (const value of nest.values) {
        if (isReduction(value) && value.sweep - 1 === sweep) this.totals.add(value, this.argument(value.args[0], terms).term, width, block);
      }
      for (const end of nest.ends) {
        if (!end.swept || end.sweep !== sweep) continue;
        const { term } = this.argument(end.arg, terms);
        if (nest.streams[end.stream].kind === 'column') this.addColumns(end, term, place, width);
        else this.totals.add(end, term, width, block);
      }
      for (const [s, term] of pending) store(v, nest.streams[s.stream].dtype, term, this.cursor.address(s.stream, place), width);
      for (const [id, slot] of plan.slots)
        if (nest.values[id].sweep === sweep) store(v, 'int32', this.argument(id, terms).term, this.cursor.slot(slot, place), 4);
    });
  }

  /** Whether the value lies in memory when this sweep begins. */
  private isThere(id: number, sweep: number): boolean {
    const { op, sweep: made } = this.nest.values[id];
    return op === 'load' || (made < sweep && (this.plan.stored.has(id) || this.plan.slots.has(id)));
  }

  private fetch(id: number, place: Place): Term {
    const { op, stream, dtype } = this.nest.values[id];
    if (op === 'load') return load(this.v, dtype, this.cursor.address(stream, place));
    const stored = this.plan.stored.get(id);
    if (stored !== undefined) return load(this.v, dtype, this.cursor.address(stored, place));
    return load(this.v, 'int32', this.cursor.slot(this.plan.slots.get(id) ?? 0, place));
  }

  private compute(id: number, terms: ReadonlyMap<number, Term>): Term {
    const { op, args, dtype, stream } = this.nest.values[id];
    if (op === 'load') return loadSplat(this.v, dtype, this.cursor.address(stream, first));
    if (op === 'splat') return this.argument(id, terms).term;
    return pointwise(this.v, op, args.map((arg) => this.argument(arg, terms)), dtype); // prettier-ignore
  }

  private argument(id: number, terms: ReadonlyMap<number, Term>): Argument {
    const { op, dtype, number } = this.nest.values[id];
    if (op === 'splat') {
      const { v } = this;
      const term =
        dtype === 'float32' ? v.f32(number) : v.i32(dtype === 'bool' ? -Math.sign(number) : dtype === 'uint8' ? number & 255 : number);
      return { term, dtype, constant: dtype === 'float32' ? Math.fround(number) : number };
    }
    const term = terms.get(id) ?? this.kept.get(id);
    if (term === undefined) throw new Error(`nest: %${id} is not known where it is read`);
    return { term, dtype };
  }

  /** Holds a row value, or one that never changes, in a variable of its own. */
  private keep(id: number, make: () => Term): void {
    const { f } = this.v;
    const local = this.kept.get(id) ?? f.local('v128');
    this.kept.set(id, local);
    this.v.scope(() => {
      this.v.put(make());
      f.set(local);
    });
  }

  private begin(end: End): void {
    const { nest, v } = this;
    const { dtype, kind } = nest.streams[end.stream];
    if (kind !== 'column') {
      this.totals.open(end, end.swept && this.plan.sweeps[end.sweep].needed.length <= short ? 2 : 1);
      return;
    }
    // Columns are summed where the result lies.
    const nothing = identity(v, end.op, dtype);
    const at = (place: Place, width: Width): void => v.scope(() => store(v, dtype, nothing, this.cursor.address(end.stream, place), width));
    const whole = nest.columns - (nest.columns % 4);
    const rest = nest.columns - whole;
    if (whole > 0) {
      this.cursor.rewind();
      v.f.loop((again) => {
        at({ moving: true, elements: 0 }, 4);
        this.cursor.advance(4);
        v.f.get(this.cursor.wide).i32(4 * whole).op('i32.lt_u').branchIf(again); // prettier-ignore
      });
    }
    if (rest === 1 || rest === 2 || rest === 3) at({ moving: false, elements: whole }, rest);
  }

  /** Adds four columns to what the result holds of them. */
  private addColumns({ op, stream }: End, x: Term, place: Place, width: Width): void {
    const { v } = this;
    const { dtype } = this.nest.streams[stream];
    const address = this.cursor.address(stream, place);
    const sum = combine(v, op, dtype, load(v, dtype, address), x);
    store(v, dtype, dtype === 'uint8' ? v.op('v128.and', sum, v.i32(255)) : sum, address, width);
  }

  private finishEnd(end: End): void {
    const { nest, v } = this;
    const { dtype, kind } = nest.streams[end.stream];
    if (kind === 'column') return;
    v.scope(() => store(v, dtype, this.totals.total(end), this.cursor.address(end.stream, first), 1));
  }
}
