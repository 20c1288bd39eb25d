/**
 * Large work outside of compiled functions: the kernels that programs use, through programs of one primitive each.
 *
 * Numbers are copied into the engine's memory and out again, so only work counts that takes much longer than that:
 * products and convolutions, and functions that are polynomials underneath. Results may differ from the reference's in
 * the last bits, as those of programs do; float64 stays with the reference.
 */
import { current, within } from './dispatch.js';
import { theEngine } from './engine/engine.js';
import { eager } from './interpreter/eager.js';
import { jit } from './jit.js';
import { signature } from './tree.js';
import type { Interpreter } from './dispatch.js';
import type { Jitted } from './jit.js';
import type { Attributes, Operands, Primitive, PrimitiveName } from './primitive.js';
import type { Tensor } from './tensor.js';

/** From so many multiplications on, and from so many elements on: about a tenth of a millisecond for the reference. */
const [manyMultiplications, manyElements] = [2 ** 17, 2 ** 14];

const slowFunctions: ReadonlySet<PrimitiveName> = new Set([
  'exp',
  'expm1',
  'log',
  'log1p',
  'tanh',
  'sigmoid',
  'softplus',
  'erf',
  'sin',
  'cos',
  'pow',
]);

/** Whether the reference would take long over it. */
function isLarge(name: PrimitiveName, operands: readonly Tensor[]): boolean {
  const [a, b] = operands;
  if (a.dtype !== 'float32') return false;
  if (name === 'matmul') return a.size * (b.size / (a.shape.at(-1) ?? 1)) >= manyMultiplications;
  if (name === 'conv' || name === 'convInput' || name === 'convKernel') return a.size * b.size >= 8 * manyMultiplications;
  return a.size >= manyElements && slowFunctions.has(name);
}

type Program = Jitted<readonly [readonly Tensor[]], Tensor>;

class Accelerator {
  /** The one used last stands last. */
  private readonly programs: Map<string, Program> = new Map();

  /** The result, where an emitted kernel makes it. */
  run<P extends PrimitiveName>(primitive: Primitive<P>, operands: Operands<P, Tensor>, attributes: Attributes<P>): Tensor | undefined {
    const xs = listOf(operands);
    if (!isLarge(primitive.name, xs)) return undefined;
    const engine = theEngine();
    // In the middle of a program its memory must not move.
    if (!engine || engine.running) return undefined;
    const key = `${primitive.name} ${signature(xs)} ${JSON.stringify(attributes)}`;
    const traced = (values: readonly Tensor[]): Tensor => call(current() ?? eager, primitive, values, attributes);
    const program = this.programs.get(key) ?? jit(traced, { name: primitive.name });
    this.keep(key, program);
    return within(undefined, () => program(xs));
  }

  private keep(key: string, program: Program): void {
    this.programs.delete(key);
    this.programs.set(key, program);
    const [oldest] = this.programs;
    if (this.programs.size <= kept || !oldest) return;
    oldest[1].close();
    this.programs.delete(oldest[0]);
  }
}

/** How many programs of one primitive stay. */
const kept = 16;

// Tuples of operands are lists, which no type can say for all primitives at once.
function listOf<P extends PrimitiveName>(operands: Operands<P, Tensor>): readonly Tensor[];
function listOf(operands: readonly Tensor[]): readonly Tensor[] {
  return operands;
}

interface Untyped {
  run(primitive: { readonly name: PrimitiveName }, operands: readonly Tensor[], attributes: object): Tensor;
}

function call<P extends PrimitiveName>(
  interpreter: Interpreter,
  primitive: Primitive<P>,
  operands: readonly Tensor[],
  attributes: Attributes<P>,
): Tensor;
function call(interpreter: Untyped, primitive: { readonly name: PrimitiveName }, operands: readonly Tensor[], attributes: object): Tensor {
  return interpreter.run(primitive, operands, attributes);
}

/** From now on, large work goes to the engine; called where the first tensors are made. */
export function accelerate(): void {
  eager.large ??= new Accelerator();
}
