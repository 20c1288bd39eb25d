/** `vmap`: a function of one example as a function of many. */
import { ArgumentError, axisOf, fillTree, leaves, ShapeError } from '@gradus/tensor';
import { batch } from './batch/batch.js';
import { full } from './batch/rule.js';
import type { Tensor } from '@gradus/tensor';

export interface VmapOptions {
  /** For each argument the axis of its tensors that counts the examples; null: all examples share it. @defaultValue 0 for all */
  readonly inAxes?: readonly (number | null)[];
}

/**
 * `f` for all examples at once, as if it were called for each and the results were stacked along a new first axis.
 * Nothing loops: each operation runs once, with one more axis.
 *
 * @example vmap((row: Tensor) => row.softmax())(x) // softmax of each row of x
 */
export function vmap<A extends readonly unknown[], R>(f: (...args: A) => R, { inAxes }: VmapOptions = {}): (...args: A) => R {
  const name = `vmap(${f.name || 'anonymous'})`;
  return (...args) => {
    const xs = args.flatMap((arg, i) => leaves(arg).map((x) => ({ x, axis: axisFor(name, inAxes, args.length, i) })));
    const lanes = xs.map(({ x, axis }) => (axis === null ? { value: x, batched: false } : { value: ahead(name, x, axis), batched: true }));
    const sizes = [...new Set(lanes.flatMap(({ value, batched }) => (batched ? [value.shape[0]] : [])))];
    if (sizes.length === 0) throw new ArgumentError(`${name}: no argument has an axis of examples`);
    if (sizes.length > 1) throw new ShapeError(`${name}: the arguments differ in their number of examples: ${sizes.join(', ')}`);
    const [size] = sizes;
    const results: R[] = [];
    const run = (values: readonly Tensor[]): readonly Tensor[] => {
      const result = f(...fillTree(args, values));
      results.push(result);
      return leaves(result);
    };
    const ys = batch({ name, size }, run, lanes).map((y) => full(y, size));
    return fillTree(results[0], ys);
  };
}

function axisFor(name: string, inAxes: VmapOptions['inAxes'], count: number, i: number): number | null {
  if (!inAxes) return 0;
  if (inAxes.length === count) return inAxes[i];
  throw new ArgumentError(`${name}: inAxes has ${inAxes.length} entries for ${count} arguments`);
}

/** The axis of examples brought to the front. */
function ahead(name: string, x: Tensor, axis: number): Tensor {
  const from = axisOf(name, axis, x.rank);
  return x.transpose([from, ...x.shape.map((_, i) => i).filter((i) => i !== from)]);
}
