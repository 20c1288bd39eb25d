/**
 * Reductions that are no single nest: over axes in the middle, or over the first and the last ones around one that stays
 * (batch normalization of channels that come first). A nest for one piece, called for each of them.
 */
import { bytesOf } from '../../../dtype.js';
import { nestKernel } from '../nest/index.js';
import { move, times } from '../product/blocks.js';
import { sizeOf } from '../../../shape.js';
import type { AnyOp } from '../../graph.js';
import type { TensorType } from '../../../primitive.js';
import type { Kernel, Layout, Target } from '../kernel.js';
import type { Reduction } from '../nest/nest.js';

type ReductionNode = Extract<AnyOp, { readonly name: Reduction }>;

/** Neighbouring axes that are all reduced or all kept. */
interface Group {
  readonly size: number;
  readonly reduced: boolean;
}

/** A piece: the nest that reduces it, how many there are, and elements from one to the next. */
interface Piece {
  readonly x: Layout;
  readonly y: TensorType;
  readonly axes: readonly number[];
  readonly count: number;
  readonly step: number;
}

/** The kernel of a reduction over any axes, of a tensor without gaps unless a nest takes it as it lies. */
export function reductionKernel(
  node: ReductionNode,
  operands: readonly Layout[],
  results: readonly Layout[],
  target: Target,
): Kernel | undefined {
  const whole = nestKernel(node, operands, results, target);
  if (whole) return whole;
  const [x] = operands;
  const [y] = results;
  if (!isDense(x) || !isDense(y) || sizeOf(x.type.shape) === 0) return undefined;
  const piece = pieceOf(x.type, groupsOf(x.type.shape, node.attributes.axes));
  return piece && repeated(node, piece, target);
}

function groupsOf(shape: readonly number[], axes: readonly number[]): readonly Group[] {
  const groups: Group[] = [];
  for (const [axis, size] of shape.entries()) {
    if (size === 1) continue;
    const reduced = axes.includes(axis);
    const last = groups.at(-1);
    if (last?.reduced === reduced) groups[groups.length - 1] = { size: last.size * size, reduced };
    else groups.push({ size, reduced });
  }
  return groups;
}

function pieceOf({ dtype }: TensorType, groups: readonly Group[]): Piece | undefined {
  const sizes = groups.map(({ size }) => size);
  const kinds = groups.map(({ reduced }) => (reduced ? 'r' : 'k')).join('');
  const [a = 1, b, c] = sizes;
  const matrix = (rows: number, columns: number, pitch: number): Layout => ({ type: { dtype, shape: [rows, columns] }, pitch });
  // Nothing, or axes of one element; all of it; the last axis; the first one.
  if (kinds === '' || kinds === 'k') return { x: matrix(a, 1, 1), y: { dtype, shape: [a] }, axes: [1], count: 1, step: 0 };
  if (kinds === 'r') return { x: matrix(1, a, a), y: { dtype, shape: [1] }, axes: [1], count: 1, step: 0 };
  if (kinds === 'kr') return { x: matrix(a, b, b), y: { dtype, shape: [a] }, axes: [1], count: 1, step: 0 };
  if (kinds === 'rk') return { x: matrix(a, b, b), y: { dtype, shape: [b] }, axes: [0], count: 1, step: 0 };
  // In the middle: a matrix for each of the first ones. Around the middle: a matrix with gaps for each of the kept ones.
  if (kinds === 'krk') return { x: matrix(b, c, c), y: { dtype, shape: [c] }, axes: [0], count: a, step: b * c };
  if (kinds === 'rkr') return { x: matrix(a, c, b * c), y: { dtype, shape: [] }, axes: [0, 1], count: b, step: c };
  return undefined;
}

function repeated(node: ReductionNode, { x, y, axes, count, step }: Piece, target: Target): Kernel | undefined {
  const layout: Layout = { type: y, pitch: y.shape[0] ?? 1 };
  const one: ReductionNode = { ...node, attributes: { axes, keepDims: false }, type: y };
  const inner = nestKernel(one, [x], [layout], target);
  if (!inner || inner.scratch > 0) return undefined;
  const size = bytesOf(y.dtype);
  const params = [0, 1, ...inner.extra.keys()].map(() => 'i32' as const);
  return {
    ...inner,
    signature: `${count} ${step} of ${inner.signature}`,
    flops: inner.flops * count,
    bytes: inner.bytes * count,
    splits: [],
    emit: (module) => {
      const index = module.shared(inner.signature, () => inner.emit(module));
      return module.function(params, [], (f) => {
        times(f, count, () => {
          for (const param of params.keys()) f.get(param);
          f.call(index);
          move(f, 0, step * size);
          move(f, 1, sizeOf(y.shape) * size);
        });
      });
    },
  };
}

function isDense({ type: { shape }, pitch }: Layout): boolean {
  return shape.length < 2 || pitch === shape[shape.length - 1] || sizeOf(shape.slice(0, -1)) <= 1;
}
