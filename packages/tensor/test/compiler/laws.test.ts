import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { eager, fold, fuse, hoist, inline, narrow, print, prune, replay, share, simplify, trim } from '@gradus/tensor/extend';
import { expectSameBits, programs, traced } from '@gradus/tensor/testing';
import type { Graph } from '@gradus/tensor/extend';

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
/** What these have done once they do not do again. */
const idempotent: readonly string[] = ['prune', 'share', 'inline', 'fold', 'trim', 'narrow'];

describe('every graph of an arbitrary program', () => {
  test('means what the program does', () => {
    fc.assert(fc.property(programs(), (program) => {
      const before = program.variables.map((variable) => variable.peek());
      const { graph, values } = traced(program);
      const expected = program.run(program.inputs);
      const assigned = replay(eager, graph, values);
      expectSameBits(assigned.slice(0, expected.length), expected);
      for (const [i, variable] of program.variables.entries()) variable.put(before[i]);
    })); // prettier-ignore
  });

  test('prints the same each time, every node once', () => {
    fc.assert(fc.property(programs(), (program) => {
      const [once, again] = [traced(program).graph, traced(program).graph];
      expect(print(again)).toBe(print(once));
      expect(print(once).split('\n').filter((line) => line.startsWith('%')).length).toBe(once.nodes.length);
    })); // prettier-ignore
  });
});

describe.each(Object.keys(passes))('%s', (name) => {
  test('changes no bit of any result', () => {
    fc.assert(fc.property(programs(), (program) => {
      const { graph, values } = traced(program);
      expectSameBits(replay(eager, passes[name](graph), values), replay(eager, graph, values));
    })); // prettier-ignore
  });

  test('gives the same text each time', () => {
    fc.assert(fc.property(programs(), (program) => {
      const once = passes[name](traced(program).graph);
      expect(print(passes[name](traced(program).graph))).toBe(print(once));
      if (idempotent.includes(name)) expect(print(passes[name](once))).toBe(print(once));
    })); // prettier-ignore
  });
});
