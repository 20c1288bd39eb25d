/** Counting batches across epochs: when something is due that happens every so many batches. */
import { checkCount } from '../data/batches.js';
import { StateFields } from '../state.js';
import type { State } from '../state.js';

/** 'epoch': at the end of each; a number: after so many batches, wherever epochs end. */
export type Frequency = 'epoch' | number;

export class Every {
  private readonly batches: number | undefined;
  /** Batches since it was due. */
  private count: number = 0;
  /** The last batch of its epoch that was seen. */
  private last: number | undefined;

  constructor(frequency: Frequency, name: string) {
    this.batches = frequency === 'epoch' ? undefined : checkCount(frequency, name);
  }

  get atEpochs(): boolean {
    return this.batches === undefined;
  }

  /** Counts up to `batch` of an epoch, from 0 on; true where it is due. A number that is no larger than the last one begins an epoch. */
  tick(batch: number): boolean {
    if (this.batches === undefined) return false;
    const { last } = this;
    this.count += last === undefined || batch <= last ? batch + 1 : batch - last;
    this.last = batch;
    if (this.count < this.batches) return false;
    this.count = 0;
    return true;
  }

  /** Begins to count anew. */
  reset(): void {
    this.count = 0;
    this.last = undefined;
  }

  state(): State {
    return { count: this.count, last: this.last ?? null };
  }
  restore(state: State): void {
    const fields = new StateFields(state, 'Every');
    this.count = fields.number('count');
    this.last = fields.has('last') ? fields.number('last') : undefined;
  }
}
