/**
 * Convolution without copying its input: for a row of outputs, the numbers under one row of the kernel lie side by
 * side, so that it is a product of [places, taps x channels] and [taps x channels, filters], the rows of the kernel being
 * segments of its sums. Places where the kernel hangs over the edge are zones of their own, with fewer taps.
 */
import { emitBlock } from '../product/block.js';
import { move, times } from '../product/blocks.js';
import { zonesOf } from './zones.js';
import type { FunctionBuilder, Local, ModuleBuilder } from '../../wasm/index.js';
import type { Axis, Zone } from './zones.js';

/** Three spatial axes, depth first; strides of memory in bytes. */
export interface Convolution {
  readonly images: number;
  readonly axes: readonly [Axis, Axis, Axis];
  /** Channels and filters of one group. */
  readonly c: number;
  readonly f: number;
  readonly groups: number;
  /** From pixel to pixel of x and y, and from row to row of w. */
  readonly xPixel: number;
  readonly yPixel: number;
  readonly wRow: number;
  readonly fma: boolean;
  /** Whether it runs by minimal filtering: decided for the whole, and the same for each part of it. */
  readonly minimal: boolean;
}

/** Bytes of a row of pixels, of a plane and of an image. */
export function bytesOf(axes: Convolution['axes'], of: 'inputs' | 'outputs', pixel: number): readonly [number, number, number] {
  const row = axes[2][of] * pixel;
  const plane = axes[1][of] * row;
  return [row, plane, axes[0][of] * plane];
}

/** `inside` for every group of every image, with pointers to its channels of x, its filters of y and of w. */
export function eachGroup(f: FunctionBuilder, conv: Convolution, x: Local, w: Local, y: Local, inside: () => void): void {
  const { images, groups, axes } = conv;
  const [, , xImage] = bytesOf(axes, 'inputs', conv.xPixel);
  const [, , yImage] = bytesOf(axes, 'outputs', conv.yPixel);
  times(f, images, () => {
    times(f, groups, () => {
      inside();
      move(f, x, 4 * conv.c);
      move(f, w, 4 * conv.f);
      move(f, y, 4 * conv.f);
    });
    move(f, w, -4 * groups * conv.f);
    move(f, x, xImage - 4 * groups * conv.c);
    move(f, y, yImage - 4 * groups * conv.f);
  });
}

/** y = x * w, for pointers to the three. */
export function emitForward(module: ModuleBuilder, f: FunctionBuilder, conv: Convolution, x: Local, w: Local, y: Local): void {
  eachGroup(f, conv, x, w, y, () => image(module, f, conv, x, w, y));
}

function image(module: ModuleBuilder, f: FunctionBuilder, conv: Convolution, x: Local, w: Local, y: Local): void {
  const { axes, xPixel, yPixel, c, wRow } = conv;
  const [depth, height, width] = axes;
  const [xRow, xPlane] = bytesOf(axes, 'inputs', xPixel);
  const [yRow, yPlane] = bytesOf(axes, 'outputs', yPixel);
  const wPlane = height.kernel * width.kernel * c * wRow;
  for (const zone of zonesOf(depth)) {
    // Without a tap inside there is one pass that writes zeros.
    for (let tap = 0; tap < Math.max(1, zone.taps); tap++) {
      const from = (zone.at + tap * depth.dilation) * xPlane;
      over(f, zone, x, from, depth.stride * xPlane, y, yPlane, (xAt, yAt) => {
        for (const row of zonesOf(height)) {
          over(f, row, xAt, row.at * xRow, height.stride * xRow, yAt, yRow, (xLine, yLine) => {
            line(module, f, conv, zone.taps === 0 ? { ...row, taps: 0 } : row, { x: xLine, w, y: yLine, wAt: (zone.tap + tap) * wPlane, adds: tap > 0 }); // prettier-ignore
          });
        }
      });
    }
  }
}

/** `inside` for every output of a zone, with pointers that move along. */
function over(
  f: FunctionBuilder,
  { out, count }: Zone,
  x: Local,
  xAt: number,
  xStep: number,
  y: Local,
  yStep: number,
  inside: (x: Local, y: Local) => void,
): void {
  const [xi, yi] = [f.local('i32'), f.local('i32')];
  f.get(x).i32(xAt).op('i32.add').set(xi);
  f.get(y).i32(out * yStep).op('i32.add').set(yi); // prettier-ignore
  times(f, count, () => {
    inside(xi, yi);
    move(f, xi, xStep);
    move(f, yi, yStep);
  });
  f.release(xi, yi);
}

interface Line {
  readonly x: Local;
  readonly w: Local;
  readonly y: Local;
  readonly wAt: number;
  readonly adds: boolean;
}

/** One row of outputs, from the rows of the kernel that lie inside. */
function line(module: ModuleBuilder, f: FunctionBuilder, conv: Convolution, row: Zone, { x, w, y, wAt, adds }: Line): void {
  const { axes, c, groups, xPixel, yPixel, wRow, fma } = conv;
  const [, height, width] = axes;
  const [xRow] = bytesOf(axes, 'inputs', xPixel);
  const [wTap, wLine] = [c * wRow, width.kernel * c * wRow];
  const whole = width.dilation === 1 && groups === 1 && xPixel === 4 * c;
  for (const zone of zonesOf(width)) {
    const block = { rows: zone.count, columns: conv.f, aRow: width.stride * xPixel, aStep: 4, bStep: wRow, cRow: yPixel, fma };
    const xAt = zone.at * xPixel;
    const kernelAt = wAt + row.tap * wLine + zone.tap * wTap;
    const yAt = { pointer: y, offset: zone.out * yPixel };
    const depth = zone.taps * c;
    if (whole) {
      const jump = { a: height.dilation * xRow - 4 * depth, b: wLine - zone.taps * wTap };
      const [a, b] = [{ pointer: x, offset: xAt }, { pointer: w, offset: kernelAt }]; // prettier-ignore
      emitBlock(module, f, { ...block, a, b, y: yAt, depth, segments: depth === 0 ? 0 : row.taps, adds, jump });
      continue;
    }
    for (let tap = 0; tap < Math.max(1, row.taps); tap++) {
      const a = { pointer: x, offset: xAt + tap * height.dilation * xRow };
      const b = { pointer: w, offset: kernelAt + tap * wLine };
      const jump = { a: width.dilation * xPixel - 4 * c, b: 0 };
      const segments = row.taps === 0 ? 0 : zone.taps;
      emitBlock(module, f, { ...block, a, b, y: yAt, depth: c, segments, adds: adds || tap > 0, jump });
    }
  }
}
