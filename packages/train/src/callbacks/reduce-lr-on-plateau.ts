import { ArgumentError } from '@gradus/tensor';
import { Callback } from '../callback.js';
import { StateFields } from '../state.js';
import { Monitor } from './monitor.js';
import type { EpochEnd } from '../callback.js';
import type { State } from '../state.js';
import type { MonitorOptions } from './monitor.js';

export interface ReduceLROnPlateauOptions extends MonitorOptions {
  /** What the rate is multiplied by, below 1. @defaultValue 0.1 */
  readonly factor?: number;
  /** How many epochs without improvement are borne. @defaultValue 10 */
  readonly patience?: number;
  /** Epochs after a reduction that do not count. @defaultValue 0 */
  readonly cooldown?: number;
  /** @defaultValue 0 */
  readonly minLearningRate?: number;
  /** 1: says when the rate is lowered. @defaultValue 0 */
  readonly verbose?: 0 | 1;
}

/** Lowers the learning rate when the monitored number stops improving. */
export class ReduceLROnPlateau extends Callback {
  private readonly options: ReduceLROnPlateauOptions;
  private readonly monitor: Monitor;
  private wait: number = 0;
  private cooling: number = 0;

  constructor(options: ReduceLROnPlateauOptions = {}) {
    super();
    const { factor = 0.1 } = options;
    if (!(factor < 1)) throw new ArgumentError(`factor: expected a number below 1, found ${factor}`);
    this.options = options;
    this.monitor = new Monitor({ minDelta: 1e-4, ...options });
  }

  override onTrainBegin(): void {
    this.wait = 0;
    this.cooling = 0;
    this.monitor.best = undefined;
  }

  override onEpochEnd({ epoch, logs, training }: EpochEnd): void {
    const { factor = 0.1, patience = 10, cooldown = 0, minLearningRate = 0, verbose = 0 } = this.options;
    const rate = training.learningRate;
    logs['learning_rate'] = rate;
    const value = this.monitor.value(logs, training);
    if (value === undefined) return;
    if (this.cooling > 0) {
      this.cooling -= 1;
      this.wait = 0;
    }
    if (this.monitor.improves(value, training)) {
      this.monitor.best = value;
      this.wait = 0;
    } else if (this.cooling === 0) {
      this.wait += 1;
      if (this.wait < patience || rate <= Math.fround(minLearningRate)) return;
      const lower = Math.max(rate * factor, minLearningRate);
      training.learningRate = lower;
      if (verbose === 1) training.print(`\nEpoch ${epoch + 1}: ReduceLROnPlateau reducing learning rate to ${lower}.`);
      this.cooling = cooldown;
      this.wait = 0;
    }
  }

  override state(): State {
    return { wait: this.wait, cooling: this.cooling, best: this.monitor.best ?? null };
  }
  override restore(state: State): void {
    const fields = new StateFields(state, 'ReduceLROnPlateau');
    this.wait = fields.number('wait');
    this.cooling = fields.number('cooling');
    this.monitor.best = fields.has('best') ? fields.number('best') : undefined;
  }
}
