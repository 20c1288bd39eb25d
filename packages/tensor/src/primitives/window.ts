/** Windows that slide over the spatial axes of x [n, ...spatial, c]. */
import { dispatch } from '../dispatch.js';
import { ShapeError } from '../errors.js';
import { showShape, sizeOf } from '../shape.js';
import { convSizes, paddingOf, perAxis } from './conv.js';
import { takeAlong } from './gather.js';
import { expectRank, numberType } from './types.js';
import type { Family, Signature } from '../primitive.js';
import type { Shape } from '../shape.js';
import type { Tensor } from '../tensor.js';

export interface Windows {
  readonly sizes: Shape;
  readonly strides: readonly number[];
  readonly padding: readonly (readonly [number, number])[];
}

export interface WindowSignatures {
  /** Where in the flattened spatial axes the largest element of each window stands; padding is never largest. */
  windowArgmax: Signature<readonly ['x'], Windows>;
}

export const windows: Family<keyof WindowSignatures> = {
  windowArgmax: {
    name: 'windowArgmax',
    type([x], { sizes, strides, padding }) {
      numberType('windowArgmax', x);
      expectRank('windowArgmax', x, sizes.length + 2);
      const spatial = convSizes(x.shape.slice(1, -1), sizes, { strides, padding, dilation: sizes.map(() => 1) });
      return { dtype: 'int32', shape: [x.shape[0], ...spatial, x.shape[x.shape.length - 1]] };
    },
    kernel({ data: y, shape }, [{ data: x, shape: from }], { sizes, strides, padding }) {
      const channels = from[from.length - 1];
      const spatial = from.slice(1, -1);
      const places = sizeOf(spatial);
      const outputs = shape.slice(1, -1);
      const inside = insides(spatial, outputs, { sizes, strides, padding });
      for (let n = 0, i = 0; n < from[0]; n++) {
        for (const window of inside) {
          for (let c = 0; c < channels; c++, i++) {
            let best = window[0];
            for (let k = 1; k < window.length; k++) {
              const value = x[(n * places + window[k]) * channels + c];
              const leader = x[(n * places + best) * channels + c];
              if (value > leader || (Number.isNaN(value) && !Number.isNaN(leader))) best = window[k];
            }
            y[i] = best;
          }
        }
      }
    },
  },
};

/** For each output place the flattened input places inside its window: padding left out. */
function insides(spatial: Shape, outputs: Shape, { sizes, strides, padding }: Windows): readonly (readonly number[])[] {
  let all: readonly (readonly number[])[] = [[0]];
  for (const [axis, n] of spatial.entries()) {
    const ranges = Array.from({ length: outputs[axis] }, (_, o) => {
      const start = o * strides[axis] - padding[axis][0];
      return Array.from({ length: sizes[axis] }, (__, k) => start + k).filter((i) => i >= 0 && i < n);
    });
    all = all.flatMap((places) => ranges.map((range) => places.flatMap((place) => range.map((i) => place * n + i))));
  }
  return all;
}

/**
 * The largest element of each window: an argmax, then a gather, so that its gradient flows to the (first) largest
 * element alone, and derivatives of any order follow from those of the gather.
 *
 * x: [n, ...spatial, c] -> [n, ...out, c]. NaN wins, as in every maximum.
 *
 * @param options - `strides` are the window's sizes unless given; `padding` as in `conv`, never chosen as largest.
 */
export function maxPool(
  x: Tensor,
  sizes: number | readonly number[],
  options: { readonly strides?: number | readonly number[] | undefined; readonly padding?: 'valid' | 'same' } = {},
): Tensor {
  const rank = x.rank - 2;
  if (rank < 1) throw new ShapeError(`maxPool: expected x [n, ...spatial, c], found ${showShape(x.shape)}`);
  const window = perAxis('maxPool', 'sizes', sizes, rank);
  const strides = perAxis('maxPool', 'strides', options.strides ?? window, rank);
  const spatial = x.shape.slice(1, -1);
  const padding = paddingOf(spatial, window, strides, window.map(() => 1), options.padding ?? 'valid'); // prettier-ignore
  const indices = dispatch(windows.windowArgmax, [x], { sizes: window, strides, padding });
  const places = sizeOf(spatial);
  if (places > 0 && sizeOf(indices.shape.slice(1, -1)) === 0) {
    throw new ShapeError(`maxPool: the window ${showShape(window)} is larger than its input ${showShape(x.shape)}`);
  }
  const [n, c] = [x.shape[0], x.shape[rank + 1]];
  const out = sizeOf(indices.shape.slice(1, -1));
  return takeAlong(x.reshape([n, places, c]), indices.reshape([n, out, c]), 1).reshape(indices.shape);
}
