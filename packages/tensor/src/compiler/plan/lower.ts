/**
 * From a graph to instructions: where each value lies.
 *
 * A value is made where it is wanted: in the home of the variable that it becomes, in its row of what a loop stacks, in
 * its part of a concatenation. Reshapes and boxes of a tensor are views. Only where that cannot be, numbers are copied.
 */
import { operandsOf, typesOf } from '../graph.js';
import { sizeOf } from '../../shape.js';
import { isAlias, lastReads, originOf, overwrites, rootsOf } from './aliases.js';
import { bytesOf } from '../../dtype.js';
import { denseLayout, isDense, Spot, spanOf } from './buffer.js';
import { matricesOf, valueLayout } from './pitch.js';
import type { Layout } from '../kernels/kernel.js';
import type { AnyOp, FusedNode, Graph, Id, Node, OpNode, ScanNode } from '../graph.js';
import type { TensorType } from '../../primitive.js';
import type { Planner } from './planner.js';

/** A value that outlives its round: what a loop carries, what a variable holds. */
export interface Slot {
  /** The input that stands for the old value, if it is read. */
  readonly old: Id | undefined;
  /** The new value. */
  readonly next: Id;
  readonly spot: Spot;
}

/** Lowers one graph: the program itself, or a loop's body. */
export class Lowering {
  private readonly planner: Planner;
  private readonly graph: Graph;
  private readonly values: Spot[][] = [];
  private readonly wanted: Map<Id, Spot> = new Map();
  private readonly roots: readonly Id[];
  private readonly matrices: readonly boolean[];
  private readonly last: readonly number[];
  private readonly parts: Map<Id, Id[]> = new Map();
  /** Where a value stands in a concatenation. */
  private readonly joined: Map<Id, { readonly concat: Id; readonly index: number }> = new Map();

  constructor(planner: Planner, graph: Graph, inputs: readonly Spot[]) {
    this.planner = planner;
    this.graph = graph;
    this.roots = rootsOf(graph);
    this.last = lastReads(graph, this.roots);
    this.matrices = matricesOf(graph);
    for (const [i, id] of graph.inputs.entries()) this.values[id] = [inputs[i]];
    for (const [id, node] of graph.nodes.entries()) if (node.kind === 'part') this.noteParts(node.of, node.index, id);
  }

  /** Makes value `id` at `spot`, if it is made at all and nobody wants it elsewhere. */
  want(id: Id, spot: Spot): void {
    const origin = originOf(this.graph, id);
    const place = origin && spot.reshaped(this.typeOf(origin.id).shape);
    if (place && !this.wanted.has(origin.id)) this.wanted.set(origin.id, place);
  }

  /** Makes a new value over the old one where nobody misses it; only after node `from`, before which all must stay as it was. */
  wantInPlace({ old, next, spot }: Slot, from: number = -1): void {
    const origin = originOf(this.graph, next);
    if (!origin || origin.at <= from) return;
    const last = old === undefined ? -1 : this.last[old];
    const free = last < origin.at || (old !== undefined && last === origin.at && overwrites(origin.node, origin.index, old, this.roots));
    if (free) this.want(next, spot);
  }

  /** Lowers every node. */
  run(): void {
    for (const [id, node] of this.graph.nodes.entries()) this.noteJoin(id, node);
    for (const [id, node] of this.graph.nodes.entries()) if (node.kind !== 'input') this.values[id] = this.lower(id, node);
  }

  spotOf(id: Id): Spot {
    return this.values[id][0];
  }

  /** Brings new values to where the next round finds them, all at once: a value may be another's old one. */
  settle(slots: readonly Slot[]): void {
    const moves = slots.filter(({ next, spot }) => !this.spotOf(next).same(spot));
    const regions = new Set(moves.map(({ spot }) => spot.region));
    const sources = moves.map(({ next }) => {
      const source = this.spotOf(next);
      if (!regions.has(source.region) || moves.length === 1) return source;
      const copy = this.planner.allocate(source.type);
      this.planner.copy(source, copy);
      return copy;
    });
    for (const [i, { spot }] of moves.entries()) this.planner.copy(sources[i], spot);
  }

  /** Whether the value is a new one, made in place, or shares its memory. */
  isNew(id: Id): boolean {
    return this.wanted.has(this.roots[id]);
  }

  private lower(id: Id, node: Node): Spot[] {
    switch (node.kind) {
      case 'input':
        return this.values[id];
      case 'splat':
        return [this.planner.splat(node)];
      case 'part':
        return [this.values[node.of][node.index]];
      case 'call':
        throw new Error('plan: calls are inlined first');
      case 'scan':
        return this.scan(node);
      case 'fused': {
        const parts = this.parts.get(id) ?? [];
        const taken = new Set<Spot>();
        const results = node.types.map((type, i) => {
          const layout = this.layoutOf(parts[i], type);
          return this.wish(parts[i]) ?? this.takeOver(node, id, i, layout, taken) ?? this.planner.allocate(type, layout);
        });
        this.planner.run(node, this.operands(node), results);
        return results;
      }
      case 'op':
        return [this.operation(id, node)];
    }
  }

  private operation(id: Id, node: AnyOp): Spot {
    const operands = this.operands(node);
    if (isAlias(node)) {
      const view =
        viewOf(node, operands[0]) ?? (node.name === 'reshape' ? this.planner.compact(operands[0]).reshaped(node.type.shape) : undefined);
      if (view) return view;
    }
    if (node.name === 'concat') return this.concat(id, node, operands);
    const result = this.place(id, node.type);
    this.planner.run(node, operands, [result]);
    return result;
  }

  /** Where value `id` shall lie. */
  private place(id: Id, type: TensorType): Spot {
    return this.wish(id) ?? this.planner.allocate(type, this.layoutOf(id, type));
  }

  private layoutOf(id: Id | undefined, type: TensorType): Layout {
    return id !== undefined && this.matrices[id] ? valueLayout(type) : denseLayout(type);
  }

  /** Where somebody wants value `id`, if anybody does. */
  private wish(id: Id | undefined): Spot | undefined {
    return id === undefined ? undefined : (this.wanted.get(id) ?? this.pieceOf(id));
  }

  /** The place of an operand that nobody reads again and whose elements lie as those of result `i` shall: for one result only. */
  private takeOver(node: FusedNode, at: Id, i: number, layout: Layout, taken: Set<Spot>): Spot | undefined {
    for (const id of node.operands) {
      const spot = this.spotOf(id);
      const alike = spot.type.dtype === layout.type.dtype && spot.dense === isDense(layout) && spanOf(spot.layout) === spanOf(layout);
      if (!alike || taken.has(spot) || !this.isOnly(id, spot) || this.last[this.roots[id]] !== at) continue;
      if (!overwrites(node, i, id, this.roots)) continue;
      taken.add(spot);
      return spot.reshaped(layout.type.shape);
    }
    return undefined;
  }

  /** Whether a value is the only thing in its buffer, and nobody wants it there. */
  private isOnly(id: Id, { region, offset, layout }: Spot): boolean {
    const origin = originOf(this.graph, id);
    // A concatenation shares its memory with its parts, which may live on.
    const own = origin && this.wish(origin.id) === undefined && !(origin.node.kind === 'op' && origin.node.name === 'concat');
    return own === true && region.kind === 'arena' && offset === 0 && spanOf(layout) === region.bytes;
  }

  /** The part of a concatenation that is value `id`. */
  private pieceOf(id: Id): Spot | undefined {
    const join = this.joined.get(id);
    const node = join === undefined ? undefined : this.graph.nodes[join.concat];
    if (join === undefined || node?.kind !== 'op' || node.name !== 'concat') return undefined;
    return this.piece(this.whole(join.concat, node.type), node, join.index)?.reshaped(this.typeOf(id).shape);
  }

  /** The place of a concatenation, which its first part to be made decides. */
  private whole(id: Id, type: TensorType): Spot {
    this.values[id] ??= [this.place(id, type)];
    return this.values[id][0];
  }

  private piece(whole: Spot, { operands, attributes: { axis } }: OpNode<'concat'>, index: number): Spot | undefined {
    const sizeAt = (i: number): readonly number[] => this.typeOf(operands[i]).shape;
    const before = operands.slice(0, index).reduce((total, _, i) => total + sizeAt(i)[axis], 0);
    const size = sizeAt(index);
    return whole.boxed(size.map((_, i) => (i === axis ? before : 0)), size); // prettier-ignore
  }

  private concat(id: Id, node: OpNode<'concat'>, operands: readonly Spot[]): Spot {
    const whole = this.whole(id, node.type);
    const pieces = operands.map((_, i) => this.piece(whole, node, i));
    const apart = operands.some((spot, i) => pieces[i] === undefined && sizeOf(spot.type.shape) > 0);
    if (apart) this.planner.run(node, operands, [whole]);
    else for (const [i, piece] of pieces.entries()) if (piece) this.planner.copy(operands[i], piece);
    return whole;
  }

  private scan({ operands, attributes }: ScanNode): Spot[] {
    const { body, carries, sequences, length, reverse } = attributes;
    const given = operands.map((id) => this.spotOf(id));
    const typeAt = (i: number): TensorType => typesOf(body.nodes[body.outputs[i]])[0];
    const slots = body.outputs.slice(0, carries).map((_, i) => this.planner.allocate(typeAt(i)));
    for (const [i, slot] of slots.entries()) this.planner.copy(given[i], slot);
    const stacks = body.outputs.slice(carries).map((_, j) => {
      const { dtype, shape } = typeAt(carries + j);
      return this.planner.allocate({ dtype, shape: [length, ...shape] });
    });
    if (length > 0) {
      this.planner.repeat(length, (loop) => {
        const row = (spot: Spot): Spot => rowOf(spot, loop, length, reverse);
        // The same number in every row needs no stride.
        const rows = given.slice(carries, carries + sequences).map((spot, i) => (this.isSplat(operands[carries + i]) ? firstRow(spot) : row(spot)));
        // An old carry is stacked before anything can be written over it, and then nobody misses it.
        const early = stacks.map((_, j) => body.inputs.slice(0, carries).indexOf(body.outputs[carries + j])); // prettier-ignore
        for (const [j, stack] of stacks.entries()) if (early[j] >= 0) this.planner.copy(slots[early[j]], row(stack));
        const outputs = body.outputs.filter((__, i) => i < carries || early[i - carries] < 0);
        const inner = new Lowering(this.planner, { ...body, outputs }, [...slots, ...rows, ...given.slice(carries + sequences)]);
        const carried = slots.map((spot, i): Slot => ({ old: body.inputs[i], next: body.outputs[i], spot }));
        for (const [j, stack] of stacks.entries()) inner.want(body.outputs[carries + j], row(stack));
        for (const slot of carried) inner.wantInPlace(slot);
        inner.run();
        for (const [j, stack] of stacks.entries()) if (early[j] < 0) this.planner.copy(inner.spotOf(body.outputs[carries + j]), row(stack));
        inner.settle(carried);
      }); // prettier-ignore
    }
    return [...slots, ...stacks];
  }

  private operands(node: Node): readonly Spot[] {
    return operandsOf(node).map((id) => this.spotOf(id));
  }

  private isSplat(id: Id): boolean {
    return this.graph.nodes[id].kind === 'splat';
  }

  private typeOf(id: Id): TensorType {
    return typesOf(this.graph.nodes[id])[0];
  }

  private noteParts(of: Id, index: number, id: Id): void {
    const list = this.parts.get(of) ?? [];
    list[index] ??= id;
    this.parts.set(of, list);
  }

  private noteJoin(concat: Id, node: Node): void {
    if (node.kind !== 'op' || node.name !== 'concat') return;
    for (const [index, operand] of node.operands.entries()) {
      const id = originOf(this.graph, operand)?.id;
      if (id !== undefined && !this.wanted.has(id) && !this.joined.has(id)) this.joined.set(id, { concat, index });
    }
  }
}

/** A reshape or a box of a tensor without a copy; undefined where there must be one. */
function viewOf(node: AnyOp, x: Spot): Spot | undefined {
  if (node.name === 'stopGradient') return x;
  if (node.name === 'reshape') return x.reshaped(node.type.shape);
  if (node.name !== 'slice' || node.attributes.step.some((step, axis) => step !== 1 && node.attributes.size[axis] > 1)) return undefined;
  return x.boxed(node.attributes.start, node.attributes.size);
}

function firstRow(spot: Spot): Spot {
  const { dtype, shape } = spot.type;
  const [, ...rest] = shape;
  return spot.boxed(shape.map(() => 0), [1, ...rest])?.reshaped(rest) ?? spot.as({ type: { dtype, shape: rest }, pitch: 0 }); // prettier-ignore
}

/** The row of a sequence that the loop has reached. */
function rowOf(spot: Spot, loop: number, length: number, reverse: boolean): Spot {
  const [, ...rest] = spot.type.shape;
  const first = firstRow(spot);
  const bytes = rest.length === 0 ? bytesOf(spot.type.dtype) : spot.layout.pitch * sizeOf(rest.slice(0, -1)) * bytesOf(spot.type.dtype);
  return new Spot(first.region, first.layout, {
    offset: first.offset + (reverse ? (length - 1) * bytes : 0),
    strides: [...first.strides, { loop, bytes: reverse ? -bytes : bytes }],
  });
}
