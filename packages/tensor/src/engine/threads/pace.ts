/**
 * Whether a program runs on one thread or on all, whichever is faster now: another process on the other core makes a step
 * on two threads slower than on one. Both give the same bits, so it may change at any time.
 */

export type Mode = 'alone' | 'together';

/** Runs by which a mode is judged, of which the median counts. */
const trial = 5;

/** For so many milliseconds the winner stays unquestioned; a loser is tried less often the longer it loses. */
const [shortest, longest] = [100, 3000];

/** A run that takes so many times what was measured is a reason to measure again. */
const surprise = 1.5;

export class Pace {
  private readonly times: Record<Mode, number[]> = { alone: [], together: [] };
  private best: Mode | undefined;
  private until: number = 0;
  private hold: number = shortest;
  private expected: number = 0;
  private late: number = 0;

  /** How the next run shall be. */
  next(now: number): Mode {
    if (this.best && now >= this.until) this.reset();
    return this.best ?? (this.times.alone.length < trial ? 'alone' : 'together');
  }

  /** How long a run took, in milliseconds. */
  took(mode: Mode, ms: number, now: number): void {
    if (this.best) {
      this.late = ms > surprise * this.expected ? this.late + 1 : 0;
      if (this.late >= trial) {
        this.hold = shortest;
        this.reset();
      }
      return;
    }
    this.times[mode].push(ms);
    const { alone, together } = this.times;
    if (alone.length < trial || together.length < trial) return;
    const before = this.hold;
    const [one, all] = [median(alone), median(together)];
    this.best = all < one ? 'together' : 'alone';
    this.expected = Math.min(one, all);
    this.until = now + before;
    this.hold = Math.min(longest, 2 * before);
  }

  private reset(): void {
    this.best = undefined;
    this.late = 0;
    this.times.alone.length = 0;
    this.times.together.length = 0;
  }
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1];
}
