/**
 * Which nest of loops a value belongs to, and how: over `rows x columns`, columns being the last axis.
 *
 * A value is `full` (one element for each turn of the inner loop), `row` (one for each row: a reduction of the row, and
 * what is computed of it) or `end` (complete only when the nest is: a sum over rows).
 */
import { columnsOf, rowsOf } from '../plan/buffer.js';
import { sizeOf } from '../../shape.js';
import { operandsOf } from '../graph.js';
import type { AnyOp, Graph, Id, Node, OpNode } from '../graph.js';
import type { PrimitiveName, TensorType } from '../../primitive.js';

export interface Placed {
  readonly rows: number;
  readonly columns: number;
  readonly role: 'full' | 'row' | 'end';
}

export const pointwise: ReadonlySet<PrimitiveName> = new Set<PrimitiveName>([
  'neg', 'abs', 'sign', 'floor', 'ceil', 'round', 'exp', 'expm1', 'log', 'log1p', 'sqrt', 'sin', 'cos', 'tan', 'atan', 'tanh',
  'sigmoid', 'softplus', 'erf', 'not', 'add', 'sub', 'mul', 'div', 'pow', 'floorDivide', 'remainder', 'maximum', 'minimum',
  'atan2', 'and', 'or', 'equal', 'less', 'lessEqual', 'where', 'cast',
]); // prettier-ignore

/** For each node its place; undefined for what no nest computes. */
export function placesOf(graph: Graph): readonly (Placed | undefined)[] {
  const places: (Placed | undefined)[] = [];
  for (const node of graph.nodes) places.push(node.kind === 'op' && isPlain(node, graph) ? placeOf(node, graph, places) : undefined);
  adoptRows(graph, places);
  return places;
}

/** Emitted nests hold 32-bit numbers and bytes, and go round at least once. */
function isPlain(node: AnyOp, { nodes }: Graph): boolean {
  const types = [node.type, ...operandsOf(node).map((id) => typeOf(nodes[id]))];
  return types.every(({ dtype, shape }) => dtype !== 'float64' && sizeOf(shape) > 0);
}

function placeOf(node: AnyOp, { nodes }: Graph, places: readonly (Placed | undefined)[]): Placed | undefined {
  const own: Placed = { rows: rowsOf(node.type), columns: columnsOf(node.type), role: 'full' };
  if (pointwise.has(node.name)) {
    const row = operandsOf(node).map((id) => places[id]).find((place) => place?.role === 'row' && isRowOf(node.type, place)); // prettier-ignore
    return row ?? own;
  }
  const [x] = operandsOf(node);
  const from = typeOf(nodes[x]);
  const place = places[x];
  if (node.name === 'reshape') {
    if (place?.role === 'row') return isRowOf(node.type, place) ? place : undefined;
    return place?.role === 'full' && place.rows === own.rows && place.columns === own.columns ? own : undefined;
  }
  if (node.name === 'broadcastTo') return isSpread(from, node.type) ? own : undefined;
  if (node.name === 'sum' || node.name === 'max' || node.name === 'min') return reductionPlace(node, from, place);
  return undefined;
}

/** One value a row: the shape of a row value, with or without a last axis of one. */
function isRowOf(type: TensorType, { rows }: Placed): boolean {
  return sizeOf(type.shape) === rows;
}

/** Whether x is a single value, one a row or one a column of y. */
function isSpread(x: TensorType, y: TensorType): boolean {
  if (sizeOf(x.shape) === 1 || spreadsRows(x, y)) return true;
  const last = y.shape.length - 1;
  return sizeAt(x, y, last) === y.shape[last] && y.shape.slice(0, -1).every((_, axis) => sizeAt(x, y, axis) === 1);
}

/** Whether x has one value for each row of y. In a square, one value a row and one a column look alike but for the axis. */
function spreadsRows(x: TensorType, y: TensorType): boolean {
  const last = y.shape.length - 1;
  return sizeAt(x, y, last) === 1 && y.shape.slice(0, -1).every((n, axis) => sizeAt(x, y, axis) === n);
}

/** The size of x along an axis of y: shapes align at the right. */
function sizeAt({ shape }: TensorType, y: TensorType, axis: number): number {
  return shape[axis - y.shape.length + shape.length] ?? 1;
}

function reductionPlace(node: OpNode<'sum' | 'max' | 'min'>, from: TensorType, place: Placed | undefined): Placed | undefined {
  const { axes } = node.attributes;
  const last = from.shape.length - 1;
  const overLast = axes.includes(last);
  const leading = from.shape.slice(0, -1).map((n, axis) => ({ n, reduced: axes.includes(axis) }));
  const someLeading = leading.some(({ n, reduced }) => reduced && n !== 1);
  const allLeading = leading.every(({ n, reduced }) => reduced || n === 1);
  // The sum of one value a row, over all rows, is complete when the nest is.
  const all = allLeading && (overLast || from.shape[last] === 1);
  if (place?.role === 'row' && all && node.name === 'sum') return { ...place, role: 'end' };
  const nest = { rows: rowsOf(from), columns: columnsOf(from) };
  if (overLast && !someLeading) return { ...nest, role: 'row' };
  return allLeading && node.name === 'sum' ? { ...nest, role: 'end' } : undefined;
}

/** A value that no reduction made, one for each row of what reads it, is computed there. */
function adoptRows(graph: Graph, places: (Placed | undefined)[]): void {
  const readers: Id[][] = graph.nodes.map(() => []);
  for (const [id, node] of graph.nodes.entries()) for (const operand of operandsOf(node)) readers[operand].push(id);
  for (let id = graph.nodes.length - 1; id >= 0; id--) {
    const node = graph.nodes[id];
    if (places[id]?.role !== 'full' || node.kind !== 'op' || !(pointwise.has(node.name) || node.name === 'reshape')) continue;
    const nests = readers[id].map((reader) => rowNest(graph.nodes[reader], typeOf(node), places[reader]));
    const [nest] = nests;
    if (nest && nests.every((other) => other && sameNest(other, nest))) places[id] = nest;
  }
}

/** The nest in which a reader takes its operand as one value a row. */
function rowNest(reader: Node, { shape }: TensorType, place: Placed | undefined): Placed | undefined {
  if (reader.kind !== 'op' || place === undefined || sizeOf(shape) !== place.rows || place.rows === 1) return undefined;
  if (reader.name === 'broadcastTo') {
    return shape.length === reader.type.shape.length && shape[shape.length - 1] === 1 && place.columns !== 1
      ? { ...place, role: 'row' }
      : undefined;
  }
  return place.role === 'row' && (pointwise.has(reader.name) || reader.name === 'reshape') ? place : undefined;
}

export function sameNest(a: Placed, b: Placed): boolean {
  return a.rows === b.rows && a.columns === b.columns;
}

/** Whether `node` may read value `o`, of type `type`, in the turn of the loop that makes it. */
export function joins(node: Node, place: Placed | undefined, o: Placed | undefined, type: TensorType): boolean {
  if (node.kind !== 'op' || !place || !o || !sameNest(place, o) || o.role === 'end') return false;
  if (node.name === 'broadcastTo') return o.role === 'row' && spreadsRows(type, node.type);
  const isReduction = node.name === 'sum' || node.name === 'max' || node.name === 'min';
  if (!isReduction) return o.role === place.role;
  return place.role === 'end' || o.role === 'full';
}

export function typeOf(node: Node): TensorType {
  if (node.kind === 'scan' || node.kind === 'call' || node.kind === 'fused') return node.types[0];
  return node.type;
}
