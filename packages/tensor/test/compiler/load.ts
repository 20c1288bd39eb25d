import { prune, share, simplify, trace } from '@gradus/tensor/extend';
import { plan } from '../../src/compiler/plan/index.js';
import { theEngine } from '../../src/engine/engine.js';
import { Loaded } from '../../src/engine/program.js';
import type { ArbitraryProgram } from '@gradus/tensor/testing';
import type { Engine } from '../../src/engine/engine.js';
import type { KernelFor } from '../../src/compiler/kernels/kernel.js';
import type { Sink, Source } from '../../src/compiler/plan/index.js';

/** The engine, which every machine that runs the tests has. */
export function engineHere(): Engine {
  const engine = theEngine();
  if (!engine) throw new Error('this machine has no WebAssembly');
  return engine;
}

/** A program in memory, as `jit` would have it, with these kernels. */
export function load({ run, inputs }: ArbitraryProgram, kernelFor: KernelFor): Loaded {
  const engine = engineHere();
  const { graph, captures, reads, assigned } = trace('program', run, inputs);
  const sources: Source[] = [
    ...inputs.map((): Source => ({ kind: 'argument' })),
    ...captures.map((value): Source => ({ kind: 'constant', value: value.dense() })),
    ...reads.map((_, home): Source => ({ kind: 'variable', home })),
  ];
  const sinks = graph.outputs.map((_, i): Sink => {
    const variable = assigned[i - (graph.outputs.length - assigned.length)];
    return variable ? { kind: 'variable', home: reads.indexOf(variable) } : { kind: 'result' };
  });
  const made = plan(simplify(prune(share(graph))), { kernelFor, target: engine.target, sources, sinks });
  return new Loaded(engine, made, reads, assigned);
}
