/**
 * Some rows of a transposed b as a panel of columns, in blocks of 4 x 4 that are turned in registers: for products that
 * read b transposed. It costs less than a hundredth of the product as soon as there are a few hundred rows.
 */
import type { FunctionBuilder, FunctionIndex, Local, ModuleBuilder } from '../../wasm/index.js';

export interface Pack {
  /** How many rows of b are there; columns of the panel beyond them are 0. */
  readonly width: number;
  /** Columns of the panel, in vectors of four. */
  readonly vectors: number;
  /** How many numbers of each row. */
  readonly depth: number;
  /** Bytes from row to row of b, and of the panel. */
  readonly bRow: number;
  readonly row: number;
}

/** A function of (b, panel): panel[k][column] = b[column][k]. */
export function packOf(module: ModuleBuilder, pack: Pack): FunctionIndex {
  return module.shared(`pack ${JSON.stringify(pack)}`, () => module.function(['i32', 'i32'], [], (f) => emit(f, pack)));
}

function emit(f: FunctionBuilder, { width, vectors, depth, bRow, row: rowBytes }: Pack): void {
  const [b, panel] = [0, 1];
  const rows = Array.from({ length: 4 }, () => f.local('v128'));
  const turned = Array.from({ length: 4 }, () => f.local('v128'));
  const block = (steps: number): void => {
    for (let v = 0; v < vectors; v++) {
      // Past the end of a row stands the next one, or the readable bytes behind every buffer.
      for (const [i, row] of rows.entries()) {
        const at = 4 * v + i;
        if (at < width)
          f.get(b)
            .memory('v128.load', at * bRow)
            .set(row);
        else f.get(f.constant(new Int32Array(4))).set(row);
      }
      turn(f, rows, turned);
      for (let k = 0; k < steps; k++)
        f.get(panel)
          .get(turned[k])
          .memory('v128.store', k * rowBytes + 16 * v);
    }
  };
  const blocks = Math.floor(depth / 4);
  if (blocks > 0) {
    const left = f.local('i32');
    f.i32(blocks).set(left);
    f.loop((again) => {
      block(4);
      f.get(b).i32(16).op('i32.add').set(b);
      f.get(panel).i32(4 * rowBytes).op('i32.add').set(panel); // prettier-ignore
      f.get(left).i32(1).op('i32.sub').tee(left).branchIf(again);
    });
  }
  if (depth % 4 > 0) block(depth % 4);
}

/** Four rows as four columns: pairs of neighbours first, then pairs of pairs. */
function turn(f: FunctionBuilder, [a, b, c, d]: readonly Local[], turned: readonly Local[]): void {
  for (const [half, [i, j]] of [
    [0, 1],
    [2, 3],
  ].entries()) {
    // prettier-ignore
    const low: readonly [number, number, number, number] = half === 0 ? [0, 4, 1, 5] : [2, 6, 3, 7];
    const [ab, cd] = [f.local('v128'), f.local('v128')];
    f.get(a).get(b).shuffle(low).set(ab);
    f.get(c).get(d).shuffle(low).set(cd);
    f.get(ab).get(cd).shuffle([0, 1, 4, 5]).set(turned[i]);
    f.get(ab).get(cd).shuffle([2, 3, 6, 7]).set(turned[j]);
    f.release(ab, cd);
  }
}
