import { Callback } from '../callback.js';
import { Progbar } from '../progbar.js';
import { write } from '../terminal.js';
import type {
  BatchEnd,
  EndEvent,
  EpochEnd,
  EpochEvent,
  Logs,
  PredictBatchEnd,
  TrainBatchEnd,
  Training,
  TrainingEvent,
} from '../callback.js';

/** Redrawing sooner than this, in seconds, shows nothing new; and logs that are not drawn need not be worked out. */
const interval = 0.05;

/** Shows how far an epoch is, and what it measures: a bar that moves on a terminal, one line at its end elsewhere. */
export class ProgressBar extends Callback {
  private readonly verbose: 1 | 2;
  private bar: Progbar | undefined;
  private seen: number = 0;
  private shown: number = -Infinity;
  /** Whether an evaluation is part of training: then it shows nothing of its own. */
  private training: boolean = false;

  constructor(verbose: 1 | 2) {
    super();
    this.verbose = verbose;
  }

  override onTrainBegin(): void {
    this.training = true;
  }
  override onTrainEnd(): void {
    this.training = false;
  }
  override onEpochBegin({ epoch, training }: EpochEvent): void {
    if (training.epochs > 1) write(`Epoch ${epoch + 1}/${training.epochs}\n`);
    this.begin(training);
  }
  override onResume(event: EpochEvent): void {
    this.onEpochBegin(event);
  }
  override onTrainBatchEnd(event: TrainBatchEnd): void {
    this.move(event.batch + 1, () => event.logs);
  }
  override onEpochEnd({ logs, training }: EpochEnd): void {
    this.end(logs, training);
  }

  override onTestBegin({ training }: TrainingEvent): void {
    if (!this.training) this.begin(training);
  }
  override onTestBatchEnd(event: BatchEnd): void {
    if (!this.training) this.move(event.batch + 1, () => event.logs);
  }
  override onTestEnd({ logs, training }: EndEvent): void {
    if (!this.training) this.end(logs, training);
  }

  override onPredictBegin({ training }: TrainingEvent): void {
    this.begin(training);
  }
  override onPredictBatchEnd({ batch }: PredictBatchEnd): void {
    this.move(batch + 1, () => ({}));
  }
  override onPredictEnd({ training }: TrainingEvent): void {
    this.end({}, training);
  }

  private begin({ steps }: Training): void {
    this.seen = 0;
    this.shown = -Infinity;
    const clock = { now: () => performance.now() / 1000, write, dynamic: true, interval };
    this.bar = new Progbar({ target: steps, verbose: this.verbose, statefulMetrics: 'all', ...clock });
  }

  private move(seen: number, logs: () => Logs): void {
    this.seen = seen;
    const now = performance.now() / 1000;
    if (seen > 1 && (this.verbose === 2 || now - this.shown < interval)) return;
    this.shown = now;
    this.bar?.update(seen, this.verbose === 2 ? [] : valuesOf(logs()), { finalize: false });
  }

  private end(logs: Logs, { steps }: Training): void {
    if (!this.bar) return;
    this.bar.target ??= steps ?? this.seen;
    this.bar.update(this.seen, valuesOf(logs), { finalize: true });
  }
}

function valuesOf(logs: Logs): readonly (readonly [string, number])[] {
  return Object.entries(logs).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
}
