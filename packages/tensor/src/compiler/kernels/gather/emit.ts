/** The loops of gathers. Parameters: x, indices, y. */
import { bytesOf } from '../../../dtype.js';
import { faultCode, faultOf } from '../fault.js';
import { move, times } from '../product/blocks.js';
import type { FunctionBuilder, Local, ModuleBuilder } from '../../wasm/index.js';
import type { Gather } from './index.js';

const [x, indices, y] = [0, 1, 2];

/** Reads the next index into `index`, or traps. */
function readIndex(module: ModuleBuilder, f: FunctionBuilder, { name, n }: Gather, at: Local, index: Local): void {
  const fault = faultOf(module);
  f.get(at).memory('i32.load').tee(index).i32(n).op('i32.ge_u'); // prettier-ignore
  f.if(() => f.i32(faultCode(name)).get(index).i32(n).call(fault));
}

/** Whole slices: `take` copies them, `takeAdd` adds them to what is there. */
export function emitSlices(module: ModuleBuilder, f: FunctionBuilder, gather: Gather): void {
  const { name, dtype, outer, n, inner, pitch, pitchInOrder } = gather;
  const adds = name === 'takeAdd';
  const size = bytesOf(dtype);
  const [index, at, slice] = [f.local('i32'), f.local('i32'), f.local('i32')];
  if (adds && pitch === inner) clear(f, y, 1, outer * n * inner * size, 0);
  else if (adds) clear(f, y, n, inner * size, pitch * size);
  const [indexed, inOrder] = adds ? [y, x] : [x, y];
  times(f, outer, () => {
    f.get(indices).set(at);
    times(f, gather.indices, () => {
      readIndex(module, f, gather, at, index);
      f.get(index).i32(pitch * size).op('i32.mul').get(indexed).op('i32.add').set(slice); // prettier-ignore
      if (adds) addRun(f, slice, inOrder, dtype, inner);
      else copyRun(f, slice, inOrder, inner * size);
      move(f, inOrder, pitchInOrder * size);
      move(f, at, 4);
    });
    move(f, indexed, n * pitch * size);
  });
}

/** Single numbers: `takeAlong` copies them, `takeAlongAdd` adds them to what is there. */
export function emitAlong(module: ModuleBuilder, f: FunctionBuilder, gather: Gather): void {
  const { name, dtype, outer, n, inner } = gather;
  const adds = name === 'takeAlongAdd';
  const size = bytesOf(dtype);
  const [index, place, start] = [f.local('i32'), f.local('i32'), f.local('i32')];
  if (adds) clear(f, y, 1, outer * n * inner * size, 0);
  const [indexed, inOrder] = adds ? [y, x] : [x, y];
  times(f, outer, () => {
    times(f, gather.indices, () => {
      f.get(indexed).set(start);
      times(f, inner, () => {
        readIndex(module, f, gather, indices, index);
        f.get(index).i32(inner * size).op('i32.mul').get(start).op('i32.add').set(place); // prettier-ignore
        if (adds) addOne(f, place, inOrder, dtype);
        else copyOne(f, place, inOrder, size);
        move(f, start, size);
        move(f, inOrder, size);
        move(f, indices, 4);
      });
    });
    move(f, indexed, n * inner * size);
  });
}

function clear(f: FunctionBuilder, to: Local, rows: number, bytes: number, pitch: number): void {
  const [row, zero] = [f.local('i32'), f.constant(new Int32Array(4))];
  f.get(to).set(row);
  times(f, rows, () => {
    const at = f.local('i32');
    f.get(row).set(at);
    times(f, bytes >> 4, () => {
      f.get(at).get(zero).memory('v128.store');
      move(f, at, 16);
    });
    storeRest(f, at, zero, bytes & 15);
    f.release(at);
    move(f, row, pitch);
  });
  f.release(row);
}

function copyRun(f: FunctionBuilder, from: Local, to: Local, bytes: number): void {
  const [source, target, vector] = [f.local('i32'), f.local('i32'), f.local('v128')];
  f.get(from).set(source).get(to).set(target);
  times(f, bytes >> 4, () => {
    f.get(target).get(source).memory('v128.load').memory('v128.store');
    move(f, source, 16);
    move(f, target, 16);
  });
  if ((bytes & 15) > 0) {
    f.get(source).memory('v128.load').set(vector);
    storeRest(f, target, vector, bytes & 15);
  }
  f.release(source, target, vector);
}

/** The first bytes of a vector, and nothing behind them. */
function storeRest(f: FunctionBuilder, to: Local, vector: Local, bytes: number): void {
  let at = 0;
  for (const [size, name] of [
    [8, 'v128.store64_lane'],
    [4, 'v128.store32_lane'],
    [2, 'v128.store16_lane'],
    [1, 'v128.store8_lane'],
  ] as const) {
    // prettier-ignore
    if ((bytes & size) === 0) continue;
    f.get(to)
      .get(vector)
      .laneMemory(name, at / size, at);
    at += size;
  }
}

/** to[i] += from[i]. */
function addRun(f: FunctionBuilder, to: Local, from: Local, dtype: Gather['dtype'], count: number): void {
  const [source, target, vector] = [f.local('i32'), f.local('i32'), f.local('v128')];
  const add = dtype === 'float32' ? 'f32x4.add' : dtype === 'int32' ? 'i32x4.add' : 'i8x16.add';
  const bytes = count * bytesOf(dtype);
  f.get(from).set(source).get(to).set(target);
  times(f, bytes >> 4, () => {
    f.get(target).get(target).memory('v128.load').get(source).memory('v128.load').op(add).memory('v128.store'); // prettier-ignore
    move(f, source, 16);
    move(f, target, 16);
  });
  if ((bytes & 15) > 0) {
    f.get(target).memory('v128.load').get(source).memory('v128.load').op(add).set(vector); // prettier-ignore
    storeRest(f, target, vector, bytes & 15);
  }
  f.release(source, target, vector);
}

function copyOne(f: FunctionBuilder, from: Local, to: Local, size: number): void {
  f.get(to).get(from);
  if (size === 4) f.memory('i32.load').memory('i32.store');
  else f.memory('i32.load8_u').memory('i32.store8');
}

function addOne(f: FunctionBuilder, to: Local, from: Local, dtype: Gather['dtype']): void {
  f.get(to).get(to);
  if (dtype === 'float32') f.memory('f32.load').get(from).memory('f32.load').op('f32.add').memory('f32.store');
  else if (dtype === 'int32') f.memory('i32.load').get(from).memory('i32.load').op('i32.add').memory('i32.store');
  else f.memory('i32.load8_u').get(from).memory('i32.load8_u').op('i32.add').memory('i32.store8');
}
