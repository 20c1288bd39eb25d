import { Callback } from '../callback.js';
import { Monitor } from './monitor.js';
import type { Tensor } from '@gradus/tensor';
import type { EpochEnd, TrainEvent } from '../callback.js';
import type { MonitorOptions } from './monitor.js';

export interface EarlyStoppingOptions extends MonitorOptions {
  /** How many epochs without improvement are borne. @defaultValue 0 */
  readonly patience?: number;
  /** Patience starts anew only where this is beaten too. */
  readonly baseline?: number;
  /** Ends with the weights of the best epoch. @defaultValue false */
  readonly restoreBestWeights?: boolean;
  /** Epochs before this one do not count. @defaultValue 0 */
  readonly startFromEpoch?: number;
}

/** Stops when the monitored number has not improved for `patience` epochs. */
export class EarlyStopping extends Callback {
  private readonly options: EarlyStoppingOptions;
  private readonly monitor: Monitor;
  private wait: number = 0;
  private weights: ReadonlyMap<string, Tensor> | undefined;

  constructor(options: EarlyStoppingOptions = {}) {
    super();
    this.options = options;
    this.monitor = new Monitor(options);
  }

  override onTrainBegin(): void {
    this.wait = 0;
    this.weights = undefined;
    this.monitor.best = undefined;
  }

  override onEpochEnd({ epoch, logs, training }: EpochEnd): void {
    const { patience = 0, restoreBestWeights = false, baseline, startFromEpoch = 0 } = this.options;
    const value = this.monitor.value(logs, training);
    if (value === undefined || epoch < startFromEpoch) return;
    if (restoreBestWeights) this.weights ??= training.weights();
    this.wait += 1;
    if (this.monitor.improves(value, training)) {
      this.monitor.best = value;
      if (restoreBestWeights) this.weights = training.weights();
      if (baseline === undefined || this.monitor.improves(value, training, baseline)) this.wait = 0;
    } else if (this.wait >= patience && epoch > 0) {
      training.stop(`${this.monitor.key} has not improved for ${this.wait} epochs`);
    }
  }

  override onTrainEnd({ training }: TrainEvent): void {
    if (this.weights) training.setWeights(this.weights);
  }
}
