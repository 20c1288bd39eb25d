import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { showType } from '@gradus/tensor/extend';
import { expectSameBits, programs } from '@gradus/tensor/testing';
import { kernelFor } from '../../src/compiler/kernels/index.js';
import { titleOf } from '../../src/compiler/explain.js';
import { read } from '../../src/engine/host.js';
import { bounded } from './bound.js';
import { engineHere, load } from './load.js';
import type { Dense } from '@gradus/tensor';
import type { Watch } from '../../src/engine/execute.js';
import type { Bounded } from './bound.js';

/** Holds each instruction, on the operands that it found, to the reference in double precision. */
const check: Watch = (action, run, locate) => {
  const { memory } = engineHere();
  if (action.kind === 'copy') return run();
  const copy = (places: typeof action.operands): Dense[] => places.map((place) => {
    const { dtype, shape, data } = read(memory, locate(place));
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
      const loaded = load(program, kernelFor);
      loaded.run(program.inputs, check);
      loaded.close();
    })); // prettier-ignore
  });

  test('does the same in the emitted program as one by one', () => {
    fc.assert(fc.property(programs(), (program) => {
      const loaded = load(program, kernelFor);
      const before = program.variables.map((variable) => variable.peek());
      const once = loaded.run(program.inputs);
      for (const [i, variable] of program.variables.entries()) variable.put(before[i]);
      expectSameBits(loaded.run(program.inputs, (_, run) => run()), once);
      expect(loaded.plan.arena).toBeLessThanOrEqual(1.5 * loaded.plan.live);
      loaded.close();
    })); // prettier-ignore
  });
});
