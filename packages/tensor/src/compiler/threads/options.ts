/** What each instruction of a plan may become when several threads share the work: whole on the first one, or a part for each. */
import { extentOf } from './extent.js';
import { columnsOf, rowsOf, whole } from '../kernels/split.js';
import { refuses } from '../plan/aliases.js';
import type { Extent } from './extent.js';
import type { Kernel } from '../kernels/kernel.js';
import type { Slice } from '../kernels/split.js';
import type { Address, CallInstruction, CopyInstruction, HostInstruction, Instruction } from '../plan/plan.js';

/** Bytes that a thread reads or writes. */
export interface Access {
  readonly thread: number;
  readonly write: boolean;
  readonly extent: Extent;
}

/** An instruction on one thread. */
export type Task =
  | {
      readonly kind: 'call';
      readonly kernel: Kernel;
      readonly operands: readonly Address[];
      readonly results: readonly Address[];
      readonly scratch: Address | undefined;
    }
  | HostInstruction
  | CopyInstruction
  | { readonly kind: 'barrier' }
  | { readonly kind: 'repeat'; readonly loop: number; readonly length: number; readonly body: readonly Task[] };

export interface Option {
  readonly along: string;
  /** By thread; undefined where it has nothing to do. */
  readonly tasks: readonly (Task | undefined)[];
  readonly accesses: readonly Access[];
  /** Nanoseconds until the last thread is done, roughly: data comes from its own cache. */
  readonly time: number;
}

/** An instruction that does something, with what it may become; `trips` times in all. */
export interface Choice {
  readonly instruction: Action;
  readonly options: readonly Option[];
  readonly trips: number;
  readonly loops: readonly number[];
  readonly refuses: boolean;
}

export type Action = CallInstruction | HostInstruction | CopyInstruction;

/** Arithmetic and memory of one core, in nanoseconds a unit. */
const [perFlop, perByte, perCall] = [1 / 50, 1 / 20, 100];

/** @param worth - nanoseconds below which an instruction is not cut */
export function choicesOf(instructions: readonly Instruction[], threads: number, worth: number): readonly Choice[] {
  const lengths = new Map<number, number>();
  const lengthOf = (loop: number): number => lengths.get(loop) ?? 1;
  const choices: Choice[] = [];
  const visit = (list: readonly Instruction[], loops: readonly number[]): void => {
    const trips = loops.reduce((product, loop) => product * lengthOf(loop), 1);
    for (const instruction of list) {
      if (instruction.kind === 'repeat') {
        lengths.set(instruction.loop, instruction.length);
        visit(instruction.body, [...loops, instruction.loop]);
      } else {
        const options = optionsOf(instruction, { threads, worth, lengthOf });
        choices.push({ instruction, options, trips, loops, refuses: instruction.kind !== 'copy' && refuses(instruction.node) });
      }
    }
  };
  visit(instructions, []);
  return choices;
}

interface Terms {
  readonly threads: number;
  readonly worth: number;
  readonly lengthOf: (loop: number) => number;
}

function optionsOf(action: Action, { threads, worth, lengthOf }: Terms): readonly Option[] {
  const on = (thread: number, write: boolean, address: Address, slice: Slice): Access => ({
    thread,
    write,
    extent: extentOf(address, slice, lengthOf),
  });
  switch (action.kind) {
    case 'host':
      return [{ along: 'alone', tasks: [action], accesses: everything(action, on), time: 1e5 }];
    case 'copy': {
      const [from, to] = slicesOf(action);
      return [
        {
          along: 'alone',
          tasks: [action],
          accesses: [on(0, false, action.from, from), on(0, true, action.to, to)],
          time: perCall + action.rows * action.bytes * perByte,
        },
        ...(action.rows * action.bytes * perByte < worth ? [] : [copied(action, threads, on)]),
      ];
    }
    case 'call': {
      const time = timeOf(action.kernel);
      const scratch = action.kernel.scratch > 0 ? scratchOf(0, action.kernel.scratch) : undefined;
      const alone: Option = {
        along: 'alone',
        tasks: [{ ...action, scratch }],
        accesses: everything(action, on),
        time,
      };
      return [alone, ...(time < worth ? [] : divided(action, threads, time, on))];
    }
  }
}

type On = (thread: number, write: boolean, address: Address, slice: Slice) => Access;

function everything({ operands, results }: CallInstruction | HostInstruction, on: On): readonly Access[] {
  return [
    ...operands.map((place) => on(0, false, place, whole(place.layout))),
    ...results.map((place) => on(0, true, place, whole(place.layout))),
  ];
}

function divided(action: CallInstruction, threads: number, time: number, on: On): readonly Option[] {
  const { kernel, operands, results } = action;
  return kernel.splits.flatMap((split): Option[] => {
    const cuts = cutsOf(split.length, split.grain, threads);
    if (cuts === undefined) return [];
    const accesses: Access[] = [];
    const tasks = cuts.map(([from, to], thread): Task | undefined => {
      if (from === to) return undefined;
      const part = split.part(from, to);
      for (const [i, slice] of part.operands.entries()) accesses.push(on(thread, false, operands[i], slice));
      for (const [i, slice] of part.results.entries()) accesses.push(on(thread, true, results[i], slice));
      const scratch = part.kernel.scratch > 0 ? scratchOf(thread, part.kernel.scratch) : undefined;
      return {
        kind: 'call',
        kernel: part.kernel,
        operands: moved(operands, part.operands),
        results: moved(results, part.results),
        scratch,
      };
    });
    const most = Math.max(...cuts.map(([from, to]) => to - from));
    return [{ along: split.along, tasks, accesses, time: perCall + (time * most) / split.length }];
  });
}

function moved(places: readonly Address[], slices: readonly Slice[]): readonly Address[] {
  return places.map(({ region, offset, strides }, i) => ({ region, offset: offset + slices[i].offset, strides }));
}

function copied(action: CopyInstruction, threads: number, on: On): Option {
  const [from, to] = slicesOf(action);
  const byRows = action.rows >= threads;
  const units = byRows ? action.rows : action.bytes;
  const cuts = cutsOf(units, byRows ? 1 : 64, threads) ?? [[0, units] as const];
  const cut = byRows ? rowsOf : columnsOf;
  const accesses: Access[] = [];
  const tasks = cuts.map(([first, end], thread): Task => {
    const [source, target] = [cut(from, first, end), cut(to, first, end)];
    accesses.push(on(thread, false, action.from, source), on(thread, true, action.to, target));
    const [start, goal] = [moved([action.from], [source])[0], moved([action.to], [target])[0]];
    return { ...action, from: start, to: goal, rows: source.rows, bytes: source.width };
  });
  return { along: 'rows', tasks, accesses, time: perCall + (action.rows * action.bytes * perByte) / threads };
}

function slicesOf({ rows, bytes, fromPitch, toPitch }: CopyInstruction): readonly [Slice, Slice] {
  return [
    { offset: 0, rows, width: bytes, pitch: fromPitch },
    { offset: 0, rows, width: bytes, pitch: toPitch },
  ];
}

/** Where each thread begins and ends: as equal as multiples of the grain allow; undefined where there is too little for two. */
function cutsOf(length: number, grain: number, threads: number): readonly (readonly [number, number])[] | undefined {
  const grains = Math.ceil(length / grain);
  if (grains < 2) return undefined;
  const at = (thread: number): number => Math.min(length, Math.round((grains * thread) / threads) * grain);
  return Array.from({ length: threads }, (_, thread) => [at(thread), at(thread + 1)] as const);
}

function scratchOf(thread: number, bytes: number): Address {
  return { region: { kind: 'scratch', index: thread, bytes, offset: 0 }, offset: 0, strides: [] };
}

function timeOf({ flops, bytes }: Kernel): number {
  return perCall + Math.max(flops * perFlop, bytes * perByte);
}
