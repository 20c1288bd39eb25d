/**
 * M x M^T for a small square x of vectors: four channels, or four filters, at once. All five changes between tiles and points
 * are this with another matrix, and a tile that hangs over the edge is one in which rows and columns are missing.
 */
import { move, times } from '../../product/blocks.js';
import type { FunctionBuilder, FunctionIndex, Local, ModuleBuilder } from '../../../wasm/index.js';
import type { Matrix } from './matrices.js';

/** A square in memory: bytes from row to row and from column to column, and which rows and columns are there. */
export interface Square {
  readonly row: number;
  readonly column: number;
  readonly rows: readonly [from: number, to: number];
  readonly columns: readonly [from: number, to: number];
}

export interface Transform {
  readonly matrix: Matrix;
  readonly from: Square;
  readonly to: Square;
  /** How many vectors there are, one behind the other on both sides. */
  readonly vectors: number;
}

/** A function of two pointers, to the first element that is there on either side. */
export function transformOf(module: ModuleBuilder, transform: Transform): FunctionIndex {
  return module.shared(`transform ${JSON.stringify(transform)}`, () => module.function(['i32', 'i32'], [], (f) => emit(f, transform)));
}

function emit(f: FunctionBuilder, { matrix, from, to, vectors }: Transform): void {
  const [source, target] = [0, 1];
  const offset = (square: Square, i: number, j: number): number =>
    (i - square.rows[0]) * square.row + (j - square.columns[0]) * square.column;
  const there = (square: Square, i: number, j: number): boolean => within(square.rows, i) && within(square.columns, j);
  const size = matrix[0].length;
  times(f, vectors, () => {
    const columns = Array.from({ length: size }, (_, j) => {
      const column = Array.from({ length: size }, (_, i) => {
        if (!there(from, i, j)) return undefined;
        const element = f.local('v128');
        f.get(source)
          .memory('v128.load', offset(from, i, j))
          .set(element);
        return element;
      });
      const made = combine(f, matrix, column);
      f.release(...column.filter((local) => local !== undefined));
      return made;
    });
    for (let i = 0; i < matrix.length; i++) {
      if (!within(to.rows, i)) continue;
      const made = combine(f, matrix, columns.map((column) => column[i])); // prettier-ignore
      for (const [j, value] of made.entries()) {
        // A sum of nothing is a number too.
        if (there(to, i, j)) f.get(target).get(value ?? f.constant(splat(0))).memory('v128.store', offset(to, i, j)); // prettier-ignore
      }
      f.release(...made.filter((local) => local !== undefined));
    }
    f.release(...columns.flat().filter((local) => local !== undefined));
    move(f, source, 16);
    move(f, target, 16);
  });
}

function within([from, to]: readonly [number, number], at: number): boolean {
  return at >= from && at < to;
}

/**
 * M x for a column of vectors, of which some are zero. Rows that differ in signs alone, as those of opposite points do, are
 * e + o and e - o of the same two halves.
 */
function combine(f: FunctionBuilder, matrix: Matrix, x: readonly (Local | undefined)[]): readonly (Local | undefined)[] {
  const made: (Local | undefined)[] = [];
  for (let i = 0; i < matrix.length; i++) {
    const [row, next] = [matrix[i], matrix[i + 1]];
    if (next && opposite(row, next)) {
      const even = sum(f, row.map((value, j) => (value === next[j] ? value : 0)), x); // prettier-ignore
      const odd = sum(f, row.map((value, j) => (value === next[j] ? 0 : value)), x); // prettier-ignore
      made.push(joined(f, 'f32x4.add', even, odd), joined(f, 'f32x4.sub', even, odd));
      f.release(...[even, odd].filter((local) => local !== undefined));
      i++;
    } else made.push(sum(f, row, x));
  }
  return made;
}

/** Whether two rows have the same numbers, some of them with the other sign. */
function opposite(row: readonly number[], other: readonly number[]): boolean {
  return row.every((value, j) => Math.abs(value) === Math.abs(other[j])) && row.some((value, j) => value !== other[j]);
}

/** even + odd or even - odd, either of which may be nothing. */
function joined(f: FunctionBuilder, op: 'f32x4.add' | 'f32x4.sub', even: Local | undefined, odd: Local | undefined): Local | undefined {
  if (even === undefined && odd === undefined) return undefined;
  const made = f.local('v128');
  if (even !== undefined && odd !== undefined) f.get(even).get(odd).op(op);
  else if (even !== undefined) f.get(even);
  else f.get(odd ?? -1);
  if (even === undefined && op === 'f32x4.sub') f.op('f32x4.neg');
  f.set(made);
  return made;
}

/** The sum of row[j] x[j]; undefined where it is one of nothing. */
function sum(f: FunctionBuilder, row: readonly number[], x: readonly (Local | undefined)[]): Local | undefined {
  const terms = row.flatMap((factor, j) => {
    const value = x[j];
    return factor === 0 || value === undefined ? [] : [{ factor, value }];
  });
  // Something that is added comes first, so that nothing has to be negated.
  terms.sort((a, b) => Number(b.factor === 1) - Number(a.factor === 1));
  if (terms.length === 0) return undefined;
  for (const [i, { factor, value }] of terms.entries()) {
    f.get(value);
    const plain = Math.abs(factor) === 1;
    if (!plain) f.get(f.constant(splat(i === 0 ? factor : Math.abs(factor)))).op('f32x4.mul');
    if (plain && i === 0 && factor < 0) f.op('f32x4.neg');
    if (i > 0) f.op(factor > 0 ? 'f32x4.add' : 'f32x4.sub');
  }
  const made = f.local('v128');
  f.set(made);
  return made;
}

function splat(value: number): Int32Array {
  return new Int32Array(new Float32Array(4).fill(value).buffer);
}
