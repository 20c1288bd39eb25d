/**
 * Where the inner loop of a nest stands.
 *
 * Every stream's pointer stays at the beginning of its row; one offset serves all streams of wide elements, and one more
 * those of bytes, if there are any. Blocks that stand still have their offset in the instruction.
 */
import { bytesOf } from '../../../dtype.js';
import type { FunctionBuilder, Local } from '../../wasm/index.js';
import type { Address } from './memory.js';
import type { Nest } from './nest.js';

/** A place in the row: as far as the loop has come, if it moves, and so many elements further. */
export interface Place {
  readonly moving: boolean;
  readonly elements: number;
}

/** The beginning of the row. */
export const first: Place = { moving: false, elements: 0 };

/** Bytes from one scratch row to the next. */
export function slotBytes(nest: Nest): number {
  return 16 * Math.ceil(nest.columns / 4);
}

export class Cursor {
  /** The offset in elements of four bytes. */
  readonly wide: Local;
  private readonly narrow: Local | undefined;
  private readonly f: FunctionBuilder;
  private readonly nest: Nest;

  constructor(f: FunctionBuilder, nest: Nest) {
    const bytes = nest.streams.some(({ dtype, kind }) => bytesOf(dtype) === 1 && (kind === 'full' || kind === 'column'));
    this.f = f;
    this.nest = nest;
    this.wide = f.local('i32');
    this.narrow = bytes ? f.local('i32') : undefined;
  }

  rewind(): void {
    this.f.i32(0).set(this.wide);
    if (this.narrow !== undefined) this.f.i32(0).set(this.narrow);
  }

  advance(elements: number): void {
    this.f.get(this.wide).i32(4 * elements).op('i32.add').set(this.wide); // prettier-ignore
    if (this.narrow !== undefined) this.f.get(this.narrow).i32(elements).op('i32.add').set(this.narrow);
  }

  /** A place in a stream; what is one for a row, or one for all, has only one. */
  address(stream: number, { moving, elements }: Place): Address {
    const { f } = this;
    const { dtype, kind } = this.nest.streams[stream];
    const offset = elements * bytesOf(dtype);
    if (!moving || kind === 'row' || kind === 'single') return { push: () => void f.get(stream), offset };
    const counter = bytesOf(dtype) === 1 ? (this.narrow ?? this.wide) : this.wide;
    return { push: () => void f.get(stream).get(counter).op('i32.add'), offset };
  }

  /** A place in a scratch row; these lie behind all streams. */
  slot(slot: number, { moving, elements }: Place): Address {
    const { f, nest } = this;
    const scratch = nest.streams.length;
    const offset = slot * slotBytes(nest) + 4 * elements;
    if (!moving) return { push: () => void f.get(scratch), offset };
    return { push: () => void f.get(scratch).get(this.wide).op('i32.add'), offset };
  }
}
