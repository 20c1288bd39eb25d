/**
 * Reverse mode: an interpreter that runs each primitive on the interpreter below and writes down how to pull a
 * gradient back through it.
 */
import { current, eager, within } from '@gradus/tensor/extend';
import { ArgumentError, DTypeError, isFloat, showShape, Tensor } from '@gradus/tensor';
import { expectBelow } from './levels.js';
import { rules } from './rules/index.js';
import { scanRule } from './rules/scan.js';
import { splat } from './splat.js';
import { Tape } from './tape.js';
import type { DType, Dense, Shape, TensorType, Variable } from '@gradus/tensor';
import type { Attributes, Callee, Interpreter, Operands, Primitive, PrimitiveName, ScanAttributes } from '@gradus/tensor/extend';
import type { Slot, Thunks } from './tape.js';

/** A value that is being differentiated: the value below, and the slot where its gradient collects. */
class Dual extends Tensor {
  readonly primal: Tensor;
  readonly interpreter: Vjp;
  readonly slot: Slot;

  constructor(interpreter: Vjp, primal: Tensor, slot: Slot) {
    super();
    this.interpreter = interpreter;
    this.primal = primal;
    this.slot = slot;
  }
  override get dtype(): DType {
    return this.primal.dtype;
  }
  override get shape(): Shape {
    return this.primal.shape;
  }
  override dense(): Dense {
    return this.primal.dense();
  }
  override describe(): string {
    return `a ${this.dtype} ${showShape(this.shape)}`;
  }
}

/** Only what depends on a differentiated value is a Dual; constants stay values of the interpreter below. */
class Vjp implements Interpreter {
  readonly name: string;
  readonly below: Interpreter;
  private readonly outside: Interpreter | undefined;
  private readonly tape: Tape = new Tape();
  private readonly variables: ReadonlySet<Variable>;
  private readonly lifted: Map<Variable, Tensor> = new Map();
  private running: boolean = true;

  constructor(name: string, variables: readonly Variable[]) {
    this.name = name;
    this.outside = current();
    this.below = this.outside ?? eager;
    this.variables = new Set(variables);
  }

  get open(): boolean {
    return this.running;
  }

  close(): void {
    this.running = false;
  }

  run<P extends PrimitiveName>(primitive: Primitive<P>, operands: Operands<P, Tensor>, attributes: Attributes<P>): Tensor {
    const primals = this.primalsOf(operands);
    const y = this.below.run(primitive, primals, attributes);
    const rule = rules[primitive.name];
    const slots = this.slotsOf(operands);
    if (rule === 'constant' || !isFloat(y.dtype) || slots.every((slot) => slot === undefined)) return y;
    const [slot] = this.tape.record(primitive.name, [y], slots, ([dy]) => (dy ? thunksOf(rule(dy, y, primals, attributes)) : []));
    return new Dual(this, y, slot);
  }

  scan(operands: readonly Tensor[], attributes: ScanAttributes): readonly Tensor[] {
    const slots = this.slotsOf(operands);
    const primals = operands.map((x) => this.primal(x));
    if (slots.every((slot) => slot === undefined)) return this.below.scan(primals, attributes);
    const wanted = slots.map((slot) => slot !== undefined);
    const { results, pull } = within(this.outside, () => scanRule(differentiate, primals, wanted, attributes));
    return this.track('scan', results, slots, (dys) => pull(dys).map((dx) => () => dx));
  }

  call(callee: Callee, operands: readonly Tensor[]): readonly Tensor[] {
    const slots = this.slotsOf(operands);
    const primals = operands.map((x) => this.primal(x));
    // Below, and only there: what happens inside is not written down, `pull` is the derivative.
    const results = within(this.outside, () => this.below.call(callee, primals));
    if (slots.every((slot) => slot === undefined)) return results;
    return this.track(callee.name, results, slots, (dys) => {
      const full = dys.map((dy, i) => dy ?? splat(0, results[i]));
      return callee.pull(primals, results, full).map((dx) => () => dx);
    });
  }

  splat(value: number, dtype: DType, shape: Shape): Tensor {
    return this.below.splat(value, dtype, shape);
  }

  read(variable: Variable): Tensor {
    const known = this.lifted.get(variable);
    if (known) return known;
    const value = this.below.read(variable);
    if (!this.variables.has(variable)) return value;
    const dual = this.lift(value);
    this.lifted.set(variable, dual);
    return dual;
  }

  assign(variable: Variable, value: Tensor): void {
    if (this.variables.has(variable)) {
      throw new ArgumentError(
        `assign ${variable.name}: ${this.name} is differentiating this variable: assign it after the gradient is taken`,
      );
    }
    this.below.assign(variable, this.primal(value));
  }

  lift(value: Tensor): Tensor {
    return new Dual(this, value, this.tape.slot(value));
  }

  /** The value below: what is not a Dual of this level is a constant for it. */
  primal(x: Tensor): Tensor {
    return x instanceof Dual && x.interpreter === this ? x.primal : x;
  }

  slot(x: Tensor): Slot | undefined {
    return x instanceof Dual && x.interpreter === this ? x.slot : undefined;
  }

  /** The gradients of `xs` and of the variables, from those of `ys`. */
  pull(ys: readonly Tensor[], dys: readonly (Tensor | undefined)[], xs: readonly Tensor[]): readonly (Tensor | undefined)[] {
    const sources = ys.flatMap((y, i): [Slot | undefined, Tensor][] => {
      const dy = dys[i];
      return dy ? [[this.slot(y), dy]] : [];
    });
    const read = [...this.variables].map((variable) => this.lifted.get(variable));
    return this.tape.backward(sources, [...xs, ...read].map((x) => (x ? this.slot(x) : undefined))); // prettier-ignore
  }

  private track(
    name: string,
    results: readonly Tensor[],
    slots: readonly (Slot | undefined)[],
    pull: (dys: readonly (Tensor | undefined)[]) => Thunks,
  ): readonly Tensor[] {
    const own = this.tape.record(name, results, slots, pull);
    return results.map((y, i) => (isFloat(y.dtype) ? new Dual(this, y, own[i]) : y));
  }

  private slotsOf(operands: readonly Tensor[]): readonly (Slot | undefined)[] {
    return operands.map((x) => this.slot(x));
  }

  // Tuples of operands stay tuples of the same length, which no type can say for all primitives at once.
  private primalsOf<P extends PrimitiveName>(operands: Operands<P, Tensor>): Operands<P, Tensor>;
  private primalsOf(operands: readonly Tensor[]): readonly Tensor[] {
    return operands.map((x) => this.primal(x));
  }
}

function thunksOf<P extends PrimitiveName>(thunks: Operands<P, (() => Tensor) | undefined>): Thunks;
function thunksOf(thunks: Thunks): Thunks {
  return thunks;
}

/** Results, and how to pull gradients of them back; undefined stands for a gradient of zero everywhere. */
export interface Linearized {
  readonly ys: readonly Tensor[];
  /** Gradients of the operands, then of the variables. */
  pull(dys: readonly (Tensor | undefined)[]): readonly (Tensor | undefined)[];
}

/**
 * Runs `f` on lists of tensors and keeps what its derivative needs: what `vjp`, `grad` and the rule of loops share.
 * Operands that are not `wanted` (all floats are, unless told) are constants.
 */
export function differentiate(
  name: string,
  f: (xs: readonly Tensor[]) => readonly Tensor[],
  xs: readonly Tensor[],
  options: { readonly wanted?: readonly boolean[]; readonly variables?: readonly Variable[] } = {},
): Linearized {
  const { wanted = xs.map((x) => isFloat(x.dtype)), variables = [] } = options;
  const interpreter = new Vjp(name, variables);
  const operands = xs.map((x, i) => (wanted[i] ? interpreter.lift(x) : x));
  try {
    const results = within(interpreter, () => f(operands));
    const ys = results.map((y) => expectBelow(name, interpreter.below, interpreter.primal(y)));
    return { ys, pull: (dys) => interpreter.pull(results, dys, operands) };
  } finally {
    interpreter.close();
  }
}

/** Refuses what has no derivative. */
export function expectFloat(name: string, what: string, { dtype, shape }: TensorType): void {
  if (isFloat(dtype)) return;
  throw new DTypeError(`${name}: only floats differentiate: ${what} is ${dtype} ${showShape(shape)}; close over it instead`);
}
