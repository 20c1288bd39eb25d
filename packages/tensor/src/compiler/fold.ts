/**
 * What is known ahead needs no instruction: transposes become flags of the products that read them, numbers filled into
 * whole tensors stay numbers through element-wise operations and sums, reshapes of reshapes are one.
 *
 * Every rule is exact: products of two numbers do not care for their order, and sums keep theirs.
 */
import { eager } from '../interpreter/eager.js';
import { primitives } from '../primitives/index.js';
import { sameShape, sizeOf } from '../shape.js';
import { inLoops, rewrite } from './rewrite.js';
import { prune } from './prune.js';
import { operandsOf } from './graph.js';
import type { AnyOp, Graph, Id, Node, OpNode, ScanNode } from './graph.js';
import type { PrimitiveName, TensorType } from '../primitive.js';
import type { Tensor } from '../tensor.js';
import type { Draft, Rule } from './rewrite.js';

/** The graph with all that folds folded; inside loops too. */
export function fold(graph: Graph): Graph {
  return rewrite(splatsIntoLoops(graph), foldNode);
}

const foldNode: Rule = (node, draft) => {
  if (node.kind !== 'op') return undefined;
  return foldSplats(node, draft) ?? foldMoves(node, draft) ?? (node.name === 'matmul' ? foldProduct(node, draft) : undefined);
};

/** Names of operations whose result is one number everywhere if their operands are. */
const even: ReadonlySet<PrimitiveName> = new Set<PrimitiveName>([
  'neg', 'abs', 'sign', 'floor', 'ceil', 'round', 'exp', 'expm1', 'log', 'log1p', 'sqrt', 'sin', 'cos', 'tan', 'atan', 'tanh',
  'sigmoid', 'softplus', 'erf', 'not', 'add', 'sub', 'mul', 'div', 'pow', 'floorDivide', 'remainder', 'maximum', 'minimum',
  'atan2', 'and', 'or', 'equal', 'less', 'lessEqual', 'where', 'cast', 'stopGradient',
]); // prettier-ignore
const moving: ReadonlySet<PrimitiveName> = new Set<PrimitiveName>(['broadcastTo', 'reshape', 'transpose', 'slice', 'reverse']);
/** Sums of more elements than this are left to the program. */
const mostSummed = 2 ** 20;

function foldSplats(node: AnyOp, { nodes, add }: Draft): Id | undefined {
  const values: number[] = [];
  for (const operand of operandsOf(node).map((id) => nodes[id])) {
    if (operand.kind !== 'splat') return undefined;
    values.push(operand.value);
  }
  const filled = (value: number): Id => add({ kind: 'splat', value, type: node.type });
  if (moving.has(node.name)) return filled(values[0]);
  if (even.has(node.name)) return filled(evaluated(node, nodes, values, []).item());
  if (node.name !== 'sum' || sizeOf(node.type.shape) === 0) return undefined;
  const { shape } = typeOf(nodes, node.operands[0]);
  const count = sizeOf(node.attributes.axes.map((axis) => shape[axis]));
  if (count > mostSummed) return undefined;
  const whole: OpNode<'sum'> = { ...node, attributes: { axes: [0], keepDims: false } };
  return filled(evaluated(whole, nodes, values, [count]).item());
}

/** The node's reference kernel on operands of one number each. */
function evaluated(node: AnyOp, nodes: readonly Node[], values: readonly number[], shape: readonly number[]): Tensor;
function evaluated(
  node: { readonly name: PrimitiveName; readonly operands: readonly Id[]; readonly attributes: object },
  nodes: readonly Node[],
  values: readonly number[],
  shape: readonly number[],
): Tensor {
  const operands = node.operands.map((id, i) => eager.splat(values[i], typeOf(nodes, id).dtype, shape));
  const untyped: { run(primitive: { readonly name: PrimitiveName }, operands: readonly Tensor[], attributes: object): Tensor } = eager;
  return untyped.run(primitives[node.name], operands, node.attributes);
}

function foldMoves(node: AnyOp, draft: Draft): Id | undefined {
  if (node.name === 'stopGradient') return node.operands[0];
  if (node.name === 'reshape') {
    const shaped = reshaped(node.operands[0], node.type, draft);
    return 'known' in shaped ? shaped.known : shaped.operands[0] === node.operands[0] ? undefined : draft.add(shaped);
  }
  if (node.name !== 'transpose') return undefined;
  // Axes of one element may stand anywhere: where only they move, no number does.
  const { shape } = typeOf(draft.nodes, node.operands[0]);
  const long = node.attributes.permutation.filter((axis) => shape[axis] !== 1);
  const ascending = long.every((axis, i) => i === 0 || long[i - 1] < axis);
  if (!ascending) return undefined;
  const shaped = reshaped(node.operands[0], node.type, draft);
  return 'known' in shaped ? shaped.known : draft.add(shaped);
}

/** x in another shape: what it was shaped from already, or one node. */
function reshaped(x: Id, type: TensorType, { nodes }: Draft): OpNode<'reshape'> | { readonly known: Id } {
  const from = nodes[x];
  const source = from.kind === 'op' && from.name === 'reshape' ? from.operands[0] : x;
  if (sameShape(typeOf(nodes, source).shape, type.shape)) return { known: source };
  return { kind: 'op', name: 'reshape', operands: [source], attributes: { shape: type.shape }, type };
}

/** a bT as flags of the product. Two flags at once are not folded: no kernel reads both operands across their rows. */
function foldProduct(node: OpNode<'matmul'>, { nodes, add }: Draft): Id | undefined {
  let [a, b] = node.operands;
  let { transposeA, transposeB } = node.attributes;
  const [insideA, insideB] = [untransposed(nodes, a), untransposed(nodes, b)];
  if (insideA !== undefined && (transposeA || !transposeB)) [a, transposeA] = [insideA, !transposeA];
  if (insideB !== undefined && (transposeB || !transposeA)) [b, transposeB] = [insideB, !transposeB];
  if (a === node.operands[0] && b === node.operands[1]) return undefined;
  return add({ ...node, operands: [a, b], attributes: { transposeA, transposeB } });
}

/** What a transpose of the last two axes was made of. */
function untransposed(nodes: readonly Node[], id: Id): Id | undefined {
  const node = nodes[id];
  if (node.kind !== 'op' || node.name !== 'transpose') return undefined;
  const { permutation } = node.attributes;
  const rank = permutation.length;
  const swaps = permutation.every((axis, i) => axis === (i < rank - 2 ? i : 2 * rank - 3 - i));
  return swaps && rank >= 2 ? node.operands[0] : undefined;
}

function typeOf(nodes: readonly Node[], id: Id): { readonly dtype: Tensor['dtype']; readonly shape: readonly number[] } {
  const node = nodes[id];
  if (node.kind === 'op' || node.kind === 'splat' || node.kind === 'input' || node.kind === 'part') return node.type;
  throw new Error(`fold: %${id} has several results`);
}

/** Loops read numbers, not tensors filled with them: of sequences and of what lies outside; carries change. */
function splatsIntoLoops(graph: Graph): Graph {
  const nodes = graph.nodes.map((original) => {
    const node = inLoops(original, splatsIntoLoops);
    return node.kind === 'scan' ? splatsInto(node, graph.nodes) : node;
  });
  return { ...graph, nodes };
}

function splatsInto(node: ScanNode, nodes: readonly Node[]): ScanNode {
  const { attributes, operands } = node;
  const { body, carries, sequences } = attributes;
  const isFilled = (i: number): boolean => i >= carries && nodes[operands[i]].kind === 'splat';
  if (!operands.some((_, i) => isFilled(i))) return node;
  const kept = operands.map((_, i) => i).filter((i) => !isFilled(i));
  const inside = body.nodes.slice();
  for (const [i, id] of operands.entries()) {
    const outside = nodes[id];
    const input = inside[body.inputs[i]];
    if (isFilled(i) && outside.kind === 'splat' && input.kind === 'input') inside[body.inputs[i]] = { ...outside, type: input.type };
  }
  const loop = { nodes: inside, inputs: kept.map((i) => body.inputs[i]), outputs: body.outputs };
  const left = kept.filter((i) => i >= carries && i < carries + sequences).length;
  return { ...node, operands: kept.map((i) => operands[i]), attributes: { ...attributes, sequences: left, body: prune(loop) } };
}
