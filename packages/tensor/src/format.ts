/**
 * How tensors print: as NumPy prints arrays with its default options. Lines end before column 75, columns line up, and of
 * more than 1000 elements only the first and last three along each axis are shown.
 */
import { sizeOf, stridesOf } from './shape.js';
import { writerFor } from './format-number.js';
import type { Dense } from './primitive.js';
import type { Writer } from './format-number.js';

const lineWidth = 75;
const threshold = 1000;
const edge = 3;

export interface FormatOptions {
  /** What stands between two elements. @defaultValue ' ' */
  readonly separator?: string;
}

/** The tensor as text: what NumPy's `array2string` makes of it. */
export function format(x: Dense, { separator = ' ' }: FormatOptions = {}): string {
  if (x.data.length === 0) return '[]';
  const summary = x.data.length > threshold;
  const write = writerFor(x.dtype, shownOf(x, summary));
  if (x.shape.length === 0) return write(x.data[0]).trim();
  return new Layout(x, separator, summary, write).block(0, 0, ' ', lineWidth);
}

/** The numbers as one would type them, on one line: for messages. */
export function literal({ data, shape, dtype }: Dense): string {
  const strides = stridesOf(shape);
  const write = (i: number): string => (dtype === 'bool' ? String(data[i] !== 0) : Object.is(data[i], -0) ? '-0' : String(data[i]));
  const block = (axis: number, from: number): string => {
    if (axis === shape.length) return write(from);
    return `[${Array.from({ length: shape[axis] }, (_, i) => block(axis + 1, from + i * strides[axis])).join(', ')}]`;
  };
  return block(0, 0);
}

/** Which indices of an axis are shown; `undefined` stands for those left out. */
function shownIndices(n: number, summary: boolean): readonly (number | undefined)[] {
  if (!summary || n <= 2 * edge) return Array.from({ length: n }, (_, i) => i);
  return Array.from({ length: 2 * edge + 1 }, (_, i) => (i < edge ? i : i === edge ? undefined : n - 2 * edge - 1 + i));
}

/** All numbers that will be written. */
function shownOf({ data, shape }: Dense, summary: boolean): readonly number[] {
  const strides = stridesOf(shape);
  let offsets: readonly number[] = [0];
  for (const [axis, n] of shape.entries()) {
    const steps = shownIndices(n, summary).flatMap((i) => (i === undefined ? [] : [i * strides[axis]]));
    offsets = offsets.flatMap((offset) => steps.map((step) => offset + step));
  }
  return offsets.map((offset) => data[offset]);
}

/** Brackets, lines and indents around the numbers of one array. */
class Layout {
  private readonly x: Dense;
  private readonly separator: string;
  private readonly summary: boolean;
  private readonly write: Writer;

  constructor(x: Dense, separator: string, summary: boolean, write: Writer) {
    this.x = x;
    this.separator = separator;
    this.summary = summary;
    this.write = write;
  }

  /** What stands along `axis` from element `from` on, in lines that begin with `indent` and have room for `width`. */
  block(axis: number, from: number, indent: string, width: number): string {
    const last = axis === this.x.shape.length - 1;
    return `[${last ? this.row(from, indent, width) : this.rows(axis, from, indent, width)}]`;
  }

  /** The last axis: numbers side by side, in as many lines as they need. */
  private row(from: number, indent: string, width: number): string {
    const words = this.each(this.x.shape.length - 1, (i) => this.write(this.x.data[from + i]));
    const room = width - Math.max(this.separator.trimEnd().length, 1);
    const lines: string[] = [];
    let line = indent;
    for (const [i, word] of words.entries()) {
      if (line.length + word.length > room && line.length > indent.length) {
        lines.push(line.trimEnd());
        line = indent;
      }
      line += i < words.length - 1 ? word + this.separator : word;
    }
    return [...lines, line].join('\n').slice(indent.length);
  }

  /** Another axis: blocks below one another, the further apart the more axes each has. */
  private rows(axis: number, from: number, indent: string, width: number): string {
    const stride = sizeOf(this.x.shape.slice(axis + 1));
    const blocks = this.each(axis, (i) => this.block(axis + 1, from + i * stride, `${indent} `, width - 1));
    return blocks.join(`${this.separator.trimEnd()}${'\n'.repeat(this.x.shape.length - axis - 1)}${indent}`);
  }

  private each(axis: number, f: (i: number) => string): readonly string[] {
    return shownIndices(this.x.shape[axis], this.summary).map((i) => (i === undefined ? '...' : f(i)));
  }
}
