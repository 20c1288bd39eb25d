/** Calls have no meaning of their own once nothing is differentiated any more: their bodies take their places. */
import { rename } from './graph.js';
import type { Graph, Id, Node } from './graph.js';

/** The graph without calls; inside loops too. */
export function inline(graph: Graph): Graph {
  const nodes: Node[] = [];
  const inputs: Id[] = [];
  const append = (part: Graph, given: readonly Id[] | undefined): readonly Id[] => {
    const moved: Id[] = [];
    const results = new Map<Id, readonly Id[]>();
    if (given) for (const [i, id] of part.inputs.entries()) moved[id] = given[i];
    for (const [id, node] of part.nodes.entries()) {
      if (node.kind === 'input' && given) continue;
      if (node.kind === 'call') {
        const operands = node.operands.map((operand) => moved[operand]);
        results.set(id, append(node.body, operands));
        continue;
      }
      const inside = node.kind === 'part' ? results.get(node.of) : undefined;
      if (node.kind === 'part' && inside) moved[id] = inside[node.index];
      else moved[id] = nodes.push(inlineInside(rename(node, (from) => moved[from]))) - 1;
    }
    if (!given) for (const id of part.inputs) inputs.push(moved[id]);
    return part.outputs.map((id) => moved[id]);
  };
  const outputs = append(graph, undefined);
  return { nodes, inputs, outputs };
}

function inlineInside(node: Node): Node {
  return node.kind === 'scan' ? { ...node, attributes: { ...node.attributes, body: inline(node.attributes.body) } } : node;
}
