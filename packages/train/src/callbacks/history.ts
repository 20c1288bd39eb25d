import { Callback } from '../callback.js';
import { StateFields } from '../state.js';
import type { EpochEnd } from '../callback.js';
import type { State } from '../state.js';

/** The curves of a run: every key of the logs with its values, epoch after epoch. */
export class History extends Callback {
  readonly epochs: number[] = [];
  readonly logs: Record<string, number[] | undefined> = {};
  /** How long each epoch took, its validation included; NaN for one that was not seen from beginning to end. Not part of a checkpoint. */
  readonly seconds: number[] = [];
  private begun: number = NaN;

  override onTrainBegin(): void {
    this.epochs.length = 0;
    this.seconds.length = 0;
  }
  override onEpochBegin(): void {
    this.begun = performance.now();
  }
  override onResume(): void {
    this.begun = NaN;
  }

  override onEpochEnd({ epoch, logs }: EpochEnd): void {
    this.epochs.push(epoch);
    this.seconds.push((performance.now() - this.begun) / 1000);
    for (const [key, value] of Object.entries(logs)) (this.logs[key] ??= []).push(value);
  }

  override state(): State {
    const curves = Object.entries(this.logs).map(([key, values]) => [key, values ?? []] as const);
    return { epochs: this.epochs, logs: Object.fromEntries(curves) };
  }
  override restore(state: State): void {
    const fields = new StateFields(state, 'History');
    this.epochs.splice(0, Infinity, ...fields.numbers('epochs'));
    this.seconds.splice(0, Infinity, ...this.epochs.map(() => NaN));
    const curves = fields.fields('logs');
    for (const key of Object.keys(this.logs)) delete this.logs[key];
    for (const key of curves.keys) this.logs[key] = curves.numbers(key);
  }
}
