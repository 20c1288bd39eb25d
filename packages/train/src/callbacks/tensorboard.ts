import { prepareToSave, saveWeights, writeFileAtomically } from '@gradus/nn';
import { ArgumentError } from '@gradus/tensor';
import { Callback } from '../callback.js';
import { checkCount } from '../data/batches.js';
import { StateFields } from '../state.js';
import { weightAsImages } from '../tensorboard/images.js';
import { embeddingsIn, projectorConfig, rowsAsText } from '../tensorboard/projector.js';
import { SummaryWriter } from '../tensorboard/summary-writer.js';
import type { AnyLayer } from '@gradus/nn';
import type { EndEvent, EpochEnd, EpochEvent, TrainBatchEnd, TrainBatchEvent, Training, TrainingEvent } from '../callback.js';
import type { Checkpoint, State } from '../state.js';
import type { EmbeddingsMetadata } from '../tensorboard/projector.js';

export interface TensorBoardOptions {
  /** Every how many epochs the weights are written as histograms; 0: never. @defaultValue 0 */
  readonly histogramFreq?: number;
  /** Whether the weights are written as images too, where histograms are. @defaultValue false */
  readonly writeImages?: boolean;
  /** Whether the layers of the model are written, for TensorBoard's conceptual graph. @defaultValue true */
  readonly writeGraph?: boolean;
  /** When the running means of an epoch are written: after every batch, after every so many, or not at all. @defaultValue 'epoch' */
  readonly updateFreq?: 'epoch' | 'batch' | number;
  /** Whether the speed is written wherever measures are. @defaultValue false */
  readonly writeStepsPerSecond?: boolean;
  /**
   * Every how many epochs the embeddings are written for the projector, and all weights as `train/keras_embedding.ckpt-0.weights.h5`, for which the
   * optional peer dependency h5wasm is needed; 0: never. @defaultValue 0
   */
  readonly embeddingsFreq?: number;
  /** Files that say what the rows of embeddings are. */
  readonly embeddingsMetadata?: EmbeddingsMetadata;
}

/** Batches become visible while an epoch runs: after so many milliseconds. */
const patience = 2000;

/**
 * Writes what TensorBoard shows (`tensorboard --logdir logs`), under Keras' names: into `train`, at the end of every epoch
 * (from 0 on), `epoch_loss` and so on, with `epoch_learning_rate`, and `batch_loss` and so on by the number of the batch
 * (from 1 on) if `updateFreq` says so; into `validation` `epoch_loss` and so on, and `evaluation_loss_vs_iterations` by
 * the steps of the optimizer. A run that goes on from a checkpoint goes on in the same files.
 *
 * @example callbacks: [new TensorBoard('logs', { histogramFreq: 1 })]
 */
export class TensorBoard extends Callback {
  private readonly folder: string;
  private readonly histogramFreq: number;
  private readonly writesImages: boolean;
  private readonly writesGraph: boolean;
  private readonly batchFreq: number | undefined;
  private readonly writesSpeed: boolean;
  private readonly embeddingsFreq: number;
  private readonly embeddingsMetadata: EmbeddingsMetadata | undefined;
  private train: SummaryWriter;
  private validation: SummaryWriter;
  /** Of this run. */
  private batches: number = 0;
  private epochStart: { readonly batches: number; readonly time: number } = { batches: 0, time: 0 };
  private batchStart: number = 0;
  private flushed: number = 0;

  constructor(logDir: string = 'logs', options: TensorBoardOptions = {}) {
    super();
    const { histogramFreq = 0, writeImages = false, writeGraph = true, updateFreq = 'epoch', writeStepsPerSecond = false } = options;
    const { embeddingsFreq = 0, embeddingsMetadata } = options;
    if (logDir === '') throw new ArgumentError('logDir: expected a folder, found an empty text');
    this.folder = logDir;
    this.histogramFreq = histogramFreq === 0 ? 0 : checkCount(histogramFreq, 'histogramFreq');
    this.batchFreq = updateFreq === 'epoch' ? undefined : checkCount(updateFreq === 'batch' ? 1 : updateFreq, 'updateFreq');
    this.writesImages = writeImages;
    this.writesGraph = writeGraph;
    this.writesSpeed = writeStepsPerSecond;
    this.embeddingsFreq = embeddingsFreq === 0 ? 0 : checkCount(embeddingsFreq, 'embeddingsFreq');
    this.embeddingsMetadata = embeddingsMetadata;
    this.train = this.writer('train');
    this.validation = this.writer('validation');
  }

  override async onTrainBegin({ training }: TrainingEvent): Promise<void> {
    this.batches = 0;
    this.train = this.writer('train');
    this.validation = this.writer('validation');
    const model = this.writesGraph ? only(() => training.model) : undefined;
    if (model) this.train.model('keras', model, 0);
    if (this.embeddingsFreq > 0) await this.project(training.model);
  }
  override onEpochBegin(_event: EpochEvent): void {
    this.epochStart = { batches: this.batches, time: performance.now() };
  }
  override onResume(event: TrainBatchEvent): void {
    this.onEpochBegin(event);
  }
  override onTrainBatchBegin(_event: TrainBatchEvent): void {
    this.batchStart = performance.now();
  }
  override async onTrainBatchEnd(event: TrainBatchEnd): Promise<void> {
    this.batches += 1;
    if (this.batchFreq === undefined || this.batches % this.batchFreq !== 0) return;
    if (this.writesSpeed) this.train.scalar('batch_steps_per_second', perSecond(1, this.batchStart), this.batches);
    this.scalars(this.train, 'batch_', event.logs, '', this.batches);
    if (performance.now() - this.flushed > patience) await this.flush();
  }

  override async onEpochEnd({ epoch, logs, training }: EpochEnd): Promise<void> {
    const entries = Object.entries(logs);
    const trained = Object.fromEntries(entries.filter(([key]) => !key.startsWith('val_')));
    const rate = only(() => training.learningRate);
    const { batches, time } = this.epochStart;
    const speed = this.writesSpeed ? { steps_per_second: perSecond(this.batches - batches, time) } : {};
    this.scalars(this.train, 'epoch_', { ...trained, ...(rate === undefined ? {} : { learning_rate: rate }), ...speed }, '', epoch);
    for (const [key, value] of entries) if (key.startsWith('val_')) this.validation.scalar(`epoch_${key.slice(4)}`, value, epoch);
    if (this.histogramFreq > 0 && epoch % this.histogramFreq === 0) this.weights(training, epoch);
    if (this.embeddingsFreq > 0 && epoch % this.embeddingsFreq === 0) await this.embeddings(training.model, epoch);
    await this.flush();
  }
  override async onTrainEnd(): Promise<void> {
    await this.flush();
    this.validation = this.writer('validation'); // as in Keras, each fit and each evaluation has a file of its own
  }

  override onTestEnd({ logs, training }: EndEvent): void {
    training.checkpoint(async (checkpoint) => {
      this.scalars(this.validation, 'evaluation_', logs, '_vs_iterations', iterationsIn(checkpoint));
      await this.flush();
      if (training.epochs === 0) this.validation = this.writer('validation');
    });
  }

  override state(): State {
    return { batches: this.batches, train: this.train.state(), validation: this.validation.state() };
  }
  override restore(state: State): void {
    const fields = new StateFields(state, 'TensorBoard');
    this.batches = fields.number('batches');
    this.train.restore(fields.any('train'));
    this.validation.restore(fields.any('validation'));
  }

  private writer(run: string): SummaryWriter {
    return new SummaryWriter(`${this.folder}/${run}`);
  }
  private async flush(): Promise<void> {
    await this.train.flush();
    await this.validation.flush();
    this.flushed = performance.now();
  }

  private scalars(
    writer: SummaryWriter,
    before: string,
    logs: Readonly<Record<string, number | undefined>>,
    after: string,
    step: number,
  ): void {
    for (const [key, value] of Object.entries(logs)) if (value !== undefined) writer.scalar(`${before}${key}${after}`, value, step);
  }
  /** Tells the projector which embeddings there are. */
  private async project(model: AnyLayer): Promise<void> {
    await prepareToSave('.weights.h5');
    await this.put('projector_config.pbtxt', projectorConfig(embeddingsIn(model), this.embeddingsMetadata));
  }
  private async embeddings(model: AnyLayer, epoch: number): Promise<void> {
    await saveWeights(model, `${this.folder}/train/keras_embedding.ckpt-${epoch}.weights.h5`);
    for (const { layer, file } of embeddingsIn(model)) await this.put(file, rowsAsText(layer.embeddings.value));
  }
  private async put(file: string, text: string): Promise<void> {
    await writeFileAtomically(`${this.folder}/${file}`, new TextEncoder().encode(text));
  }

  /** Those that Keras calls weights: the counters of random streams are none. */
  private weights(training: Training, epoch: number): void {
    for (const [path, weight] of training.weights()) {
      if (path.endsWith('/random')) continue;
      const tag = path.replaceAll(':', '_');
      this.train.histogram(`${tag}/histogram`, weight, epoch);
      const images = this.writesImages ? weightAsImages(weight) : undefined;
      if (images) this.train.image(`${tag}/image`, images, epoch);
    }
  }
}

/** Since `start`; a clock too coarse to see anything pass counts as a microsecond. */
function perSecond(count: number, start: number): number {
  return count / Math.max((performance.now() - start) / 1000, 1e-6);
}

/** Undefined where a trainer with several models or optimizers has no answer. */
function only<T>(ask: () => T): T | undefined {
  try {
    return ask();
  } catch (error) {
    if (error instanceof ArgumentError) return undefined;
    throw error;
  }
}

/** The steps of the optimizer, the first one if there are several. */
function iterationsIn({ variables }: Checkpoint): number {
  for (const [path, value] of variables) if (/^optimizers?\/(.*\/)?iteration$/.test(path)) return value.item();
  return 0;
}
