/**
 * How a kernel's work may be cut into parts that several threads run at once.
 *
 * Only what is written is cut, never a sum: every element is computed by the same operations in the same order, whoever
 * computes it, so that the number of threads changes no bit of a result.
 */
import { bytesOf } from '../../dtype.js';
import { sizeOf } from '../../shape.js';
import type { Kernel, Layout } from './kernel.js';

/** Bytes that a part reads or writes: rows of equal width, from where the whole tensor begins. */
export interface Slice {
  readonly offset: number;
  readonly rows: number;
  readonly width: number;
  /** From row to row. */
  readonly pitch: number;
}

export interface Part {
  readonly kernel: Kernel;
  readonly operands: readonly Slice[];
  readonly results: readonly Slice[];
}

export interface Split {
  readonly along: 'batch' | 'rows' | 'columns';
  /** How many units there are to share out. */
  readonly length: number;
  /** Parts are multiples of it, so that no two threads write to one line of the cache. */
  readonly grain: number;
  /** The units from `from` to before `to`. */
  part(from: number, to: number): Part;
}

/** All of a tensor. */
export function whole({ type, pitch }: Layout): Slice {
  const element = bytesOf(type.dtype);
  const columns = type.shape.length === 0 ? 1 : type.shape[type.shape.length - 1];
  return { offset: 0, rows: columns === 0 ? 0 : sizeOf(type.shape) / columns, width: columns * element, pitch: pitch * element };
}

/** Its rows from `from` to before `to`. */
export function rowsOf(slice: Slice, from: number, to: number): Slice {
  return { ...slice, offset: slice.offset + from * slice.pitch, rows: to - from };
}

/** In each row the bytes from `from` to before `to`. */
export function columnsOf(slice: Slice, from: number, to: number): Slice {
  return { ...slice, offset: slice.offset + from, width: to - from };
}

/** Of `count` equal blocks of rows those from `from` to before `to`. */
export function blocksOf(slice: Slice, count: number, from: number, to: number): Slice {
  const rows = slice.rows / count;
  return rowsOf(slice, from * rows, to * rows);
}
