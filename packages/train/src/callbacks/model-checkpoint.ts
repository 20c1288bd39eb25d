import { formatOf, saveModel } from '@gradus/nn';
import { Callback } from '../callback.js';
import { StateFields } from '../state.js';
import { Every } from './every.js';
import { fillIn } from './fill-in.js';
import { Monitor } from './monitor.js';
import type { EpochEnd, Logs, TrainBatchEnd, Training } from '../callback.js';
import type { State } from '../state.js';
import type { Frequency } from './every.js';
import type { MonitorOptions } from './monitor.js';

export interface ModelCheckpointOptions extends Pick<MonitorOptions, 'monitor' | 'mode'> {
  /** Only when the monitored number is better than ever. @defaultValue false */
  readonly saveBestOnly?: boolean;
  /** What the first number must beat. */
  readonly initialValueThreshold?: number;
  /** @defaultValue 'epoch' */
  readonly saveFreq?: Frequency;
  /** 1: says what is saved, and why not. @defaultValue 0 */
  readonly verbose?: 0 | 1;
}

/**
 * Saves the model at the end of every epoch, or every so many batches. The path may name {epoch} (from 1 on), {batch}
 * (from 1 on, where batches are counted) and any key of the logs, with Python's formats:
 * `model-{epoch:02d}-{val_loss:.2f}.safetensors`.
 */
export class ModelCheckpoint extends Callback {
  private readonly path: string;
  private readonly options: ModelCheckpointOptions;
  private readonly monitor: Monitor;
  private readonly every: Every;

  /** @throws FormatError where files of this extension cannot be written */
  constructor(path: string, options: ModelCheckpointOptions = {}) {
    super();
    formatOf(path);
    this.path = path;
    this.options = options;
    this.monitor = new Monitor(options);
    this.monitor.best = options.initialValueThreshold;
    this.every = new Every(options.saveFreq ?? 'epoch', 'saveFreq');
  }

  override async onEpochEnd({ epoch, logs, training }: EpochEnd): Promise<void> {
    if (this.every.atEpochs) await this.save(epoch, undefined, logs, training);
  }
  override async onTrainBatchEnd({ epoch, batch, logs, training }: TrainBatchEnd): Promise<void> {
    if (this.every.tick()) await this.save(epoch, batch + 1, logs, training);
  }

  override state(): State {
    return { best: this.monitor.best ?? null, count: this.every.count };
  }
  override restore(state: State): void {
    const fields = new StateFields(state, 'ModelCheckpoint');
    this.monitor.best = fields.has('best') ? fields.number('best') : undefined;
    this.every.count = fields.number('count');
  }

  private async save(epoch: number, batch: number | undefined, logs: Logs, training: Training): Promise<void> {
    const path = fillIn(this.path, { ...logs, epoch: epoch + 1, ...(batch === undefined ? {} : { batch }) });
    const say = (text: string): void => {
      if (this.options.verbose === 1) training.print(`\nEpoch ${epoch + 1}: ${text}`);
    };
    if (this.options.saveBestOnly !== true) say(`saving model to ${path}`);
    else if (!this.beaten(logs, training, path, say)) return;
    await saveModel(training.model, path);
    say(`finished saving model to ${path}`);
  }

  /** Whether this model is to be kept: it is the best so far, or there is no number to tell. */
  private beaten(logs: Logs, training: Training, path: string, say: (text: string) => void): boolean {
    const { monitor } = this;
    const value = monitor.value(logs, training);
    if (value === undefined) return true;
    const before = monitor.best;
    if (!monitor.improves(value, training)) {
      say(`${monitor.key} did not improve from ${before === undefined ? 'None' : before.toFixed(5)}`);
      return false;
    }
    say(
      `${monitor.key} improved from ${before === undefined ? 'None' : before.toFixed(5)} to ${value.toFixed(5)}, saving model to ${path}`,
    );
    monitor.best = value;
    return true;
  }
}
