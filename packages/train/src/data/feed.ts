/** Walking a source epoch after epoch, knowing at any time where one stands. */
import type { AnyBatch } from './batches.js';
import type { Source, Walk } from './source.js';

/**
 * Without a number of steps an epoch is one pass over the data. With one, epochs continue each other's passes; a pass
 * that ends in the middle of an epoch ends that epoch, and the next one starts from the beginning.
 */
export class Feed {
  /** The pass that runs, and the number of its next batch. */
  pass: number;
  index: number = 0;
  private readonly source: Source;
  private readonly perEpoch: number | undefined;
  private walk: Walk | undefined;
  private length: number | undefined;

  constructor(source: Source, perEpoch: number | undefined, firstPass: number) {
    this.source = source;
    this.perEpoch = perEpoch;
    this.pass = firstPass;
    this.length = source.steps;
  }

  /** Batches in an epoch; undefined until data of unknown length ran out once. */
  get steps(): number | undefined {
    return this.perEpoch ?? this.length;
  }

  /** Goes to a place where an earlier run stood. */
  goTo(pass: number, index: number): void {
    this.pass = pass;
    this.index = index;
    this.walk = undefined;
  }

  /** The next batch of an epoch that has seen `done` of them; undefined at its end. */
  next(done: number): AnyBatch | undefined | Promise<AnyBatch | undefined> {
    const { perEpoch, source } = this;
    if (perEpoch !== undefined && done >= perEpoch) return undefined;
    this.walk ??= source.open(this.pass, this.index);
    const result = this.walk.next();
    return result instanceof Promise ? result.then((found) => this.taken(found, done)) : this.taken(result, done);
  }

  /** Lets go of what a pass holds open. */
  async close(): Promise<void> {
    await this.walk?.return?.();
    this.walk = undefined;
  }

  private taken(result: IteratorResult<AnyBatch>, done: number): AnyBatch | undefined | Promise<AnyBatch | undefined> {
    if (result.done !== true) {
      this.index += 1;
      return result.value;
    }
    const seen = this.index;
    if (this.perEpoch === undefined) this.length = seen;
    this.goTo(this.pass + 1, 0);
    // A pass that ended just where an epoch did: nobody could know before.
    return this.perEpoch !== undefined && done === 0 && seen > 0 ? this.next(done) : undefined;
  }
}
