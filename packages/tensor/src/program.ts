/** What one signature of a jitted function became: a graph, and, from its first run on, a plan in memory. */
import { kernelFor } from './compiler/kernels/index.js';
import { explain } from './compiler/explain.js';
import { print } from './compiler/graph.js';
import { plan } from './compiler/plan/index.js';
import { prune } from './compiler/prune.js';
import { replay } from './compiler/replay.js';
import { share } from './compiler/share.js';
import { simplify } from './compiler/simplify.js';
import { theEngine } from './engine/engine.js';
import { profile } from './engine/profile.js';
import { Loaded } from './engine/program.js';
import { eager } from './interpreter/eager.js';
import { fillTree } from './tree.js';
import type { Graph } from './compiler/graph.js';
import type { Sink, Source } from './compiler/plan/index.js';
import type { Plan } from './compiler/plan/plan.js';
import type { Engine } from './engine/engine.js';
import type { Closure } from './interpreter/trace.js';
import type { Pattern } from './pattern.js';
import type { Tensor } from './tensor.js';

/** What one signature of a function became. */
export interface Program {
  readonly signature: string;
  /** What was traced, without what nobody needs. */
  readonly graph: Graph;
  /** The graph that is planned: after all passes. */
  readonly compiled: Graph;
  /** How many bytes it needs while it runs, beside its variables: known before its first run. */
  readonly memory: number;
  /** The graph as text. */
  toString(): string;
}

export interface ExplainOptions {
  /** Runs the program a few times, variables unchanged, and says how long each instruction takes. @defaultValue false */
  readonly profile?: boolean;
}

export class Compiled<R> implements Program {
  readonly signature: string;
  readonly pattern: Pattern;
  readonly graph: Graph;
  private readonly closure: Closure;
  private readonly result: R;
  private simplified: Graph | undefined;
  private planned: Plan | undefined;
  private loaded: Loaded | undefined;

  constructor(signature: string, pattern: Pattern, closure: Closure, result: R) {
    this.signature = signature;
    this.pattern = pattern;
    this.closure = closure;
    this.result = result;
    this.graph = prune(share(closure.graph));
  }

  get compiled(): Graph {
    return (this.simplified ??= simplify(this.graph));
  }

  get memory(): number {
    const engine = theEngine();
    return engine ? this.planFor(engine).arena : 0;
  }

  run(inputs: readonly Tensor[]): R {
    const engine = theEngine();
    if (!engine) return this.interpret(inputs);
    this.loaded ??= this.load(engine);
    try {
      return fillTree(this.result, this.loaded.run(inputs));
    } catch (error) {
      // A kernel can only trap; the reference says what it trapped on.
      if (error instanceof WebAssembly.RuntimeError) this.interpret(inputs);
      throw error;
    }
  }

  /**
   * What runs, instruction by instruction, with what it costs.
   *
   * @param inputs - to measure on
   */
  explain(name: string, inputs: readonly Tensor[] | undefined): string {
    const engine = theEngine();
    if (!engine) return `${name}: no WebAssembly here; the reference runs ${this.graph.nodes.length} nodes`;
    const past = this.loaded ? `\n${name} ${this.loaded.history}` : '';
    if (!inputs) return explain(name, this.planFor(engine)) + past;
    this.loaded ??= this.load(engine);
    return explain(name, this.planFor(engine), profile(this.loaded, inputs)) + past;
  }

  /** Gives the memory back; another run takes it again. */
  close(): void {
    this.loaded?.close();
    this.loaded = undefined;
  }

  toString(): string {
    return print(this.graph);
  }

  private interpret(inputs: readonly Tensor[]): R {
    const { captures, reads, assigned } = this.closure;
    const outputs = replay(eager, this.graph, [...inputs, ...captures, ...reads.map((variable) => variable.peek())]);
    const results = outputs.length - assigned.length;
    // Only now: an error in the middle must leave every variable as it was.
    for (const [i, variable] of assigned.entries()) variable.put(outputs[results + i]);
    return fillTree(this.result, outputs.slice(0, results));
  }

  private load(engine: Engine): Loaded {
    const { reads, assigned } = this.closure;
    return new Loaded(engine, this.planFor(engine), reads, assigned);
  }

  private planFor({ target }: Engine): Plan {
    return (this.planned ??= plan(this.compiled, { kernelFor, target, sources: this.sources(), sinks: this.sinks() }));
  }

  private sources(): readonly Source[] {
    const { captures, reads } = this.closure;
    const parameters = this.graph.inputs.length - captures.length - reads.length;
    return [
      ...Array.from({ length: parameters }, (): Source => ({ kind: 'argument' })),
      ...captures.map((value): Source => ({ kind: 'constant', value: value.dense() })),
      ...reads.map((_, home): Source => ({ kind: 'variable', home })),
    ];
  }

  private sinks(): readonly Sink[] {
    const { reads, assigned } = this.closure;
    return [
      ...Array.from({ length: this.graph.outputs.length - assigned.length }, (): Sink => ({ kind: 'result' })),
      ...assigned.map((variable): Sink => ({ kind: 'variable', home: reads.indexOf(variable) })),
    ];
  }
}
