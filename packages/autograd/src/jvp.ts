/** `jvp`: derivatives along a direction. */
import { ArgumentError, fillTree, leaves } from '@gradus/tensor';
import { differentiate, expectFloat } from './vjp.js';
import { splat } from './splat.js';
import type { Tensor, Tree } from '@gradus/tensor';

/**
 * The value y = f(...xs) and its change along dxs: J dxs. The pull-back is linear in dy, so its own pull-back, taken
 * anywhere, is J: no rule is needed but those of reverse mode.
 *
 * @example jvp((x: Tensor) => x.square(), [tensor([1, 2])], [tensor([1, 0])]) // => [1, 4] and [2, 0]
 */
export function jvp<A extends readonly unknown[], Y>(f: (...xs: A) => Y, xs: A & Tree<A>, dxs: A & Tree<A>): readonly [Y, Y];
export function jvp(
  f: (...xs: readonly unknown[]) => unknown,
  xs: readonly unknown[],
  dxs: readonly unknown[],
): readonly [unknown, unknown] {
  const name = `jvp(${f.name || 'anonymous'})`;
  const [points, directions] = [leaves(xs), leaves(dxs)];
  for (const x of points) expectFloat(name, 'an argument', x);
  if (points.length !== directions.length)
    throw new ArgumentError(`${name}: ${points.length} tensors, but ${directions.length} directions`);
  let y: unknown;
  const run = (values: readonly Tensor[]): readonly Tensor[] => {
    y = f(...fillTree(xs, values));
    return leaves(y);
  };
  const { ys, pull } = differentiate(name, run, points);
  const zero = ys.map((value) => splat(0, value));
  let flows: readonly boolean[] = [];
  const back = (dys: readonly Tensor[]): readonly Tensor[] => {
    const gradients = pull(dys);
    flows = gradients.map((dx) => dx !== undefined);
    return gradients.filter((dx) => dx !== undefined);
  };
  const push = differentiate(name, back, zero).pull;
  const changes = push(directions.filter((_, i) => flows[i])).map((change, i) => change ?? splat(0, ys[i]));
  return [fillTree(y, ys), fillTree(y, changes)];
}
