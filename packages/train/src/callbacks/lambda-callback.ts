import { Callback } from '../callback.js';
import type { Events } from '../callback.js';

/** Functions for some of the hooks. */
export type LambdaHooks = { readonly [H in keyof Events]?: (event: Events[H]) => void | Promise<void> };

/** A callback of functions, where a class is too much. */
export class LambdaCallback extends Callback {
  /** @example new LambdaCallback({ onEpochEnd: ({ epoch, logs }) => console.log(epoch, logs.loss) }) */
  constructor(hooks: LambdaHooks) {
    super();
    Object.assign(this, hooks);
  }
}
