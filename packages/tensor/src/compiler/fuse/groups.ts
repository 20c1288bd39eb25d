/**
 * Which nodes share a nest.
 *
 * Levels instead of a test for cycles: along an edge that joins, the level may stay; along every other it rises. A group
 * is what joined edges connect on one level, so two groups can never wait for each other.
 */
import { operandsOf } from '../graph.js';
import { sizeOf } from '../../shape.js';
import { joins, typeOf } from './nests.js';
import type { Graph, Id, Node } from '../graph.js';
import type { Placed } from './nests.js';

export interface Group {
  readonly level: number;
  /** In ascending order. */
  readonly members: readonly Id[];
}

/** All nodes in groups, in an order in which each reads only earlier ones and its own. */
export function groupsOf(graph: Graph, places: readonly (Placed | undefined)[]): readonly Group[] {
  const joined = (reader: Id, id: Id): boolean => joins(graph.nodes[reader], places[reader], places[id], typeOf(graph.nodes[id]));
  const levels = levelsOf(graph, joined);
  pull(graph, levels, joined);
  const groups = components(graph, levels, joined);
  return besides(graph, places, levels, groups)
    .map((members) => ({ level: levels[members[0]], members }))
    .sort((a, b) => a.level - b.level || a.members[0] - b.members[0]);
}

type Joined = (reader: Id, id: Id) => boolean;

/** As late as every reader allows. */
function levelsOf({ nodes }: Graph, joined: Joined): number[] {
  const levels = new Array<number>(nodes.length).fill(0);
  for (let id = nodes.length - 1; id >= 0; id--) {
    for (const operand of operandsOf(nodes[id])) {
      levels[operand] = Math.min(levels[operand], joined(id, operand) ? levels[id] : levels[id] - 1);
    }
  }
  // What is there from the start holds nobody up.
  for (const [id, { kind }] of nodes.entries()) if (kind === 'input' || kind === 'splat') levels[id] = -Infinity;
  return levels;
}

/** Groups move to the level where a value that they join is made, where all else that they read is there by then. */
function pull(graph: Graph, levels: number[], joined: Joined): void {
  const groups = components(graph, levels, joined).sort((a, b) => levels[a[0]] - levels[b[0]]);
  for (const members of groups) {
    const inside = new Set(members);
    const outside = members.flatMap((id) => operandsOf(graph.nodes[id]).filter((o) => !inside.has(o)).map((o) => ({ id, o }))); // prettier-ignore
    const made = outside.filter(({ id, o }) => joined(id, o)).map(({ o }) => levels[o]); // prettier-ignore
    if (made.length === 0) continue;
    const earliest = Math.max(...outside.map(({ id, o }) => (joined(id, o) ? levels[o] : levels[o] + 1)));
    if (earliest < levels[members[0]] && made.includes(earliest)) for (const id of members) levels[id] = earliest;
  }
}

/** Groups of one level and nest that read the same large value become one: they never wait for each other, and read it once. */
function besides(
  { nodes }: Graph,
  places: readonly (Placed | undefined)[],
  levels: readonly number[],
  groups: readonly (readonly Id[])[],
): readonly (readonly Id[])[] {
  const merged: Id[][] = [];
  const readers = new Map<string, Id[]>();
  for (const members of groups) {
    const [first] = members;
    const place = places[first];
    if (!place) {
      merged.push(members.slice());
      continue;
    }
    const inside = new Set(members);
    const keys = members.flatMap((id) => operandsOf(nodes[id]))
      .filter((id) => !inside.has(id) && nodes[id].kind !== 'splat' && isWhole(nodes[id], place))
      .map((id) => `${id} at ${levels[first]} over ${place.rows} x ${place.columns}`); // prettier-ignore
    const known = keys.map((key) => readers.get(key)).find((group) => group !== undefined);
    if (known) known.push(...members);
    const group = known ?? members.slice();
    if (!known) merged.push(group);
    for (const key of keys) readers.set(key, group);
  }
  return merged.map((members) => members.sort((a, b) => a - b));
}

/** Whether a value has an element for each turn of the inner loop. */
function isWhole(node: Node, { rows, columns }: Placed): boolean {
  return sizeOf(typeOf(node).shape) === rows * columns && rows * columns > 1;
}

/** What joined edges connect on one level. */
function components({ nodes }: Graph, levels: readonly number[], joined: Joined): (readonly Id[])[] {
  const parent = nodes.map((_, id) => id);
  const find = (id: Id): Id => {
    while (parent[id] !== id) id = parent[id] = parent[parent[id]];
    return id;
  };
  for (const [id, node] of nodes.entries()) {
    for (const operand of operandsOf(node)) if (levels[operand] === levels[id] && joined(id, operand)) parent[find(id)] = find(operand);
  }
  const members = new Map<Id, Id[]>();
  for (const id of nodes.keys()) {
    const root = find(id);
    const list = members.get(root);
    if (list) list.push(id);
    else members.set(root, [id]);
  }
  return [...members.values()];
}
