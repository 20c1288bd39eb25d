/**
 * The loops of a move.
 *
 * Where both sides run along the same axis, whole rows are copied; where they run along different ones, blocks of 4 x 4
 * are turned in registers, so that both are read and written in rows; else numbers are gathered four at a time.
 */
import { move as advance, times } from '../product/blocks.js';
import { turn } from './turn.js';
import type { FunctionBuilder, Local } from '../../wasm/index.js';
import type { Axis, Moves } from './index.js';

/** The pointers of a move: parameters are the operands, then the result. */
interface Pointers {
  readonly f: FunctionBuilder;
  readonly from: Local;
  readonly to: Local;
  readonly size: number;
}

export function emitMoves(f: FunctionBuilder, { operands, size, fill, moves }: Moves): void {
  const [from, to] = [f.local('i32'), f.local('i32')];
  const pointers: Pointers = { f, from, to, size };
  if (fill) {
    f.get(operands).set(to);
    const row = { size: fill.columns, from: 0, to: 1 };
    walk(pointers, [{ size: fill.rows, from: 0, to: fill.pitch }], () => fillRow(pointers, row, () => constant(f, fill.bits, size)));
  }
  for (const move of moves) {
    if (move.axes.some((axis) => axis.size === 0)) continue;
    f.get(move.operand).set(from).get(operands).set(to);
    advance(f, from, move.from * size);
    advance(f, to, move.to * size);
    const { axes } = move;
    const inner = axes.at(-1) ?? { size: 1, from: 1, to: 1 };
    const turned =
      size === 4 && inner.to === 1 && inner.from !== 1 && inner.from !== 0
        ? axes.findIndex((axis) => axis.from === 1 && axis.size >= 4)
        : -1;
    if (turned >= 0 && inner.size >= 4) {
      const outer = axes.filter((_, i) => i !== turned && i !== axes.length - 1);
      walk(pointers, outer, () => turn(pointers, axes[turned], inner));
    } else walk(pointers, axes.slice(0, -1), () => row(pointers, inner));
  }
}

/** `inside` for every place on `axes`, with the pointers there. */
function walk(pointers: Pointers, axes: readonly Axis[], inside: () => void): void {
  const { f, from, to, size } = pointers;
  if (axes.length === 0) return inside();
  const [axis, ...rest] = axes;
  times(f, axis.size, () => {
    walk(pointers, rest, inside);
    advance(f, from, axis.from * size);
    advance(f, to, axis.to * size);
  });
  advance(f, from, -axis.from * size * axis.size);
  advance(f, to, -axis.to * size * axis.size);
}

function row(pointers: Pointers, axis: Axis): void {
  const { f, from, size } = pointers;
  if (axis.to === 1 && axis.from === 1) copyRow(pointers, axis.size * size);
  else if (axis.to === 1 && axis.from === 0)
    fillRow(pointers, axis, () => void f.get(from).memory(size === 4 ? 'v128.load32_splat' : 'v128.load8_splat'));
  else if (axis.to === 1 && size === 4) gatherRow(pointers, axis);
  else walk(pointers, [axis], () => copyOne(pointers));
}

function copyOne({ f, from, to, size }: Pointers): void {
  f.get(to).get(from);
  if (size === 4) f.memory('i32.load').memory('i32.store');
  else f.memory('i32.load8_u').memory('i32.store8');
}

/** So many bytes that follow each other on both sides. */
function copyRow(pointers: Pointers, bytes: number): void {
  const { f, from, to } = pointers;
  pieces(pointers, { size: bytes, from: 1, to: 1 }, 1, (offset) => void f.get(to).get(from).memory('v128.load', offset), (offset) => void f.memory('v128.store', offset)); // prettier-ignore
}

function fillRow(pointers: Pointers, axis: Axis, push: () => void): void {
  const { f, to, size } = pointers;
  const value = f.local('v128');
  push();
  f.set(value);
  pieces(pointers, { size: axis.size * size, from: 0, to: 1 }, 1, () => void f.get(to).get(value), (offset) => void f.memory('v128.store', offset)); // prettier-ignore
  f.release(value);
}

/** Four words from places that are a stride apart. */
function gatherRow(pointers: Pointers, axis: Axis): void {
  const { f, from, to } = pointers;
  // Offsets in instructions are not negative: with a negative stride the fourth word is the base.
  const lane = (i: number): number => 4 * (axis.from < 0 ? (i - 3) * axis.from : i * axis.from);
  const push = (): void => void f.get(from).i32(axis.from < 0 ? 12 * axis.from : 0).op('i32.add'); // prettier-ignore
  const whole = axis.size - (axis.size % 4);
  const vector = f.local('v128');
  walk(pointers, [{ size: whole / 4, from: 4 * axis.from, to: 4 }], () => {
    push();
    f.memory('v128.load32_zero', lane(0)).set(vector);
    for (let i = 1; i < 4; i++) {
      push();
      f.get(vector).laneMemory('v128.load32_lane', i, lane(i)).set(vector);
    }
    f.get(to).get(vector).memory('v128.store');
  });
  f.release(vector);
  if (whole === axis.size) return;
  advance(f, from, 4 * whole * axis.from);
  advance(f, to, 4 * whole);
  walk(pointers, [{ ...axis, size: axis.size - whole }], () => copyOne(pointers));
  advance(f, from, -4 * whole * axis.from);
  advance(f, to, -4 * whole);
}

/** Sixteen bytes at a time, then what is left by halves: `load` leaves an address and a vector, `store` takes them. */
function pieces(pointers: Pointers, axis: Axis, scale: number, load: (offset: number) => void, store: (offset: number) => void): void {
  const { f, from, to } = pointers;
  const whole = axis.size - (axis.size % 16);
  const step = whole % 64 === 0 ? 64 : 16;
  walk({ ...pointers, size: scale }, [{ size: whole / step, from: step * axis.from, to: step }], () => {
    for (let offset = 0; offset < step; offset += 16) {
      load(offset);
      store(offset);
    }
  });
  const rest = axis.size - whole;
  if (rest === 0) return;
  advance(f, from, whole * axis.from);
  advance(f, to, whole);
  const vector = f.local('v128');
  const address = f.local('i32');
  load(0);
  f.set(vector).set(address);
  let at = 0;
  for (const [bytes, name] of [
    [8, 'v128.store64_lane'],
    [4, 'v128.store32_lane'],
    [2, 'v128.store16_lane'],
    [1, 'v128.store8_lane'],
  ] as const) {
    // prettier-ignore
    if ((rest & bytes) === 0) continue;
    f.get(address)
      .get(vector)
      .laneMemory(name, at / bytes, at);
    at += bytes;
  }
  f.release(vector, address);
  advance(f, from, -whole * axis.from);
  advance(f, to, -whole);
}

function constant(f: FunctionBuilder, bits: number, size: number): void {
  const word = size === 4 ? bits : Math.imul(bits, 0x01010101);
  f.get(f.constant(Int32Array.of(word, word, word, word)));
}
