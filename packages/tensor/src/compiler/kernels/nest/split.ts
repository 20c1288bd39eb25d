/** How a nest is cut for threads: by rows, unless it sums over them; by columns, unless it reduces a row. */
import { bytesOf } from '../../../dtype.js';
import { columnsOf, rowsOf } from '../split.js';
import { isReduction } from './nest.js';
import type { Kernel } from '../kernel.js';
import type { Nest, Stream } from './nest.js';
import type { Slice, Split } from '../split.js';

/** @param kernelFor - the kernel of a nest over so many rows */
export function splitsOf(nest: Nest, rows: number, kernelFor: (nest: Nest, rows: number) => Kernel): readonly Split[] {
  const slices = nest.streams.map((stream) => sliceOf(stream, rows, nest.columns));
  const parts = (cut: (stream: Stream, slice: Slice) => Slice): { operands: readonly Slice[]; results: readonly Slice[] } => {
    const all = nest.streams.map((stream, i) => cut(stream, slices[i]));
    return { operands: all.slice(0, nest.operands), results: all.slice(nest.operands) };
  };
  const byRows: Split = {
    along: 'rows',
    length: rows,
    grain: lineOf(nest, ({ kind, stride }) => kind === 'row' || (kind === 'full' && nest.columns === 1 && stride === 1)),
    part: (from, to) => ({
      kernel: kernelFor(nest, to - from),
      ...parts(({ kind }, slice) => (kind === 'full' || kind === 'row' ? rowsOf(slice, from, to) : slice)),
    }),
  };
  const byColumns: Split = {
    along: 'columns',
    length: nest.columns,
    grain: lineOf(nest, ({ kind }) => kind === 'full' || kind === 'column'),
    part: (from, to) => ({
      kernel: kernelFor({ ...nest, columns: to - from }, rows),
      ...parts(({ kind, dtype }, slice) =>
        kind === 'full' || kind === 'column' ? columnsOf(slice, from * bytesOf(dtype), to * bytesOf(dtype)) : slice,
      ),
    }),
  };
  return [...(cutsRows(nest) ? [byRows] : []), ...(cutsColumns(nest) ? [byColumns] : [])];
}

/** Every result has a place of its own for each row. */
function cutsRows({ stores, streams, ends }: Nest): boolean {
  return ends.length === 0 && stores.every(({ stream }) => streams[stream].kind === 'full' || streams[stream].kind === 'row');
}

/** Every result has a place of its own for each column, and no value depends on a whole row. */
function cutsColumns({ stores, streams, ends, values }: Nest): boolean {
  const alone = values.every((value) => !isReduction(value)) && stores.every(({ stream }) => streams[stream].kind === 'full');
  return alone && ends.every(({ stream, swept }) => swept && streams[stream].kind === 'column');
}

/** Units of a line of the cache, in the narrowest result that has one number a unit. */
function lineOf({ streams, operands }: Nest, perUnit: (stream: Stream) => boolean): number {
  const results = streams.slice(operands);
  return Math.max(1, ...results.filter(perUnit).map(({ dtype }) => 64 / bytesOf(dtype)));
}

function sliceOf({ dtype, kind, stride }: Stream, rows: number, columns: number): Slice {
  const element = bytesOf(dtype);
  const long = kind === 'full' || kind === 'row' ? rows : 1;
  const wide = kind === 'full' || kind === 'column' ? columns : 1;
  return { offset: 0, rows: long, width: wide * element, pitch: stride * element };
}
