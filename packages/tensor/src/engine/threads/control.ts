/**
 * The words in shared memory by which threads find each other, each on a line of the cache of its own.
 *
 * A helper sleeps on WAKE. Whoever has something for it raises RUNS or POSTED, then WAKE, and notifies: so that a helper
 * that fell asleep just before is woken too.
 */

/** Words from one to the next. */
const apart = 16;

/** Raised whenever there is something to do. */
export const wake = 0;
/** How many runs there have been: one more than a helper has done means that it is its turn. */
export const runs: number = 1 * apart;
/** The program that runs. */
export const program: number = 2 * apart;
/** How many messages have been posted. */
export const posted: number = 3 * apart;
/** How many threads have arrived at the barrier. */
export const arrived: number = 4 * apart;
/** How many times all threads have met. */
export const met: number = 5 * apart;
/** Not 0: a thread has failed, and nobody will meet any more. */
export const failed: number = 6 * apart;
/** How many helpers have left a run that failed. */
export const left: number = 7 * apart;

/** How many messages helper `index`, from 1 on, has received. */
export function received(index: number): number {
  return (7 + index) * apart;
}

/** Bytes for so many helpers. */
export function bytesFor(helpers: number): number {
  return 4 * received(helpers + 1);
}
