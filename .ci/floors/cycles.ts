/** Which modules each module loads before it runs. */
export type Loads = ReadonlyMap<string, readonly string[]>;

/**
 * One cycle of each group of modules that load one another, as the path around it: `['a', 'b', 'a']`.
 *
 * A depth-first walk: an edge to a module that is still open closes a cycle. A module is left out once it is done, so the walk is linear.
 */
export function cyclesIn(loads: Loads): string[][] {
  const cycles: string[][] = [];
  const done = new Set<string>();
  const open: string[] = [];
  const visit = (module: string): void => {
    if (done.has(module)) return;
    const start = open.indexOf(module);
    if (start >= 0) {
      cycles.push([...open.slice(start), module]);
      return;
    }
    open.push(module);
    for (const next of loads.get(module) ?? []) visit(next);
    open.pop();
    done.add(module);
  };
  for (const module of loads.keys()) visit(module);
  return cycles;
}
