import fc from 'fast-check';
import { describe, test } from 'vitest';
import { isFloat } from '@gradus/tensor';
import { eager, fold, fuse, hoist, inline, narrow, prune, replay, share, simplify, trim } from '@gradus/tensor/extend';
import { expectSameBits, programs, traced } from '@gradus/tensor/testing';
import { vjp } from '@gradus/autograd';
import type { Tensor } from '@gradus/tensor';
import type { Graph } from '@gradus/tensor/extend';
import type { ArbitraryProgram } from '@gradus/tensor/testing';

const passes: Readonly<Record<string, (graph: Graph) => Graph>> = {
  prune,
  share,
  inline,
  fold,
  hoist,
  trim,
  narrow: (graph) => narrow(inline(graph)),
  fuse: (graph) => fuse(inline(graph)),
  simplify,
};

/** Results and gradients of a program. */
function differentiated(program: ArbitraryProgram): ArbitraryProgram {
  const run = (xs: readonly Tensor[]): readonly Tensor[] => {
    const floats = xs.filter(({ dtype }) => isFloat(dtype));
    const whole = xs.filter(({ dtype }) => !isFloat(dtype));
    const [ys, pull] = vjp((...values: readonly Tensor[]) => program.run([...values, ...whole]).filter(({ dtype }) => dtype === 'float32'), ...floats);
    return [...ys, ...pull(ys)];
  }; // prettier-ignore
  return { ...program, run };
}

const gradients = programs({ smooth: true, steps: 9 }).map(differentiated);

describe.each(Object.keys(passes))('%s', (name) => {
  test('changes no bit of gradients', () => {
    fc.assert(fc.property(gradients, (program) => {
      const { graph, values } = traced(program);
      expectSameBits(replay(eager, passes[name](graph), values), replay(eager, graph, values));
    })); // prettier-ignore
  });

  test('changes no bit of gradients of gradients', () => {
    fc.assert(fc.property(gradients.map(differentiated), (program) => {
      const { graph, values } = traced(program);
      expectSameBits(replay(eager, passes[name](graph), values), replay(eager, graph, values));
    })); // prettier-ignore
  });
});
