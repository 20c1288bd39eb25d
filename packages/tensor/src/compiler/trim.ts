/**
 * Loops do no more than somebody asks for: results that nobody reads, carries that only serve those, and operands that no
 * step reads are gone; what is stacked twice is stacked once.
 */
import { operandsOf, rename } from './graph.js';
import { prune } from './prune.js';
import { inLoops } from './rewrite.js';
import type { Graph, Id, Node, ScanNode } from './graph.js';

/** The graph with its loops trimmed; loops inside loops too. */
export function trim(graph: Graph): Graph {
  const read = readParts(graph);
  const nodes: Node[] = [];
  const moved: Id[] = [];
  const places = new Map<Id, readonly number[]>();
  for (const [id, original] of graph.nodes.entries()) {
    const node = rename(original, (from) => moved[from]);
    if (node.kind === 'scan') {
      const trimmed = trimScan(node, read.get(id) ?? new Set());
      places.set(id, trimmed.places);
      moved.push(nodes.push(inLoops(trimmed.node, trim)) - 1);
      continue;
    }
    const place = original.kind === 'part' ? places.get(original.of)?.[original.index] : undefined;
    moved.push(nodes.push(node.kind === 'part' && place !== undefined ? { ...node, index: place } : node) - 1);
  }
  return prune({ nodes, inputs: graph.inputs.map((id) => moved[id]), outputs: graph.outputs.map((id) => moved[id]) });
}

/** Which results of each loop somebody reads. */
function readParts({ nodes, outputs }: Graph): ReadonlyMap<Id, Set<number>> {
  const used = nodes.map(() => false);
  for (const id of outputs) used[id] = true;
  for (const node of nodes) for (const operand of operandsOf(node)) used[operand] = true;
  const read = new Map<Id, Set<number>>();
  for (const [id, node] of nodes.entries()) {
    if (node.kind !== 'part' || !used[id]) continue;
    const set = read.get(node.of) ?? new Set();
    read.set(node.of, set.add(node.index));
  }
  return read;
}

/** @returns the loop, and where each of its old results is among the new ones */
function trimScan(scan: ScanNode, read: ReadonlySet<number>): { readonly node: ScanNode; readonly places: readonly number[] } {
  const { attributes, operands, types } = scan;
  const { carries, sequences, body } = attributes;
  const { results, inputs } = liveOf(scan, read);
  const carried = results.filter((i) => i < carries);
  const stacked: number[] = [];
  const places: number[] = [];
  for (const [i, result] of carried.entries()) places[result] = i;
  for (const result of results.slice(carried.length)) {
    const twin = stacked.findIndex((other) => body.outputs[other] === body.outputs[result]);
    places[result] = carried.length + (twin >= 0 ? twin : stacked.push(result) - 1);
  }
  const kept = [...carried, ...stacked];
  const trimmed = prune({ nodes: body.nodes, inputs: inputs.map((i) => body.inputs[i]), outputs: kept.map((i) => body.outputs[i]) });
  const node: ScanNode = {
    ...scan,
    operands: inputs.map((i) => operands[i]),
    types: kept.map((i) => types[i]),
    attributes: {
      ...attributes,
      carries: carried.length,
      sequences: inputs.filter((i) => i >= carries && i < carries + sequences).length,
      body: trimmed,
    },
  };
  return { node, places };
}

/** Results that are read, carries that these depend on, and the inputs that any of them needs. */
function liveOf(
  { attributes: { body, carries } }: ScanNode,
  read: ReadonlySet<number>,
): { readonly results: readonly number[]; readonly inputs: readonly number[] } {
  const live = body.nodes.map(() => false);
  const results = body.outputs.map((_, i) => read.has(i));
  for (let changed = true; changed;) {
    for (const [i, id] of body.outputs.entries()) if (results[i]) live[id] = true;
    for (let id = body.nodes.length - 1; id >= 0; id--)
      if (live[id]) for (const operand of operandsOf(body.nodes[id])) live[operand] = true;
    changed = false;
    for (let i = 0; i < carries; i++) {
      if (results[i] || !live[body.inputs[i]]) continue;
      results[i] = true;
      changed = true;
    }
  }
  const numbers = (flags: readonly boolean[]): readonly number[] => flags.flatMap((yes, i) => (yes ? [i] : []));
  // A carry is an input even if no step reads it: the loop gives it back.
  return { results: numbers(results), inputs: numbers(body.inputs.map((id, i) => (i < carries ? results[i] : live[id]))) };
}
