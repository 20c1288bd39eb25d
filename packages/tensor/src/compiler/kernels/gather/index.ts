/**
 * Reading and adding at positions that are data, for numbers of four bytes. An index that is out of range stops the
 * program with a trap, before anything is written there; the reference then says which it was.
 */
import { sizeOf } from '../../../shape.js';
import { move, times } from '../product/blocks.js';
import { blocksOf, whole } from '../split.js';
import { alongRow, storeLanes, zeroRows } from './rows.js';
import type { AnyOp } from '../../graph.js';
import type { FunctionBuilder, Local } from '../../wasm/index.js';
import type { Kernel, Layout } from '../kernel.js';
import type { Split } from '../split.js';

type GatherNode = Extract<AnyOp, { readonly name: 'take' | 'takeAdd' | 'takeAlong' | 'takeAlongAdd' }>;

/** Sizes around the axis, of the tensor with one place an index and of the one that is read or added to. */
interface Gather {
  readonly outer: number;
  /** Places on the axis, and indices. */
  readonly n: number;
  readonly m: number;
  /** Rows and columns behind the axis; a row alone where the axis is the last one. */
  readonly rows: number;
  readonly columns: number;
  /** Whether the axis is the last one: an element an index. */
  readonly last: boolean;
  /** Bytes from row to row of the tensor at the axis' places, of that at the indices' places, and of the indices. */
  readonly place: number;
  readonly each: number;
  readonly indices: number;
  readonly adds: boolean;
}

export function gatherKernel(node: GatherNode, [x, indices]: readonly Layout[], [y]: readonly Layout[]): Kernel | undefined {
  const { dtype } = x.type;
  const adds = node.name === 'takeAdd' || node.name === 'takeAlongAdd';
  if (dtype !== 'float32' && (adds || dtype !== 'int32')) return undefined;
  const [places, each] = adds ? [y, x] : [x, y];
  const { axis } = node.attributes;
  const along = node.name === 'takeAlong' || node.name === 'takeAlongAdd';
  const last = axis === places.type.shape.length - 1;
  if (!along && (last || (indices.type.shape.length > 1 && indices.pitch !== indices.type.shape.at(-1)))) return undefined;
  const behind = places.type.shape.slice(axis + 1);
  const gather: Gather = {
    outer: sizeOf(places.type.shape.slice(0, axis)),
    n: places.type.shape[axis],
    m: along ? each.type.shape[axis] : sizeOf(indices.type.shape),
    rows: last ? 1 : sizeOf(behind.slice(0, -1)),
    columns: last ? 1 : (behind.at(-1) ?? 1),
    last,
    place: 4 * places.pitch,
    each: 4 * each.pitch,
    indices: 4 * indices.pitch,
    adds,
  };
  const { outer } = gather;
  const slices = [x, indices, y].map(whole);
  const split: Split = {
    along: 'rows',
    length: outer,
    grain: 1,
    part: (from, to) => {
      const [values, at, results] = slices.map((slice) => blocksOf(slice, outer, from, to));
      // Slices at the same places everywhere, or places of their own.
      return {
        kernel: kernelOf(node.name, along, { ...gather, outer: to - from }),
        operands: [values, along ? at : slices[1]],
        results: [results],
      };
    },
  };
  return { ...kernelOf(node.name, along, gather), splits: [split] };
}

function kernelOf(name: string, along: boolean, gather: Gather): Kernel {
  const { outer, n, m, rows, columns, adds } = gather;
  const [places, each] = [outer * n * rows * columns, outer * m * rows * columns];
  return {
    signature: `${name} ${JSON.stringify(gather)}`,
    scratch: 0,
    flops: adds ? each : 0,
    bytes: 4 * (places + each + (along ? each : m)),
    extra: [],
    splits: [],
    emit: (module) => module.function(['i32', 'i32', 'i32'], [], (f) => (along ? emitAlong(f, gather) : emitTake(f, gather))),
  };
}

/** The bytes from one index to the next one in the tensor at the axis' places. */
const stepOf = ({ last, rows, place }: Gather): number => (last ? 4 : rows * place);

/** Pointers to the tensor at the axis' places and to that at the indices': which is the operand depends on the direction. */
function pointers({ adds }: Gather): { readonly places: Local; readonly each: Local; readonly indices: Local } {
  return adds ? { places: 2, each: 0, indices: 1 } : { places: 0, each: 2, indices: 1 };
}

/** base + index step, once the index is known to be in range. */
function locate(f: FunctionBuilder, gather: Gather, base: Local, index: Local): void {
  f.get(index).i32(gather.n).op('i32.ge_u');
  f.if(() => f.op('unreachable'));
  f.get(base).get(index).i32(stepOf(gather)).op('i32.mul').op('i32.add'); // prettier-ignore
}

function clear(f: FunctionBuilder, gather: Gather): void {
  const { adds, outer, n, rows, columns, place, last } = gather;
  if (!adds) return;
  zeroRows(f, pointers(gather).places, last ? outer : outer * n * rows, last ? n : columns, place);
}

/** An index for each element. */
function emitAlong(f: FunctionBuilder, gather: Gather): void {
  const { outer, n, m, rows, columns, last, place, each: eachRow, indices: indexRow, adds } = gather;
  const { places, each, indices } = pointers(gather);
  const [base, at, e, i, index] = [f.local('i32'), f.local('i32'), f.local('i32'), f.local('i32'), f.local('i32')];
  clear(f, gather);
  const element = (): void => {
    f.get(i).memory('i32.load').set(index);
    locate(f, gather, base, index);
    f.set(at);
    if (adds) f.get(at).get(at).memory('f32.load').get(e).memory('f32.load').op('f32.add').memory('f32.store');
    else f.get(e).get(at).memory('i32.load').memory('i32.store');
    move(f, e, 4);
    move(f, i, 4);
  };
  f.get(each).set(e).get(indices).set(i).get(places).set(base);
  times(f, outer, () => {
    if (last) {
      times(f, m, element);
      move(f, e, eachRow - 4 * m);
      move(f, i, indexRow - 4 * m);
      move(f, base, place);
      return;
    }
    times(f, m, () => {
      times(f, rows, () => {
        times(f, columns, () => {
          element();
          move(f, base, 4);
        });
        move(f, base, place - 4 * columns);
        move(f, e, eachRow - 4 * columns);
        move(f, i, indexRow - 4 * columns);
      });
      move(f, base, -rows * place);
    });
    move(f, base, n * rows * place);
  });
}

/** An index for each slice. */
function emitTake(f: FunctionBuilder, gather: Gather): void {
  const { outer, n, m, rows, columns, place, each: eachRow, adds } = gather;
  const { places, each, indices } = pointers(gather);
  const [base, at, e, i, index] = [f.local('i32'), f.local('i32'), f.local('i32'), f.local('i32'), f.local('i32')];
  const value = f.local('v128');
  clear(f, gather);
  f.get(each).set(e).get(places).set(base);
  times(f, outer, () => {
    f.get(indices).set(i);
    times(f, m, () => {
      f.get(i).memory('i32.load').set(index);
      locate(f, gather, base, index);
      f.set(at);
      times(f, rows, () => {
        const [from, to] = adds ? [e, at] : [at, e];
        alongRow(f, columns, [from, to], ([source, target], lanes) => {
          f.get(source).memory('v128.load');
          if (adds) f.get(target).memory('v128.load').op('f32x4.add');
          f.set(value);
          storeLanes(f, target, value, lanes);
        });
        move(f, at, place);
        move(f, e, eachRow);
      });
      move(f, i, 4);
    });
    move(f, base, n * rows * place);
  });
}
