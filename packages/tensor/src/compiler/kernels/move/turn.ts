/** A plane whose rows become columns: blocks of 4 x 4 words, turned in registers. */
import { move as advance, times } from '../product/blocks.js';
import type { FunctionBuilder, Local } from '../../wasm/index.js';
import type { Axis } from './index.js';

interface Pointers {
  readonly f: FunctionBuilder;
  readonly from: Local;
  readonly to: Local;
}

/** `columns` follow each other where they are read, `rows` where they are written. */
export function turn({ f, from, to }: Pointers, columns: Axis, rows: Axis): void {
  const vectors = Array.from({ length: 4 }, () => f.local('v128'));
  const pairs = Array.from({ length: 4 }, () => f.local('v128'));
  /** Up to 4 rows and columns; behind the last column there is always something that may be read. */
  const block = (height: number, width: number): void => {
    for (const [i, vector] of vectors.entries()) {
      if (i >= height) {
        f.get(f.constant(new Int32Array(4))).set(vector);
        continue;
      }
      f.get(from).memory('v128.load').set(vector);
      advance(f, from, 4 * rows.from);
    }
    advance(f, from, -4 * rows.from * height);
    const [a, b, c, d] = vectors;
    f.get(a).get(b).shuffle([0, 4, 1, 5]).set(pairs[0]);
    f.get(c).get(d).shuffle([0, 4, 1, 5]).set(pairs[1]);
    f.get(a).get(b).shuffle([2, 6, 3, 7]).set(pairs[2]);
    f.get(c).get(d).shuffle([2, 6, 3, 7]).set(pairs[3]);
    for (let j = 0; j < width; j++) {
      const [low, high] = j < 2 ? [pairs[0], pairs[1]] : [pairs[2], pairs[3]];
      f.get(low).get(high).shuffle(j % 2 === 0 ? [0, 1, 4, 5] : [2, 3, 6, 7]).set(a); // prettier-ignore
      if (height === 4) f.get(to).get(a).memory('v128.store');
      if (height === 2 || height === 3) f.get(to).get(a).laneMemory('v128.store64_lane', 0);
      if (height === 1 || height === 3)
        f.get(to)
          .get(a)
          .laneMemory('v128.store32_lane', height - 1, 4 * (height - 1));
      advance(f, to, 4 * columns.to);
    }
    advance(f, to, -4 * columns.to * width);
  };
  const band = (height: number): void => {
    const whole = Math.floor(columns.size / 4);
    times(f, whole, () => {
      block(height, 4);
      advance(f, from, 16);
      advance(f, to, 16 * columns.to);
    });
    if (columns.size % 4 > 0) block(height, columns.size % 4);
    advance(f, from, -16 * whole);
    advance(f, to, -16 * columns.to * whole);
  };
  const bands = Math.floor(rows.size / 4);
  times(f, bands, () => {
    band(4);
    advance(f, from, 16 * rows.from);
    advance(f, to, 16);
  });
  if (rows.size % 4 > 0) band(rows.size % 4);
  advance(f, from, -16 * rows.from * bands);
  advance(f, to, -16 * bands);
  f.release(...vectors, ...pairs);
}
