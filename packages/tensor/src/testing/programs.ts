/**
 * Arbitrary programs: what every pass of the compiler, and the compiler as a whole, is held to.
 *
 * A program is a list of numbers, read as steps that each make new values of earlier ones, so that a failing one
 * shrinks well. All families of primitives take part, in all element types, on awkward shapes, in loops and calls.
 */
import fc from 'fast-check';
import { ArgumentError, DTypeError, ShapeError } from '../errors.js';
import { moves, reductions, products, lookups, loops, pointwise, wholes } from './steps.js';
import { tensor } from '../create.js';
import { tensors } from './tensors.js';
import { Variable } from '../variable.js';
import { showType } from '../compiler/graph.js';
import { trace } from '../interpreter/trace.js';
import type { Graph } from '../compiler/graph.js';
import type { Step } from './steps.js';
import type { Tensor } from '../tensor.js';

/** A function of lists of tensors, which may read and assign variables, with arguments for it. */
export interface ArbitraryProgram {
  readonly inputs: readonly Tensor[];
  readonly variables: readonly Variable[];
  readonly run: (inputs: readonly Tensor[]) => readonly Tensor[];
  toString(): string;
}

export interface ProgramsOptions {
  /** The most steps. @defaultValue 12 */
  readonly steps?: number;
  /** Smooth steps only: values differentiate, and small changes stay small. @defaultValue false */
  readonly smooth?: boolean;
}

/** Programs. */
export function programs({ steps = 12, smooth = false }: ProgramsOptions = {}): fc.Arbitrary<ArbitraryProgram> {
  const code = fc.array(fc.tuple(fc.nat({ max: 999 }), fc.nat({ max: 99 }), fc.nat({ max: 99 })), { minLength: 1, maxLength: steps });
  const inputs = fc.tuple(
    tensors({ rank: [2, 3] }),
    tensors({ rank: [1, 2], size: [1, 6] }),
    tensors({ rank: [0, 2], size: [1, 4] }),
    tensors({ rank: 0, dtype: 'int32', min: 0, max: 9 }),
  );
  const table = smooth ? smoothSteps : allSteps;
  return fc.tuple(code, inputs).map(([list, values]) => {
    const variable = new Variable(tensor([0.5, -0.25, 1]), { name: 'state' });
    const show = (): string => `${JSON.stringify(list)} on ${values.map((x) => `[${x.shape.join(',')}]`).join(' ')}`;
    return { inputs: values, variables: [variable], run: (xs) => interpret(list, xs, variable, table), toString: show };
  });
}

type Code = readonly (readonly [number, number, number])[];

const smoothSteps: readonly Step[] = [...pointwise, ...pointwise, ...moves, ...reductions, ...products, ...loops];
const allSteps: readonly Step[] = [...smoothSteps, ...pointwise, ...wholes, ...lookups];

/** Values larger than this are summed, so that no program grows out of hand. */
const large = 600;

function interpret(code: Code, inputs: readonly Tensor[], variable: Variable, table: readonly Step[]): readonly Tensor[] {
  const pool = inputs.slice();
  // Recent values are taken more often, so that chains grow.
  const pick = (n: number): Tensor => pool[n % 3 === 0 ? Math.floor(n / 3) % pool.length : Math.max(0, pool.length - 1 - (n % 4))];
  for (const [which, a, b] of code) {
    for (const y of attempt(table[which % table.length], pick(a), pick(b), which, variable)) pool.push(y.size > large ? y.sum(0) : y);
  }
  const made = pool.slice(inputs.length);
  return made.length === 0 ? pool.slice(0, 1) : [...made.slice(-3), made[0]];
}

/** A step whose operands do not fit makes nothing: that depends on shapes only, so it is the same in every interpreter. */
function attempt(step: Step, x: Tensor, z: Tensor, n: number, variable: Variable): readonly Tensor[] {
  try {
    return step(x, z, n, variable);
  } catch (error) {
    if (error instanceof ShapeError || error instanceof ArgumentError || error instanceof DTypeError) return [];
    throw error;
  }
}

/** What a program is as a graph, with a value for every input of it: arguments, captures, variables. */
export function traced({ run, inputs }: ArbitraryProgram): { readonly graph: Graph; readonly values: readonly Tensor[] } {
  const { graph, captures, reads } = trace('program', run, inputs);
  return { graph, values: [...inputs, ...captures, ...reads.map((variable) => variable.peek())] };
}

/** Refuses lists of tensors that are not equal bit for bit (NaN is NaN). */
export function expectSameBits(actual: readonly Tensor[], expected: readonly Tensor[]): void {
  if (actual.length !== expected.length) throw new Error(`${actual.length} results for ${expected.length}`);
  for (const [i, x] of actual.entries()) {
    const y = expected[i];
    if (showType(x) !== showType(y)) throw new Error(`result ${i} is ${showType(x)}, not ${showType(y)}`);
    const [a, b] = [x.data(), y.data()];
    const at = a.findIndex((value, k) => !Object.is(value, b[k]));
    if (at >= 0) throw new Error(`result ${i}, ${showType(x)}, at ${at}: ${a[at]}, not ${b[at]}`);
  }
}
