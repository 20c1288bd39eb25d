/**
 * `jit`: a function as a program. It is traced once for each signature of its arguments (structure, shapes, element
 * types, fixed values) and from then on the recorded graph runs, reading and assigning variables as the function would.
 */
import { current } from './dispatch.js';
import { ArgumentError } from './errors.js';
import { eager } from './interpreter/eager.js';
import { trace } from './interpreter/trace.js';
import { print } from './compiler/graph.js';
import { replay } from './compiler/replay.js';
import { share } from './compiler/share.js';
import { prune } from './compiler/prune.js';
import { fillTree, leaves, signature } from './tree.js';
import type { Closure } from './interpreter/trace.js';
import type { Graph } from './compiler/graph.js';
import type { Tensor } from './tensor.js';

/** What one signature of a function became. */
export interface Program {
  readonly signature: string;
  readonly graph: Graph;
  /** The graph as text. */
  toString(): string;
}

export interface Jitted<A extends readonly unknown[], R> {
  (...args: A): R;
  /** Traces for these arguments without running: afterwards every variable that the function makes exists. */
  prepare(...args: A): void;
  /** One program a signature, in order of first use. */
  readonly programs: readonly Program[];
}

export interface JitOptions {
  /** What messages call the function. @defaultValue the function's own name */
  readonly name?: string;
  /** How many programs are kept; the oldest goes first. @defaultValue 64 */
  readonly limit?: number;
}

class Compiled<R> implements Program {
  readonly signature: string;
  readonly graph: Graph;
  private readonly closure: Closure;
  private readonly result: R;

  constructor(key: string, closure: Closure, result: R) {
    this.signature = key;
    this.closure = closure;
    this.result = result;
    this.graph = prune(share(closure.graph));
  }

  run(inputs: readonly Tensor[]): R {
    const { captures, reads, assigned } = this.closure;
    const outputs = replay(eager, this.graph, [...inputs, ...captures, ...reads.map((variable) => variable.peek())]);
    const results = outputs.length - assigned.length;
    // Only now: an error in the middle must leave every variable as it was.
    for (const [i, variable] of assigned.entries()) variable.put(outputs[results + i]);
    return fillTree(this.result, outputs.slice(0, results));
  }

  toString(): string {
    return print(this.graph);
  }
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
  const programs = new Map<string, Compiled<R>>();
  const find = (args: A): Compiled<R> => {
    const key = signature(args);
    const known = programs.get(key);
    if (known) return known;
    const made = compile(name, key, f, args);
    programs.set(key, made);
    const [oldest] = programs.keys();
    if (programs.size > (options.limit ?? 64) && oldest !== undefined) programs.delete(oldest);
    return made;
  };
  const call = (...args: A): R => (current() ? f(...args) : find(args).run(leaves(args)));
  return Object.defineProperties(
    Object.assign(call, {
      prepare: (...args: A): void => {
        find(args);
      },
      programs: [],
    }),
    { programs: { get: () => [...programs.values()] } },
  );
}

function compile<A extends readonly unknown[], R>(name: string, key: string, f: (...args: A) => R, args: A): Compiled<R> {
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
  return new Compiled(key, closure, results[0]);
}
