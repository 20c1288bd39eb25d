import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ones, take, Variable, zeros } from '@gradus/tensor';
import { expectSameBits, programs } from '@gradus/tensor/testing';
import { kernelFor } from '../../../src/compiler/kernels/index.js';
import { listsOf } from '../../../src/compiler/threads/barriers.js';
import { choicesOf } from '../../../src/compiler/threads/options.js';
import { instantiate } from '../../../src/engine/instantiate.js';
import { engineHere, load } from '../load.js';
import type { Address, Region } from '../../../src/compiler/plan/plan.js';
import type { Task } from '../../../src/compiler/threads/options.js';
import type { Tensor } from '@gradus/tensor';
import type { Loaded } from '../../../src/engine/program.js';

/**
 * Threads that take turns: between two barriers all of one thread, then all of the next one, in any order. Where a barrier is
 * missing, one order or another gives other numbers, every time.
 */
function inTurns(lists: readonly (readonly Task[])[], order: readonly number[]): readonly Task[] {
  const segments = lists.map((list) => split(list.flatMap(unrolled)));
  return segments[0].flatMap((_, i) => order.flatMap((thread) => segments[thread][i]));
}

function split(list: readonly Task[]): readonly (readonly Task[])[] {
  const segments: Task[][] = [[]];
  for (const task of list) {
    if (task.kind === 'barrier') segments.push([]);
    else segments[segments.length - 1].push(task);
  }
  return segments;
}

/** Step after step: a thread may be in the next one while another one still ends the last. */
function unrolled(task: Task): readonly Task[] {
  if (task.kind !== 'repeat') return [task];
  const body = task.body.flatMap(unrolled);
  return Array.from({ length: task.length }, (_, step) => body.map((inner) => inStep(inner, task.loop, step))).flat();
}

function inStep(task: Task, loop: number, step: number): Task {
  const at = <A extends Address>(address: A): A => ({
    ...address,
    layout: 'layout' in address ? address.layout : undefined,
    region: address.region,
    offset: address.offset + address.strides.reduce((sum, stride) => sum + (stride.loop === loop ? stride.bytes * step : 0), 0),
    strides: address.strides.filter((stride) => stride.loop !== loop),
  });
  switch (task.kind) {
    case 'host':
      return { ...task, operands: task.operands.map(at), results: task.results.map(at) };
    case 'call':
      return { ...task, operands: task.operands.map(at), results: task.results.map(at) };
    case 'copy':
      return { ...task, from: at(task.from), to: at(task.to) };
    default:
      return task;
  }
}

/** As much scratch as these small programs need. */
const scratch = 4096;

/** Runs the tasks instead of the program's own. */
function run(loaded: Loaded, tasks: readonly Task[], inputs: Parameters<Loaded['run']>[0]): ReturnType<Loaded['run']> {
  const { memory } = engineHere();
  const own = memory.allocate(scratch * 3);
  const baseOf = (region: Region): number => (region.kind === 'scratch' ? own + region.index * scratch : loaded.baseOf(region));
  const { mains } = instantiate(memory, [tasks], { baseOf, limits: memory.limits });
  let ran = false;
  const results = loaded.run(inputs, () => {
    if (!ran) mains[0]();
    ran = true;
  });
  memory.release(own);
  return results;
}

const orders = [
  [0, 1],
  [1, 0],
  [2, 0, 1],
  [1, 2, 0],
  [2, 1, 0],
];

describe('a program shared among threads', () => {
  test('gives the same bits, whoever comes first between two barriers', () => {
    let cut = 0;
    fc.assert(fc.property(programs(), fc.constantFrom(...orders), fc.infiniteStream(fc.nat()), (program, order, random) => {
      const loaded = load(program, kernelFor);
      const before = program.variables.map((variable) => variable.peek());
      const expected = loaded.run(program.inputs);
      const after = program.variables.map((variable) => variable.peek());
      for (const [i, variable] of program.variables.entries()) variable.put(before[i]);
      const { instructions } = loaded.plan;
      // However each instruction is cut, not only as it would pay.
      const choices = choicesOf(instructions, order.length, 0);
      const picks = choices.map(({ options }) => (random.next().value ?? 0) % options.length);
      cut += picks.filter((pick) => pick > 0).length;
      const lists = listsOf(instructions, choices, picks, order.length);
      const results = instructions.length === 0 ? expected : run(loaded, inTurns(lists, order), program.inputs);
      expectSameBits(results, expected);
      expectSameBits(program.variables.map((variable) => variable.peek()), after);
      loaded.close();
    })); // prettier-ignore
    expect(cut).toBeGreaterThan(0);
  });

  test('a variable is written only when no other thread can stop at a bad index any more', () => {
    const state = new Variable(ones([64, 64]), { name: 'state' });
    const run = ([x, rows]: readonly Tensor[]): readonly Tensor[] => {
      const taken = take(x, rows, 0);
      state.assign(state.value.add(1));
      return [taken];
    };
    const program = { inputs: [ones([9, 4]), zeros([5], 'int32')], variables: [state], run };
    const loaded = load(program, kernelFor);
    const { instructions } = loaded.plan;
    const choices = choicesOf(instructions, 2, 0);
    const picks = choices.map(({ options, refuses }) => (refuses ? 0 : options.length - 1));
    const [, second] = listsOf(instructions, choices, picks, 2);
    const writes = (task: Task): boolean =>
      (task.kind === 'call' && task.results.some(({ region }) => region.kind === 'home')) ||
      (task.kind === 'copy' && task.to.region.kind === 'home');
    const [met, written] = [second.findIndex(({ kind }) => kind === 'barrier'), second.findIndex(writes)];
    expect(met).toBeGreaterThanOrEqual(0);
    expect(written).toBeGreaterThan(met);
    loaded.close();
  });
});
