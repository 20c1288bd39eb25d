/** A derivative of one's own. */
import { fillTree, leaves } from '@gradus/tensor';
import { interpreterFor } from '@gradus/tensor/extend';
import type { Tensor, Tree } from '@gradus/tensor';
import type { Callee } from '@gradus/tensor/extend';

/**
 * `f` with `pull` as its pull-back: pull(dy, y, ...xs) returns one gradient an argument, undefined where none flows.
 * `pull` may itself be differentiated. What has a gradient is passed as an argument: `f` must not close over it.
 *
 * @example customGradient((x: Tensor) => x.round(), (dy) => [dy]) // rounds, but lets the gradient through
 */
export function customGradient<A extends readonly unknown[], Y>(
  f: (...xs: A) => Y & Tree<Y>,
  pull: (dy: Y, y: Y, ...xs: A) => { readonly [K in keyof A]: A[K] | undefined },
): (...xs: A) => Y {
  const name = `customGradient(${f.name || 'anonymous'})`;
  return (...xs) => {
    const counts = xs.map((x) => leaves(x).length);
    const results: Y[] = [];
    const callee: Callee = {
      name,
      forward(values) {
        const y = f(...fillTree(xs, values));
        results[0] = y;
        return leaves(y);
      },
      pull(values, ys, dys) {
        const gradients = pull(fillTree(results[0], dys), fillTree(results[0], ys), ...fillTree(xs, values));
        return counts.flatMap((count, i) => gradientsOf(name, gradients[i], count));
      },
    };
    const ys = interpreterFor(name, leaves(xs)).call(callee, leaves(xs));
    return fillTree(results[0], ys);
  };
}

function gradientsOf(name: string, gradient: unknown, count: number): readonly (Tensor | undefined)[] {
  if (gradient === undefined) return new Array<undefined>(count).fill(undefined);
  const found = leaves(gradient);
  if (found.length !== count) throw new TypeError(`${name}: an argument has ${count} tensors, its gradient ${found.length}`);
  return found;
}
