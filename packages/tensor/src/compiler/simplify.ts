/** All passes, in their order: a traced graph without common subexpressions in, the graph that is planned out. */
import { inline } from './inline.js';
import { prune } from './prune.js';
import type { Graph } from './graph.js';

/** The same program in fewer, larger steps. */
export function simplify(graph: Graph): Graph {
  return prune(inline(graph));
}
