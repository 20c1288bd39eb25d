/** Common subexpressions: equal nodes are computed once. */
import { rename, showNode } from './graph.js';
import type { Graph, Id, Node } from './graph.js';

/** The graph in which of equal nodes only the first is left; inside loops too. */
export function share(graph: Graph): Graph {
  const nodes: Node[] = [];
  const first = new Map<string, Id>();
  const moved: Id[] = [];
  for (const original of graph.nodes) {
    const node = shareInside(rename(original, (id) => moved[id]));
    const key = showNode(node);
    // An input is equal to no other; a call keeps to itself: what it computes again, it computes again on purpose.
    const known = node.kind === 'input' || node.kind === 'call' ? undefined : first.get(key);
    const id = known ?? nodes.push(node) - 1;
    if (known === undefined) first.set(key, id);
    moved.push(id);
  }
  return { nodes, inputs: graph.inputs.map((id) => moved[id]), outputs: graph.outputs.map((id) => moved[id]) };
}

function shareInside(node: Node): Node {
  return node.kind === 'scan' ? { ...node, attributes: { ...node.attributes, body: share(node.attributes.body) } } : node;
}
