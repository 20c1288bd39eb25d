import { Callback } from '../callback.js';
import { StateFields } from '../state.js';
import { Monitor } from './monitor.js';
import type { Tensor } from '@gradus/tensor';
import type { EndEvent, EpochEnd } from '../callback.js';
import type { State } from '../state.js';
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
  /** 1: says when it stops and what it restores. @defaultValue 0 */
  readonly verbose?: 0 | 1;
}

/** Stops when the monitored number has not improved for `patience` epochs. */
export class EarlyStopping extends Callback {
  private readonly options: EarlyStoppingOptions;
  private readonly monitor: Monitor;
  private wait: number = 0;
  private bestEpoch: number = 0;
  private stoppedEpoch: number = 0;
  private weights: ReadonlyMap<string, Tensor> | undefined;

  constructor(options: EarlyStoppingOptions = {}) {
    super();
    this.options = options;
    this.monitor = new Monitor(options);
  }

  override onTrainBegin(): void {
    this.wait = 0;
    this.bestEpoch = 0;
    this.stoppedEpoch = 0;
    this.weights = undefined;
    this.monitor.best = undefined;
  }

  override onEpochEnd({ epoch, logs, training }: EpochEnd): void {
    const { patience = 0, restoreBestWeights = false, baseline, startFromEpoch = 0 } = this.options;
    const value = this.monitor.value(logs, training);
    if (value === undefined || epoch < startFromEpoch) return;
    const improved = this.monitor.improves(value, training);
    if (improved || (restoreBestWeights && !this.weights)) this.bestEpoch = epoch;
    if (restoreBestWeights && (improved || !this.weights)) this.weights = training.weights();
    this.wait += 1;
    if (improved) {
      this.monitor.best = value;
      if (baseline === undefined || this.monitor.improves(value, training, baseline)) this.wait = 0;
    } else if (this.wait >= patience && epoch > 0) {
      this.stoppedEpoch = epoch;
      training.stop(`${this.monitor.key} has not improved for ${this.wait} epochs`);
    }
  }

  override onTrainEnd({ training }: EndEvent): void {
    const say = (text: string): void => {
      if (this.options.verbose === 1) training.print(text);
    };
    if (this.stoppedEpoch > 0) say(`Epoch ${this.stoppedEpoch + 1}: early stopping`);
    if (!this.weights) return;
    say(`Restoring model weights from the end of the best epoch: ${this.bestEpoch + 1}.`);
    training.setWeights(this.weights);
  }

  override state(): State {
    const { wait, bestEpoch, stoppedEpoch, weights } = this;
    return { wait, bestEpoch, stoppedEpoch, best: this.monitor.best ?? null, weights: weights ? Object.fromEntries(weights) : null };
  }
  override restore(state: State): void {
    const fields = new StateFields(state, 'EarlyStopping');
    this.wait = fields.number('wait');
    this.bestEpoch = fields.number('bestEpoch');
    this.stoppedEpoch = fields.number('stoppedEpoch');
    this.monitor.best = fields.has('best') ? fields.number('best') : undefined;
    this.weights = fields.has('weights') ? fields.tensorMap('weights') : undefined;
  }
}
