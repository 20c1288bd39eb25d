/** Where to cut a loop's body in two: what the backward pass keeps of the forward pass, and what it computes again. */
import { bytesOf, sizeOf } from '@gradus/tensor';
import { operandsOf, typesOf } from '@gradus/tensor/extend';
import type { Graph, Id, Node } from '@gradus/tensor/extend';

/** The inputs of a body with its pull-back in one graph, by where a backward loop finds their values. */
export interface Inputs {
  /** Gradients: known only on the way back. */
  readonly gradients: readonly Id[];
  /** Sequences are still there, at the same place. */
  readonly sequences: readonly Id[];
  /** What is the same in every step. */
  readonly captures: readonly Id[];
}

/** The way back reads the inputs and the forward values in `needed`; those in `kept` come stacked from the loop forward. */
export interface Cut {
  readonly kept: readonly Id[];
  readonly needed: ReadonlySet<Id>;
}

/**
 * Values that depend on captures only are computed again, never stacked; so is a cheap value if what it is made of
 * is at hand, or is no larger than itself. With `recompute` nothing is kept but the carries.
 */
export function cut(graph: Graph, { gradients, sequences, captures }: Inputs, results: readonly Id[], recompute: boolean): Cut {
  const late = dependents(graph, gradients);
  const fixed = constants(graph, captures);
  const atHand = (id: Id): boolean => fixed[id] || sequences.includes(id);
  const needed = new Set<Id>(results.filter((id) => !late[id]));
  for (const [id, node] of graph.nodes.entries()) {
    if (late[id]) for (const operand of operandsOf(node)) if (!late[operand]) needed.add(operand);
  }
  const again = (node: Node, id: Id): boolean => {
    if (fixed[id] || recompute || node.kind === 'scan' || node.kind === 'call') return true;
    const missing = operandsOf(node).filter((operand) => !needed.has(operand) && !atHand(operand));
    return cheap(node) && missing.reduce((total, operand) => total + bytes(graph.nodes[operand]), 0) <= bytes(node);
  };
  const kept: Id[] = [];
  for (let id = graph.nodes.length - 1; id >= 0; id--) {
    const node = graph.nodes[id];
    if (!needed.has(id) || (node.kind === 'input' && atHand(id))) continue;
    if (node.kind !== 'input' && again(node, id)) for (const operand of operandsOf(node)) needed.add(operand);
    else kept.push(id);
  }
  return { kept: kept.reverse(), needed };
}

/** Which nodes depend on any of `sources`. */
export function dependents(graph: Graph, sources: readonly Id[]): readonly boolean[] {
  const found = graph.nodes.map(() => false);
  for (const id of sources) found[id] = true;
  for (const [id, node] of graph.nodes.entries()) if (operandsOf(node).some((operand) => found[operand])) found[id] = true;
  return found;
}

/** Which nodes depend on nothing but `captures`. */
function constants(graph: Graph, captures: readonly Id[]): readonly boolean[] {
  const found: boolean[] = [];
  for (const [id, node] of graph.nodes.entries()) {
    found.push(node.kind === 'input' ? captures.includes(id) : operandsOf(node).every((operand) => found[operand]));
  }
  return found;
}

const cheapNames: ReadonlySet<string> = new Set([
  'add', 'sub', 'mul', 'neg', 'abs', 'sign', 'maximum', 'minimum', 'where', 'equal', 'less', 'lessEqual', 'and', 'or', 'not',
  'cast', 'stopGradient', 'broadcastTo', 'reshape', 'transpose', 'slice', 'place', 'reverse',
]); // prettier-ignore

function cheap(node: Node): boolean {
  return node.kind === 'op' && cheapNames.has(node.name);
}

function bytes(node: Node): number {
  return typesOf(node).reduce((total, { dtype, shape }) => total + sizeOf(shape) * bytesOf(dtype), 0);
}
