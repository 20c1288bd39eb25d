/**
 * Batching: an interpreter that runs each primitive once for many examples, on the interpreter below, with one more
 * axis. The batch axis is always the first; what does not depend on an example has none.
 */
import { current, eager, within } from '@gradus/tensor/extend';
import { ArgumentError, showShape, Tensor, TraceError } from '@gradus/tensor';
import { expectBelow } from '../levels.js';
import { batchedCallee } from './call.js';
import { batchedScan } from './scan.js';
import { batchRules } from './index.js';
import { elementwise } from './rule.js';
import type { DType, Dense, Shape, Variable } from '@gradus/tensor';
import type { Attributes, Callee, Interpreter, Operands, Primitive, PrimitiveName, ScanAttributes } from '@gradus/tensor/extend';
import type { Examples, Lane } from './rule.js';

/** One example standing for all: the value below has them along its first axis. */
class Batched extends Tensor {
  readonly interpreter: Batch;
  readonly value: Tensor;
  readonly shape: Shape;

  constructor(interpreter: Batch, value: Tensor) {
    super();
    this.interpreter = interpreter;
    this.value = value;
    this.shape = value.shape.slice(1);
  }
  override get dtype(): DType {
    return this.value.dtype;
  }
  override dense(): Dense {
    throw new TraceError(
      `${this.describe()} stands for ${this.value.shape[0]} examples of ${this.interpreter.name} and has no numbers of its own. ` +
        'Use where() instead of if, and read numbers of what the function returns.',
    );
  }
  override describe(): string {
    return `a ${this.dtype} ${showShape(this.shape)}`;
  }
}

class Batch implements Interpreter {
  readonly name: string;
  readonly below: Interpreter;
  readonly size: number;
  private readonly outside: Interpreter | undefined;
  private running: boolean = true;

  constructor(name: string, size: number) {
    this.name = name;
    this.size = size;
    this.outside = current();
    this.below = this.outside ?? eager;
  }

  get open(): boolean {
    return this.running;
  }

  close(): void {
    this.running = false;
  }

  run<P extends PrimitiveName>(primitive: Primitive<P>, operands: Operands<P, Tensor>, attributes: Attributes<P>): Tensor {
    const lanes = this.lanesOf(operands);
    if (!anyBatched(lanes)) return this.below.run(primitive, operands, attributes);
    const rule = batchRules[primitive.name] ?? elementwise(primitive);
    return new Batched(
      this,
      within(this.outside, () => rule(lanes, attributes, this.size)),
    );
  }

  scan(operands: readonly Tensor[], attributes: ScanAttributes): readonly Tensor[] {
    const lanes = operands.map((x) => this.lane(x));
    if (!anyBatched(lanes)) return this.below.scan(operands, attributes);
    return within(this.outside, () => batchedScan(batch, this, lanes, attributes)).map((lane) => this.wrap(lane));
  }

  call(callee: Callee, operands: readonly Tensor[]): readonly Tensor[] {
    const lanes = operands.map((x) => this.lane(x));
    if (!anyBatched(lanes)) return within(this.outside, () => this.below.call(callee, operands));
    const all = batchedCallee(batch, this, callee, lanes.map(({ batched }) => batched)); // prettier-ignore
    const values = lanes.map(({ value }) => value);
    return within(this.outside, () => this.below.call(all, values)).map((y) => new Batched(this, y));
  }

  splat(value: number, dtype: DType, shape: Shape): Tensor {
    return this.below.splat(value, dtype, shape);
  }

  read(variable: Variable): Tensor {
    return this.below.read(variable);
  }

  assign(variable: Variable, value: Tensor): void {
    if (!this.lane(value).batched) return this.below.assign(variable, value);
    throw new ArgumentError(
      `assign ${variable.name}: under ${this.name} there are ${this.size} values for one variable: return the value and assign a reduction of it`,
    );
  }

  wrap({ value, batched }: Lane): Tensor {
    return batched ? new Batched(this, value) : value;
  }

  lane(x: Tensor): Lane {
    return x instanceof Batched && x.interpreter === this ? { value: x.value, batched: true } : { value: x, batched: false };
  }

  // Tuples of operands stay tuples of the same length, which no type can say for all primitives at once.
  private lanesOf<P extends PrimitiveName>(operands: Operands<P, Tensor>): Operands<P, Lane>;
  private lanesOf(operands: readonly Tensor[]): readonly Lane[] {
    return operands.map((x) => this.lane(x));
  }
}

/** Runs `f` for all examples at once on lists of tensors. */
export function batch({ name, size }: Examples, f: (xs: readonly Tensor[]) => readonly Tensor[], lanes: readonly Lane[]): readonly Lane[] {
  const interpreter = new Batch(name, size);
  try {
    const ys = within(interpreter, () => f(lanes.map((lane) => interpreter.wrap(lane))));
    return ys.map((y) => {
      const { value, batched } = interpreter.lane(y);
      return { value: expectBelow(name, interpreter.below, value), batched };
    });
  } finally {
    interpreter.close();
  }
}

function anyBatched<P extends PrimitiveName>(lanes: Operands<P, Lane>): boolean;
function anyBatched(lanes: readonly Lane[]): boolean;
function anyBatched(lanes: readonly Lane[]): boolean {
  return lanes.some(({ batched }) => batched);
}
