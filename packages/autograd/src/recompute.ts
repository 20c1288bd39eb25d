/** Memory for time: values that the derivative needs are computed again instead of kept. */
import { fillTree, isFloat, leaves } from '@gradus/tensor';
import { current, eager, interpreterFor, replay, trace } from '@gradus/tensor/extend';
import { differentiate } from './vjp.js';
import { splat } from './splat.js';
import type { Tensor } from '@gradus/tensor';
import type { Callee } from '@gradus/tensor/extend';

/**
 * `f`, of which the backward pass keeps the arguments only: it runs forward again there. The body is traced once, so
 * that it reads the same values of variables (random counters among them) both times and assigns them once.
 */
export function recompute<A extends readonly unknown[], R>(f: (...args: A) => R): (...args: A) => R {
  const name = `recompute(${f.name || 'anonymous'})`;
  return (...args) => {
    const xs = leaves(args);
    const results: R[] = [];
    const body = (values: readonly Tensor[]): readonly Tensor[] => {
      const result = f(...fillTree(args, values));
      results.push(result);
      return leaves(result);
    };
    const { graph, captures, reads, assigned } = trace(name, body, xs);
    const operands = [...xs, ...captures, ...reads.map((variable) => variable.value)];
    const callee = again(name, (values) => replay(current() ?? eager, graph, values));
    const ys = operands.length > 0 ? interpreterFor(name, operands).call(callee, operands) : callee.forward(operands);
    const count = ys.length - assigned.length;
    for (const [i, variable] of assigned.entries()) variable.assign(ys[count + i]);
    return fillTree(results[0], ys.slice(0, count));
  };
}

/** A call of `f` whose pull-back runs `f` again; the pull-back is such a call itself, so no pass merges the two runs. */
function again(name: string, f: (xs: readonly Tensor[]) => readonly Tensor[]): Callee {
  return {
    name,
    forward: f,
    pull(xs, _, dys) {
      const floats = xs.map(({ dtype }) => isFloat(dtype));
      const backward = again(`${name}, backward`, (values) => {
        const { pull } = differentiate(name, f, values.slice(0, xs.length), { wanted: floats });
        const dxs = pull(values.slice(xs.length));
        return xs.flatMap((x, i) => (floats[i] ? [dxs[i] ?? splat(0, x)] : []));
      });
      const operands = [...xs, ...dys];
      const dxs = interpreterFor(name, operands).call(backward, operands).values();
      return floats.map((float) => (float ? dxs.next().value : undefined));
    },
  };
}
