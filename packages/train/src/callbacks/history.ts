import { Callback } from '../callback.js';
import type { EpochEnd } from '../callback.js';

/** The curves of a run: every key of the logs with its values, epoch after epoch. */
export class History extends Callback {
  readonly epochs: number[] = [];
  readonly logs: Record<string, number[] | undefined> = {};

  override onEpochEnd({ epoch, logs }: EpochEnd): void {
    this.epochs.push(epoch);
    for (const [key, value] of Object.entries(logs)) (this.logs[key] ??= []).push(value);
  }
}
