/**
 * The gradient of a strided convolution's input: every tap of the kernel takes a row of dy to places of dx that lie a
 * stride apart, and adds there a product of [places, filters] and [filters, channels].
 */
import { zeroRows } from '../gather/rows.js';
import { emitBlock } from '../product/block.js';
import { move, times } from '../product/blocks.js';
import { bytesOf } from './forward.js';
import { outputsOf } from './zones.js';
import type { FunctionBuilder, Local, ModuleBuilder } from '../../wasm/index.js';
import type { Axis } from './zones.js';
import type { Convolution } from './forward.js';

/** dx, for pointers to dy, to the kernel turned around ([taps, filters, channels], the last tap first) and to dx. */
export function emitScatter(module: ModuleBuilder, f: FunctionBuilder, conv: Convolution, dy: Local, turned: Local, dx: Local): void {
  const { axes, images, groups, c, f: filters, xPixel, yPixel } = conv;
  const pixels = images * axes.reduce((product, { inputs }) => product * inputs, 1);
  zeroRows(f, dx, pixels, c * groups, xPixel);
  const [, , xImage] = bytesOf(axes, 'inputs', xPixel);
  const [, , yImage] = bytesOf(axes, 'outputs', yPixel);
  const group = f.local('i32');
  times(f, images, () => {
    // The channels of a group stand side by side in the turned kernel, as they do in dx.
    f.get(turned).set(group);
    times(f, groups, () => {
      image(module, f, conv, dy, group, dx);
      move(f, dx, 4 * c);
      move(f, dy, 4 * filters);
      move(f, group, 4 * c);
    });
    move(f, dx, xImage - 4 * groups * c);
    move(f, dy, yImage - 4 * groups * filters);
  });
  f.release(group);
}

/** `inside` for every output that a tap takes inside, with pointers to it and to where it goes. */
function over(
  f: FunctionBuilder,
  axis: Axis,
  tap: number,
  y: Local,
  yStep: number,
  x: Local,
  xStep: number,
  inside: (y: Local, x: Local) => void,
): void {
  const [first, count] = outputsOf(axis, tap);
  const [yi, xi] = [f.local('i32'), f.local('i32')];
  f.get(y).i32(first * yStep).op('i32.add').set(yi); // prettier-ignore
  f.get(x).i32((first * axis.stride + tap * axis.dilation - axis.before) * xStep).op('i32.add').set(xi); // prettier-ignore
  times(f, count, () => {
    inside(yi, xi);
    move(f, yi, yStep);
    move(f, xi, axis.stride * xStep);
  });
  f.release(yi, xi);
}

function image(module: ModuleBuilder, f: FunctionBuilder, conv: Convolution, dy: Local, turned: Local, dx: Local): void {
  const { axes, c, f: filters, groups, xPixel, yPixel, fma } = conv;
  const [depth, height, width] = axes;
  const [xRow, xPlane] = bytesOf(axes, 'inputs', xPixel);
  const [yRow, yPlane] = bytesOf(axes, 'outputs', yPixel);
  const last = depth.kernel * height.kernel * width.kernel - 1;
  const bStep = 4 * c * groups;
  const strides = { aRow: yPixel, aStep: 4, bStep, cRow: width.stride * xPixel, jump: { a: 0, b: 0 }, adds: true, fma };
  for (let kz = 0; kz < depth.kernel; kz++) {
    over(f, depth, kz, dy, yPlane, dx, xPlane, (yPlaneAt, xPlaneAt) => {
      for (let ky = 0; ky < height.kernel; ky++) {
        over(f, height, ky, yPlaneAt, yRow, xPlaneAt, xRow, (yLine, xLine) => {
          for (let kx = 0; kx < width.kernel; kx++) {
            const [first, rows] = outputsOf(width, kx);
            if (rows === 0) continue;
            const tap = (kz * height.kernel + ky) * width.kernel + kx;
            const a = { pointer: yLine, offset: first * yPixel };
            const b = { pointer: turned, offset: (last - tap) * filters * bStep };
            const y = { pointer: xLine, offset: (first * width.stride + kx * width.dilation - width.before) * xPixel };
            emitBlock(module, f, { ...strides, a, b, y, rows, columns: c, depth: filters, segments: 1 });
          }
        });
      }
    });
  }
}
