/** Whole rows: copied, added, filled with zeros. Vectors of four, then lanes: nothing behind a row is touched. */
import { move, times } from '../product/blocks.js';
import type { FunctionBuilder, Local } from '../../wasm/index.js';

/** `count` numbers of four bytes: `inside` for four at a time (lanes 4) and for what is left, at pointers that move along. */
export function alongRow(
  f: FunctionBuilder,
  count: number,
  pointers: readonly Local[],
  inside: (pointers: readonly Local[], lanes: number) => void,
): void {
  const moving = pointers.map((pointer) => {
    const local = f.local('i32');
    f.get(pointer).set(local);
    return local;
  });
  times(f, Math.floor(count / 4), () => {
    inside(moving, 4);
    for (const pointer of moving) move(f, pointer, 16);
  });
  if (count % 4 > 0) inside(moving, count % 4);
  f.release(...moving);
}

/** Writes the first lanes of a vector. */
export function storeLanes(f: FunctionBuilder, pointer: Local, value: Local, lanes: number): void {
  if (lanes === 4) f.get(pointer).get(value).memory('v128.store');
  else
    for (let lane = 0; lane < lanes; lane++)
      f.get(pointer)
        .get(value)
        .laneMemory('v128.store32_lane', lane, 4 * lane);
}

/** Fills rows with zeros. */
export function zeroRows(f: FunctionBuilder, y: Local, rows: number, columns: number, rowBytes: number): void {
  const zero = f.constant(new Int32Array(4));
  const [runs, length] = rowBytes === 4 * columns ? [Math.min(rows, 1), rows * columns] : [rows, columns];
  const row = f.local('i32');
  f.get(y).set(row);
  times(f, runs, () => {
    alongRow(f, length, [row], ([at], lanes) => storeLanes(f, at, zero, lanes));
    move(f, row, rowBytes);
  });
  f.release(row);
}
