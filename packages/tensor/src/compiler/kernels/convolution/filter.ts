/**
 * The gradient of a convolution's kernel: for one row of taps, the product of x read transposed, [taps x channels,
 * places], and dy, [places, filters], the rows of outputs being segments of its sums. Nothing is copied or transposed.
 */
import { emitBlock } from '../product/block.js';
import { move, times } from '../product/blocks.js';
import { bytesOf, eachGroup } from './forward.js';
import { outputsOf, zonesOf } from './zones.js';
import type { FunctionBuilder, Local, ModuleBuilder } from '../../wasm/index.js';
import type { Convolution } from './forward.js';

/** dw, for pointers to x, dy and dw. */
export function emitFilter(module: ModuleBuilder, f: FunctionBuilder, conv: Convolution, x: Local, dy: Local, dw: Local): void {
  zero(module, f, conv, dw);
  eachGroup(f, conv, x, dw, dy, () => image(module, f, conv, x, dy, dw));
}

/** Sums of nothing. */
function zero(module: ModuleBuilder, f: FunctionBuilder, { axes, c, f: filters, groups, wRow, fma }: Convolution, dw: Local): void {
  const y = { pointer: dw, offset: 0 };
  const rows = axes[0].kernel * axes[1].kernel * axes[2].kernel * c;
  const strides = { aRow: 0, aStep: 0, bStep: 0, cRow: wRow, jump: { a: 0, b: 0 } };
  emitBlock(module, f, { ...strides, a: y, b: y, y, rows, columns: filters * groups, depth: 0, segments: 0, adds: false, fma });
}

function image(module: ModuleBuilder, f: FunctionBuilder, conv: Convolution, x: Local, dy: Local, dw: Local): void {
  const { axes, xPixel, yPixel } = conv;
  const [depth, height, width] = axes;
  const [, xPlane] = bytesOf(axes, 'inputs', xPixel);
  const [, yPlane] = bytesOf(axes, 'outputs', yPixel);
  const wPlane = height.kernel * width.kernel * conv.c * conv.wRow;
  const [xi, yi] = [f.local('i32'), f.local('i32')];
  for (let tap = 0; tap < depth.kernel; tap++) {
    const [first, count] = outputsOf(depth, tap);
    const at = first * depth.stride + tap * depth.dilation - depth.before;
    f.get(x).i32(at * xPlane).op('i32.add').set(xi); // prettier-ignore
    f.get(dy).i32(first * yPlane).op('i32.add').set(yi); // prettier-ignore
    times(f, count, () => {
      plane(module, f, conv, xi, yi, { pointer: dw, offset: tap * wPlane });
      move(f, xi, depth.stride * xPlane);
      move(f, yi, yPlane);
    });
  }
  f.release(xi, yi);
}

function plane(
  module: ModuleBuilder,
  f: FunctionBuilder,
  conv: Convolution,
  x: Local,
  dy: Local,
  dw: { readonly pointer: Local; readonly offset: number },
): void {
  const { axes, c, groups, xPixel, yPixel, wRow, fma } = conv;
  const [, height, width] = axes;
  const [xRow] = bytesOf(axes, 'inputs', xPixel);
  const [yRow] = bytesOf(axes, 'outputs', yPixel);
  const whole = width.dilation === 1 && groups === 1 && xPixel === 4 * c;
  const strides = { aRow: 4, aStep: width.stride * xPixel, bStep: yPixel, cRow: wRow, columns: conv.f, adds: true, fma };
  for (let tap = 0; tap < height.kernel; tap++) {
    const [first, segments] = outputsOf(height, tap);
    if (segments === 0) continue;
    const line = first * height.stride + tap * height.dilation - height.before;
    for (const zone of zonesOf(width)) {
      // All taps of a zone at once where their channels lie side by side, else tap after tap.
      const [turns, taps] = whole ? [Math.min(1, zone.taps), zone.taps] : [zone.taps, 1];
      for (let turn = 0; turn < turns; turn++) {
        const a = { pointer: x, offset: line * xRow + (zone.at + turn * width.dilation) * xPixel };
        const b = { pointer: dy, offset: first * yRow + zone.out * yPixel };
        const y = { pointer: dw.pointer, offset: dw.offset + (tap * width.kernel + zone.tap + turn) * c * wRow };
        const jump = { a: height.stride * xRow - zone.count * strides.aStep, b: yRow - zone.count * yPixel };
        emitBlock(module, f, { ...strides, a, b, y, rows: taps * c, depth: zone.count, segments, jump });
      }
    }
  }
}
