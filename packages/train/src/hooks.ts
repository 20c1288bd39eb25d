/** Calling callbacks: those that override a hook, in order, one after the other. */
import { ArgumentError } from '@gradus/tensor';
import { Callback } from './callback.js';
import type { Events } from './callback.js';

type Listener<H extends keyof Events> = (event: Events[H]) => void | Promise<void>;
type Table = { readonly [H in keyof Events]: Listener<H> };

export class Hooks {
  /** Those whose state belongs to the run. */
  readonly callbacks: readonly Callback[];
  private readonly all: readonly Callback[];
  private readonly listening: Map<keyof Events, readonly Callback[]> = new Map();

  /** @param shows - callbacks that only show what happens: they come last, and another run may have others */
  constructor(callbacks: readonly Callback[], shows: readonly Callback[]) {
    for (const [i, callback] of callbacks.entries()) {
      if (!(callback instanceof Callback)) throw new ArgumentError(`callbacks[${i}]: expected an object of a class that extends Callback`);
    }
    this.callbacks = callbacks;
    this.all = [...callbacks, ...shows];
  }

  async emit<H extends keyof Events>(hook: H, event: Events[H]): Promise<void> {
    for (const callback of this.listeners(hook)) {
      const waiting = call(callback, hook, event);
      if (waiting) await waiting;
    }
  }

  /** A step is too short to call hooks that nobody wrote. */
  listeners(hook: keyof Events): readonly Callback[] {
    const known = this.listening.get(hook);
    if (known) return known;
    const found = this.all.filter((callback) => callback[hook] !== Callback.prototype[hook]);
    this.listening.set(hook, found);
    return found;
  }
}

function call<H extends keyof Events>(callback: Table, hook: H, event: Events[H]): void | Promise<void> {
  return callback[hook](event);
}
