import { fromData, type Tensor } from '@gradus/tensor';
import { digitsData } from './digits-data.js';

/** Examples to learn from: one row of `x` and one of `y` for each. */
export interface Examples {
  readonly x: Tensor;
  readonly y: Tensor;
}

/**
 * 1797 handwritten digits of 8 x 8 pixels, in the package itself: `x` uint8 [1797, 8, 8, 1] with greys from 0 to 16, `y` uint8 [1797].
 *
 * E. Alpaydin and C. Kaynak, Optical Recognition of Handwritten Digits, UCI Machine Learning Repository (1998), CC BY 4.0.
 *
 * @example
 * const [train, test] = trainTestSplit(digits(), { testSize: 0.2, seed: 1 });
 */
export function digits(): Examples {
  const rows = digitsData.trim().split('\n');
  const x = new Uint8Array(rows.length * 64);
  const y = Uint8Array.from(rows, (row) => Number(row[64]));
  for (const [i, row] of rows.entries()) for (let p = 0; p < 64; p++) x[i * 64 + p] = greyOf(row.charCodeAt(p));
  return { x: fromData(x, [rows.length, 8, 8, 1]), y: fromData(y, [rows.length]) };
}

/** "." is 0, the letters from "A" (65) on are 1, 2, 3 ... */
const greyOf = (code: number): number => Math.max(0, code - 64);
