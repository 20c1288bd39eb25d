/** Graph to plan: the last stage before bytes. */
import { typesOf } from '../graph.js';
import { lastRefusal } from './aliases.js';
import { Buffer, denseLayout, Spot, spanOf } from './buffer.js';
import { Lowering } from './lower.js';
import { homeLayout, matricesOf, valueLayout } from './pitch.js';
import { Planner } from './planner.js';
import type { Graph } from '../graph.js';
import type { KernelFor, Target } from '../kernels/kernel.js';
import type { Dense } from '../../primitive.js';
import type { Plan } from './plan.js';
import type { Slot } from './lower.js';

/** What an input of the program is: given at each call, fixed, or the value of a variable. */
export type Source =
  | { readonly kind: 'argument' }
  | { readonly kind: 'constant'; readonly value: Dense }
  | { readonly kind: 'variable'; readonly home: number };

/** What becomes of an output: it is returned, or it is the new value of a variable. */
export type Sink = { readonly kind: 'result' } | { readonly kind: 'variable'; readonly home: number };

export interface PlanOptions {
  readonly kernelFor: KernelFor;
  readonly target: Target;
  readonly sources: readonly Source[];
  readonly sinks: readonly Sink[];
}

/**
 * Plans a graph without calls. New values of variables are written only after every node that may refuse its
 * operands' values: a program that throws leaves all variables as they were.
 */
export function plan(graph: Graph, { kernelFor, target, sources, sinks }: PlanOptions): Plan {
  const planner = new Planner(kernelFor, target);
  const homes = new Map<number, Spot>();
  const matrices = matricesOf(graph);
  const inputs = sources.map((source, i) => {
    const [type] = typesOf(graph.nodes[graph.inputs[i]]);
    if (source.kind === 'argument') return planner.allocate(type, matrices[graph.inputs[i]] ? valueLayout(type) : denseLayout(type));
    return source.kind === 'constant' ? planner.constant(source.value) : homeOf(homes, source.home, homeLayout(type));
  });
  const lowering = new Lowering(planner, graph, inputs);
  const slots = sinks.flatMap((sink, i): Slot[] => {
    if (sink.kind === 'result') return [];
    const from = sources.findIndex((source) => source.kind === 'variable' && source.home === sink.home);
    const next = graph.outputs[i];
    return [
      { old: from < 0 ? undefined : graph.inputs[from], next, spot: homeOf(homes, sink.home, homeLayout(typesOf(graph.nodes[next])[0])) },
    ];
  });
  for (const slot of slots) lowering.wantInPlace(slot, lastRefusal(graph));
  const written = new Set(slots.map(({ spot }) => spot.region));
  lowering.run();
  const results = sinks.flatMap((sink, i) => {
    if (sink.kind === 'variable') return [];
    const spot = lowering.spotOf(graph.outputs[i]);
    const outdated = written.has(spot.region) && !lowering.isNew(graph.outputs[i]);
    const result = outdated || !spot.dense ? planner.allocate(spot.type) : spot;
    planner.copy(spot, result);
    return [result];
  });
  lowering.settle(slots);
  planner.touch(...results);
  for (const spot of inputs) if (spot.region.last >= 0) spot.region.first = 0;
  const made = planner.finish();
  return { ...made, inputs: inputs.map((spot) => (spot.region.last >= 0 ? spot : undefined)), outputs: results };
}

function homeOf(homes: Map<number, Spot>, index: number, layout: Spot['layout']): Spot {
  const known = homes.get(index);
  if (known) return known;
  const made = new Spot(new Buffer('home', spanOf(layout), { index }), layout);
  homes.set(index, made);
  return made;
}
