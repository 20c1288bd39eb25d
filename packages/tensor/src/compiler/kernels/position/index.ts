/** Where the largest or smallest elements stand along an axis. Exact: it only compares. */
import { bytesOf } from '../../../dtype.js';
import { Lanes } from '../lanes/lanes.js';
import { Leader } from './leader.js';
import { load, loadSplat, store } from '../nest/memory.js';
import { move, times } from '../product/blocks.js';
import { sizeOf } from '../../../shape.js';
import type { AnyOp } from '../../graph.js';
import type { DType } from '../../../dtype.js';
import type { FunctionBuilder, Local, ModuleBuilder } from '../../wasm/index.js';
import type { Kernel, Layout, Target } from '../kernel.js';
import type { Address, Width } from '../nest/memory.js';

type PositionNode = Extract<AnyOp, { readonly name: 'argmax' | 'argmin' }>;

interface Position {
  readonly dtype: DType;
  readonly direction: 1 | -1;
  readonly outer: number;
  readonly n: number;
  readonly inner: number;
  /** Elements from row to row, where the axis is the last one. */
  readonly pitch: number;
}

/** The kernel of argmax or argmin: four columns at a time, or four elements of a row. */
export function positionKernel(node: PositionNode, [x]: readonly Layout[], [y]: readonly Layout[], target: Target): Kernel | undefined {
  const { dtype, shape } = x.type;
  const { axis } = node.attributes;
  const inner = sizeOf(shape.slice(axis + 1));
  const rows = node.type.shape;
  const dense = shape.length < 2 || x.pitch === shape[shape.length - 1] || axis === shape.length - 1;
  const denseY = rows.length < 2 || y.pitch === rows[rows.length - 1];
  if (dtype === 'float64' || dtype === 'bool' || !dense || !denseY || sizeOf(shape) === 0) return undefined;
  const direction = node.name === 'argmax' ? 1 : -1;
  const pitch = axis === shape.length - 1 && shape.length > 1 ? x.pitch : shape[axis] * inner;
  const position: Position = { dtype, direction, outer: sizeOf(shape.slice(0, axis)), n: shape[axis], inner, pitch };
  return {
    signature: `position ${JSON.stringify(position)}`,
    scratch: 0,
    flops: sizeOf(shape),
    bytes: bytesOf(dtype) * sizeOf(shape) + 4 * sizeOf(rows),
    extra: [],
    splits: [],
    emit: (module) => module.function(['i32', 'i32'], [], (f) => emit(module, f, position, target)),
  };
}

function emit(module: ModuleBuilder, f: FunctionBuilder, position: Position, target: Target): void {
  const v = new Lanes(module, f, target);
  const { dtype, direction, outer, inner, pitch } = position;
  const leader = new Leader(v, dtype, direction);
  const [x, y] = [0, 1];
  times(f, outer, () => {
    if (inner === 1) alongRow(v, position, leader, x, y);
    else downColumns(v, position, leader, x, y);
    move(f, x, pitch * bytesOf(dtype));
    move(f, y, 4 * inner);
  });
}

const here = (f: FunctionBuilder, pointer: Local, offset: number = 0): Address => ({ push: () => void f.get(pointer), offset });

/** Every lane begins with the first element, takes every fourth, and the best lane wins. */
function alongRow(v: Lanes, { dtype, n }: Position, leader: Leader, x: Local, y: Local): void {
  const { f } = v;
  const [at, place] = [f.local('i32'), f.local('v128')];
  const block = (counts?: Local): void => v.scope(() => leader.challenge(v.let(load(v, dtype, here(f, at))), place, counts));
  f.get(x).set(at).get(v.i32(0)).set(leader.place);
  f.get(f.constant(Int32Array.of(0, 1, 2, 3))).set(place);
  v.scope(() => {
    v.put(loadSplat(v, dtype, here(f, x)));
    f.set(leader.value);
  });
  times(f, Math.floor(n / 4), () => {
    block();
    move(f, at, 4 * bytesOf(dtype));
    f.get(place).get(v.i32(4)).op('i32x4.add').set(place); // prettier-ignore
  });
  if (n % 4 > 0) block(f.constant(Int32Array.from({ length: 4 }, (_, i) => (i < n % 4 ? -1 : 0))));
  v.scope(() => {
    leader.across();
    store(v, 'int32', leader.place, here(f, y), 1);
  });
  f.release(at, place);
}

function downColumns(v: Lanes, { dtype, n, inner }: Position, leader: Leader, x: Local, y: Local): void {
  const { f } = v;
  const size = bytesOf(dtype);
  const [at, place] = [f.local('i32'), f.local('v128')];
  const four = (offset: number, width: Width): void => {
    f.get(x).i32(offset * size).op('i32.add').set(at); // prettier-ignore
    f.get(v.i32(0)).set(place).get(v.i32(0)).set(leader.place);
    v.scope(() => {
      v.put(load(v, dtype, here(f, at)));
      f.set(leader.value);
    });
    times(f, n - 1, () => {
      move(f, at, inner * size);
      f.get(place).get(v.i32(1)).op('i32x4.add').set(place); // prettier-ignore
      v.scope(() => leader.challenge(v.let(load(v, dtype, here(f, at))), place));
    });
    v.scope(() => store(v, 'int32', leader.place, here(f, y, 4 * offset), width));
  };
  const whole = Math.floor(inner / 4);
  times(f, whole, () => {
    four(0, 4);
    move(f, x, 4 * size);
    move(f, y, 16);
  });
  const rest = inner - 4 * whole;
  if (rest === 1 || rest === 2 || rest === 3) four(0, rest);
  move(f, x, -4 * size * whole);
  move(f, y, -16 * whole);
  f.release(at, place);
}
