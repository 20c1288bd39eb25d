import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { showType, simplify } from '@gradus/tensor/extend';
import { expectSameBits, programs, traced } from '@gradus/tensor/testing';
import { kernelFor } from '../../src/compiler/kernels/index.js';
import { plan } from '../../src/compiler/plan/index.js';
import { titleOf } from '../../src/compiler/explain.js';
import { theEngine } from '../../src/engine/engine.js';
import { read } from '../../src/engine/host.js';
import { Loaded } from '../../src/engine/program.js';
import { bounded } from './bound.js';
import type { Dense } from '@gradus/tensor';
import type { ArbitraryProgram } from '@gradus/tensor/testing';
import type { Source } from '../../src/compiler/plan/index.js';
import type { Watch } from '../../src/engine/execute.js';
import type { Bounded } from './bound.js';

function load(program: ArbitraryProgram): { readonly loaded: Loaded; readonly inputs: ReturnType<typeof traced>['values'] } {
  const engine = theEngine();
  if (!engine) throw new Error('this machine has no WebAssembly');
  const { graph, values } = traced(program);
  const sources = values.map((): Source => ({ kind: 'argument' }));
  const sinks = graph.outputs.map(() => ({ kind: 'result' }) as const);
  const made = plan(simplify(graph), { kernelFor, target: engine.target, sources, sinks });
  return { loaded: new Loaded(engine, made, [], []), inputs: values };
}

/** Holds each instruction, on the operands that it found, to the reference in double precision. */
const check: Watch = (action, run, locate) => {
  const engine = theEngine();
  if (!engine || action.kind === 'copy') return run();
  const copy = (places: typeof action.operands): Dense[] => places.map((place) => {
    const { dtype, shape, data } = read(engine.memory, locate(place));
    return { dtype, shape, data: data.slice() };
  }); // prettier-ignore
  const expected = bounded(action.node, copy(action.operands));
  run();
  for (const [i, result] of copy(action.results).entries()) expectWithin(result, expected[i], titleOf(action));
};

function expectWithin({ dtype, shape, data }: Dense, { value, error }: Bounded, title: string): void {
  for (let i = 0; i < data.length; i++) {
    const [c, r] = [data[i], value[i]];
    const same = Object.is(c, r) || c === r || error[i] === Infinity || Math.abs(r) > 3.4e38;
    if (same || Math.abs(c - r) <= error[i] + (dtype === 'float32' ? 2 ** -24 * Math.abs(r) + 1e-37 : 0)) continue;
    throw new Error(`${title}: ${showType({ dtype, shape })} at ${i}: ${c}, not ${r} (within ${error[i]})`);
  }
}

describe('every instruction of an arbitrary program', () => {
  test('is within the bound of rounding', () => {
    fc.assert(fc.property(programs(), (program) => {
      const { loaded, inputs } = load(program);
      loaded.run(inputs, check);
      loaded.close();
    })); // prettier-ignore
  });

  test('does the same in the emitted program as one by one', () => {
    fc.assert(fc.property(programs(), (program) => {
      const { loaded, inputs } = load(program);
      expectSameBits(loaded.run(inputs), loaded.run(inputs, (_, run) => run()));
      expect(loaded.plan.arena).toBeLessThanOrEqual(1.2 * loaded.plan.live + 64);
      loaded.close();
    })); // prettier-ignore
  });
});
