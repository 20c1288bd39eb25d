/**
 * The derivative of a loop is a loop from the other end.
 *
 * carry[t+1], y[t] = step(carry[t], x[t], k) becomes dcarry[t], dx[t], dk += pull(dcarry[t+1], dy[t]): the body and its
 * pull-back are traced into one graph, and that graph is cut in two. What needs no gradient runs forward, where it stacks
 * what the rest will need of it; the rest is the body of the backward loop, which carries the gradients of the
 * carries and the sums of those of the captures.
 */
import { isFloat } from '@gradus/tensor';
import { current, eager, interpreterFor, operandsOf, prune, replay, trace, typesOf } from '@gradus/tensor/extend';
import { cut } from './residuals.js';
import { splat } from '../splat.js';
import type { Tensor, TensorType } from '@gradus/tensor';
import type { Graph, Id, Node, ScanAttributes } from '@gradus/tensor/extend';
import type { differentiate as Differentiate } from '../vjp.js';

/** A loop's results, and its pull-back. */
export interface ScanPull {
  readonly results: readonly Tensor[];
  pull(dys: readonly (Tensor | undefined)[]): readonly (Tensor | undefined)[];
}

/** A step with its pull-back. Inputs: the body's, gradients of some outputs, literals. Outputs: the body's, gradients. */
interface Joint {
  readonly graph: Graph;
  readonly literals: readonly Tensor[];
  /** For each input of the body where its gradient is, if there is one. */
  readonly gradients: readonly (Id | undefined)[];
  /** For each output of the body where its gradient comes in, if it can have one. */
  readonly cotangents: readonly (Id | undefined)[];
}

/**
 * Runs a loop and keeps what its derivative needs.
 *
 * @param differentiate - handed in by its owner, which imports this file
 * @param wanted - which operands are differentiated
 */
export function scanRule(
  differentiate: typeof Differentiate,
  operands: readonly Tensor[],
  wanted: readonly boolean[],
  attributes: ScanAttributes,
): ScanPull {
  const { carries, sequences, reverse, recompute } = attributes;
  const joint = jointOf(differentiate, attributes, wanted);
  const { graph, gradients, cotangents, literals } = joint;
  const inputs = graph.inputs.slice(0, operands.length);
  const literalIds = graph.inputs.slice(graph.inputs.length - literals.length);
  const captures = [...inputs.slice(carries + sequences), ...literalIds];
  const outputs = graph.outputs.slice(0, cotangents.length);
  const { kept, needed } = cut(
    graph,
    { gradients: cotangents.filter(isKnown), sequences: inputs.slice(carries, carries + sequences), captures },
    gradients.filter(isKnown),
    recompute,
  );
  // A value that the loop stacks anyway need not be stacked twice.
  const stacked = outputs.slice(carries);
  const extra = kept.filter((id) => !stacked.includes(id));
  const body = prune({ nodes: graph.nodes, inputs: [...inputs, ...literalIds], outputs: [...outputs, ...extra] });
  const all = run([...operands, ...literals], { ...attributes, body });
  const residuals = kept.map((id) => all[carries + [...stacked, ...extra].indexOf(id)]);

  const pull = (dys: readonly (Tensor | undefined)[]): readonly (Tensor | undefined)[] => {
    const backward = new Backward(graph, kept);
    const isCapture = (i: number): boolean => i >= carries + sequences;
    const index = inputs.map((_, i) => i);
    const active = index.filter((i) => i < carries && cotangents[i] !== undefined);
    const summed = index.filter((i) => isCapture(i) && gradients[i] !== undefined && wanted[i]);
    const perStep = index.filter((i) => i >= carries && !isCapture(i) && gradients[i] !== undefined && wanted[i]);
    for (const i of active) backward.carry(cotangents[i], gradients[i], dys[i], all[i]);
    for (const i of summed) backward.total(gradients[i], operands[i]);
    for (const [j, id] of cotangents.entries()) if (j >= carries) backward.arriving(id, dys[j]);
    for (const [i, id] of kept.entries()) backward.sequence(id, residuals[i]);
    for (const i of index) if (i >= carries && !isCapture(i) && needed.has(inputs[i])) backward.sequence(inputs[i], operands[i]);
    for (const [i, id] of captures.entries())
      if (needed.has(id)) backward.capture(id, [...operands.slice(carries + sequences), ...literals][i]);
    const results = backward.run({ ...attributes, reverse: !reverse }, perStep.map((i) => gradients[i]).filter(isKnown)); // prettier-ignore
    const order = [...active, ...summed, ...perStep];
    return index.map((i) => (order.includes(i) ? results[order.indexOf(i)] : undefined));
  };
  return { results: all.slice(0, outputs.length), pull };
}

/** Collects the body of the backward loop with its operands. */
class Backward {
  private readonly nodes: Node[];
  private readonly carries: { readonly id: Id; readonly value: Tensor }[] = [];
  private readonly next: Id[] = [];
  private readonly sequences: { readonly id: Id; readonly value: Tensor }[] = [];
  private readonly captures: { readonly id: Id; readonly value: Tensor }[] = [];

  constructor(graph: Graph, kept: readonly Id[]) {
    this.nodes = graph.nodes.slice();
    for (const id of kept) this.nodes[id] = { kind: 'input', type: typeOf(graph.nodes[id]) };
  }

  /** The gradient of a carry, which starts from that of the loop's result. */
  carry(before: Id | undefined, after: Id | undefined, dy: Tensor | undefined, y: Tensor): void {
    if (before === undefined) return;
    const type = typeOf(this.nodes[before]);
    this.carries.push({ id: before, value: dy ?? splat(0, y) });
    this.next.push(after ?? this.add({ kind: 'splat', value: 0, type }));
  }

  /** The sum over all steps of the gradient of a capture. */
  total(gradient: Id | undefined, { dtype, shape }: Tensor): void {
    if (gradient === undefined) return;
    const type: TensorType = { dtype, shape };
    const id = this.add({ kind: 'input', type });
    this.carries.push({ id, value: splat(0, type) });
    this.next.push(this.add({ kind: 'op', name: 'add', operands: [id, gradient], attributes: {}, type }));
  }

  /** The gradients of stacked results; where there is none, a constant of the body and no sequence of zeros. */
  arriving(id: Id | undefined, dy: Tensor | undefined): void {
    if (id === undefined) return;
    if (dy) this.sequence(id, dy);
    else this.nodes[id] = { kind: 'splat', value: 0, type: typeOf(this.nodes[id]) };
  }

  sequence(id: Id, value: Tensor): void {
    this.sequences.push({ id, value });
  }

  capture(id: Id, value: Tensor): void {
    this.captures.push({ id, value });
  }

  /** The last carries, then the stacked values of `stacked`. */
  run(attributes: ScanAttributes, stacked: readonly Id[]): readonly Tensor[] {
    if (this.carries.length + stacked.length === 0) return [];
    const operands = [...this.carries, ...this.sequences, ...this.captures];
    const graph = { nodes: this.nodes, inputs: operands.map(({ id }) => id), outputs: [...this.next, ...stacked] };
    return run(
      operands.map(({ value }) => value),
      { ...attributes, carries: this.carries.length, sequences: this.sequences.length, body: prune(graph) },
    );
  }

  private add(node: Node): Id {
    return this.nodes.push(node) - 1;
  }
}

function run(operands: readonly Tensor[], attributes: ScanAttributes): readonly Tensor[] {
  return interpreterFor('scan', operands).scan(operands, attributes);
}

/** A step and its pull-back, traced together. */
function jointOf(differentiate: typeof Differentiate, { body, carries }: ScanAttributes, wanted: readonly boolean[]): Joint {
  const { inputs, outputs } = activity(body, carries, wanted);
  const types = [
    ...body.inputs.map((id) => typeOf(body.nodes[id])),
    ...body.outputs.flatMap((id, j) => (outputs[j] ? [typeOf(body.nodes[id])] : [])),
  ];
  let flows: readonly boolean[] = [];
  const { graph, captures } = trace(
    'the gradient of a scan',
    (parameters) => {
      const { ys, pull } = differentiate('scan', (xs) => replay(current() ?? eager, body, xs), parameters.slice(0, inputs.length), {
        wanted: inputs,
      });
      const given = parameters.slice(inputs.length).values();
      const dxs = pull(outputs.map((reached) => (reached ? given.next().value : undefined)));
      flows = dxs.map((dx) => dx !== undefined);
      return [...ys, ...dxs.filter((dx) => dx !== undefined)];
    },
    types,
  );
  const arriving = graph.inputs.slice(inputs.length).values();
  const leaving = graph.outputs.slice(outputs.length).values();
  return {
    graph,
    literals: captures,
    cotangents: outputs.map((reached) => (reached ? arriving.next().value : undefined)),
    gradients: flows.map((flows) => (flows ? leaving.next().value : undefined)),
  };
}

/** Which inputs and outputs of a body carry gradients, once the carries have gone round. */
function activity(
  body: Graph,
  carries: number,
  wanted: readonly boolean[],
): { readonly inputs: readonly boolean[]; readonly outputs: readonly boolean[] } {
  let inputs = wanted;
  for (;;) {
    const reached = reach(body, inputs);
    const outputs = body.outputs.map((id) => reached[id]);
    const next = inputs.map((active, i) => active || (i < carries && outputs[i]));
    if (next.every((active, i) => active === inputs[i]))
      return { inputs, outputs: outputs.map((active, i) => active || (i < carries && inputs[i])) };
    inputs = next;
  }
}

/** Which nodes depend on active inputs through floats. */
function reach(body: Graph, active: readonly boolean[]): readonly boolean[] {
  const reached = body.nodes.map(() => false);
  for (const [i, id] of body.inputs.entries()) reached[id] = active[i];
  for (const [id, node] of body.nodes.entries()) {
    if (operandsOf(node).some((operand) => reached[operand]) && typesOf(node).some(({ dtype }) => isFloat(dtype))) reached[id] = true;
  }
  return reached;
}

function typeOf(node: Node): TensorType {
  return typesOf(node)[0];
}

function isKnown(id: Id | undefined): id is Id {
  return id !== undefined;
}
