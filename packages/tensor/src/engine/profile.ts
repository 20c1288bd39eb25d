/** How long each instruction of a program takes, beside the program itself: the same kernels, called one by one. */
import type { Instruction } from '../compiler/plan/plan.js';
import type { Tensor } from '../tensor.js';
import type { Loaded } from './program.js';

/** The first rounds are slow: engines compile what runs often a second time. */
const warmUp = 3;
const rounds = 8;

/** Milliseconds of each instruction in one run, the least of several; variables keep their values. */
export function profile(program: Loaded, inputs: readonly Tensor[]): ReadonlyMap<Instruction, number> {
  const before = program.variables.map((variable) => variable.peek());
  const least = new Map<Instruction, number>();
  for (let round = 0; round < warmUp + rounds; round++) {
    const spent = new Map<Instruction, number>();
    program.run(inputs, (action, run) => {
      const start = performance.now();
      run();
      spent.set(action, (spent.get(action) ?? 0) + performance.now() - start);
    });
    if (round < warmUp) continue;
    for (const [action, ms] of spent) least.set(action, Math.min(ms, least.get(action) ?? Infinity));
  }
  for (const [i, variable] of program.variables.entries()) variable.put(before[i]);
  return least;
}
