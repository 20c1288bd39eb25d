/** The transposed convolution, with the sizes and the alignment of Keras. */
import { dispatch } from '../dispatch.js';
import { ArgumentError, ShapeError } from '../errors.js';
import { convolution, perAxis } from '../primitives/conv.js';
import { showShape } from '../shape.js';
import type { Tensor } from '../tensor.js';

export interface ConvTransposeOptions {
  /** How far apart the places of x lie in y. @defaultValue 1 */
  readonly strides?: number | readonly number[];
  /** @defaultValue 'valid' */
  readonly padding?: 'valid' | 'same';
  /** How many places more y has at its end: less than the strides. */
  readonly outputPadding?: number | readonly number[] | undefined;
  /** How far apart the kernel's taps lie. @defaultValue 1 */
  readonly dilation?: number | readonly number[];
}

/** One axis: the size of y, and the padding of the convolution from y to x that this one is the transpose of. */
interface Axis {
  readonly out: number;
  readonly padding: readonly [number, number];
}

/**
 * y[i strides + k dilation - before] += x[i] w[k]: the adjoint of `conv`. x: [n, ...spatial, c], w: [...kernel, f, c], y: [n, ...out, f].
 *
 * With K = dilation (k - 1) + 1, 'valid' makes (n - 1) strides + max(K, strides) places, 'same' n strides of them; given the output padding p,
 * (n - 1) strides + K + p and (n - 1) strides + K mod 2 + p.
 */
export function convTranspose(x: Tensor, w: Tensor, options: ConvTransposeOptions = {}): Tensor {
  const rank = x.rank - 2;
  if (rank < 1 || rank > 3 || w.rank !== x.rank || w.shape[rank + 1] !== x.shape[rank + 1]) {
    throw new ShapeError(
      `convTranspose: expected x [n, ...spatial, c] and w [...kernel, f, c], found ${showShape(x.shape)} and ${showShape(w.shape)}`,
    );
  }
  const strides = perAxis('convTranspose', 'strides', options.strides ?? 1, rank);
  const dilation = perAxis('convTranspose', 'dilation', options.dilation ?? 1, rank);
  const more = moreOf(options.outputPadding, strides);
  const axes = strides.map((stride, i): Axis => {
    return axisOf(x.shape[i + 1], dilation[i] * (w.shape[i] - 1) + 1, stride, options.padding === 'same', more?.[i]);
  });
  const geometry = { strides, dilation, groups: 1, padding: axes.map(({ padding }) => padding), spatial: axes.map(({ out }) => out) };
  return dispatch(convolution.convInput, [x, w], geometry);
}

function moreOf(given: number | readonly number[] | undefined, strides: readonly number[]): readonly number[] | undefined {
  if (given === undefined) return undefined;
  const more = typeof given === 'number' ? strides.map(() => given) : given;
  if (more.length === strides.length && more.every((n, i) => Number.isInteger(n) && n >= 0 && n < strides[i])) return more;
  throw new ArgumentError(`convTranspose: outputPadding must be below strides ${showShape(strides)}, found ${JSON.stringify(given)}`);
}

function axisOf(n: number, reach: number, stride: number, same: boolean, more: number | undefined): Axis {
  const span = (n - 1) * stride;
  const out = same
    ? more === undefined
      ? n * stride
      : span + (reach % 2) + more
    : span + reach + (more ?? Math.max(reach, stride) - reach);
  const total = more === undefined ? reach + stride - 2 : reach + (reach % 2) - 2 + more;
  const before = same ? reach - 1 - Math.min(Math.ceil(total / 2), reach - 1) : 0;
  return { out, padding: [before, Math.max(0, span + reach - out - before)] };
}
