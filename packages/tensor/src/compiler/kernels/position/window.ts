/**
 * Where the largest element of each window stands, four channels at a time.
 *
 * Windows that lie inside altogether need no test; where there is padding, each tap asks once whether it is inside.
 */
import { bytesOf } from '../../../dtype.js';
import { Lanes } from '../lanes/lanes.js';
import { Leader } from './leader.js';
import { load, store } from '../nest/memory.js';
import { move, times } from '../product/blocks.js';
import { sizeOf } from '../../../shape.js';
import type { AnyOp } from '../../graph.js';
import type { DType } from '../../../dtype.js';
import type { FunctionBuilder, Local, ModuleBuilder } from '../../wasm/index.js';
import type { Kernel, Layout, Target } from '../kernel.js';
import type { Width } from '../nest/memory.js';

type WindowNode = Extract<AnyOp, { readonly name: 'windowArgmax' }>;

interface Axis {
  readonly inputs: number;
  readonly outputs: number;
  readonly size: number;
  readonly stride: number;
  readonly before: number;
}

interface Windowed {
  readonly dtype: DType;
  readonly images: number;
  readonly channels: number;
  readonly axes: readonly Axis[];
}

/** The kernel of a window's argmax over tensors without gaps. */
export function windowKernel(node: WindowNode, [x]: readonly Layout[], [y]: readonly Layout[], target: Target): Kernel | undefined {
  const { dtype, shape } = x.type;
  const channels = shape[shape.length - 1];
  const { sizes, strides, padding } = node.attributes;
  const taps = sizeOf(sizes);
  if (dtype === 'float64' || dtype === 'bool' || x.pitch !== channels || y.pitch !== channels || taps > 64) return undefined;
  const axes = sizes.map((size, i) => ({ inputs: shape[i + 1], outputs: node.type.shape[i + 1], size, stride: strides[i], before: padding[i][0] })); // prettier-ignore
  const windowed: Windowed = { dtype, images: shape[0], channels, axes };
  return {
    signature: `windowArgmax ${JSON.stringify(windowed)}`,
    scratch: 0,
    flops: taps * sizeOf(node.type.shape),
    bytes: bytesOf(dtype) * sizeOf(shape) + 4 * sizeOf(node.type.shape),
    extra: [],
    emit: (module) => module.function(['i32', 'i32'], [], (f) => emit(module, f, windowed, target)),
  };
}

/** One tap of a window: its index on each axis, and its place from the window's first one, in positions. */
interface Tap {
  readonly index: readonly number[];
  readonly place: number;
}

function emit(module: ModuleBuilder, f: FunctionBuilder, windowed: Windowed, target: Target): void {
  const { dtype, images, channels, axes } = windowed;
  const v = new Lanes(module, f, target);
  const leader = new Leader(v, dtype, 1);
  const [x, y] = [0, 1];
  const size = bytesOf(dtype);
  const steps = axes.map((_, i) => sizeOf(axes.slice(i + 1).map(({ inputs }) => inputs)));
  const starts = axes.map(() => f.local('i32'));
  const [first, at] = [f.local('i32'), f.local('i32')];
  const taps = tapsOf(axes, steps);
  const four = (width: Width): void => {
    f.get(v.i32(-1)).set(leader.place);
    for (const tap of taps) {
      inside(f, axes, starts, tap, () => {
        v.scope(() => {
          const push = (): void => void f.get(at).i32(tap.place * channels * size).op('i32.add'); // prettier-ignore
          const place: Local = v.let(() => void f.get(first).i32(tap.place).op('i32.add').op('i32x4.splat')); // prettier-ignore
          leader.challengeOrBegin(v.let(load(v, dtype, { push, offset: 0 })), place);
        });
      });
    }
    v.scope(() => store(v, 'int32', leader.place, { push: () => void f.get(y), offset: 0 }, width));
  };
  const window = (): void => {
    // The window's first place, which may lie outside: only taps inside are read.
    f.i32(0).set(first);
    for (const [i, start] of starts.entries()) f.get(start).i32(steps[i]).op('i32.mul').get(first).op('i32.add').set(first); // prettier-ignore
    f.get(first).i32(channels * size).op('i32.mul').get(x).op('i32.add').set(at); // prettier-ignore
    times(f, Math.floor(channels / 4), () => {
      four(4);
      move(f, at, 4 * size);
      move(f, y, 16);
    });
    const rest = channels % 4;
    if (rest === 1 || rest === 2 || rest === 3) {
      four(rest);
      move(f, y, 4 * rest);
    }
  };
  const along = (axis: number): void => {
    if (axis === axes.length) return window();
    f.i32(-axes[axis].before).set(starts[axis]);
    times(f, axes[axis].outputs, () => {
      along(axis + 1);
      move(f, starts[axis], axes[axis].stride);
    });
  };
  times(f, images, () => {
    along(0);
    move(f, x, sizeOf(axes.map(({ inputs }) => inputs)) * channels * size);
  });
}

function tapsOf(axes: readonly Axis[], steps: readonly number[]): readonly Tap[] {
  let taps: readonly Tap[] = [{ index: [], place: 0 }];
  for (const [i, { size }] of axes.entries()) {
    taps = taps.flatMap(({ index, place }) =>
      Array.from({ length: size }, (_, k) => ({ index: [...index, k], place: place + k * steps[i] })),
    );
  }
  return taps;
}

/** `then` where the tap lies inside: at once on axes where all windows do. */
function inside(f: FunctionBuilder, axes: readonly Axis[], starts: readonly Local[], { index }: Tap, then: () => void): void {
  const tested = axes.flatMap(({ inputs, outputs, size, stride, before }, i) => {
    return before === 0 && (outputs - 1) * stride + size <= inputs ? [] : [i];
  });
  const [axis, ...others] = tested;
  if (axis === undefined) return then();
  const test = (i: number): void => void f.get(starts[i]).i32(index[i]).op('i32.add').i32(axes[i].inputs).op('i32.lt_u'); // prettier-ignore
  test(axis);
  for (const other of others) {
    test(other);
    f.op('i32.and');
  }
  f.if(then);
}
