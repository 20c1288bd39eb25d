/** A plan for several threads: a list of tasks for each, with the same result to the last bit. */
import { assign } from './assign.js';
import { listsOf } from './barriers.js';
import { choicesOf } from './options.js';
import { flat } from '../emit.js';
import { roomOf } from '../plan/arena.js';
import type { Plan } from '../plan/plan.js';
import type { Task } from './options.js';

export type { Task } from './options.js';

export interface Shared {
  /** By thread. */
  readonly lists: readonly (readonly Task[])[];
  /** The most scratch that a thread needs. */
  readonly scratch: number;
  /** How many instructions were cut. */
  readonly cut: number;
}

/** What takes fewer nanoseconds is not worth cutting. */
const least = 1500;

/** Shares a plan's work among so many threads. */
export function share({ instructions }: Plan, threads: number, worth: number = least): Shared {
  const choices = choicesOf(instructions, threads, worth);
  const picks = assign(choices);
  const lists = listsOf(instructions, choices, picks, threads);
  const scratch = Math.max(0, ...lists.flatMap(flat).map((task) => (task.kind === 'call' ? task.kernel.scratch : 0)));
  return { lists, scratch: roomOf(scratch), cut: picks.filter((pick, i) => choices[i].options[pick].along !== 'alone').length };
}
