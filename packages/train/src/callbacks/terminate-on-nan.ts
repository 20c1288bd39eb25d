import { Callback } from '../callback.js';
import type { TrainBatchEnd } from '../callback.js';

export interface TerminateOnNaNOptions {
  /** Whether training ends with an error. @defaultValue false */
  readonly raiseError?: boolean;
}

/** Stops as soon as the loss, the mean of the epoch so far, is NaN or infinite. */
export class TerminateOnNaN extends Callback {
  private readonly raiseError: boolean;

  constructor({ raiseError = false }: TerminateOnNaNOptions = {}) {
    super();
    this.raiseError = raiseError;
  }

  override onTrainBatchEnd({ batch, logs, training }: TrainBatchEnd): void {
    if (logs.loss === undefined || Number.isFinite(logs.loss)) return;
    const text = `Batch ${batch}: Invalid loss, terminating training`;
    if (this.raiseError) throw new Error(`${text} (fit with findNaN: true says where it comes from)`);
    training.warn(`${text}. fit with findNaN: true says where it comes from.`);
    training.stop('the loss is not finite');
  }
}
