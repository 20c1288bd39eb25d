/**
 * A computation as data: an array of nodes, each naming earlier ones, so that it is acyclic by construction.
 *
 * Nodes hold a primitive's name, not the primitive: a graph prints, compares and survives a change of interpreter.
 */
import { showShape } from '../shape.js';
import type { Callee } from '../dispatch.js';
import type { Attributes, Operands, PrimitiveName, TensorType } from '../primitive.js';

/** The index of a node. */
export type Id = number;

export interface Graph {
  readonly nodes: readonly Node[];
  readonly inputs: readonly Id[];
  readonly outputs: readonly Id[];
}

export interface InputNode {
  readonly kind: 'input';
  readonly type: TensorType;
}

/** A tensor filled with one number; it takes no memory. */
export interface SplatNode {
  readonly kind: 'splat';
  readonly value: number;
  readonly type: TensorType;
}

export interface OpNode<P extends PrimitiveName> {
  readonly kind: 'op';
  readonly name: P;
  readonly operands: Operands<P, Id>;
  readonly attributes: Attributes<P>;
  readonly type: TensorType;
}

/**
 * A loop. Operands: carries, then sequences, then what the body uses from outside; results: the last carries, then
 * the stacked results. The body's inputs and outputs stand in the same order.
 */
export interface ScanNode {
  readonly kind: 'scan';
  readonly operands: readonly Id[];
  readonly attributes: ScanAttributes;
  readonly types: readonly TensorType[];
}

export interface ScanAttributes {
  readonly length: number;
  readonly carries: number;
  readonly sequences: number;
  /** From the last step to the first; results still stand at the index of their step. */
  readonly reverse: boolean;
  /** Whether the derivative computes each step again instead of keeping what it needs of it. */
  readonly recompute: boolean;
  readonly body: Graph;
}

/** Its body inlined, with a derivative of its own. */
export interface CallNode {
  readonly kind: 'call';
  readonly operands: readonly Id[];
  readonly body: Graph;
  readonly name: string;
  readonly pull: Callee['pull'];
  readonly types: readonly TensorType[];
}

/**
 * Several element-wise operations and reductions as one nest of loops; means its body inlined.
 *
 * The body's inputs stand in the order of the operands, its outputs are read by parts; it holds operations, splats and inputs only.
 */
export interface FusedNode {
  readonly kind: 'fused';
  readonly operands: readonly Id[];
  readonly body: Graph;
  /** The nest: `columns` is the last axis of what it computes, `rows` all axes before it. */
  readonly rows: number;
  readonly columns: number;
  readonly types: readonly TensorType[];
}

/** One result of a node that has several. */
export interface PartNode {
  readonly kind: 'part';
  readonly of: Id;
  readonly index: number;
  readonly type: TensorType;
}

/** A call of some primitive. */
export type AnyOp = { [P in PrimitiveName]: OpNode<P> }[PrimitiveName];

export type Node = InputNode | SplatNode | AnyOp | ScanNode | CallNode | FusedNode | PartNode;

/** The nodes that `node` reads. */
export function operandsOf(node: Node): readonly Id[] {
  if (node.kind === 'part') return [node.of];
  return node.kind === 'input' || node.kind === 'splat' ? [] : node.operands;
}

/** The types of a node's results: one, or several. */
export function typesOf(node: Node): readonly TensorType[] {
  return node.kind === 'scan' || node.kind === 'call' || node.kind === 'fused' ? node.types : [node.type];
}

/** The same node reading other ones: all that most passes need. */
export function rename(node: Node, to: (id: Id) => Id): Node {
  switch (node.kind) {
    case 'input':
    case 'splat':
      return node;
    case 'part':
      return { ...node, of: to(node.of) };
    case 'op':
      return renamed(node, to);
    default:
      return { ...node, operands: node.operands.map(to) };
  }
}

// The operands keep their number, which no type can say for all primitives at once.
function renamed(node: Node & { readonly kind: 'op' }, to: (id: Id) => Id): Node;
function renamed(node: { readonly operands: readonly Id[] }, to: (id: Id) => Id): object {
  return { ...node, operands: node.operands.map(to) };
}

/** The graph as text, one node a line. */
export function print(graph: Graph, indent: string = ''): string {
  const lines = graph.nodes.map((node, id) => `${indent}%${id}: ${showNode(node, indent)}`);
  return [...lines, `${indent}return ${graph.outputs.map((id) => `%${id}`).join(' ')}`].join('\n');
}

const short = { float32: 'f32', float64: 'f64', int32: 'i32', uint8: 'u8', bool: 'bool' } as const;

/** `f32[2, 3]`. */
export function showType({ dtype, shape }: TensorType): string {
  return short[dtype] + showShape(shape);
}

/** One node as text, without its own number. */
export function showNode(node: Node, indent: string = ''): string {
  const names = operandsOf(node).map((id) => `%${id}`).join(' '); // prettier-ignore
  switch (node.kind) {
    case 'input':
      return `${showType(node.type)} = input`;
    case 'splat':
      return `${showType(node.type)} = splat ${spelled(node.value)}`;
    case 'part':
      return `${showType(node.type)} = part ${node.index} of ${names}`;
    case 'op':
      return `${showType(node.type)} = ${node.name} ${names}${showAttributes(node.attributes)}`;
    case 'scan': {
      const { body, ...rest } = node.attributes;
      return `${node.types.map(showType).join(' ')} = scan ${names}${showAttributes(rest)} {\n${print(body, `${indent}  `)}\n${indent}}`;
    }
    case 'fused': {
      const types = node.types.map(showType).join(' ');
      return `${types} = fused ${names} over ${node.rows} x ${node.columns} {\n${print(node.body, `${indent}  `)}\n${indent}}`;
    }
    case 'call':
      return `${node.types.map(showType).join(' ')} = ${node.name} ${names} {\n${print(node.body, `${indent}  `)}\n${indent}}`;
  }
}

function showAttributes(attributes: object): string {
  const text = JSON.stringify(attributes, (_, value: unknown) => (typeof value === 'number' && !isPlain(value) ? spelled(value) : value));
  return Object.keys(attributes).length === 0 ? '' : ` ${text}`;
}

/** Whether JSON tells the number from every other one. */
function isPlain(value: number): boolean {
  return Number.isFinite(value) && !Object.is(value, -0);
}

function spelled(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}
