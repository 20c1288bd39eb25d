/**
 * The list of each thread, with barriers where one thread touches what another one wrote, or writes what another one
 * read, since they last met.
 */
import { common } from './extent.js';
import type { Access, Choice, Task } from './options.js';
import type { Instruction, RepeatInstruction } from '../plan/plan.js';

/** An access since the last barrier, or the chance that a thread stops there. */
interface Pending {
  readonly access: Access;
  /** The loops in whose present step it was. */
  readonly now: ReadonlySet<number>;
}

/** @param pickOf - the option of each choice @returns a list for each thread, which ends when all have ended */
export function listsOf(
  instructions: readonly Instruction[],
  choices: readonly Choice[],
  picks: readonly number[],
  threads: number,
): readonly (readonly Task[])[] {
  const walk = new Walk(choices, picks, threads);
  walk.settle(instructions);
  return Array.from({ length: threads }, (_, thread) => [...walk.tasks(instructions, thread), { kind: 'barrier' }]);
}

class Walk {
  private readonly picked: Map<Instruction, { readonly choice: Choice; readonly option: Choice['options'][number] }> = new Map();
  private readonly threads: number;
  /** Instructions before which all threads meet. */
  private readonly met: Set<Instruction> = new Set();
  private readonly open: number[] = [];

  constructor(choices: readonly Choice[], picks: readonly number[], threads: number) {
    for (const [i, choice] of choices.entries()) this.picked.set(choice.instruction, { choice, option: choice.options[picks[i]] });
    this.threads = threads;
  }

  settle(instructions: readonly Instruction[]): void {
    this.list(instructions, { accesses: [], refused: new Set() });
  }

  tasks(instructions: readonly Instruction[], thread: number): readonly Task[] {
    return instructions.flatMap((instruction): Task[] => {
      if (instruction.kind === 'repeat') {
        const body = this.tasks(instruction.body, thread);
        return body.length === 0 ? [] : [{ ...instruction, body }];
      }
      const task = this.picked.get(instruction)?.option.tasks[thread];
      return [...(this.met.has(instruction) ? [{ kind: 'barrier' } as const] : []), ...(task ? [task] : [])];
    });
  }

  private list(instructions: readonly Instruction[], before: Since): Since {
    let since = before;
    for (const instruction of instructions) {
      if (instruction.kind === 'repeat') since = this.repeat(instruction, since);
      else since = this.action(instruction, since);
    }
    return since;
  }

  /** A step meets what all steps before it left: again, until no barrier is added. */
  private repeat({ loop, body }: RepeatInstruction, before: Since): Since {
    let since = before;
    for (let known = -1; known !== this.met.size;) {
      known = this.met.size;
      this.open.push(loop);
      const after = this.list(body, since);
      this.open.pop();
      since = joined(before, past(after, loop));
    }
    return since;
  }

  private action(instruction: Exclude<Instruction, RepeatInstruction>, before: Since): Since {
    const picked = this.picked.get(instruction);
    if (!picked) return before;
    const { accesses } = picked.option;
    if (!this.met.has(instruction) && this.conflicts(accesses, before)) this.met.add(instruction);
    const since = this.met.has(instruction) ? { accesses: [], refused: new Set<number>() } : before;
    const now = new Set(this.open);
    const refused = picked.choice.refuses ? accesses.map(({ thread }) => thread) : [];
    return {
      accesses: [...since.accesses, ...accesses.map((access) => ({ access, now }))],
      refused: new Set([...since.refused, ...refused]),
    };
  }

  private conflicts(accesses: readonly Access[], { accesses: pending, refused }: Since): boolean {
    if (this.threads === 1) return false;
    return accesses.some((mine) => {
      // A thread that stops at a bad index must not find that another one has gone on and changed a variable.
      const lasting = mine.write && mine.extent.space.startsWith('home');
      if (lasting && [...refused].some((thread) => thread !== mine.thread)) return true;
      return pending.some(
        ({ access, now }) =>
          access.thread !== mine.thread &&
          (access.write || mine.write) &&
          common(access.extent, mine.extent, (loop) => now.has(loop) && this.open.includes(loop)) > 0,
      );
    });
  }
}

/** What happened since the last barrier; threads that may have stopped. */
interface Since {
  readonly accesses: readonly Pending[];
  readonly refused: ReadonlySet<number>;
}

/** Seen from the next step of a loop, or from behind it. */
function past({ accesses, refused }: Since, loop: number): Since {
  return { accesses: accesses.map(({ access, now }) => ({ access, now: new Set([...now].filter((other) => other !== loop)) })), refused };
}

function joined(a: Since, b: Since): Since {
  return { accesses: [...new Set([...a.accesses, ...b.accesses])], refused: new Set([...a.refused, ...b.refused]) };
}
