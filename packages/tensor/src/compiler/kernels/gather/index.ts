/**
 * Reading at positions that are data, and adding at them.
 *
 * `take` and `takeAdd` move whole slices, sixteen bytes at a time; `takeAlong` and `takeAlongAdd` single numbers. Equal
 * indices add up one after another, in the order of the indices. An index that is out of range is a fault (`fault.ts`).
 */
import { bytesOf } from '../../../dtype.js';
import { sizeOf } from '../../../shape.js';
import { emitAlong, emitSlices } from './emit.js';
import type { AnyOp } from '../../graph.js';
import type { DType } from '../../../dtype.js';
import type { Kernel, Layout } from '../kernel.js';
import type { Faulty } from '../fault.js';

/** Sizes before, on and after the axis, and how many indices there are. */
export interface Gather {
  readonly name: Faulty;
  readonly dtype: DType;
  readonly outer: number;
  /** The axis that is indexed: of x in `take`, of the result where numbers are added. */
  readonly n: number;
  readonly indices: number;
  readonly inner: number;
  /** Elements from slice to slice, where they are indexed and where they stand in order. */
  readonly pitch: number;
  readonly pitchInOrder: number;
}

type GatherNode = Extract<AnyOp, { readonly name: Faulty }>;

/** The kernel of a gather over tensors without gaps, but for those between the slices of the first axis of two. */
export function gatherKernel(node: GatherNode, operands: readonly Layout[], [y]: readonly Layout[]): Kernel | undefined {
  const [x, indices] = operands;
  const { dtype } = node.type;
  if (dtype === 'float64' || (dtype === 'bool' && node.name !== 'take' && node.name !== 'takeAlong') || !isDense(indices)) return undefined;
  const { axis } = node.attributes;
  const adds = node.name === 'takeAdd' || node.name === 'takeAlongAdd';
  const [indexed, inOrder] = adds ? [y, x] : [x, y];
  const { shape } = indexed.type;
  const inner = sizeOf(shape.slice(axis + 1));
  const along = node.name === 'takeAlong' || node.name === 'takeAlongAdd';
  const count = along ? indices.type.shape[axis] : sizeOf(indices.type.shape);
  const pitches = along ? [inner, inner] : [pitchOf(indexed, inner, axis), pitchOf(inOrder, inner, axis)];
  if (pitches[0] === undefined || pitches[1] === undefined || (along && !(isDense(x) && isDense(y)))) return undefined;
  const gather: Gather = {
    name: node.name,
    dtype,
    outer: sizeOf(shape.slice(0, axis)),
    n: shape[axis],
    indices: count,
    inner,
    pitch: pitches[0],
    pitchInOrder: pitches[1],
  };
  const moved = sizeOf(inOrder.type.shape);
  return {
    signature: `gather ${JSON.stringify(gather)}`,
    scratch: 0,
    flops: adds ? moved : 0,
    bytes: bytesOf(dtype) * (2 * moved + (adds ? sizeOf(shape) : 0)) + 4 * sizeOf(indices.type.shape),
    extra: [],
    emit: (module) => module.function(['i32', 'i32', 'i32'], [], (f) => (along ? emitAlong : emitSlices)(module, f, gather)),
  };
}

function isDense({ type: { shape }, pitch }: Layout): boolean {
  return shape.length < 2 || pitch === shape[shape.length - 1] || sizeOf(shape.slice(0, -1)) <= 1;
}

/** Elements from slice to slice; rows may be apart where each slice is one row and nothing lies around them. */
function pitchOf(layout: Layout, inner: number, axis: number): number | undefined {
  const { shape } = layout.type;
  if (isDense(layout)) return inner;
  return axis === 0 && inner === shape[shape.length - 1] ? layout.pitch : undefined;
}
