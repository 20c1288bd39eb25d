/** Helpers that run programs together with this thread, in the same memory. */
import { startHelper } from '#platform';
import { arrived, bytesFor, failed, left, posted, program, received, runs, wake } from './control.js';
import { helperSource } from './helper-source.js';
import type { Helper } from '../../platform/helper.js';
import type { Memory } from '../memory.js';

/** A program that the team knows. */
export interface Membership {
  readonly id: number;
  /** The message that told of it. */
  readonly message: number;
}

/** How long a helper may take to start, in milliseconds. */
const patience = 10_000;

export class Team {
  /** This thread counted. */
  readonly threads: number;
  /** Where the words that all watch begin. */
  readonly at: number;
  private readonly memory: Memory;
  private readonly helpers: readonly Helper[];
  private readonly words: Int32Array;
  private silent: boolean = false;
  private messages: number = 0;
  private programs: number = 0;

  private constructor(memory: Memory, helpers: readonly Helper[]) {
    this.memory = memory;
    this.helpers = helpers;
    this.threads = helpers.length + 1;
    const bytes = bytesFor(helpers.length);
    this.at = memory.allocate(bytes);
    this.words = new Int32Array(memory.memory.buffer, this.at, bytes / 4);
  }

  /** A team of so many threads; undefined where the memory cannot be shared, or no thread is to be had. */
  static of(memory: Memory, threads: number): Team | undefined {
    if (!memory.limits.shared || threads < 2) return undefined;
    const helpers: Helper[] = [];
    for (let i = 1; i < threads; i++) {
      const helper = startHelper(helperSource);
      if (helper) helpers.push(helper);
    }
    if (helpers.length === 0) return undefined;
    const team = new Team(memory, helpers);
    try {
      team.post((index) => ({ kind: 'begin', memory: memory.memory, index, at: team.at, length: team.words.length }));
      return team;
    } catch {
      // Memory that may not be sent to another thread.
      team.end();
      return undefined;
    }
  }

  /** Makes a program known: the module exports `main1`, `main2`, ... for the helpers. */
  join(module: WebAssembly.Module): Membership {
    const id = ++this.programs;
    this.post(() => ({ kind: 'program', id, module }));
    return { id, message: this.messages };
  }

  /** Helpers forget the program. */
  leave({ id }: Membership): void {
    this.post(() => ({ kind: 'forget', id }));
  }

  /** Whether every helper knows the program by now. */
  knows({ message }: Membership): boolean {
    return this.helpers.every((_, i) => Atomics.load(this.words, received(i + 1)) >= message);
  }

  /** Waits until every helper knows the program, awake; not for ever, and not again once it was in vain. */
  await(membership: Membership): void {
    const end = performance.now() + patience;
    while (!this.silent && !this.knows(membership)) this.silent = performance.now() > end;
  }

  /** Runs a program on all threads; `main` is this one's part. @throws what any of them throws, once all have stopped */
  run({ id }: Membership, main: () => unknown): void {
    const { words } = this;
    Atomics.store(words, program, id);
    Atomics.add(words, runs, 1);
    this.call();
    try {
      main();
    } catch (error) {
      Atomics.store(words, failed, 1);
      while (Atomics.load(words, left) < this.helpers.length);
      for (const word of [arrived, left, failed]) Atomics.store(words, word, 0);
      throw error;
    }
  }

  end(): void {
    for (const helper of this.helpers) helper.end();
    this.memory.release(this.at);
  }

  private post(messageFor: (index: number) => object): void {
    this.messages++;
    // First the number, then the message: a helper that sees the number leaves its loop and waits for the message.
    Atomics.add(this.words, posted, 1);
    this.call();
    for (const [i, helper] of this.helpers.entries()) helper.post(messageFor(i + 1));
  }

  private call(): void {
    Atomics.add(this.words, wake, 1);
    Atomics.notify(this.words, wake);
  }
}
