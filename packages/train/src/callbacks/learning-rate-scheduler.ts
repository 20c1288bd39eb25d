import { ArgumentError } from '@gradus/tensor';
import { Callback } from '../callback.js';
import type { EpochEnd, EpochEvent } from '../callback.js';

export interface LearningRateSchedulerOptions {
  /** 1: says what it sets. @defaultValue 0 */
  readonly verbose?: 0 | 1;
}

/** Sets the learning rate at the beginning of every epoch, as a function of the epoch (from 0 on) and of the rate so far. */
export class LearningRateScheduler extends Callback {
  private readonly schedule: (epoch: number, rate: number) => number;
  private readonly verbose: 0 | 1;

  constructor(schedule: (epoch: number, rate: number) => number, { verbose = 0 }: LearningRateSchedulerOptions = {}) {
    super();
    this.schedule = schedule;
    this.verbose = verbose;
  }

  override onEpochBegin({ epoch, training }: EpochEvent): void {
    const rate = this.schedule(epoch, training.learningRate);
    if (!Number.isFinite(rate)) throw new ArgumentError(`schedule: expected a number for epoch ${epoch}, found ${rate}`);
    training.learningRate = rate;
    if (this.verbose === 1) training.print(`\nEpoch ${epoch + 1}: LearningRateScheduler setting learning rate to ${rate}.`);
  }
  override onEpochEnd({ logs, training }: EpochEnd): void {
    logs['learning_rate'] = training.learningRate;
  }
}
