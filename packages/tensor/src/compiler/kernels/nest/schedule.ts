/**
 * What each sweep of a nest computes.
 *
 * A value that a later sweep needs again is read from where it was stored, kept in a scratch row if it was dear, or
 * else simply computed again.
 */
import { isReduction } from './nest.js';
import type { Nest, Value } from './nest.js';

/** Worth a store and a load: what takes tens of instructions, and divisions. */
const dear: ReadonlySet<string> = new Set([
  'exp', 'expm1', 'log', 'log1p', 'sqrt', 'sin', 'cos', 'tan', 'atan', 'tanh', 'sigmoid', 'softplus', 'erf', 'div', 'pow',
  'floorDivide', 'remainder', 'atan2',
]); // prettier-ignore

export interface Schedule {
  /** For each sweep the values it needs, in order, and how often it reads each. */
  readonly sweeps: readonly Sweep[];
  /** The scratch row of each value that has one. */
  readonly slots: ReadonlyMap<number, number>;
  /** The stream from which a later sweep reads a value again. */
  readonly stored: ReadonlyMap<number, number>;
}

export interface Sweep {
  readonly needed: readonly number[];
  readonly uses: ReadonlyMap<number, number>;
}

/** In which sweep a value is written to where each element has its own place. */
export function sweepOf(value: Value): number {
  return value.role === 'single' ? 0 : value.sweep;
}

export function schedule(nest: Nest): Schedule {
  const { values } = nest;
  const stored = new Map<number, number>();
  for (const { value, stream } of nest.stores) if (nest.streams[stream].kind === 'full') stored.set(value, stream);
  const slots = new Map<number, number>();
  for (let sweep = 1; sweep < nest.sweeps; sweep++) {
    walk(nest, rootsOf(nest, sweep), (id) => {
      if (values[id].sweep >= sweep || stored.has(id)) return stored.has(id) && values[id].sweep < sweep;
      if (dear.has(values[id].op) && !slots.has(id)) slots.set(id, slots.size);
      return slots.has(id);
    });
  }
  const sweeps = Array.from({ length: nest.sweeps }, (_, sweep) => {
    const kept = [...slots.keys()].filter((id) => values[id].sweep === sweep);
    return walk(nest, [...rootsOf(nest, sweep), ...kept], (id) => values[id].sweep < sweep && (stored.has(id) || slots.has(id)));
  });
  return { sweeps, slots, stored };
}

/** What a sweep is for: what it stores, what its reductions read. */
function rootsOf({ values, stores, ends, streams }: Nest, sweep: number): readonly number[] {
  return [
    ...stores.filter(({ value, stream }) => streams[stream].kind === 'full' && sweepOf(values[value]) === sweep).map(({ value }) => value),
    ...values.filter((value) => isReduction(value) && value.sweep - 1 === sweep).map((value) => value.args[0]),
    ...ends.filter((end) => end.swept && end.sweep === sweep).map(({ arg }) => arg),
  ]; // prettier-ignore
}

/** The full values that `roots` need, down to those that are `there` already. */
function walk({ values }: Nest, roots: readonly number[], there: (id: number) => boolean): Sweep {
  const uses = new Map<number, number>();
  const read = (id: number): void => void (values[id].role === 'full' && uses.set(id, (uses.get(id) ?? 0) + 1));
  for (const id of roots) read(id);
  for (let id = values.length - 1; id >= 0; id--) {
    if (uses.has(id) && values[id].op !== 'load' && !there(id)) for (const arg of values[id].args) read(arg);
  }
  return { needed: [...uses.keys()].sort((a, b) => a - b), uses };
}
