import { Callback } from '../callback.js';
import { StateFields } from '../state.js';
import type { Tensor } from '@gradus/tensor';
import type { EpochEnd, EpochEvent, Training, TrainingEvent } from '../callback.js';
import type { State } from '../state.js';

export interface SwapEMAWeightsOptions {
  /** Whether the averages stand in the model from the end of an epoch to the beginning of the next, so that checkpoints hold them. @defaultValue false */
  readonly swapOnEpoch?: boolean;
}

/**
 * Lets evaluation and prediction see the moving averages of the weights, which an optimizer with `useEma` keeps; training goes on with the weights
 * themselves.
 *
 * @example callbacks: [new SwapEMAWeights({ swapOnEpoch: true }), new ModelCheckpoint('best.safetensors')]
 */
export class SwapEMAWeights extends Callback {
  private readonly swapOnEpoch: boolean;
  /** Those that training goes on with, while the averages are in the model. */
  private own: ReadonlyMap<string, Tensor> | undefined;

  constructor({ swapOnEpoch = false }: SwapEMAWeightsOptions = {}) {
    super();
    this.swapOnEpoch = swapOnEpoch;
  }

  override onTrainBegin(): void {
    this.own = undefined;
  }
  override onEpochBegin({ training }: EpochEvent): void {
    if (this.swapOnEpoch) this.swapBack(training);
  }
  override onEpochEnd({ training }: EpochEnd): void {
    if (this.swapOnEpoch) this.swapIn(training);
  }
  /** The averages stay: `fit` ends with them anyway. */
  override onTrainEnd(): void {
    this.own = undefined;
  }
  override onTestBegin({ training }: TrainingEvent): void {
    this.swapIn(training);
  }
  override onTestEnd({ training }: TrainingEvent): void {
    this.swapBack(training);
  }
  override onPredictBegin({ training }: TrainingEvent): void {
    this.swapIn(training);
  }
  override onPredictEnd({ training }: TrainingEvent): void {
    this.swapBack(training);
  }

  override state(): State {
    return { own: this.own ? Object.fromEntries(this.own) : null };
  }
  override restore(state: State): void {
    const fields = new StateFields(state, 'SwapEMAWeights');
    this.own = fields.has('own') ? fields.tensorMap('own') : undefined;
  }

  private swapIn(training: Training): void {
    if (this.own) return;
    const own = training.weights();
    training.useAverages();
    this.own = own;
  }
  private swapBack(training: Training): void {
    if (this.own) training.setWeights(this.own);
    this.own = undefined;
  }
}
