/**
 * The layers of a functional model in Keras' order, which its files count by: those furthest from the outputs come first, and among equals those
 * that a walk back from the outputs meets first.
 */
import { Model } from '../model.js';
import { Sequential } from '../sequential.js';
import { Symbolic } from '../symbolic.js';
import { isLayer } from '../any-layer.js';
import type { AnyLayer } from '../any-layer.js';
import type { Network } from '../network.js';
import type { Call } from '../symbolic.js';

/** An input, or a layer with its calls. */
export type Member = Symbolic | AnyLayer;

/** The symbols in a tree, as Keras flattens it: records by their keys in order. */
export function symbolsIn(tree: unknown): readonly Symbolic[] {
  if (tree instanceof Symbolic) return [tree];
  if (Array.isArray(tree)) return tree.flatMap((child: unknown) => symbolsIn(child));
  if (typeof tree !== 'object' || tree === null) return [];
  const entries: [string, unknown][] = Object.entries(tree);
  return entries.toSorted(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, child]) => symbolsIn(child));
}

/** The symbols that a call takes, in the order of Keras' arguments: those of attention are positional and then by name. */
export function takenBy({ layer, inputs }: Call): readonly Symbolic[] {
  if (layer.className !== 'MultiHeadAttention' || !isRecord(inputs)) return symbolsIn(inputs);
  const { query, value, ...named } = inputs;
  return symbolsIn([query, value, named]);
}

function isRecord(tree: unknown): tree is Record<string, unknown> {
  return typeof tree === 'object' && tree !== null;
}

/** The layers of a model, as Keras orders them. */
export function kerasLayers(model: AnyLayer): readonly AnyLayer[] {
  if (model instanceof Sequential) return model.layers;
  return model instanceof Model ? membersOf(model.network).filter(isLayer) : [];
}

/** One use of a member: an input itself, or one call of a layer. */
type Node = Symbolic | Call;

const memberOf = (node: Node): Member => (node instanceof Symbolic ? node : node.layer);

/** Inputs and layers, as Keras orders them. */
export function membersOf({ inputs, outputs, calls }: Network): readonly Member[] {
  const given = symbolsIn(inputs);
  const makers = new Map<Symbolic, Node>(given.map((symbol) => [symbol, symbol]));
  for (const call of calls) for (const symbol of symbolsIn(call.outputs)) makers.set(symbol, call);
  const { nodes, met } = walkBack(outputs, makers);
  const depths = depthsOf(nodes, makers);
  for (const symbol of given) if (!depths.has(symbol)) depths.set(symbol, 0);
  const place = (member: Member): number => met.get(member) ?? -1; // an input that is not used: before all
  return [...depths.keys()].toSorted((a, b) => (depths.get(b) ?? 0) - (depths.get(a) ?? 0) || place(a) - place(b));
}

interface Walk {
  /** Each after all that it takes. */
  readonly nodes: readonly Node[];
  /** When each member was met. */
  readonly met: ReadonlyMap<Member, number>;
}

function walkBack(outputs: unknown, makers: ReadonlyMap<Symbolic, Node>): Walk {
  const met = new Map<Member, number>();
  const done = new Set<Node>();
  const visit = (symbol: Symbolic): void => {
    const node = makers.get(symbol);
    if (!node || done.has(node)) return;
    const member = memberOf(node);
    if (!met.has(member)) met.set(member, met.size);
    if (!(node instanceof Symbolic)) for (const taken of takenBy(node)) visit(taken);
    done.add(node);
  };
  for (const output of symbolsIn(outputs)) visit(output);
  return { nodes: [...done], met };
}

/** How many calls lie between a member and the outputs, at most. */
function depthsOf(nodes: readonly Node[], makers: ReadonlyMap<Symbolic, Node>): Map<Member, number> {
  const ofNodes = new Map<Node, number>();
  const ofMembers = new Map<Member, number>();
  for (const node of nodes.toReversed()) {
    const member = memberOf(node);
    const depth = Math.max(ofNodes.get(node) ?? 0, ofMembers.get(member) ?? 0);
    ofMembers.set(member, depth);
    ofNodes.set(node, depth);
    for (const taken of node instanceof Symbolic ? [] : takenBy(node)) {
      const maker = makers.get(taken);
      if (maker) ofNodes.set(maker, Math.max(depth + 1, ofNodes.get(maker) ?? 0));
    }
  }
  return ofMembers;
}
