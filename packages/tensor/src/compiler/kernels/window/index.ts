/**
 * Where the largest element of each window stands: four channels at once, since these lie side by side. The leader and its
 * place stay in registers while all elements of the window pass; a place is a constant of the window plus where it begins.
 * Exact: it only compares.
 */
import { convSizes } from '../../../primitives/conv.js';
import { blocksOf, whole } from '../split.js';
import { zonesOf } from '../convolution/zones.js';
import { move, times } from '../product/blocks.js';
import type { AnyOp } from '../../graph.js';
import type { FunctionBuilder, Local } from '../../wasm/index.js';
import type { Axis, Zone } from '../convolution/zones.js';
import type { Kernel, Layout } from '../kernel.js';
import type { Slice, Split } from '../split.js';

type WindowNode = Extract<AnyOp, { readonly name: 'windowArgmax' }>;

interface Windows {
  readonly images: number;
  /** Depth, height and width. */
  readonly axes: readonly [Axis, Axis, Axis];
  readonly channels: number;
  /** Bytes from pixel to pixel. */
  readonly xPixel: number;
  readonly yPixel: number;
}

/** The kernel for float32; other types stay with the reference. */
export function windowKernel(node: WindowNode, [x]: readonly Layout[], [y]: readonly Layout[]): Kernel | undefined {
  if (x.type.dtype !== 'float32' || node.attributes.sizes.length > 3) return undefined;
  const { sizes, strides, padding } = node.attributes;
  const spatial = x.type.shape.slice(1, -1);
  const outputs = convSizes(spatial, sizes, { strides, padding, dilation: sizes.map(() => 1) });
  const axis = (i: number): Axis => {
    const at = i - (3 - sizes.length);
    if (at < 0) return { inputs: 1, outputs: 1, kernel: 1, stride: 1, before: 0, dilation: 1 };
    return { inputs: spatial[at], outputs: outputs[at], kernel: sizes[at], stride: strides[at], before: padding[at][0], dilation: 1 };
  };
  const channels = x.type.shape.at(-1) ?? 1;
  const windows: Windows = {
    images: x.type.shape[0],
    axes: [axis(0), axis(1), axis(2)],
    channels,
    xPixel: 4 * x.pitch,
    yPixel: 4 * y.pitch,
  };
  const [from, to] = [whole(x), whole(y)];
  const images = (slice: Slice, first: number, end: number): Slice => blocksOf(slice, windows.images, first, end);
  const split: Split = {
    along: 'rows',
    length: windows.images,
    grain: 1,
    part: (first, end) => ({
      kernel: kernelOf({ ...windows, images: end - first }),
      operands: [images(from, first, end)],
      results: [images(to, first, end)],
    }),
  };
  return { ...kernelOf(windows), splits: [split] };
}

function kernelOf(windows: Windows): Kernel {
  const { images, axes, channels } = windows;
  const outputs = images * channels * axes.reduce((product, axis) => product * axis.outputs, 1);
  const inputs = images * channels * axes.reduce((product, axis) => product * axis.inputs, 1);
  return {
    signature: `windowArgmax ${JSON.stringify(windows)}`,
    scratch: 0,
    flops: outputs * axes.reduce((product, axis) => product * axis.kernel, 1),
    bytes: 4 * (inputs + outputs),
    extra: [],
    splits: [],
    emit: (module) => module.function(['i32', 'i32'], [], (f) => emit(f, windows)),
  };
}

function emit(f: FunctionBuilder, windows: Windows): void {
  const { images, axes, xPixel } = windows;
  const [depth, height, width] = axes;
  const image = depth.inputs * height.inputs * width.inputs * xPixel;
  const [x, y] = [0, 1];
  const place = f.local('i32');
  times(f, images, () => {
    f.i32(0).set(place);
    // Results are written in order, so that one pointer to them goes through all zones.
    walk(f, depth, height.inputs * width.inputs, x, place, xPixel, (planes, xPlane, plane) => {
      walk(f, height, width.inputs, xPlane, plane, xPixel, (rows, xRow, row) => {
        walk(f, width, 1, xRow, row, xPixel, (columns, xAt, at) => {
          window(f, windows, [planes, rows, columns], xAt, at, y);
          move(f, y, windows.yPixel);
        });
      });
    });
    move(f, x, image);
  });
}

/** Every output of an axis: where its window's first element inside lies, in memory and as a place. */
function walk(
  f: FunctionBuilder,
  axis: Axis,
  placesEach: number,
  x: Local,
  place: Local,
  xPixel: number,
  inside: (zone: Zone, x: Local, place: Local) => void,
): void {
  const [xi, placeI] = [f.local('i32'), f.local('i32')];
  for (const zone of zonesOf(axis)) {
    f.get(x).i32(zone.at * placesEach * xPixel).op('i32.add').set(xi); // prettier-ignore
    f.get(place).i32(zone.at * placesEach).op('i32.add').set(placeI); // prettier-ignore
    times(f, zone.count, () => {
      inside(zone, xi, placeI);
      move(f, xi, axis.stride * placesEach * xPixel);
      move(f, placeI, axis.stride * placesEach);
    });
  }
  f.release(xi, placeI);
}

/** All channels of one window. */
function window(
  f: FunctionBuilder,
  { axes, channels, xPixel }: Windows,
  zones: readonly [Zone, Zone, Zone],
  x: Local,
  place: Local,
  y: Local,
): void {
  const [, height, width] = axes;
  const offsets: number[] = [];
  for (let z = 0; z < zones[0].taps; z++) {
    for (let r = 0; r < zones[1].taps; r++) {
      for (let c = 0; c < zones[2].taps; c++) offsets.push((z * height.inputs + r) * width.inputs + c);
    }
  }
  const [xi, yi] = [f.local('i32'), f.local('i32')];
  f.get(x).set(xi).get(y).set(yi);
  times(f, Math.floor(channels / 4), () => {
    leaders(f, offsets, xPixel, xi, place, (leader) => f.get(yi).get(leader).memory('v128.store'));
    move(f, xi, 16);
    move(f, yi, 16);
  });
  const rest = channels % 4;
  if (rest > 0) {
    leaders(f, offsets, xPixel, xi, place, (leader) => {
      for (let lane = 0; lane < rest; lane++)
        f.get(yi)
          .get(leader)
          .laneMemory('v128.store32_lane', lane, 4 * lane);
    });
  }
  f.release(xi, yi);
}

/** The places of four channels' leaders: the first of the largest; NaN is larger than every number. */
function leaders(
  f: FunctionBuilder,
  offsets: readonly number[],
  xPixel: number,
  x: Local,
  place: Local,
  store: (leader: Local) => void,
): void {
  const [best, at, value, wins] = [f.local('v128'), f.local('v128'), f.local('v128'), f.local('v128')];
  const splat = (n: number): Local => f.constant(Int32Array.of(n, n, n, n));
  const [first = 0, ...others] = offsets;
  f.get(x).memory('v128.load', first * xPixel).set(best); // prettier-ignore
  f.get(splat(first)).set(at);
  for (const offset of others) {
    f.get(x).memory('v128.load', offset * xPixel).set(value); // prettier-ignore
    f.get(value).get(best).op('f32x4.gt');
    f.get(value).get(value).op('f32x4.ne').get(best).get(best).op('f32x4.eq').op('v128.and');
    f.op('v128.or').set(wins);
    f.get(value).get(best).get(wins).op('v128.bitselect').set(best);
    f.get(splat(offset)).get(at).get(wins).op('v128.bitselect').set(at);
  }
  f.get(at).get(place).op('i32x4.splat').op('i32x4.add').set(at);
  store(at);
  f.release(best, at, value, wins);
}
