/** How many threads programs run on. */
import { cores } from '#platform';
import { ArgumentError } from '../../errors.js';

/** Beyond so many, what a training step of a small model gains is less than what meeting costs. */
const most = 8;

export interface Threads {
  readonly count: number;
  /** All threads are used even where one is faster. */
  readonly always: boolean;
  /** How many times this was set. */
  readonly changed: number;
}

const setting = { count: 0, always: false, changed: 0 };

/** The setting, as it is now. */
export const threads: Threads = {
  get count(): number {
    return (setting.count ||= Math.min(most, Math.max(1, cores())));
  },
  get always(): boolean {
    return setting.always;
  },
  get changed(): number {
    return setting.changed;
  },
};

export interface ThreadOptions {
  /**
   * Uses all threads even where one is faster, as for measurements. Otherwise each program runs on one thread or on all,
   * whichever has been faster lately.
   *
   * @defaultValue false
   */
  readonly always?: boolean;
}

/**
 * Sets how many threads compiled programs run on, the calling one counted. Results are the same to the last bit, whatever the
 * number. Helpers start when a program is first worth sharing, sleep while there is nothing to do, and do not keep a process
 * alive. Where memory cannot be shared (a page that is not isolated, a policy without workers) one thread runs.
 *
 * @param count - 1 to 64; by default the machine's cores, at most 8
 * @throws ArgumentError where `count` is not a whole number from 1 to 64
 */
export function setThreads(count: number, { always = false }: ThreadOptions = {}): void {
  if (!Number.isInteger(count) || count < 1 || count > 64)
    throw new ArgumentError(`setThreads: count must be a whole number from 1 to 64, not ${count}`);
  setting.count = count;
  setting.always = always;
  setting.changed++;
}
