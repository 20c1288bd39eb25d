/**
 * Who computes an operation: the innermost transform that is open, else the interpreter that made the operand.
 *
 * There is no stack, only the innermost interpreter and, in each, the one below. `dispatch` knows no interpreter
 * itself, so that primitives can import it without a cycle.
 */
import { TraceError } from './errors.js';
import type { DType } from './dtype.js';
import type { Attributes, Operands, Primitive, PrimitiveName } from './primitive.js';
import type { ScanAttributes } from './compiler/graph.js';
import type { Shape } from './shape.js';
import type { Tensor } from './tensor.js';
import type { Variable } from './variable.js';

/** A part of a computation that an interpreter may treat as one: its meaning is `forward`, its derivative `pull`. */
export interface Callee {
  readonly name: string;
  forward(operands: readonly Tensor[]): readonly Tensor[];
  /** The gradient of every operand from those of the results; undefined where none flows. */
  pull(operands: readonly Tensor[], results: readonly Tensor[], dys: readonly Tensor[]): readonly (Tensor | undefined)[];
}

/** One way to give meaning to primitives: run, record, differentiate, batch. */
export interface Interpreter {
  readonly name: string;
  /** The interpreter in whose terms this one works; undefined for the one that holds numbers. */
  readonly below: Interpreter | undefined;
  /** Whether it still runs: a value that outlives its interpreter is an error. */
  readonly open: boolean;
  run<P extends PrimitiveName>(primitive: Primitive<P>, operands: Operands<P, Tensor>, attributes: Attributes<P>): Tensor;
  /** The one loop; see `scan`. */
  scan(operands: readonly Tensor[], attributes: ScanAttributes): readonly Tensor[];
  /** Runs `callee.forward`, and where a derivative is asked for, takes it from `callee.pull`. */
  call(callee: Callee, operands: readonly Tensor[]): readonly Tensor[];
  /** A tensor filled with one number. */
  splat(value: number, dtype: DType, shape: Shape): Tensor;
  read(variable: Variable): Tensor;
  assign(variable: Variable, value: Tensor): void;
}

let innermost: Interpreter | undefined;

/** The transform that is running now, if any. */
export function current(): Interpreter | undefined {
  return innermost;
}

/** Runs `body` with `interpreter` as the innermost one (undefined: outside every transform), whatever it throws. */
export function within<T>(interpreter: Interpreter | undefined, body: () => T): T {
  const outer = innermost;
  innermost = interpreter;
  try {
    return body();
  } finally {
    innermost = outer;
  }
}

/** The error for a tensor whose interpreter has returned, or does not run here. */
export function leaked(operation: string, operand: Tensor): TraceError {
  const [state, advice] = operand.interpreter.open
    ? ['does not run here', 'Pass it as an argument instead of closing over it.']
    : ['has returned', 'Return it from the function instead of keeping it.'];
  return new TraceError(
    `${operation}: an operand belongs to ${operand.interpreter.name}, which ${state}: ${operand.describe()}. ${advice}`,
  );
}

/** Who computes `operation`; the only place where an operand's owner is asked. */
export function interpreterFor(operation: string, operands: readonly Tensor[]): Interpreter {
  if (innermost) return innermost;
  if (operands.length === 0) throw new TypeError(`${operation}: at least one operand must be a tensor`);
  for (const operand of operands) {
    // An owner that works in terms of another one is a transform; with none running, it can only have returned.
    if (operand.interpreter.below || !operand.interpreter.open) throw leaked(operation, operand);
  }
  return operands[0].interpreter;
}

/** Hands a primitive to its interpreter. */
export function dispatch<P extends PrimitiveName>(
  primitive: Primitive<P>,
  operands: Operands<P, Tensor> & readonly Tensor[],
  attributes: Attributes<P>,
): Tensor {
  return interpreterFor(primitive.name, operands).run(primitive, operands, attributes);
}
