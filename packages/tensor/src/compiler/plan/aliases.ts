/** Which values may share memory, and which may be overwritten when. */
import { operandsOf } from '../graph.js';
import type { FusedNode, Graph, Id, Node } from '../graph.js';

/** The same numbers at the same place, or a part of them: never a value of its own, where the planner can have its way. */
export function isAlias(node: Node): node is Node & { readonly kind: 'op' } {
  return node.kind === 'op' && (node.name === 'reshape' || node.name === 'stopGradient' || node.name === 'slice');
}

/** For each value the one whose memory it may share. */
export function rootsOf(graph: Graph): readonly Id[] {
  const roots: Id[] = [];
  for (const [id, node] of graph.nodes.entries()) roots.push(isAlias(node) ? roots[operandsOf(node)[0]] : id);
  return roots;
}

/** Where each value, or what shares its memory, is last read; Infinity if an output is. */
export function lastReads(graph: Graph, roots: readonly Id[]): readonly number[] {
  const last = graph.nodes.map(() => -1);
  for (const [id, node] of graph.nodes.entries()) for (const operand of operandsOf(node)) last[roots[operand]] = id;
  for (const id of graph.outputs) last[roots[id]] = Infinity;
  return last;
}

/** Where the last node stands that may refuse its operands' values. */
export function lastRefusal({ nodes }: Graph): number {
  return nodes.findLastIndex(refuses);
}

/** Whether a node looks at values and may throw: an index may be out of range. */
export function refuses(node: Node): boolean {
  if (node.kind === 'scan') return node.attributes.body.nodes.some(refuses);
  return (
    node.kind === 'op' && (node.name === 'take' || node.name === 'takeAdd' || node.name === 'takeAlong' || node.name === 'takeAlongAdd')
  );
}

const reductions: ReadonlySet<string> = new Set(['sum', 'prod', 'max', 'min']);

/**
 * Whether a node may write its result `index` over its operand `old`: it reads every element of that once, where and when
 * it writes the new one. A nest that spreads what it has reduced goes over its operands several times.
 */
export function overwrites(node: Node, index: number, old: Id, roots: readonly Id[]): boolean {
  if (node.kind !== 'fused') return false;
  const late = lateIn(node);
  // Sums begin with zeros where they end up.
  if (late[node.body.outputs[index]] || spreadsLate(node, late)) return false;
  return node.operands.every((id, i) => roots[id] !== roots[old] || (id === old && isFull(node, i)));
}

/** Which values of a nest depend on a reduction. */
function lateIn({ body }: FusedNode): readonly boolean[] {
  const late: boolean[] = [];
  for (const node of body.nodes) late.push(isReduction(node) || operandsOf(node).some((operand) => late[operand]));
  return late;
}

/** Whether any element depends on a reduction. */
function spreadsLate({ body }: FusedNode, late: readonly boolean[]): boolean {
  return body.nodes.some((node, id) => late[id] && node.kind === 'op' && node.name === 'broadcastTo');
}

function isReduction(node: Node): boolean {
  return node.kind === 'op' && reductions.has(node.name);
}

/** Whether operand `i` is read only element by element: never spread over a larger shape. */
function isFull({ body }: FusedNode, i: number): boolean {
  const input = body.inputs[i];
  const readers = body.nodes.filter((inner) => operandsOf(inner).includes(input));
  return readers.every(
    (inner) => inner.kind === 'op' && inner.name !== 'broadcastTo' && inner.name !== 'reshape' && inner.name !== 'slice',
  );
}

/** Where a value is made: the node that computes it, through reshapes, and what is made there. */
export interface Origin {
  readonly id: Id;
  /** Which of the node's results it is. */
  readonly index: number;
  readonly node: Node;
  readonly at: Id;
}

/** Where a value is made; undefined for one that is no node's own to place: an input, a view, what a loop leaves. */
export function originOf(graph: Graph, id: Id): Origin | undefined {
  const node = graph.nodes[id];
  if (node.kind === 'op' && (node.name === 'reshape' || node.name === 'stopGradient')) return originOf(graph, node.operands[0]);
  if (node.kind === 'op') return isAlias(node) ? undefined : { id, index: 0, node, at: id };
  const maker = node.kind === 'part' ? graph.nodes[node.of] : undefined;
  return node.kind === 'part' && maker?.kind === 'fused' ? { id, index: node.index, node: maker, at: node.of } : undefined;
}
