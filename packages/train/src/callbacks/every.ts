/** Counting batches across epochs: when something is due that happens every so many batches. */
import { checkCount } from '../data/batches.js';

/** 'epoch': at the end of each; a number: after so many batches, wherever epochs end. */
export type Frequency = 'epoch' | number;

export class Every {
  private readonly batches: number | undefined;
  private seen: number = 0;

  constructor(frequency: Frequency, name: string) {
    this.batches = frequency === 'epoch' ? undefined : checkCount(frequency, name);
  }

  get atEpochs(): boolean {
    return this.batches === undefined;
  }
  /** Batches since it was due. */
  get count(): number {
    return this.seen;
  }
  set count(seen: number) {
    this.seen = seen;
  }

  /** Counts a batch; true where it is due. */
  tick(): boolean {
    if (this.batches === undefined) return false;
    this.seen += 1;
    if (this.seen < this.batches) return false;
    this.seen = 0;
    return true;
  }
}
