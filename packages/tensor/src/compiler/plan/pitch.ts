/**
 * Rows a large power of two apart fall on the same lines of the cache: a product with such rows runs at half its speed
 * (128 x 1024 by 1024 x 1024: 29 of 61 GFLOP/s). One line more between rows, and it does not.
 */
import { bytesOf } from '../../dtype.js';
import { operandsOf } from '../graph.js';
import { columnsOf, denseLayout } from './buffer.js';
import type { Graph, Id, Node } from '../graph.js';
import type { Layout } from '../kernels/kernel.js';
import type { TensorType } from '../../primitive.js';

const longRow = 4096;
const grain = 512;
const line = 64;

/** How a matrix lies best: a function of its type alone, so that all programs agree on it. */
export function matrixLayout(type: TensorType): Layout {
  const element = bytesOf(type.dtype);
  const row = columnsOf(type) * element;
  if (type.shape.length !== 2 || type.dtype !== 'float32' || row < longRow || row % grain !== 0) return denseLayout(type);
  return { type, pitch: columnsOf(type) + line / element };
}

/** Which values are made and read only by kernels that take rows as they lie. */
export function matricesOf({ nodes, outputs }: Graph): readonly boolean[] {
  const takes = (node: Node): boolean => node.kind === 'fused' || (node.kind === 'op' && node.name === 'matmul');
  const free = nodes.map((node) => node.kind === 'input' || takes(node) || (node.kind === 'part' && takes(nodes[node.of])));
  const deny = (id: Id): void => {
    free[id] = false;
  };
  for (const node of nodes) if (!takes(node) && node.kind !== 'part') for (const operand of operandsOf(node)) deny(operand);
  for (const id of outputs) deny(id);
  return free;
}
