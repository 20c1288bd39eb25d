/**
 * The numbers of Winograd's minimal filtering F(4, 3): four neighbouring outputs of a filter with three taps from six
 * multiplications instead of twelve. y = A^T [(G g) * (B^T d)], in two dimensions y = A^T [(G g G^T) * (B^T d B)] A with 36
 * multiplications instead of 144 (Lavin and Gray, Fast Algorithms for Convolutional Neural Networks, 2015, section 4; evaluation
 * at 0, 1, -1, 2, -2 and infinity).
 *
 * The rounding error is not bounded by the terms of each sum any more, but by the largest of all: about 4e-6 of it, since
 * numbers are multiplied by up to 8 x 8 and subtracted again.
 */
export type Matrix = readonly (readonly number[])[];

/** Outputs of a tile along an axis. */
export const outputs: number = 4;
/** Taps of a filter along an axis. */
export const taps: number = 3;
/** Places that the outputs of a tile read, and points of evaluation. */
export const points: number = 6;

/** From a tile of the input to the points. */
export const inputs: Matrix = [
  [4, 0, -5, 0, 1, 0],
  [0, -4, -4, 1, 1, 0],
  [0, 4, -4, -1, 1, 0],
  [0, -2, -1, 2, 1, 0],
  [0, 2, -1, -2, 1, 0],
  [0, 4, 0, -5, 0, 1],
];

/** From the taps of a filter to the points. */
export const filters: Matrix = [
  [1 / 4, 0, 0],
  [-1 / 6, -1 / 6, -1 / 6],
  [-1 / 6, 1 / 6, -1 / 6],
  [1 / 24, 1 / 12, 1 / 6],
  [1 / 24, -1 / 12, 1 / 6],
  [0, 0, 1],
];

/** From the points to a tile of outputs. */
export const results: Matrix = [
  [1, 1, 1, 1, 1, 0],
  [0, 1, -1, 2, -2, 0],
  [0, 1, 1, 4, 4, 0],
  [0, 1, -1, 8, -8, 1],
];

export function transposed(matrix: Matrix): Matrix {
  return matrix[0].map((_, column) => matrix.map((row) => row[column]));
}
