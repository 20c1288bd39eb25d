/** Watching one number of the logs: whether it got better. */
import { ArgumentError } from '@gradus/tensor';
import type { Logs, Training } from '../callback.js';

export interface MonitorOptions {
  /** The key in the logs. @defaultValue 'val_loss' */
  readonly monitor?: string;
  /** Which way is better; 'auto' asks the metric. @defaultValue 'auto' */
  readonly mode?: 'auto' | 'min' | 'max';
  /** Smaller improvements do not count. @defaultValue 0 */
  readonly minDelta?: number;
}

export class Monitor {
  readonly key: string;
  best: number | undefined;
  private readonly minDelta: number;
  private readonly mode: 'auto' | 'min' | 'max';

  constructor({ monitor = 'val_loss', mode = 'auto', minDelta = 0 }: MonitorOptions) {
    this.key = monitor;
    this.mode = mode;
    this.minDelta = Math.abs(minDelta);
  }

  /**
   * The number that is watched; says so where the logs have none.
   *
   * @throws ArgumentError where the mode is 'auto' and no metric says which way is better
   */
  value(logs: Logs, training: Training): number | undefined {
    this.up(training);
    const value = logs[this.key];
    if (value === undefined) training.warn(`${this.key} is not in the logs; there are: ${Object.keys(logs).join(', ')}`);
    return value;
  }

  /** Whether `value` is better than `than` by more than minDelta; anything is better than nothing. */
  improves(value: number, training: Training, than: number | undefined = this.best): boolean {
    if (than === undefined) return true;
    return this.up(training) ? value - this.minDelta > than : value + this.minDelta < than;
  }

  private up(training: Training): boolean {
    if (this.mode !== 'auto') return this.mode === 'max';
    const direction = training.directionOf(this.key);
    if (direction) return direction === 'up';
    throw new ArgumentError(`monitor: whether larger ${this.key} is better is not known: say mode: 'min' or 'max'`);
  }
}
