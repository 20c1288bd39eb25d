import { checkWeightsPath, formatOf, prepareToSave, saveModel, saveWeights } from '@gradus/nn';
import { fixed } from '@gradus/tensor/extend';
import { Callback } from '../callback.js';
import { compiledOf } from '../compiled.js';
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
  /** The weights alone, into a file that ends in `.weights.h5`. @defaultValue false */
  readonly saveWeightsOnly?: boolean;
  /** What the first number must beat. */
  readonly initialValueThreshold?: number;
  /** @defaultValue 'epoch' */
  readonly saveFreq?: Frequency;
  /** 1: says what is saved, and why not. @defaultValue 0 */
  readonly verbose?: 0 | 1;
}

/**
 * Saves the model at the end of every epoch, or every so many batches, with the state of the optimizer where the format has it. The path may name
 * {epoch} (from 1 on), {batch} (from 1 on, where batches are counted) and any key of the logs, with Python's formats:
 * `model-{epoch:02d}-{val_loss:.2f}.keras`.
 *
 * Files of Keras, `.keras` and `.h5`, are written by the optional peer dependency h5wasm: if it is missing, `fit` says so before the first batch.
 */
export class ModelCheckpoint extends Callback {
  private readonly path: string;
  private readonly options: ModelCheckpointOptions;
  private readonly monitor: Monitor;
  private readonly every: Every;
  /** Done when all that it takes to write is loaded. */
  private readonly ready: Promise<void>;

  /** @throws ArgumentError where files of this extension cannot be written */
  constructor(path: string, options: ModelCheckpointOptions = {}) {
    super();
    formatOf(path);
    if (options.saveWeightsOnly === true) checkWeightsPath(path);
    this.path = path;
    this.options = options;
    this.monitor = new Monitor(options);
    this.monitor.best = options.initialValueThreshold;
    this.every = new Every(options.saveFreq ?? 'epoch', 'saveFreq');
    this.ready = prepareToSave(path);
    this.ready.catch(() => undefined); // said in onTrainBegin, to whoever trains
  }

  override async onTrainBegin(): Promise<void> {
    await this.ready;
  }
  override async onEpochEnd({ epoch, logs, training }: EpochEnd): Promise<void> {
    if (this.every.atEpochs) await this.save(epoch, undefined, logs, training);
  }
  override async onTrainBatchEnd({ epoch, batch, logs, training }: TrainBatchEnd): Promise<void> {
    if (this.every.tick(batch)) await this.save(epoch, batch + 1, logs, training);
  }

  override state(): State {
    return { best: this.monitor.best ?? null, every: this.every.state() };
  }
  override restore(state: State): void {
    const fields = new StateFields(state, 'ModelCheckpoint');
    this.monitor.best = fields.has('best') ? fields.number('best') : undefined;
    this.every.restore(fields.any('every'));
  }

  private async save(epoch: number, batch: number | undefined, logs: Logs, training: Training): Promise<void> {
    const path = fillIn(this.path, { ...(batch === undefined ? {} : { batch }), ...logs, epoch: epoch + 1 });
    const say = (text: string): void => {
      if (this.options.verbose === 1) training.print(`\nEpoch ${epoch + 1}: ${text}`);
    };
    if (this.options.saveBestOnly !== true) say(`saving model to ${path}`);
    else if (!this.beaten(logs, training, path, say)) return;
    const compiled = compiledOf(training);
    await (this.options.saveWeightsOnly === true ? saveWeights : saveModel)(training.model, path, { compiled });
    say(`finished saving model to ${path}`);
  }

  /** Whether this model is to be kept: it is the best so far, or there is no number to tell. */
  private beaten(logs: Logs, training: Training, path: string, say: (text: string) => void): boolean {
    const { monitor } = this;
    const value = monitor.value(logs, training);
    if (value === undefined) return true;
    const before = monitor.best === undefined ? 'None' : fixed(monitor.best, 5);
    if (!monitor.improves(value, training)) {
      say(`${monitor.key} did not improve from ${before}`);
      return false;
    }
    say(`${monitor.key} improved from ${before} to ${fixed(value, 5)}, saving model to ${path}`);
    monitor.best = value;
    return true;
  }
}
