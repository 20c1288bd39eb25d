/** A rectangle of sums: tiles side by side, panel of columns after panel. */
import { move, parts, rowsFor, times } from './blocks.js';
import { tileOf } from './tile.js';
import type { FunctionBuilder, Local, ModuleBuilder } from '../../wasm/index.js';
import type { Tile } from './tile.js';

/** A place in memory: a pointer and how far behind it. */
export interface Spot {
  readonly pointer: Local;
  readonly offset: number;
}

export interface Block extends Omit<Tile, 'rows' | 'vectors' | 'lanes'> {
  readonly a: Spot;
  readonly b: Spot;
  readonly y: Spot;
  readonly rows: number;
  readonly columns: number;
  /** Steps of k in each segment, and segments. */
  readonly depth: number;
  readonly segments: number;
  readonly jump: { readonly a: number; readonly b: number };
}

/** y (+)= a b for `rows` x `columns`. */
export function emitBlock(module: ModuleBuilder, f: FunctionBuilder, block: Block): void {
  const { a, b, y, rows, columns, depth, segments, aRow, aStep, bStep, cRow, adds, fma, jump } = block;
  const vectors = columns <= 4 ? 1 : 2;
  const [ai, bj, yj, yi] = [f.local('i32'), f.local('i32'), f.local('i32'), f.local('i32')];
  const panel = (used: number, lanes: number): void => {
    point(f, a, ai);
    f.get(yj).set(yi);
    for (const [size, count] of parts(rows, rowsFor(used, fma))) {
      const tile = tileOf(module, { rows: size, vectors: used, lanes, aRow, aStep, bStep, cRow, adds, fma, jump });
      times(f, count, () => {
        f.get(ai).get(bj).get(yi).i32(depth).i32(segments).call(tile);
        move(f, ai, size * aRow);
        move(f, yi, size * cRow);
      });
    }
  };
  point(f, b, bj);
  point(f, y, yj);
  const width = 4 * vectors;
  times(f, Math.floor(columns / width), () => {
    panel(vectors, 4);
    move(f, bj, 4 * width);
    move(f, yj, 4 * width);
  });
  const rest = columns % width;
  if (rest > 0) panel(Math.ceil(rest / 4), ((rest - 1) & 3) + 1);
  f.release(ai, bj, yj, yi);
}

function point(f: FunctionBuilder, { pointer, offset }: Spot, into: Local): void {
  f.get(pointer);
  if (offset !== 0) f.i32(offset).op('i32.add');
  f.set(into);
}
