/**
 * A plan run instruction by instruction from JavaScript.
 *
 * The emitted program does the same without coming back between instructions; this one can be watched.
 */
import { runReference } from './host.js';
import type { Address, Instruction, Place } from '../compiler/plan/plan.js';
import type { Located } from './host.js';
import type { Memory } from './memory.js';

/** An instruction that does something: all but loops. */
export type Action = Exclude<Instruction, { readonly kind: 'repeat' }>;

export interface Machine {
  readonly memory: Memory;
  /** Where a region's bytes begin. */
  baseOf(region: Address['region']): number;
  /** Runs an emitted kernel. */
  call(signature: string, parameters: readonly number[]): void;
}

/** Wraps each action: to time it, or to look at what it wrote. */
export type Watch = (action: Action, run: () => void, locate: (place: Place) => Located) => void;

/** Runs `instructions` in order. */
export function execute(machine: Machine, instructions: readonly Instruction[], watch: Watch = (_, run) => run()): void {
  const steps: number[] = [];
  const at = ({ region, offset, strides }: Address): number =>
    strides.reduce((sum, { loop, bytes }) => sum + steps[loop] * bytes, machine.baseOf(region) + offset);
  const locate = (place: Place): Located => ({ layout: place.layout, at: at(place) });
  const run = (list: readonly Instruction[]): void => {
    for (const instruction of list) {
      if (instruction.kind !== 'repeat') watch(instruction, () => act(machine, instruction, at, locate), locate);
      else for (steps[instruction.loop] = 0; steps[instruction.loop] < instruction.length; steps[instruction.loop]++) run(instruction.body);
    }
  };
  run(instructions);
}

function act(machine: Machine, action: Action, at: (address: Address) => number, locate: (place: Place) => Located): void {
  const { memory } = machine;
  switch (action.kind) {
    case 'host':
      return runReference(memory, action.node, action.operands.map(locate), action.results.map(locate));
    case 'copy': {
      const { rows, bytes, fromPitch, toPitch } = action;
      const [from, to] = [at(action.from), at(action.to)];
      for (let row = 0; row < rows; row++) {
        memory.array('uint8', to + row * toPitch, bytes).set(memory.array('uint8', from + row * fromPitch, bytes));
      }
      return undefined;
    }
    case 'call': {
      const { kernel, operands, results, scratch } = action;
      return machine.call(kernel.signature, [...[...operands, ...results, ...(scratch ? [scratch] : [])].map(at), ...kernel.extra]);
    }
  }
}
