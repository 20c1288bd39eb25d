/** What a checkpoint holds: plain data with tensors inside, and guards that read it back. */
import { isTensor } from '@gradus/nn';
import { FormatError } from '@gradus/tensor';
import type { Tensor } from '@gradus/tensor';

/** Plain data, numbers that JSON lacks included, and tensors. */
export type State = null | boolean | number | string | Tensor | readonly State[] | { readonly [key: string]: State };

/** Where training stands: the next batch is number `batch` of `epoch`, `index` of pass `pass` over the data. */
export interface Position {
  readonly epoch: number;
  readonly batch: number;
  /** Passes and epochs differ where an epoch has a set number of steps. */
  readonly pass: number;
  readonly index: number;
}

/** Options that give a position its meaning: a run goes on only under the same ones. */
export interface Setting {
  readonly [option: string]: State;
}

/** All that a run needs to go on as if it had never stopped. */
export interface Checkpoint {
  readonly setting: Setting;
  readonly position: Position;
  /** Those of the last epoch that ended. */
  readonly logs: Readonly<Record<string, number>>;
  /** Why training was told to end, if it was. */
  readonly stopped: string | undefined;
  /** Which kernels made the numbers: others round differently. */
  readonly flavour: string;
  readonly variables: ReadonlyMap<string, Tensor>;
  /** One for each callback, in their order. */
  readonly callbacks: readonly State[];
}

export interface StateRecord {
  readonly [key: string]: State;
}

export function isStateList(state: State): state is readonly State[] {
  return Array.isArray(state);
}

export function isStateRecord(state: State): state is StateRecord {
  return typeof state === 'object' && state !== null && !isStateList(state) && !isTensor(state);
}

function fault(where: string, what: string, found: State | undefined): FormatError {
  const shown = found === undefined ? 'nothing' : isTensor(found) ? 'a tensor' : JSON.stringify(found);
  return new FormatError(`checkpoint: ${where}: expected ${what}, found ${shown}`);
}

/** Reads a record field by field; what does not fit is an error that names the field. */
export class StateFields {
  private readonly where: string;
  private readonly record: StateRecord;

  constructor(state: State | undefined, where: string) {
    if (state === undefined || !isStateRecord(state)) throw fault(where, 'a record', state);
    this.where = where;
    this.record = state;
  }

  get keys(): readonly string[] {
    return Object.keys(this.record);
  }
  has(key: string): boolean {
    return (this.record[key] ?? null) !== null;
  }
  any(key: string): State {
    return this.record[key] ?? null;
  }
  number(key: string): number {
    const found = this.record[key];
    if (typeof found === 'number') return found;
    throw fault(`${this.where}.${key}`, 'a number', found);
  }
  string(key: string): string {
    const found = this.record[key];
    if (typeof found === 'string') return found;
    throw fault(`${this.where}.${key}`, 'a text', found);
  }
  list(key: string): readonly State[] {
    const found = this.record[key];
    if (found !== undefined && isStateList(found)) return found;
    throw fault(`${this.where}.${key}`, 'a list', found);
  }
  numbers(key: string): number[] {
    return this.list(key).map((found) => {
      if (typeof found === 'number') return found;
      throw fault(`${this.where}.${key}`, 'numbers', found);
    });
  }
  tensor(key: string): Tensor {
    const found = this.record[key];
    if (isTensor(found)) return found;
    throw fault(`${this.where}.${key}`, 'a tensor', found);
  }
  fields(key: string): StateFields {
    return new StateFields(this.record[key], `${this.where}.${key}`);
  }
  /** Every value of a record of numbers. */
  numberRecord(key: string): Record<string, number> {
    const inside = this.fields(key);
    return Object.fromEntries(inside.keys.map((name) => [name, inside.number(name)]));
  }
  /** Every value of a record of tensors. */
  tensorMap(key: string): ReadonlyMap<string, Tensor> {
    const inside = this.fields(key);
    return new Map(inside.keys.map((name) => [name, inside.tensor(name)]));
  }
}
