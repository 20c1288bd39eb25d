/**
 * Moves: transposes, slices, reversals, placements, broadcasts and concatenations, all as the same loop nest with two
 * strides an axis, one through what is read and one through what is written.
 */
import { bytesOf } from '../../../dtype.js';
import { sizeOf, stridesOf } from '../../../shape.js';
import { blocksOf, whole } from '../split.js';
import { emitMoves } from './emit.js';
import type { AnyOp } from '../../graph.js';
import type { DType } from '../../../dtype.js';
import type { Kernel, Layout } from '../kernel.js';
import type { Split } from '../split.js';

/** One axis of a move: how long it is, and elements from place to place. */
export interface Axis {
  readonly size: number;
  readonly from: number;
  readonly to: number;
}

/** Numbers of one operand to their places in the result; offsets in elements, the innermost axis last. */
export interface Move {
  readonly operand: number;
  readonly from: number;
  readonly to: number;
  readonly axes: readonly Axis[];
}

/** Everything that the code of a move depends on. */
export interface Moves {
  readonly operands: number;
  /** Bytes of an element: 1 or 4. */
  readonly size: number;
  /** What stands where no operand goes: the bytes of one element as a number, and the rows to fill. */
  readonly fill: { readonly bits: number; readonly rows: number; readonly columns: number; readonly pitch: number } | undefined;
  readonly moves: readonly Move[];
}

/** The kernel of a move, or undefined where the node is none. */
export function moveKernel(node: AnyOp, operands: readonly Layout[], [y]: readonly Layout[]): Kernel | undefined {
  if (node.type.dtype === 'float64') return undefined;
  const found = movesOf(node, operands, y);
  if (!found) return undefined;
  const kernel = kernelOf({ operands: operands.length, size: bytesOf(node.type.dtype), ...found }, sizeOf(node.type.shape));
  const split = found.fill === undefined && found.moves.length === 1 ? splitOf(found.moves[0], operands[0], y) : undefined;
  return { ...kernel, splits: split ? [split] : [] };
}

/** @param written - how many elements the result has */
function kernelOf({ moves, ...rest }: Moves, written: number): Kernel {
  const merge: Moves = { ...rest, moves: moves.map(merged) };
  return {
    signature: `move ${JSON.stringify(merge)}`,
    scratch: 0,
    flops: 0,
    bytes: rest.size * (written + moves.reduce((total, { axes }) => total + sizeOf(axes.map((axis) => axis.size)), 0)),
    extra: [],
    splits: [],
    emit: (module) => module.function(new Array<'i32'>(rest.operands + 1).fill('i32'), [], (f) => emitMoves(f, merge)),
  };
}

/** By the outermost axis of what is written. */
function splitOf(move: Move, x: Layout, y: Layout): Split | undefined {
  const outermost = move.axes.findIndex(({ size }) => size > 1);
  if (outermost < 0 || outermost === move.axes.length - 1) return undefined;
  const axis = move.axes[outermost];
  const [source, target] = [whole(x), whole(y)];
  const element = bytesOf(y.type.dtype);
  const together = move.from === 0 && (source.rows * source.pitch) / axis.size === axis.from * element;
  return {
    along: 'rows',
    length: axis.size,
    grain: 1,
    part: (from, to) => {
      const axes = move.axes.map((other, i) => (i === outermost ? { ...axis, size: to - from } : other));
      const start = together ? 0 : move.from + from * axis.from;
      const part: Moves = { operands: 1, size: element, fill: undefined, moves: [{ ...move, from: start, axes }] };
      return {
        kernel: kernelOf(part, sizeOf(axes.map(({ size }) => size))),
        operands: [together ? blocksOf(source, axis.size, from, to) : source],
        results: [blocksOf(target, axis.size, from, to)],
      };
    },
  };
}

type Found = Pick<Moves, 'fill' | 'moves'>;

function movesOf(node: AnyOp, operands: readonly Layout[], y: Layout): Found | undefined {
  const to = pitchedStrides(y);
  const [x] = operands;
  const { shape } = node.type;
  /** The result's axes in order, each read with a stride of its own. */
  const read = (strides: readonly number[], from: number = 0): Found => {
    return { fill: undefined, moves: [{ operand: 0, from, to: 0, axes: shape.map((size, i) => ({ size, from: strides[i], to: to[i] })) }] };
  };
  switch (node.name) {
    case 'broadcastTo': {
      const strides = pitchedStrides(x);
      const missing = shape.length - strides.length;
      return read(shape.map((_, i) => (i < missing || x.type.shape[i - missing] === 1 ? 0 : strides[i - missing])));
    }
    case 'reshape':
    case 'stopGradient':
      return isDense(x) ? read(stridesOf(shape)) : undefined;
    case 'transpose': {
      const strides = pitchedStrides(x);
      return read(node.attributes.permutation.map((axis) => strides[axis]));
    }
    case 'slice': {
      const { start, step } = node.attributes;
      const strides = pitchedStrides(x);
      return read(strides.map((stride, i) => stride * step[i]), dot(start, strides)); // prettier-ignore
    }
    case 'reverse': {
      const { axes } = node.attributes;
      const strides = pitchedStrides(x);
      const from = axes.reduce((total, axis) => total + (x.type.shape[axis] - 1) * strides[axis], 0);
      return read(strides.map((stride, i) => (axes.includes(i) ? -stride : stride)), from); // prettier-ignore
    }
    case 'place': {
      const { start, step, value } = node.attributes;
      const from = pitchedStrides(x);
      const columns = shape.length === 0 ? 1 : shape[shape.length - 1];
      const fill = { bits: bitsOf(value, node.type.dtype), rows: columns === 0 ? 0 : sizeOf(shape) / columns, columns, pitch: y.pitch };
      const axes = x.type.shape.map((size, i) => ({ size, from: from[i], to: to[i] * step[i] }));
      return { fill, moves: [{ operand: 0, from: 0, to: dot(start, to), axes }] };
    }
    case 'concat': {
      const { axis } = node.attributes;
      let before = 0;
      const moves = operands.map((part, operand): Move => {
        const from = pitchedStrides(part);
        const at = before * to[axis];
        before += part.type.shape[axis];
        return { operand, from: 0, to: at, axes: part.type.shape.map((size, i) => ({ size, from: from[i], to: to[i] })) };
      });
      return { fill: undefined, moves };
    }
    default:
      return undefined;
  }
}

/** Without axes of one element, and with neighbours as one axis where they lie like one on both sides. */
function merged({ axes, ...move }: Move): Move {
  const kept: Axis[] = [];
  for (const axis of axes) {
    if (axis.size === 1) continue;
    const last = kept.at(-1);
    const one = last && last.from === axis.size * axis.from && last.to === axis.size * axis.to;
    if (one) kept[kept.length - 1] = { size: last.size * axis.size, from: axis.from, to: axis.to };
    else kept.push(axis);
  }
  return { ...move, axes: kept };
}

/** Elements from place to place on each axis, rows a pitch apart. */
function pitchedStrides({ type: { shape }, pitch }: Layout): readonly number[] {
  if (shape.length < 2) return shape.map(() => 1);
  return [...stridesOf(shape.slice(0, -1)).map((stride) => stride * pitch), 1];
}

function isDense({ type: { shape }, pitch }: Layout): boolean {
  return shape.length < 2 || pitch === shape[shape.length - 1] || sizeOf(shape.slice(0, -1)) <= 1;
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((total, value, i) => total + value * b[i], 0);
}

/** An element's bytes as a whole number. */
function bitsOf(value: number, dtype: DType): number {
  if (dtype === 'float32') return new Int32Array(Float32Array.of(value).buffer)[0];
  return dtype === 'int32' ? value | 0 : value & 255;
}
