/**
 * `jit`: a function as a program. It is traced once for each signature of its arguments (structure, shapes, element
 * types, fixed values) and from then on a compiled program runs, reading and assigning variables as the function would.
 */
import { current } from './dispatch.js';
import { ArgumentError } from './errors.js';
import { trace } from './interpreter/trace.js';
import { fillTree, leaves, signature } from './tree.js';
import { Compiled } from './program.js';
import { fits, patternOf } from './pattern.js';
import type { ExplainOptions, Program } from './program.js';
import type { Tensor } from './tensor.js';

export interface Jitted<A extends readonly unknown[], R> {
  (...args: A): R;
  /** Traces for these arguments without running: afterwards every variable that the function makes exists. */
  prepare(...args: A): void;
  /** The plan of the program that ran last, as text: kernels, costs, memory, what runs without a kernel of its own. */
  explain(options?: ExplainOptions): string;
  /** Gives back the memory of all programs; another call compiles anew. */
  close(): void;
  /** One program a signature, the last one used first. */
  readonly programs: readonly Program[];
}

export interface JitOptions {
  /** What messages call the function. @defaultValue the function's own name */
  readonly name?: string;
  /** How many programs are kept; the one not used for longest goes first. @defaultValue 64 */
  readonly limit?: number;
}

/**
 * Traces `f` once for each signature and runs the recorded program after. Numbers, strings and truth values among the
 * arguments are part of the signature; numbers that `f` closes over are frozen at the first call. Under another
 * transform (`grad(jit(f))`) f runs as it is.
 *
 * @throws TraceError where `f` asks for numbers that do not exist yet, or a value of the trace leaks out of it
 */
export function jit<A extends readonly unknown[], R>(f: (...args: A) => R, options: JitOptions = {}): Jitted<A, R> {
  const name = `jit(${options.name ?? (f.name || 'anonymous')})`;
  // The most recently used first.
  let programs: readonly Compiled<R>[] = [];
  const inputs: Tensor[] = [];
  const find = (args: A): Compiled<R> => {
    for (const program of programs) {
      inputs.length = 0;
      if (!fits(program.pattern, args, inputs)) continue;
      if (program !== programs[0]) programs = [program, ...programs.filter((other) => other !== program)];
      return program;
    }
    const made = compile(name, f, args);
    inputs.length = 0;
    inputs.push(...leaves(args));
    const limit = options.limit ?? 64;
    for (const program of programs.slice(limit - 1)) program.close();
    programs = [made, ...programs.slice(0, limit - 1)];
    return made;
  };
  const call = (...args: A): R => (current() ? f(...args) : find(args).run(inputs));
  return Object.defineProperties(
    Object.assign(call, {
      prepare: (...args: A): void => {
        find(args);
      },
      explain: ({ profile = false }: ExplainOptions = {}): string => {
        const [program] = programs;
        return program ? program.explain(name, profile ? inputs : undefined) : `${name}: nothing has run yet`;
      },
      close: (): void => {
        for (const program of programs) program.close();
        programs = [];
      },
      programs: [],
    }),
    { programs: { get: () => programs } },
  );
}

function compile<A extends readonly unknown[], R>(name: string, f: (...args: A) => R, args: A): Compiled<R> {
  const results: R[] = [];
  const closure = trace(
    name,
    (values) => {
      const result = f(...fillTree(args, values));
      if (result instanceof Promise) {
        result.catch(() => undefined);
        throw new ArgumentError(`${name}: the function is async. Await the data first, then call it with the data.`);
      }
      results.push(result);
      return leaves(result);
    },
    leaves(args),
  );
  return new Compiled(signature(args), patternOf(args), closure, results[0]);
}
