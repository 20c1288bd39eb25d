/**
 * Rows a large power of two apart fall on the same lines of the cache: a product with such rows runs at half its speed
 * (128 x 1024 by 1024 x 1024: 29 of 61 GFLOP/s). One line more between rows, and it does not.
 */
import { typeOf } from '../fuse/nests.js';
import { operandsOf } from '../graph.js';
import { columnsOf, denseLayout, rowsOf } from './buffer.js';
import type { Graph, Node } from '../graph.js';
import type { Layout } from '../kernels/kernel.js';
import type { TensorType } from '../../primitive.js';

const grain = 512;
const line = 64;

/** How the home of a variable lies: a function of its type alone, so that all programs agree on it. */
export function homeLayout(type: TensorType): Layout {
  return type.shape.length === 2 ? apart(type, 4096) : denseLayout(type);
}

/** How a value lies that only kernels see: products read it across its rows too, which shows earlier. */
export function valueLayout(type: TensorType): Layout {
  return type.shape.length >= 2 ? apart(type, 2048) : denseLayout(type);
}

function apart(type: TensorType, longRow: number): Layout {
  const columns = columnsOf(type);
  if (type.dtype !== 'float32' || rowsOf(type) < 2) return denseLayout(type);
  // Long rows begin on a line, or every other load of a product would read from two.
  const row = columns < 64 ? 4 * columns : Math.ceil((4 * columns) / line) * line;
  const bytes = row >= longRow && row % grain === 0 ? row + line : row;
  return { type, pitch: bytes / 4 };
}

/** Which values are made and read only by kernels that take rows as they lie, whatever shape the rows are given. */
export function matricesOf({ nodes, outputs }: Graph): readonly boolean[] {
  const takes = (node: Node): boolean => node.kind === 'fused' || (node.kind === 'op' && node.name === 'matmul');
  const keeps = (node: Node): boolean =>
    node.kind === 'op' && node.name === 'reshape' && columnsOf(node.type) === columnsOf(typeOf(nodes[node.operands[0]]));
  const free = nodes.map((node) => node.kind === 'input' || takes(node) || keeps(node) || (node.kind === 'part' && takes(nodes[node.of])));
  for (const id of outputs) free[id] = false;
  for (let id = nodes.length - 1; id >= 0; id--) {
    const node = nodes[id];
    if (takes(node) || node.kind === 'part' || (keeps(node) && free[id])) continue;
    for (const operand of operandsOf(node)) free[operand] = false;
  }
  return free;
}
