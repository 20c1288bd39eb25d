/**
 * A loop nest as plain data, between a fused node and its bytes.
 *
 * For each row, one or more sweeps over its columns; between two sweeps the row's reductions are known and what follows
 * from them is computed once. A softmax is three sweeps: the largest, the sum of exponentials, the quotients.
 */
import type { DType } from '../../../dtype.js';
import type { PrimitiveName } from '../../../primitive.js';

export type Reduction = 'sum' | 'prod' | 'max' | 'min';

/** An operand or a result, in memory. */
export interface Stream {
  readonly dtype: DType;
  /** One number for each turn of the inner loop, for each row, for each column, or one for all. */
  readonly kind: 'full' | 'row' | 'column' | 'single';
  /** Elements from row to row. */
  readonly stride: number;
}

/** How often a value changes: with every element, with every row, never. */
export type Role = 'full' | 'row' | 'single';

export interface Value {
  readonly op: PrimitiveName | 'load' | 'splat';
  readonly args: readonly number[];
  readonly dtype: DType;
  readonly role: Role;
  /** A full value: the first sweep that can compute it. A row value: the sweep before which it is known. */
  readonly sweep: number;
  /** What a load reads. */
  readonly stream: number;
  /** What a splat is. */
  readonly number: number;
}

/** A reduction of each row to one value, complete after the sweep before its own. */
export interface RowValue extends Value {
  readonly op: Reduction;
  readonly role: 'row';
}

/** A reduction over rows: it is complete when the nest is, and nothing inside reads it. */
export interface End {
  readonly op: Reduction;
  readonly arg: number;
  /** Whether the argument is reduced over columns too, or is one value a row. */
  readonly swept: boolean;
  readonly stream: number;
  readonly sweep: number;
}

export interface Nest {
  readonly columns: number;
  /** All is one long row, whose length each call gives. */
  readonly flat: boolean;
  readonly sweeps: number;
  readonly streams: readonly Stream[];
  /** How many of the streams are operands: they come first. */
  readonly operands: number;
  readonly values: readonly Value[];
  readonly stores: readonly { readonly value: number; readonly stream: number }[];
  readonly ends: readonly End[];
}

const reductions: ReadonlySet<string> = new Set(['sum', 'prod', 'max', 'min']);

/** Whether the value is a reduction of its row. */
export function isReduction(value: Value): value is RowValue {
  return reductions.has(value.op);
}

/** The nest as the loop that it is. */
export function show(nest: Nest): string {
  const { values, stores, ends } = nest;
  const lines: string[] = [];
  const at = (indent: string, chosen: readonly string[]): void => void (chosen.length > 0 && lines.push(indent + chosen.join('; ')));
  const named = (keep: (value: Value) => boolean): string[] => {
    return values.flatMap((value, i) => (keep(value) ? [`%${i} = ${showValue(nest, value)}`] : []));
  };
  at('', named(({ role, op }) => role === 'single' && op !== 'splat')); // prettier-ignore
  lines.push(nest.flat ? 'for each row (one, of any length):' : 'for each row:');
  for (let sweep = 0; sweep <= nest.sweeps; sweep++) {
    at('  ', named((value) => value.role === 'row' && value.sweep === sweep)); // prettier-ignore
    const body = named((value) => value.role === 'full' && value.sweep === sweep);
    for (const { value, stream } of stores) {
      if (nest.streams[stream].kind === 'full' && values[value].sweep === sweep) body.push(`store $${stream} = %${value}`);
    }
    for (const end of ends) if (end.swept && end.sweep === sweep) body.push(`$${end.stream} = ${end.op} %${end.arg}`);
    if (sweep < nest.sweeps) at(`  for c < ${nest.flat ? 'n' : nest.columns}: `, body);
  }
  at('  ', stores.flatMap(({ value, stream }) => (nest.streams[stream].kind === 'full' ? [] : [`store $${stream} = %${value}`]))); // prettier-ignore
  at('  ', ends.flatMap((end) => (end.swept ? [] : [`$${end.stream} = ${end.op} %${end.arg}`]))); // prettier-ignore
  return lines.join('\n');
}

function showValue({ streams, values }: Nest, { op, args, stream, dtype }: Value): string {
  if (op === 'load') return `load $${stream}${{ full: '[r, c]', row: '[r]', column: '[c]', single: '' }[streams[stream].kind]}`;
  const names = args.map((i) => (values[i].op === 'splat' ? String(values[i].number) : `%${i}`)).join(' ');
  return op === 'cast' ? `cast ${names} ${dtype}` : `${op} ${names}`;
}
