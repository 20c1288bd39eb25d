import { Callback } from '../callback.js';
import type { EpochEvent, EpochEnd } from '../callback.js';

/** One line an epoch: how many batches, how long, and what was measured. */
export class ProgressBar extends Callback {
  private readonly verbose: 1 | 2;
  private started: number = 0;

  constructor(verbose: 1 | 2) {
    super();
    this.verbose = verbose;
  }
  override onEpochBegin({ epoch, training }: EpochEvent): void {
    this.started = performance.now();
    if (training.epochs > 1) console.log(`Epoch ${epoch + 1}/${training.epochs}`);
  }
  override onEpochEnd({ logs, training }: EpochEnd): void {
    const seconds = (performance.now() - this.started) / 1000;
    const bar = this.verbose === 1 ? ` ${'━'.repeat(20)}` : '';
    const values = Object.entries(logs).map(([key, value]) => ` - ${key}: ${show(value)}`).join(''); // prettier-ignore
    const steps = training.steps ?? '?';
    const each = (seconds * 1000) / (training.steps ?? 1);
    console.log(`${steps}/${steps}${bar} - ${seconds.toFixed(0)}s - ${each.toFixed(0)}ms/step${values}`);
  }
}

function show(value: number): string {
  return Math.abs(value) > 1e-3 ? value.toFixed(4) : value.toExponential(4);
}
