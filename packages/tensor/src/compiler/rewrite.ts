/** What passes that look at one node at a time share. */
import { rename } from './graph.js';
import type { Graph, Id, Node } from './graph.js';

/** The new graph under construction, as a rule sees it. */
export interface Draft {
  readonly nodes: readonly Node[];
  /** Appends a node. */
  add(node: Node): Id;
}

/** What stands for a node (which reads the new graph already): another value of the draft; undefined leaves it as it is. */
export type Rule = (node: Node, draft: Draft) => Id | undefined;

/** The graph with `rule` applied to each node in order, the bodies of loops first. */
export function rewrite(graph: Graph, rule: Rule): Graph {
  const nodes: Node[] = [];
  const moved: Id[] = [];
  const draft: Draft = { nodes, add: (node) => nodes.push(node) - 1 };
  for (const original of graph.nodes) {
    const node = inLoops(
      rename(original, (id) => moved[id]),
      (body) => rewrite(body, rule),
    );
    moved.push(rule(node, draft) ?? draft.add(node));
  }
  return { nodes, inputs: graph.inputs.map((id) => moved[id]), outputs: graph.outputs.map((id) => moved[id]) };
}

/** The node with another body, if it is a loop. */
export function inLoops(node: Node, pass: (body: Graph) => Graph): Node {
  return node.kind === 'scan' ? { ...node, attributes: { ...node.attributes, body: pass(node.attributes.body) } } : node;
}
