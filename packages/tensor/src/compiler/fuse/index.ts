/**
 * Element-wise operations, broadcasts and reductions become nests of loops, each of which goes over memory once.
 *
 * A whole softmax with cross-entropy, forward, backward and bias gradient, is one nest; the update of a parameter by
 * its optimizer is one. What a nest computes on the way stays in registers: only what others read is written.
 */
import { operandsOf, rename, typesOf } from '../graph.js';
import { columnsOf, rowsOf } from '../plan/buffer.js';
import { prune } from '../prune.js';
import { inLoops } from '../rewrite.js';
import { share } from '../share.js';
import { sameShape, sizeOf } from '../../shape.js';
import { groupsOf } from './groups.js';
import { placesOf, typeOf } from './nests.js';
import { spread } from './spread.js';
import type { FusedNode, Graph, Id, Node } from '../graph.js';
import type { Group } from './groups.js';
import type { Placed } from './nests.js';

/** The graph in nests; inside loops too. */
export function fuse(graph: Graph): Graph {
  const source = spread(graph);
  const places = placesOf(source);
  const readers = readersOf(source);
  const nodes: Node[] = [];
  const moved: Id[] = [];
  const append = (id: Id): void => {
    moved[id] = nodes.push(inLoops(rename(source.nodes[id], (from) => moved[from]), fuse)) - 1; // prettier-ignore
  };
  for (const id of source.inputs) append(id);
  for (const group of groupsOf(source, places)) {
    const [first] = group.members;
    const place = places[first];
    const { kind } = source.nodes[first];
    if (place) assemble({ graph: source, readers, nodes, moved }, group, nestOf(source, group, places, place));
    else if (kind !== 'input' && kind !== 'part') {
      append(first);
      // Parts stand beside what they are parts of.
      for (const reader of readers[first]) if (source.nodes[reader]?.kind === 'part') append(reader);
    }
  }
  return prune({ nodes, inputs: source.inputs.map((id) => moved[id]), outputs: source.outputs.map((id) => moved[id]) });
}

interface Assembly {
  readonly graph: Graph;
  readonly readers: readonly (readonly Id[])[];
  /** The new graph, and where the nodes of the old one are in it. */
  readonly nodes: Node[];
  readonly moved: Id[];
}

/** Appends one nest with a part for each value that others read. */
function assemble(
  { graph, readers, nodes, moved }: Assembly,
  { members }: Group,
  { rows, columns }: Pick<Placed, 'rows' | 'columns'>,
): void {
  const inside = new Set(members);
  const read = members.filter((id) => readers[id].some((reader) => !inside.has(reader)));
  // What is only shaped anew is written once, and shaped outside.
  const source = (id: Id): Id => {
    const node = graph.nodes[id];
    return node.kind === 'op' && node.name === 'reshape' && inside.has(node.operands[0]) ? source(node.operands[0]) : id;
  };
  const results = [...new Set(read.map(source))];
  const body: Node[] = [];
  const at = new Map<Id, Id>();
  const operands: Id[] = [];
  const inputs: Id[] = [];
  const enter = (id: Id): void => {
    if (at.has(id) || inside.has(id)) return;
    const node = graph.nodes[id];
    if (node.kind === 'splat') return void at.set(id, body.push(node) - 1);
    operands.push(moved[id]);
    at.set(id, body.push({ kind: 'input', type: typeAt(graph, id) }) - 1);
    inputs.push(body.length - 1);
  };
  for (const id of members) for (const operand of operandsOf(graph.nodes[id])) enter(operand);
  const name = (id: Id): Id => at.get(id) ?? -1;
  for (const id of members) at.set(id, body.push(rename(graph.nodes[id], name)) - 1);
  const nest = prune(share({ nodes: body, inputs, outputs: results.map(name) }));
  const types = results.map((id) => typeAt(graph, id));
  const fused: FusedNode = { kind: 'fused', operands, body: nest, rows, columns, types };
  const of = nodes.push(fused) - 1;
  for (const [index, id] of results.entries()) moved[id] = nodes.push({ kind: 'part', of, index, type: types[index] }) - 1;
  for (const id of read) {
    const type = typeAt(graph, id);
    const operands: readonly [Id] = [moved[source(id)]];
    if (source(id) !== id) moved[id] = nodes.push({ kind: 'op', name: 'reshape', operands, attributes: { shape: type.shape }, type }) - 1;
  }
}

/** Where no element of the nest is left in a group, only values of its rows, these are the elements of a smaller nest. */
function nestOf(
  graph: Graph,
  { members }: Group,
  places: readonly (Placed | undefined)[],
  place: Placed,
): Pick<Placed, 'rows' | 'columns'> {
  const read = members.flatMap((id) => operandsOf(graph.nodes[id]));
  const isWhole = (id: Id): boolean => places[id]?.role === 'full' || sizeOf(typeAt(graph, id).shape) === place.rows * place.columns;
  if (members.some((id) => places[id]?.role === 'full') || read.some(isWhole)) return place;
  const shapes = [...members, ...read].map((id) => typeAt(graph, id)).filter(({ shape }) => sizeOf(shape) === place.rows);
  const [first] = shapes;
  const alike = shapes.every(({ shape }) => sameShape(shape, first.shape));
  return alike ? { rows: rowsOf(first), columns: columnsOf(first) } : { rows: place.rows, columns: 1 };
}

/** Who reads each value; an output is read by nobody known. */
function readersOf(graph: Graph): readonly (readonly Id[])[] {
  const readers: Id[][] = graph.nodes.map(() => []);
  for (const [id, node] of graph.nodes.entries()) for (const operand of operandsOf(node)) readers[operand].push(id);
  for (const id of graph.outputs) readers[id].push(Infinity);
  return readers;
}

function typeAt({ nodes }: Graph, id: Id): FusedNode['types'][number] {
  const node = nodes[id];
  return typesOf(node).length === 1 ? typesOf(node)[0] : typeOf(node);
}
