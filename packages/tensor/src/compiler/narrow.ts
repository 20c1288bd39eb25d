/**
 * Slices move before the element-wise operations whose results they cut.
 *
 * The gates of a recurrent cell are one sum, cut in four: as they stand, the sum is written and read again. Cut first,
 * the parts of its operands are read where they lie, as views, by the nest that goes on with them.
 */
import { sameShape, sizeOf } from '../shape.js';
import { operandsOf, rename } from './graph.js';
import { pointwise, typeOf } from './fuse/nests.js';
import { prune } from './prune.js';
import { inLoops } from './rewrite.js';
import type { AnyOp, Graph, Id, Node, OpNode } from './graph.js';
import type { Grid } from '../primitives/move.js';

/** The graph with its slices as early as they can be; inside loops too. */
export function narrow(graph: Graph): Graph {
  let narrowed: Graph = { ...graph, nodes: graph.nodes.map((node) => inLoops(node, narrow)) };
  for (;;) {
    const next = moveSlices(narrowed);
    if (!next) return narrowed;
    narrowed = prune(next);
  }
}

/** Each slice one operation up; undefined where none can move. */
function moveSlices(graph: Graph): Graph | undefined {
  const cut = onlySliced(graph);
  if (!cut.some((yes) => yes)) return undefined;
  const nodes: Node[] = [];
  const moved: Id[] = [];
  for (const node of graph.nodes) {
    const source = node.kind === 'op' && node.name === 'slice' && cut[node.operands[0]] ? graph.nodes[node.operands[0]] : undefined;
    if (node.kind === 'op' && node.name === 'slice' && source?.kind === 'op') moved.push(smaller(source, node, nodes, moved));
    else moved.push(nodes.push(rename(node, (id) => moved[id])) - 1);
  }
  return { nodes, inputs: graph.inputs.map((id) => moved[id]), outputs: graph.outputs.map((id) => moved[id]) };
}

/** Which element-wise values are read by slices only, and not twice. */
function onlySliced({ nodes, outputs }: Graph): readonly boolean[] {
  const read = nodes.map(() => 0);
  for (const node of nodes) {
    const part = node.kind === 'op' && node.name === 'slice' ? sizeOf(node.type.shape) : Infinity;
    for (const operand of operandsOf(node)) read[operand] += part;
  }
  for (const id of outputs) read[id] = Infinity;
  return nodes.map((node, id) => node.kind === 'op' && isPointwise(node) && read[id] > 0 && read[id] <= sizeOf(node.type.shape));
}

function isPointwise({ name }: AnyOp): boolean {
  return pointwise.has(name) || name === 'broadcastTo';
}

/** The operation on a part of its operands. */
function smaller(source: AnyOp, { attributes: grid, type }: OpNode<'slice'>, nodes: Node[], moved: readonly Id[]): Id {
  const parts = new Map(operandsOf(source).map((id) => [id, part(moved[id], grid, nodes)]));
  const node: Node = source.name === 'broadcastTo' ? { ...source, attributes: { shape: grid.size } } : source;
  return nodes.push(retyped(rename(node, (id) => parts.get(id) ?? id), type)) - 1; // prettier-ignore
}

/** What a part of the result reads of an operand: along axes that are repeated, all of it. */
function part(id: Id, { start, size, step }: Grid, nodes: Node[]): Id {
  const { dtype, shape } = typeOf(nodes[id]);
  const missing = size.length - shape.length;
  const repeated = (axis: number): boolean => shape[axis] === 1;
  const own: Grid = {
    start: shape.map((_, axis) => (repeated(axis) ? 0 : start[missing + axis])),
    size: shape.map((_, axis) => (repeated(axis) ? 1 : size[missing + axis])),
    step: shape.map((_, axis) => (repeated(axis) ? 1 : step[missing + axis])),
  };
  if (sameShape(own.size, shape)) return id;
  return nodes.push({ kind: 'op', name: 'slice', operands: [id], attributes: own, type: { dtype, shape: own.size } }) - 1;
}

// The operation stays what it is, which no type can say for all of them at once.
function retyped(node: Node, type: OpNode<'slice'>['type']): Node;
function retyped(node: object, { shape }: OpNode<'slice'>['type']): object {
  return 'type' in node && typeof node.type === 'object' ? { ...node, type: { ...node.type, shape } } : node;
}
