/** All passes, in their order: a traced graph without common subexpressions in, the graph that is planned out. */
import { fold } from './fold.js';
import { fuse } from './fuse/index.js';
import { hoist } from './hoist.js';
import { inline } from './inline.js';
import { narrow } from './narrow.js';
import { trim } from './trim.js';
import type { Graph } from './graph.js';

/** The same program in fewer, larger steps. */
export function simplify(graph: Graph): Graph {
  return fuse(narrow(trim(hoist(fold(inline(graph))))));
}
