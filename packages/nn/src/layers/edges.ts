/** How much is cut off, or put around, at both ends of each axis of places. */
import { ArgumentError } from '@gradus/tensor';
import { isList, listOf, numberOrNumbers, numbers } from '../config.js';
import type { Field } from '../config.js';
import type { Places } from './windows.js';

/** The same at every end; one number an axis (of sequences: before and after); or a pair for each axis. */
export type Edges = number | readonly number[] | readonly (readonly number[])[];

const pairs = listOf(numbers);

export const edgesField: Field<Edges> = {
  write: (edges) => (isPairs(edges) ? pairs.write(edges) : numberOrNumbers.write(edges)),
  read: (json, where, registry) =>
    isList(json) && json.some(isList) ? pairs.read(json, where, registry) : numberOrNumbers.read(json, where, registry),
};

function isPairs(edges: Edges): edges is readonly (readonly number[])[] {
  return typeof edges === 'object' && edges.some((edge) => typeof edge === 'object');
}

/** A pair for each axis of places. */
export function pairsOf(layer: string, name: string, edges: Edges, places: Places): readonly (readonly [number, number])[] {
  const list = isPairs(edges) ? edges : spread(edges, places);
  const found = list.map(([before = NaN, after = NaN, ...more]): readonly [number, number] =>
    more.length > 0 ? [NaN, NaN] : [before, after],
  );
  if (found.length === places && found.flat().every((n) => Number.isInteger(n) && n >= 0)) return found;
  throw new ArgumentError(
    `${layer}: ${name} must be a whole number of at least 0, or a pair for each of ${places} axes, found ${JSON.stringify(edges)}`,
  );
}

function spread(edges: number | readonly number[], places: Places): readonly (readonly number[])[] {
  if (typeof edges === 'number') return Array.from({ length: places }, () => [edges, edges]);
  return places === 1 ? [edges] : edges.map((n) => [n, n]);
}
