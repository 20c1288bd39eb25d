/**
 * What is the same in every step of a loop is computed once, before it: products, reductions and the like of values from
 * outside. Element-wise work and broadcasts stay: inside a nest they cost less than reading their result back.
 *
 * This comes after folding: a transpose that a product can read as it lies must not become a value of its own.
 */
import { pointwise, typeOf } from './fuse/nests.js';
import { operandsOf, rename } from './graph.js';
import { inLoops } from './rewrite.js';
import type { Graph, Id, Node, ScanNode } from './graph.js';

/** The graph with loops relieved of what does not change in them; loops inside loops first. */
export function hoist(graph: Graph): Graph {
  const nodes: Node[] = [];
  const moved: Id[] = [];
  for (const original of graph.nodes) {
    const node = inLoops(
      rename(original, (id) => moved[id]),
      hoist,
    );
    moved.push(nodes.push(node.kind === 'scan' ? relieved(node, nodes) : node) - 1);
  }
  return { nodes, inputs: graph.inputs.map((id) => moved[id]), outputs: graph.outputs.map((id) => moved[id]) };
}

/** The loop without its constant parts, which are appended to `outside`. */
function relieved(scan: ScanNode, outside: Node[]): ScanNode {
  const { attributes, operands } = scan;
  const { body, carries, sequences } = attributes;
  const constant = constantsOf(body, carries + sequences);
  const early = body.nodes.map((node, id) => constant[id] && isHeavy(node));
  if (!early.some((yes) => yes)) return scan;
  const needed = ancestorsOf(body, early);
  const at = new Map<Id, Id>(body.inputs.map((id, i) => [id, operands[i]]));
  for (const [id, node] of body.nodes.entries()) {
    if (needed[id] && node.kind !== 'input') at.set(id, outside.push(rename(node, (from) => at.get(from) ?? -1)) - 1);
  }
  const captures = early.flatMap((yes, id) => (yes && body.nodes[id].kind !== 'scan' ? [id] : []));
  const inside = body.nodes.map((node, id): Node => (captures.includes(id) ? { kind: 'input', type: typeOf(node) } : node));
  return {
    ...scan,
    operands: [...operands, ...captures.map((id) => at.get(id) ?? -1)],
    attributes: { ...attributes, body: { nodes: inside, inputs: [...body.inputs, ...captures], outputs: body.outputs } },
  };
}

/** Which values are the same in every step. */
function constantsOf({ nodes, inputs }: Graph, changing: number): readonly boolean[] {
  const constant: boolean[] = [];
  for (const [id, node] of nodes.entries()) {
    constant.push(node.kind === 'input' ? inputs.indexOf(id) >= changing : operandsOf(node).every((operand) => constant[operand]));
  }
  return constant;
}

function isHeavy(node: Node): boolean {
  if (node.kind === 'part') return true;
  if (node.kind !== 'op') return node.kind === 'scan';
  return !pointwise.has(node.name) && !['broadcastTo', 'reshape', 'slice', 'stopGradient'].includes(node.name);
}

/** What the marked nodes are made of, and they themselves. */
function ancestorsOf({ nodes }: Graph, marked: readonly boolean[]): readonly boolean[] {
  const needed = marked.slice();
  for (let id = nodes.length - 1; id >= 0; id--) if (needed[id]) for (const operand of operandsOf(nodes[id])) needed[operand] = true;
  return needed;
}
