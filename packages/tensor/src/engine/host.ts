/** Instructions without an emitted kernel: reference kernels on tensors as they lie in memory. */
import { replay } from '../compiler/replay.js';
import { columnsOf, isDense, rowsOf } from '../compiler/plan/buffer.js';
import { blank, eager, EagerTensor } from '../interpreter/eager.js';
import { primitives } from '../primitives/index.js';
import { sizeOf } from '../shape.js';
import type { AnyOp, FusedNode } from '../compiler/graph.js';
import type { Layout } from '../compiler/kernels/kernel.js';
import type { Dense, PrimitiveName } from '../primitive.js';
import type { Memory } from './memory.js';

/** A tensor at an address. */
export interface Located {
  readonly layout: Layout;
  readonly at: number;
}

/** Runs `node` from operands in memory to results in memory. */
export function runReference(memory: Memory, node: AnyOp | FusedNode, operands: readonly Located[], results: readonly Located[]): void {
  const values = operands.map((operand) => read(memory, operand));
  if (node.kind === 'op') {
    const [result] = results;
    const direct = isDense(result.layout);
    const y = direct ? read(memory, result) : blank(result.layout.type);
    runKernel(node, y, values);
    if (!direct) write(memory, result, y);
    return;
  }
  const ys = replay(eager, node.body, values.map((value) => new EagerTensor(value))); // prettier-ignore
  // A result may be an operand's own memory, over which another result is written.
  const own = ys.map((y) => ({ ...y.dense(), data: y.dense().data.slice() }));
  for (const [i, y] of own.entries()) write(memory, results[i], y);
}

/** The tensor there: a window onto the memory, or a copy where its rows lie apart. */
export function read(memory: Memory, { layout, at }: Located): Dense {
  const { type, pitch } = layout;
  if (isDense(layout)) return memory.dense(type, at, sizeOf(type.shape));
  const y = blank(type);
  const columns = columnsOf(type);
  const source = memory.array(type.dtype, at, (rowsOf(type) - 1) * pitch + columns);
  for (let row = 0; row < rowsOf(type); row++) y.data.set(source.subarray(row * pitch, row * pitch + columns), row * columns);
  return y;
}

/** Writes a tensor there. */
export function write(memory: Memory, { layout, at }: Located, { data }: Dense): void {
  const { type, pitch } = layout;
  if (isDense(layout)) return memory.write(type.dtype, at, data);
  const columns = columnsOf(type);
  const target = memory.array(type.dtype, at, (rowsOf(type) - 1) * pitch + columns);
  for (let row = 0; row < rowsOf(type); row++) target.set(data.subarray(row * columns, (row + 1) * columns), row * pitch);
}

// The node's name says how many operands there are, which no type can follow through a lookup.
function runKernel(node: AnyOp, y: Dense, operands: readonly Dense[]): void;
function runKernel(node: { readonly name: PrimitiveName; readonly attributes: object }, y: Dense, operands: readonly Dense[]): void {
  const primitive: { kernel(y: Dense, operands: readonly Dense[], attributes: object): void } = primitives[node.name];
  primitive.kernel(y, operands, node.attributes);
}
