/**
 * Convolutions with kernels of 3 x 3 by Winograd's minimal filtering: a quarter of the multiplications. Tiles of the input and
 * the filters are brought to 36 points; at each point it is a product of [tiles, channels] and [channels, filters]; the
 * results are brought back. The gradient of the filters runs the same way backwards: a product of [channels, tiles] and
 * [tiles, filters] at each point.
 *
 * |error| is below 1e-5 of the largest sum of magnitudes: see matrices.ts.
 */
import { emitBlock } from '../../product/block.js';
import { move, times } from '../../product/blocks.js';
import { zeroRows } from '../../gather/rows.js';
import { filters, inputs, points, results, taps, transposed } from './matrices.js';
import { eachBlock, eachTile, mostTiles, tilesOf } from './tiles.js';
import { transformOf } from './transform.js';
import type { FunctionBuilder, Local, ModuleBuilder } from '../../../wasm/index.js';
import type { Convolution } from '../forward.js';
import type { Block, Strip } from './tiles.js';
import type { Square } from './transform.js';

/** Bytes of the tiles of a block, on both sides: about half of a cache of the second level. */
const near = 600_000;

/** Nanoseconds of a multiplication with its addition in a product, and of a channel of a tile on its way there or back. */
const [perProduct, perInput, perOutput] = [1 / 30, 6, 6];

/** Whether it is worth it: from the shape alone, so that the same program always computes the same numbers. */
export function isWorthIt({ images, axes, c, f, groups }: Convolution): boolean {
  const [depth, height, width] = axes;
  const plain = [height, width].every(({ kernel, stride, dilation }) => kernel === taps && stride === 1 && dilation === 1);
  const flat = depth.inputs === 1 && depth.outputs === 1 && depth.kernel === 1;
  if (!plain || !flat || groups !== 1 || c % 4 > 0 || f % 4 > 0) return false;
  const tiles = images * tilesOf(height) * tilesOf(width);
  const direct = perProduct * 9 * images * height.outputs * width.outputs * c * f;
  const minimal = perProduct * 36 * c * f * tiles + tiles * (perInput * c + perOutput * f) + 36 * c * f * perProduct * 8;
  return minimal < 0.9 * direct;
}

/** Where the points of everything lie behind one another in scratch memory, in bytes. */
interface Room {
  /** From point to point: not a large power of two, or all 36 would share a line of the cache. */
  readonly filters: number;
  readonly inputs: number;
  readonly outputs: number;
  readonly tiles: number;
}

const line = 64;

function roomFor(conv: Convolution): Room {
  const { c, f } = conv;
  const tiles = mostTiles(conv, Math.max(1, Math.floor(near / (36 * 4 * (c + f)))));
  return { filters: 4 * c * f + line, inputs: 4 * c * tiles + line, outputs: 4 * f * tiles + line, tiles };
}

/** Bytes of scratch memory. */
export function scratchFor(conv: Convolution): number {
  const room = roomFor(conv);
  return 36 * (room.filters + room.inputs + room.outputs);
}

/** Pointers into scratch memory. */
interface Points {
  readonly filters: Local;
  readonly inputs: Local;
  readonly outputs: Local;
}

function pointsIn(f: FunctionBuilder, scratch: Local, room: Room): Points {
  const [u, v, m] = [f.local('i32'), f.local('i32'), f.local('i32')];
  f.get(scratch).tee(u).i32(36 * room.filters).op('i32.add').tee(v).i32(36 * room.inputs).op('i32.add').set(m); // prettier-ignore
  return { filters: u, inputs: v, outputs: m };
}

const every = [0, points] as const;
const pointsApart = (step: number): Square => ({ row: points * step, column: step, rows: every, columns: every });

/** The taps of the filters of one channel: rows of w. */
function tapsOf({ c, wRow }: Convolution): Square {
  return { row: taps * c * wRow, column: c * wRow, rows: [0, taps], columns: [0, taps] };
}

/** y = x * w, for pointers to the three and to scratch memory. */
export function emitMinimal(module: ModuleBuilder, f: FunctionBuilder, conv: Convolution, [x, w, y, scratch]: readonly Local[]): void {
  const room = roomFor(conv);
  const at = pointsIn(f, scratch, room);
  filtersToPoints(module, f, conv, w, at.filters, room);
  eachBlock(f, conv, room.tiles, { x, y }, (block, xAt, yAt) => {
    inputsToPoints(module, f, conv, block, xAt, at.inputs, room);
    const product = { aRow: 4 * conv.c, aStep: 4, bStep: 4 * conv.f, cRow: 4 * conv.f, rows: block.tiles, columns: conv.f, depth: conv.c };
    eachPoint(f, [at.inputs, at.filters, at.outputs], [room.inputs, room.filters, room.outputs], ([a, b, c]) => {
      emitBlock(module, f, { ...product, ...places(a, b, c), segments: 1, adds: false, fma: conv.fma, jump: { a: 0, b: 0 } });
    });
    const from = pointsApart(room.outputs);
    const tile = f.local('i32');
    f.get(at.outputs).set(tile);
    eachTile(f, conv, block, 'outputs', { pixels: yAt, points: tile, step: 4 * conv.f }, (row, column, pixels) => {
      f.get(tile).get(pixels).call(transformOf(module, { matrix: results, from, to: outputsOf(conv, row, column), vectors: conv.f / 4 })); // prettier-ignore
    });
    f.release(tile);
  });
}

/** dw, for pointers to x, dy, dw and scratch memory. */
export function emitMinimalFilter(
  module: ModuleBuilder,
  f: FunctionBuilder,
  conv: Convolution,
  [x, dy, dw, scratch]: readonly Local[],
): void {
  const room = roomFor(conv);
  const at = pointsIn(f, scratch, room);
  const { c, f: filters_ } = conv;
  zeroRows(f, at.filters, 36, c * filters_, room.filters);
  eachBlock(f, conv, room.tiles, { x, y: dy }, (block, xAt, yAt) => {
    inputsToPoints(module, f, conv, block, xAt, at.inputs, room);
    const to = pointsApart(room.outputs);
    const tile = f.local('i32');
    f.get(at.outputs).set(tile);
    eachTile(f, conv, block, 'outputs', { pixels: yAt, points: tile, step: 4 * filters_ }, (row, column, pixels) => {
      const from = outputsOf(conv, row, column);
      f.get(pixels).get(tile).call(transformOf(module, { matrix: transposed(results), from, to, vectors: filters_ / 4 })); // prettier-ignore
    });
    f.release(tile);
    const product = { aRow: 4, aStep: 4 * c, bStep: 4 * filters_, cRow: 4 * filters_, rows: c, columns: filters_, depth: block.tiles };
    eachPoint(f, [at.inputs, at.outputs, at.filters], [room.inputs, room.outputs, room.filters], ([a, b, y]) => {
      emitBlock(module, f, { ...product, ...places(a, b, y), segments: 1, adds: true, fma: conv.fma, jump: { a: 0, b: 0 } });
    });
  });
  const step = transformOf(module, { matrix: transposed(filters), from: pointsApart(room.filters), to: tapsOf(conv), vectors: filters_ / 4 }); // prettier-ignore
  eachChannel(f, conv, at.filters, dw, (from, to) => f.get(from).get(to).call(step));
}

function filtersToPoints(module: ModuleBuilder, f: FunctionBuilder, conv: Convolution, w: Local, u: Local, room: Room): void {
  const step = transformOf(module, { matrix: filters, from: tapsOf(conv), to: pointsApart(room.filters), vectors: conv.f / 4 });
  eachChannel(f, conv, u, w, (to, from) => f.get(from).get(to).call(step));
}

function inputsToPoints(module: ModuleBuilder, f: FunctionBuilder, conv: Convolution, block: Block, x: Local, v: Local, room: Room): void {
  const line = conv.axes[2].inputs * conv.xPixel;
  const to = pointsApart(room.inputs);
  const tile = f.local('i32');
  f.get(v).set(tile);
  eachTile(f, conv, block, 'inputs', { pixels: x, points: tile, step: 4 * conv.c }, (row, column, pixels) => {
    const from = { row: line, column: conv.xPixel, rows: row.inputs, columns: column.inputs };
    f.get(pixels).get(tile).call(transformOf(module, { matrix: inputs, from, to, vectors: conv.c / 4 })); // prettier-ignore
  });
  f.release(tile);
}

function outputsOf({ axes, yPixel }: Convolution, row: Strip, column: Strip): Square {
  return { row: axes[2].outputs * yPixel, column: yPixel, rows: row.outputs, columns: column.outputs };
}

/** `inside` for every channel, with pointers to its points and to its first tap. */
function eachChannel(f: FunctionBuilder, conv: Convolution, points: Local, w: Local, inside: (points: Local, w: Local) => void): void {
  const [point, tap] = [f.local('i32'), f.local('i32')];
  f.get(points).set(point).get(w).set(tap);
  times(f, conv.c, () => {
    inside(point, tap);
    move(f, point, 4 * conv.f);
    move(f, tap, conv.wRow);
  });
  f.release(point, tap);
}

function eachPoint(f: FunctionBuilder, starts: readonly Local[], steps: readonly number[], inside: (at: readonly Local[]) => void): void {
  const at = starts.map((start) => {
    const local = f.local('i32');
    f.get(start).set(local);
    return local;
  });
  times(f, points * points, () => {
    inside(at);
    for (const [i, local] of at.entries()) move(f, local, steps[i]);
  });
  f.release(...at);
}

function places(
  a: Local,
  b: Local,
  y: Local,
): { readonly [name in 'a' | 'b' | 'y']: { readonly pointer: Local; readonly offset: number } } {
  const spot = (pointer: Local): { readonly pointer: Local; readonly offset: number } => ({ pointer, offset: 0 });
  return { a: spot(a), b: spot(b), y: spot(y) };
}
