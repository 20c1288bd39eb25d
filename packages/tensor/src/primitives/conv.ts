/**
 * Convolution (cross-correlation, as everywhere in deep learning) with its two adjoints.
 *
 * All three are linear in either operand, and the derivatives of each are the other two: so second and higher
 * derivatives need nothing more. Channels come last: x [n, ...spatial, c], w [...kernel, c / groups, f],
 * y [n, ...out, f], with one, two or three spatial axes.
 */
import { dispatch } from '../dispatch.js';
import { ArgumentError, ShapeError } from '../errors.js';
import { sameShape, showShape, sizeOf } from '../shape.js';
import { expectSame, floatType } from './types.js';
import type { Dense, Family, Signature, TensorType } from '../primitive.js';
import type { Shape } from '../shape.js';
import type { Tensor } from '../tensor.js';

/** How a kernel walks over its input: one entry a spatial axis. */
export interface ConvGeometry {
  readonly strides: readonly number[];
  /** Zeros before and after. */
  readonly padding: readonly (readonly [number, number])[];
  /** How far apart the kernel's taps lie. */
  readonly dilation: readonly number[];
  /** Channels are cut into this many groups, each with filters of its own. */
  readonly groups: number;
}

export interface ConvSignatures {
  conv: Signature<readonly ['x', 'w'], ConvGeometry>;
  /** dx of conv: x's spatial sizes are an attribute, since several give the same output. */
  convInput: Signature<readonly ['dy', 'w'], ConvGeometry & { readonly spatial: Shape }>;
  /** dw of conv: the kernel's spatial sizes are an attribute. */
  convKernel: Signature<readonly ['x', 'dy'], ConvGeometry & { readonly spatial: Shape }>;
}

/** The output's spatial sizes: floor((n + padding - dilation (k - 1) - 1) / stride) + 1. */
export function convSizes(spatial: Shape, kernel: Shape, { strides, padding, dilation }: Omit<ConvGeometry, 'groups'>): number[] {
  return spatial.map((n, i) => {
    const room = n + padding[i][0] + padding[i][1] - dilation[i] * (kernel[i] - 1) - 1;
    return Math.max(0, Math.floor(room / strides[i]) + 1);
  });
}

function convType(operation: string, x: TensorType, w: TensorType, geometry: ConvGeometry): TensorType {
  const rank = geometry.strides.length;
  const fits = x.shape.length === rank + 2 && w.shape.length === rank + 2 && w.shape[rank] * geometry.groups === x.shape[rank + 1];
  if (!fits || w.shape[rank + 1] % geometry.groups !== 0) {
    throw new ShapeError(`${operation}: x ${showShape(x.shape)} and w ${showShape(w.shape)} do not fit with ${geometry.groups} groups`);
  }
  if (x.dtype !== w.dtype) expectSame(operation, x, w);
  const spatial = convSizes(x.shape.slice(1, -1), w.shape.slice(0, rank), geometry);
  return { dtype: floatType(operation, x).dtype, shape: [x.shape[0], ...spatial, w.shape[rank + 1]] };
}

function adjointType(operation: string, dy: TensorType, x: TensorType, w: TensorType, geometry: ConvGeometry): void {
  const y = convType(operation, x, w, geometry);
  if (!sameShape(y.shape, dy.shape))
    throw new ShapeError(`${operation}: dy ${showShape(dy.shape)} is not of the output's shape ${showShape(y.shape)}`);
}

/** Sizes and geometry with three spatial axes; missing ones in front have size 1. */
export interface Spatial {
  readonly n: number;
  readonly inputs: readonly number[];
  readonly kernel: readonly number[];
  readonly outputs: readonly number[];
  readonly strides: readonly number[];
  readonly before: readonly number[];
  readonly dilation: readonly number[];
  /** Channels in and out of one group, and the groups. */
  readonly c: number;
  readonly f: number;
  readonly groups: number;
}

export function spatialOf(x: Shape, w: Shape, y: Shape, { strides, padding, dilation, groups }: ConvGeometry): Spatial {
  const three = (sizes: readonly number[], fill: number): number[] => [...new Array<number>(3 - sizes.length).fill(fill), ...sizes];
  return {
    n: x[0],
    inputs: three(x.slice(1, -1), 1),
    kernel: three(w.slice(0, -2), 1),
    outputs: three(y.slice(1, -1), 1),
    strides: three(strides, 1),
    before: three(padding.map(([before]) => before), 0), // prettier-ignore
    dilation: three(dilation, 1),
    c: w[w.length - 2],
    f: w[w.length - 1] / groups,
    groups,
  };
}

/**
 * Visits every pair of an output place and a kernel tap whose input lies inside: offsets of the first channels of
 * the group in y, in x and in w. The three kernels differ only in what they do there.
 */
function eachTap(s: Spatial, visit: (y: number, x: number, w: number) => void): void {
  const [d, h, width] = s.inputs;
  const channels = s.c * s.groups;
  const filters = s.f * s.groups;
  for (let n = 0, y = 0; n < s.n; n++) {
    for (let oz = 0; oz < s.outputs[0]; oz++) {
      for (let oy = 0; oy < s.outputs[1]; oy++) {
        for (let ox = 0; ox < s.outputs[2]; ox++, y += filters) {
          for (let kz = 0, tap = 0; kz < s.kernel[0]; kz++) {
            const iz = oz * s.strides[0] + kz * s.dilation[0] - s.before[0];
            for (let ky = 0; ky < s.kernel[1]; ky++) {
              const iy = oy * s.strides[1] + ky * s.dilation[1] - s.before[1];
              for (let kx = 0; kx < s.kernel[2]; kx++, tap++) {
                const ix = ox * s.strides[2] + kx * s.dilation[2] - s.before[2];
                if (iz < 0 || iz >= d || iy < 0 || iy >= h || ix < 0 || ix >= width) continue;
                visit(y, (((n * d + iz) * h + iy) * width + ix) * channels, tap * s.c * filters);
              }
            }
          }
        }
      }
    }
  }
}

function double(y: Dense): Float64Array {
  return y.data instanceof Float64Array ? y.data.fill(0) : new Float64Array(y.data.length);
}

function settle({ data }: Dense, total: Float64Array): void {
  if (data !== total) data.set(total);
}

export const convolution: Family<keyof ConvSignatures> = {
  conv: {
    name: 'conv',
    type: ([x, w], geometry) => convType('conv', x, w, geometry),
    kernel(y, [{ data: x, shape }, { data: w, shape: kernel }], geometry) {
      const s = spatialOf(shape, kernel, y.shape, geometry);
      const { c: channels, f: filters, groups } = s;
      const total = double(y);
      eachTap(s, (y0, x0, w0) => {
        for (let g = 0; g < groups; g++) {
          for (let c = 0; c < channels; c++) {
            const xc = x[x0 + g * channels + c];
            const row = w0 + c * filters * groups + g * filters;
            for (let f = 0; f < filters; f++) total[y0 + g * filters + f] += xc * w[row + f];
          }
        }
      });
      settle(y, total);
    },
  },
  convInput: {
    name: 'convInput',
    type([dy, w], { spatial, ...geometry }) {
      const channels = w.shape[w.shape.length - 2] * geometry.groups;
      const x: TensorType = { dtype: dy.dtype, shape: [dy.shape[0], ...spatial, channels] };
      adjointType('convInput', dy, x, w, geometry);
      return x;
    },
    kernel(dx, [{ data: dy, shape }, { data: w, shape: kernel }], geometry) {
      const s = spatialOf(dx.shape, kernel, shape, geometry);
      const { c: channels, f: filters, groups } = s;
      const total = double(dx);
      eachTap(s, (y0, x0, w0) => {
        for (let g = 0; g < groups; g++) {
          for (let c = 0; c < channels; c++) {
            const row = w0 + c * filters * groups + g * filters;
            let sum = 0;
            for (let f = 0; f < filters; f++) sum += dy[y0 + g * filters + f] * w[row + f];
            total[x0 + g * channels + c] += sum;
          }
        }
      });
      settle(dx, total);
    },
  },
  convKernel: {
    name: 'convKernel',
    type([x, dy], { spatial, ...geometry }) {
      const channels = x.shape[x.shape.length - 1] / geometry.groups;
      const w: TensorType = { dtype: x.dtype, shape: [...spatial, channels, dy.shape[dy.shape.length - 1]] };
      adjointType('convKernel', dy, x, w, geometry);
      return w;
    },
    kernel(dw, [{ data: x, shape }, { data: dy, shape: outputs }], geometry) {
      const s = spatialOf(shape, dw.shape, outputs, geometry);
      const { c: channels, f: filters, groups } = s;
      const total = double(dw);
      eachTap(s, (y0, x0, w0) => {
        for (let g = 0; g < groups; g++) {
          for (let c = 0; c < channels; c++) {
            const xc = x[x0 + g * channels + c];
            const row = w0 + c * filters * groups + g * filters;
            for (let f = 0; f < filters; f++) total[row + f] += xc * dy[y0 + g * filters + f];
          }
        }
      });
      settle(dw, total);
    },
  },
};

/** What a user says of a convolution; a number stands for every spatial axis. */
export interface ConvOptions {
  /** @defaultValue 1 */
  readonly strides?: number | readonly number[];
  /**
   * 'valid': none. 'same': ceil(n / stride) places come out, an odd element more at the end. Or pairs (before, after).
   * @defaultValue 'valid'
   */
  readonly padding?: 'valid' | 'same' | readonly (readonly [number, number])[];
  /** @defaultValue 1 */
  readonly dilation?: number | readonly number[];
  /** @defaultValue 1 */
  readonly groups?: number;
}

/** One number an axis. */
export function perAxis(operation: string, name: string, value: number | readonly number[], rank: number): readonly number[] {
  const list = typeof value === 'number' ? new Array<number>(rank).fill(value) : value;
  if (list.length === rank && list.every((n) => Number.isInteger(n) && n >= 1)) return list;
  throw new ArgumentError(`${operation}: ${name} must be a whole number of at least 1, or ${rank} of them, found ${JSON.stringify(value)}`);
}

/** Zeros before and after for a window of `sizes` (TensorFlow's rule for 'same': the odd one goes at the end). */
export function paddingOf(
  spatial: Shape,
  sizes: Shape,
  strides: readonly number[],
  dilation: readonly number[],
  padding: NonNullable<ConvOptions['padding']>,
): readonly (readonly [number, number])[] {
  if (typeof padding !== 'string') return padding;
  return spatial.map((n, i) => {
    if (padding === 'valid') return [0, 0];
    const out = Math.ceil(n / strides[i]);
    const total = Math.max((out - 1) * strides[i] + (sizes[i] - 1) * dilation[i] + 1 - n, 0);
    return [Math.floor(total / 2), Math.ceil(total / 2)];
  });
}

/**
 * y[n, o, f] = sum over taps k and channels c of x[n, o stride + k dilation - before, c] w[k, c, f].
 *
 * x: [n, ...spatial, c], w: [...kernel, c / groups, f], y: [n, ...out, f]; one, two or three spatial axes.
 */
export function conv(x: Tensor, w: Tensor, options: ConvOptions = {}): Tensor {
  const rank = x.rank - 2;
  if (rank < 1 || rank > 3 || w.rank !== x.rank) {
    throw new ShapeError(
      `conv: expected x [n, ...spatial, c] and w [...kernel, c, f], found ${showShape(x.shape)} and ${showShape(w.shape)}`,
    );
  }
  const { groups = 1, padding = 'valid' } = options;
  const strides = perAxis('conv', 'strides', options.strides ?? 1, rank);
  const dilation = perAxis('conv', 'dilation', options.dilation ?? 1, rank);
  const spatial = x.shape.slice(1, -1);
  const kernel = w.shape.slice(0, rank);
  const geometry = { strides, dilation, groups, padding: paddingOf(spatial, kernel, strides, dilation, padding) };
  if (sizeOf(convSizes(spatial, kernel, geometry)) === 0 && sizeOf(spatial) > 0) {
    throw new ShapeError(`conv: the kernel ${showShape(kernel)} is larger than its input ${showShape(x.shape)}`);
  }
  return dispatch(convolution.conv, [x, w], geometry);
}
