/** A graph as calls on an interpreter: every graph, at every stage, has this meaning. */
import { current } from '../dispatch.js';
import { primitives } from '../primitives/index.js';
import { operandsOf } from './graph.js';
import type { Interpreter } from '../dispatch.js';
import type { PrimitiveName } from '../primitive.js';
import type { Tensor } from '../tensor.js';
import type { Graph, Id, Node, OpNode } from './graph.js';

/** Runs `graph` on `interpreter`; values are let go after their last use. */
export function replay(interpreter: Interpreter, graph: Graph, inputs: readonly Tensor[]): readonly Tensor[] {
  const values: (readonly Tensor[])[] = [];
  const last = lastUses(graph);
  for (const [i, id] of graph.inputs.entries()) values[id] = [inputs[i]];
  for (const [id, node] of graph.nodes.entries()) {
    if (node.kind === 'input') continue;
    const operands = operandsOf(node);
    values[id] = evaluate(interpreter, node, operands.map((operand) => values[operand][0]), values); // prettier-ignore
    for (const operand of operands) if (last[operand] === id) values[operand] = [];
  }
  return graph.outputs.map((id) => values[id][0]);
}

function evaluate(
  interpreter: Interpreter,
  node: Node,
  operands: readonly Tensor[],
  values: readonly (readonly Tensor[])[],
): readonly Tensor[] {
  switch (node.kind) {
    case 'input':
      return operands;
    case 'splat':
      return [interpreter.splat(node.value, node.type.dtype, node.type.shape)];
    case 'part':
      return [values[node.of][node.index]];
    case 'scan':
      return interpreter.scan(operands, node.attributes);
    case 'call': {
      const { name, pull, body } = node;
      // By then the body runs on whatever differentiates or batches this call, or on what lies below.
      return interpreter.call({ name, pull, forward: (xs) => replay(current() ?? interpreter, body, xs) }, operands);
    }
    case 'fused':
      return replay(interpreter, node.body, operands);
    case 'op':
      return [runNode(interpreter, node, operands)];
  }
}

// The node's name says how many operands there are, which no type can follow through a lookup.
function runNode<P extends PrimitiveName>(interpreter: Interpreter, node: OpNode<P>, operands: readonly Tensor[]): Tensor;
function runNode(
  interpreter: Untyped,
  node: { readonly name: PrimitiveName; readonly attributes: object },
  operands: readonly Tensor[],
): Tensor {
  return interpreter.run(primitives[node.name], operands, node.attributes);
}

interface Untyped {
  run(primitive: { readonly name: PrimitiveName }, operands: readonly Tensor[], attributes: object): Tensor;
}

const uses = new WeakMap<Graph, readonly Id[]>();

function lastUses(graph: Graph): readonly Id[] {
  const known = uses.get(graph);
  if (known) return known;
  const last: Id[] = [];
  for (const [id, node] of graph.nodes.entries()) for (const operand of operandsOf(node)) last[operand] = id;
  for (const id of graph.outputs) last[id] = graph.nodes.length;
  uses.set(graph, last);
  return last;
}
