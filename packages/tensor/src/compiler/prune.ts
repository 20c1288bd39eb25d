/** Dead code: nodes that no output needs. Inputs stay, since callers count them. */
import { operandsOf, rename } from './graph.js';
import type { Graph, Id, Node } from './graph.js';

/** The graph without the nodes that no output needs; inside loops and calls too. */
export function prune(graph: Graph): Graph {
  const live = new Uint8Array(graph.nodes.length);
  for (const id of [...graph.inputs, ...graph.outputs]) live[id] = 1;
  for (let id = graph.nodes.length - 1; id >= 0; id--) {
    if (live[id]) for (const operand of operandsOf(graph.nodes[id])) live[operand] = 1;
  }
  const nodes: Node[] = [];
  const moved: Id[] = [];
  for (const [id, node] of graph.nodes.entries()) {
    moved.push(nodes.length);
    if (live[id]) nodes.push(pruneInside(rename(node, (from) => moved[from])));
  }
  return { nodes, inputs: graph.inputs.map((id) => moved[id]), outputs: graph.outputs.map((id) => moved[id]) };
}

function pruneInside(node: Node): Node {
  if (node.kind === 'scan') return { ...node, attributes: { ...node.attributes, body: prune(node.attributes.body) } };
  return node.kind === 'call' ? { ...node, body: prune(node.body) } : node;
}
