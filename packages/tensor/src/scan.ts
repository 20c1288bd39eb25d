/**
 * The one loop. `scan` carries a value from step to step and stacks what each step gives out; every interpreter runs
 * it, its body is always a traced graph, and its derivative is again a scan.
 */
import { interpreterFor } from './dispatch.js';
import { ArgumentError, DTypeError, ShapeError } from './errors.js';
import { eager } from './interpreter/eager.js';
import { trace } from './interpreter/trace.js';
import { current } from './dispatch.js';
import { sameShape } from './shape.js';
import { showType, typesOf } from './compiler/graph.js';
import { fillTree, leaves } from './tree.js';
import type { Closure } from './interpreter/trace.js';
import type { Graph, Id, ScanAttributes } from './compiler/graph.js';
import type { TensorType } from './primitive.js';
import type { Tensor } from './tensor.js';
import type { Tree } from './tree.js';

export interface ScanOptions {
  /** How many steps, where there are no sequences to tell it. */
  readonly length?: number;
  /** From the last step to the first; what is stacked still stands at the index of its step. @defaultValue false */
  readonly reverse?: boolean;
  /** Let the derivative compute each step again instead of keeping what it needs of it. @defaultValue false */
  readonly recompute?: boolean;
}

/**
 * carry, y[t] = step(carry, x[t]) for every t along the first axis of `xs`; returns the last carry and all y, stacked.
 *
 * `step` runs once, on types: what it uses from outside is the same in every step, and variables that it assigns
 * (random counters, say) are carried along.
 *
 * @example scan((total, x) => [total.add(x), total], tensor(0), tensor([1, 2, 3])) // => 6 and [0, 1, 3]
 */
export function scan<C, X, Y>(
  step: (carry: C, x: X) => readonly [C, Y],
  carry: C & Tree<C>,
  xs: X & Tree<X>,
  options: ScanOptions = {},
): readonly [C, Y] {
  const first = leaves(carry);
  const sequences = leaves(xs);
  const length = lengthOf(sequences, options.length);
  let shapeOfY: Y | undefined;
  const parameters = [...first, ...sequences.map(({ dtype, shape }) => ({ dtype, shape: shape.slice(1) }))];
  const closure = trace(
    'scan',
    (values) => {
      const [next, y] = step(fillTree(carry, values.slice(0, first.length)), fillTree(xs, values.slice(first.length)));
      shapeOfY = y;
      checkCarry(first, leaves(next));
      return [...leaves(next), ...leaves(y)];
    },
    parameters,
  );
  const loop = assemble(closure, first.length, sequences.length);
  const attributes: ScanAttributes = {
    length,
    carries: first.length + closure.assigned.length,
    sequences: sequences.length,
    reverse: options.reverse ?? false,
    recompute: options.recompute ?? false,
    body: loop.body,
  };
  const operands = [...first, ...closure.assigned.map((variable) => variable.value), ...sequences, ...loop.outside()];
  const interpreter = operands.length > 0 ? interpreterFor('scan', operands) : (current() ?? eager);
  const results = interpreter.scan(operands, attributes);
  for (const [i, variable] of closure.assigned.entries()) variable.assign(results[first.length + i]);
  if (shapeOfY === undefined) throw new Error('scan: the step was not traced');
  return [fillTree(carry, results.slice(0, first.length)), fillTree(shapeOfY, results.slice(attributes.carries))];
}

/** Brings inputs and outputs into a scan's order: carries (assigned variables last), sequences, what lies outside. */
function assemble(closure: Closure, carries: number, sequences: number): { readonly body: Graph; outside(): readonly Tensor[] } {
  const { graph, captures, reads, assigned } = closure;
  const parameters = carries + sequences;
  const readAt = (i: number): Id => graph.inputs[parameters + captures.length + i];
  const results = graph.outputs.length - assigned.length;
  const only = reads.filter((variable) => !assigned.includes(variable));
  const body: Graph = {
    nodes: graph.nodes,
    inputs: [
      ...graph.inputs.slice(0, carries),
      ...assigned.map((variable) => readAt(reads.indexOf(variable))),
      ...graph.inputs.slice(carries, parameters),
      ...graph.inputs.slice(parameters, parameters + captures.length),
      ...only.map((variable) => readAt(reads.indexOf(variable))),
    ],
    outputs: [...graph.outputs.slice(0, carries), ...graph.outputs.slice(results), ...graph.outputs.slice(carries, results)],
  };
  return { body, outside: () => [...captures, ...only.map((variable) => variable.value)] };
}

function lengthOf(sequences: readonly Tensor[], length: number | undefined): number {
  const lengths = new Set(sequences.map(({ shape }) => shape[0]));
  if (length !== undefined) lengths.add(length);
  const [n] = lengths;
  if (lengths.size === 1 && Number.isInteger(n) && n >= 0) return n;
  if (lengths.size === 0) throw new ArgumentError('scan: without sequences, options.length says how many steps');
  throw new ShapeError(`scan: the first axes of the sequences differ: ${[...lengths].join(', ')}`);
}

function checkCarry(before: readonly TensorType[], after: readonly TensorType[]): void {
  if (before.length !== after.length)
    throw new ShapeError(`scan: the carry has ${before.length} tensors, the step returned ${after.length}`);
  for (const [i, type] of before.entries()) {
    const next = after[i];
    if (type.dtype !== next.dtype) throw new DTypeError(`scan: the carry is ${showType(type)}, the step returned ${showType(next)}`);
    if (!sameShape(type.shape, next.shape))
      throw new ShapeError(`scan: the carry is ${showType(type)}, the step returned ${showType(next)}`);
  }
}

/** The type of each result of a body. */
export function resultTypes(body: Graph): readonly TensorType[] {
  return body.outputs.map((id) => typesOf(body.nodes[id])[0]);
}
