/** The interpreter that holds numbers: it runs the reference kernel at once. */
import { allocate } from '../dtype.js';
import { leaked } from '../dispatch.js';
import { replay } from '../compiler/replay.js';
import { showType, typesOf } from '../compiler/graph.js';
import { sizeOf } from '../shape.js';
import { Tensor } from '../tensor.js';
import type { Callee, Interpreter } from '../dispatch.js';
import type { Node, ScanAttributes } from '../compiler/graph.js';
import type { DType } from '../dtype.js';
import type { Attributes, Dense, Operands, Primitive, PrimitiveName, TensorType } from '../primitive.js';
import type { Shape } from '../shape.js';
import type { Variable } from '../variable.js';

/** A tensor with numbers: a flat, row-major array that nobody changes. */
export class EagerTensor extends Tensor {
  private readonly value: Dense;

  constructor(value: Dense) {
    super();
    this.value = value;
  }
  override get dtype(): DType {
    return this.value.dtype;
  }
  override get shape(): Shape {
    return this.value.shape;
  }
  override get interpreter(): Interpreter {
    return eager;
  }
  override dense(): Dense {
    return this.value;
  }
  override describe(): string {
    return `a tensor ${showType(this)}`;
  }
}

/** Who takes large work off the reference kernels. */
export interface Large {
  /** The result; undefined where the reference is to compute it. */
  run<P extends PrimitiveName>(primitive: Primitive<P>, operands: Operands<P, Tensor>, attributes: Attributes<P>): Tensor | undefined;
}

/** Numbers at once; a subclass may look at them. */
export class Eager implements Interpreter {
  readonly name: string = 'eager';
  readonly below: undefined;
  readonly open: boolean = true;
  large: Large | undefined;

  run<P extends PrimitiveName>(primitive: Primitive<P>, operands: Operands<P, Tensor>, attributes: Attributes<P>): Tensor {
    const values = numbersOf(primitive, operands);
    const large = this.large?.run(primitive, operands, attributes);
    if (large) return large;
    const { dtype, shape } = primitive.type(values, attributes);
    if (primitive.alias) return new EagerTensor({ dtype, shape, data: firstOf(values).data });
    const y = blank({ dtype, shape });
    primitive.kernel(y, values, attributes);
    return new EagerTensor(y);
  }

  scan(operands: readonly Tensor[], { body, carries, sequences, length, reverse }: ScanAttributes): readonly Tensor[] {
    let carry = operands.slice(0, carries);
    const xs = operands.slice(carries, carries + sequences).map((x) => x.dense());
    const captures = operands.slice(carries + sequences);
    const ys = body.outputs.slice(carries).map((id) => blank(stacked(body.nodes[id], length)));
    for (let step = 0; step < length; step++) {
      const t = reverse ? length - 1 - step : step;
      const results = replay(this, body, [...carry, ...xs.map((x) => new EagerTensor(rowOf(x, t))), ...captures]);
      carry = results.slice(0, carries);
      for (const [i, y] of ys.entries()) rowOf(y, t).data.set(results[carries + i].dense().data);
    }
    return [...carry, ...ys.map((y) => new EagerTensor(y))];
  }

  call(callee: Callee, operands: readonly Tensor[]): readonly Tensor[] {
    return callee.forward(operands);
  }

  splat(value: number, dtype: DType, shape: Shape): Tensor {
    const y = blank({ dtype, shape });
    y.data.fill(value);
    return new EagerTensor(y);
  }

  read(variable: Variable): Tensor {
    return variable.peek();
  }

  assign(variable: Variable, value: Tensor): void {
    variable.put(value);
  }
}

/** The one interpreter of numbers; transforms stand on it. */
export const eager: Eager = new Eager();

/** Zeros of a type. */
export function blank({ dtype, shape }: TensorType): Dense {
  return { dtype, shape, data: allocate(dtype, sizeOf(shape)) };
}

function stacked(node: Node, length: number): TensorType {
  const [{ dtype, shape }] = typesOf(node);
  return { dtype, shape: [length, ...shape] };
}

/** Row `t` of the leading axis: a window onto the same memory. */
function rowOf({ dtype, shape, data }: Dense, t: number): Dense {
  const row = shape.slice(1);
  const size = sizeOf(row);
  return { dtype, shape: row, data: data.subarray(t * size, (t + 1) * size) };
}

// Tuples of operands stay tuples of the same length, which no type can say for all primitives at once.
function numbersOf<P extends PrimitiveName>(primitive: Primitive<P>, operands: Operands<P, Tensor>): Operands<P, Dense>;
function numbersOf(primitive: { readonly name: string }, operands: readonly Tensor[]): readonly Dense[] {
  return operands.map((operand) => {
    if (operand instanceof EagerTensor) return operand.dense();
    throw leaked(primitive.name, operand);
  });
}

function firstOf(values: readonly Dense[]): Dense {
  return values[0];
}
