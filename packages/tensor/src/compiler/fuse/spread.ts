/** A broadcast costs nothing where it is read, and memory where it is kept: each reader gets one of its own. */
import { operandsOf, rename } from '../graph.js';
import { prune } from '../prune.js';
import type { Graph, Id, Node } from '../graph.js';

/** The graph in which no two nodes read the same broadcast. */
export function spread(graph: Graph): Graph {
  const nodes: Node[] = [];
  const moved: Id[] = [];
  for (const node of graph.nodes) {
    const copies = new Map<Id, Id>();
    // The first reader takes the broadcast itself.
    const own = (id: Id): Id => {
      const from = nodes[moved[id]];
      if (from.kind !== 'op' || from.name !== 'broadcastTo') return moved[id];
      const copy = copies.get(id) ?? nodes.push(from) - 1;
      copies.set(id, copy);
      return copy;
    };
    const reads = node.kind === 'op' && node.name !== 'matmul' ? new Map(operandsOf(node).map((id) => [id, own(id)])) : undefined;
    moved.push(nodes.push(rename(node, (id) => reads?.get(id) ?? moved[id])) - 1);
  }
  return prune({ nodes, inputs: graph.inputs.map((id) => moved[id]), outputs: graph.outputs.map((id) => moved[id]) });
}
