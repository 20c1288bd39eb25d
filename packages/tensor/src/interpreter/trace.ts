/** The interpreter that computes nothing: it records each call as a node of a graph. */
import { leaked, current, within } from '../dispatch.js';
import { callSite, TraceError } from '../errors.js';
import { showNode, typesOf } from '../compiler/graph.js';
import { prune } from '../compiler/prune.js';
import { eager } from './eager.js';
import { Tensor } from '../tensor.js';
import type { Callee, Interpreter } from '../dispatch.js';
import type { CallSite } from '../errors.js';
import type { Graph, Id, Node, OpNode, ScanAttributes } from '../compiler/graph.js';
import type { DType } from '../dtype.js';
import type { Attributes, Dense, Operands, Primitive, PrimitiveName, TensorType } from '../primitive.js';
import type { Shape } from '../shape.js';
import type { Variable } from '../variable.js';

/** A value that will exist when the graph runs. */
export class Traced extends Tensor {
  readonly dtype: DType;
  readonly shape: Shape;
  readonly interpreter: Trace;
  readonly id: Id;
  private readonly site: CallSite | undefined;

  constructor(interpreter: Trace, id: Id, type: TensorType, site: CallSite | undefined) {
    super();
    this.interpreter = interpreter;
    this.id = id;
    this.dtype = type.dtype;
    this.shape = type.shape;
    this.site = site;
  }
  override dense(): Dense {
    if (!this.interpreter.open) throw leaked('reading numbers', this);
    throw new TraceError(
      `${this.describe()} has no numbers yet: it is being traced by ${this.interpreter.name}. ` +
        'Use where() instead of if, and read numbers of what the function returns.',
    );
  }
  override describe(): string {
    const node = `%${this.id} = ${showNode(this.interpreter.nodes[this.id])}`;
    return this.site ? `${node}, made at ${this.site.line}` : node;
  }
}

/** Remembering a line costs 5 to 12 us; a graph this large is a mistake that the first nodes already show. */
const sitesPerTrace = 2000;

export class Trace implements Interpreter {
  readonly name: string;
  readonly below: Interpreter;
  readonly nodes: Node[] = [];
  /** Values from outside, each with the input that stands for it. */
  readonly captures: Map<Tensor, Traced> = new Map();
  /** Variables read before they were assigned, each with the input that stands for it. */
  readonly reads: Map<Variable, Traced> = new Map();
  /** What each assigned variable holds by now. */
  readonly assigned: Map<Variable, Tensor> = new Map();
  private running: boolean = true;

  constructor(name: string) {
    this.name = name;
    this.below = current() ?? eager;
  }

  get open(): boolean {
    return this.running;
  }

  close(): void {
    this.running = false;
  }

  run<P extends PrimitiveName>(primitive: Primitive<P>, operands: Operands<P, Tensor>, attributes: Attributes<P>): Tensor {
    const own = this.lift(primitive, operands);
    const node: OpNode<P> = {
      kind: 'op',
      name: primitive.name,
      operands: idsOf(primitive, own),
      attributes,
      type: primitive.type(own, attributes),
    };
    return this.add(op(node), node.type);
  }

  scan(operands: readonly Tensor[], attributes: ScanAttributes): readonly Tensor[] {
    const { body, carries, length } = attributes;
    const types = body.outputs.map((id, i) => {
      const [{ dtype, shape }] = typesOf(body.nodes[id]);
      return { dtype, shape: i < carries ? shape : [length, ...shape] };
    });
    return this.several({ kind: 'scan', operands: operands.map((x) => this.own('scan', x).id), attributes, types }, types);
  }

  call(callee: Callee, operands: readonly Tensor[]): readonly Tensor[] {
    const { graph, captures, reads, assigned } = trace(callee.name, (xs) => callee.forward(xs), operands);
    const inputs = [...operands, ...captures, ...reads.map((variable) => variable.value)];
    const types = graph.outputs.flatMap((id) => typesOf(graph.nodes[id]));
    const own = types.length - assigned.length;
    const pull: Callee['pull'] = (xs, ys, dys) => callee.pull(xs.slice(0, operands.length), ys.slice(0, own), dys.slice(0, own));
    const ids = inputs.map((x) => this.own(callee.name, x).id);
    const results = this.several({ kind: 'call', operands: ids, body: graph, name: callee.name, pull, types }, types);
    for (const [i, variable] of assigned.entries()) this.assign(variable, results[own + i]);
    return results.slice(0, own);
  }

  splat(value: number, dtype: DType, shape: Shape): Tensor {
    const type = { dtype, shape };
    return this.add({ kind: 'splat', value, type }, type);
  }

  read(variable: Variable): Tensor {
    const known = this.assigned.get(variable) ?? this.reads.get(variable);
    if (known) return known;
    const { dtype, shape } = variable;
    const value = this.input({ dtype, shape });
    this.reads.set(variable, value);
    return value;
  }

  assign(variable: Variable, value: Tensor): void {
    this.assigned.set(variable, this.own(`assign ${variable.name}`, value));
  }

  input(type: TensorType): Traced {
    // Callers may pass a tensor as its own type: the graph must not hold its numbers.
    const own = { dtype: type.dtype, shape: type.shape };
    return this.add({ kind: 'input', type: own }, own);
  }

  /** `x` as a value of this trace: itself, or an input that stands for a value from outside. */
  own(operation: string, x: Tensor): Traced {
    if (x instanceof Traced && x.interpreter === this) return x;
    const known = this.captures.get(x);
    if (known) return known;
    if (!this.standsOn(x.interpreter)) throw leaked(operation, x);
    const input = this.input({ dtype: x.dtype, shape: x.shape });
    this.captures.set(x, input);
    return input;
  }

  private standsOn(interpreter: Interpreter): boolean {
    for (let i: Interpreter | undefined = this.below; i; i = i.below) if (i === interpreter) return i.open;
    return interpreter === eager;
  }

  private add(node: Node, type: TensorType): Traced {
    const id = this.nodes.push(node) - 1;
    return new Traced(this, id, type, id < sitesPerTrace ? callSite() : undefined);
  }

  private several(node: Node, types: readonly TensorType[]): readonly Tensor[] {
    const of = this.nodes.push(node) - 1;
    return types.map((type, index) => this.add({ kind: 'part', of, index, type }, type));
  }

  // Tuples of operands stay tuples of the same length, which no type can say for all primitives at once.
  private lift<P extends PrimitiveName>(primitive: Primitive<P>, operands: Operands<P, Tensor>): Operands<P, Traced>;
  private lift(primitive: { readonly name: string }, operands: readonly Tensor[]): readonly Traced[] {
    return operands.map((x) => this.own(primitive.name, x));
  }
}

function idsOf<P extends PrimitiveName>(primitive: Primitive<P>, operands: Operands<P, Traced>): Operands<P, Id>;
function idsOf(_: { readonly name: string }, operands: readonly Traced[]): readonly Id[] {
  return operands.map(({ id }) => id);
}

function op<P extends PrimitiveName>(node: OpNode<P>): Node;
function op(node: Node): Node {
  return node;
}

/** What a function computes, as data, and everything outside it that it touches. */
export interface Closure {
  /** Inputs: the parameters, the captures, the variables read. Outputs: the results, the variables assigned. */
  readonly graph: Graph;
  readonly captures: readonly Tensor[];
  readonly reads: readonly Variable[];
  readonly assigned: readonly Variable[];
}

/**
 * Runs `f` on values that only have types, and returns what it would compute. An assigned variable counts as read,
 * so that a loop can carry it.
 */
export function trace(name: string, f: (parameters: readonly Tensor[]) => readonly Tensor[], types: readonly TensorType[]): Closure {
  const recorder = new Trace(name);
  const parameters = types.map((type) => recorder.input(type));
  try {
    const results = within(recorder, () => f(parameters)).map((y) => recorder.own(name, y));
    for (const variable of recorder.assigned.keys()) {
      if (!recorder.reads.has(variable)) recorder.reads.set(variable, recorder.input(variable));
    }
    const inputs = [...parameters, ...recorder.captures.values(), ...recorder.reads.values()];
    const outputs = [...results, ...[...recorder.assigned.values()].map((y) => recorder.own(name, y))];
    const graph = { nodes: recorder.nodes, inputs: inputs.map(({ id }) => id), outputs: outputs.map(({ id }) => id) };
    return {
      graph: prune(graph),
      captures: [...recorder.captures.keys()],
      reads: [...recorder.reads.keys()],
      assigned: [...recorder.assigned.keys()],
    };
  } finally {
    recorder.close();
  }
}
