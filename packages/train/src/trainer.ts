/** The trainer: what Keras calls compile, fit, evaluate and predict. */
import { claim, isRows, mapLeaves, optimizer as optimizerOf, predictRows, rowsOf, saveModel, weightsUnder } from '@gradus/nn';
import { History } from './callbacks/history.js';
import { ProgressBar } from './callbacks/progress.js';
import { batchesOf, splitOff, stepsOf, tensorsOf } from './data/batches.js';
import { withClassWeight } from './data/class-weight.js';
import { Objective } from './objective.js';
import { pause } from './pause.js';
import { Supervised } from './supervised.js';
import type { Layer, Optimizer, OptimizerLike } from '@gradus/nn';
import type { Tensor } from '@gradus/tensor';
import type { BatchEnd, Callback, Training } from './callback.js';
import type { Batch, Data } from './data/batches.js';
import type { ClassWeight } from './data/class-weight.js';
import type { ObjectiveOptions } from './objective.js';

export interface TrainerOptions extends ObjectiveOptions {
  /** @defaultValue 'rmsprop' */
  readonly optimizer?: OptimizerLike;
  /** Decides the order of samples, and where weights start if the model has no seed of its own. @defaultValue 0 */
  readonly seed?: number;
}

export interface EvaluateOptions {
  /** @defaultValue 32 */
  readonly batchSize?: number;
}

export interface FitOptions extends EvaluateOptions {
  /** @defaultValue 1 */
  readonly epochs?: number;
  readonly initialEpoch?: number;
  /** Measured at the end of every epoch. */
  readonly validationData?: Data;
  /** The share of rows, the last ones, that is set aside for validation. @defaultValue 0 */
  readonly validationSplit?: number;
  /** How much the samples of each class count in training, not in validation. @defaultValue 1 for each */
  readonly classWeight?: ClassWeight;
  /** @defaultValue true */
  readonly shuffle?: boolean;
  readonly callbacks?: readonly Callback[];
  /** 0 silent, 1 a progress bar, 2 one line an epoch. @defaultValue 2 */
  readonly verbose?: 0 | 1 | 2;
  /** Ends training with an error. */
  readonly signal?: AbortSignal;
}

export class Trainer {
  readonly model: Layer<never, unknown>;
  readonly optimizer: Optimizer;
  private readonly seed: number;
  private readonly objective: Objective;
  private readonly step: Supervised;

  /** @param model - any layer; its variables exist once it is built, which the first batch does if need be */
  constructor(model: Layer<never, unknown>, { optimizer = 'rmsprop', seed = 0, ...objective }: TrainerOptions) {
    this.model = model;
    this.optimizer = optimizerOf(optimizer);
    this.seed = seed;
    this.objective = new Objective(objective);
    this.step = new Supervised(model, this.optimizer, this.objective);
    claim(model, model.seed ?? seed);
  }

  /** Trains for some epochs and returns the curves. */
  async fit(data: Data, options: FitOptions = {}): Promise<History> {
    const { epochs = 1, initialEpoch = 0, batchSize = 32, shuffle = true, callbacks = [], signal } = options;
    const all = tensorsOf(data);
    const [rest, held] = splitData(all, options);
    const training = withClassWeight(rest, options.classWeight);
    const steps = stepsOf(training, batchSize);
    const history = new History();
    const verbose = options.verbose ?? 2;
    const list = [...callbacks, history, ...(verbose === 0 ? [] : [new ProgressBar(verbose)])];
    const handle = this.handle(epochs, steps, verbose > 0);
    this.step.prepare(training, batchSize);
    let logs: Record<string, number> = {};
    try {
      for (const callback of list) await callback.onTrainBegin({ training: handle });
      for (let epoch = initialEpoch; epoch < epochs && !handle.stopped; epoch++) {
        this.objective.reset();
        for (const callback of list) await callback.onEpochBegin({ epoch, training: handle });
        let batch = 0;
        for (const rows of batchesOf(training, epoch, { batchSize, seed: shuffle ? this.seed : undefined })) {
          signal?.throwIfAborted();
          this.step.train(rows);
          const event = eventOf(epoch, batch, handle, this.objective);
          for (const callback of list) await callback.onTrainBatchEnd(event);
          await pause();
          batch += 1;
          if (handle.stopped) break;
        }
        logs = this.objective.logs();
        if (held) for (const [key, value] of Object.entries(await this.measure(held, batchSize))) logs[`val_${key}`] = value;
        for (const callback of list) await callback.onEpochEnd({ epoch, logs, training: handle });
      }
    } finally {
      this.optimizer.finalize();
    }
    for (const callback of list) await callback.onTrainEnd({ logs, training: handle });
    return history;
  }

  /** Loss and metrics over all rows, without training. */
  async evaluate(data: Data, { batchSize = 32 }: EvaluateOptions = {}): Promise<Record<string, number>> {
    return this.measure(tensorsOf(data), batchSize);
  }

  /** What the model makes of all rows. */
  async predict(x: unknown, { batchSize = 32 }: EvaluateOptions = {}): Promise<unknown> {
    const rows = mapLeaves(x, isRows, (value, _, where) => rowsOf(value, [], where || 'x'));
    return predictRows((batch) => this.step.predict(batch), rows, { batchSize });
  }

  private async measure(all: Batch, batchSize: number): Promise<Record<string, number>> {
    stepsOf(all, batchSize);
    this.objective.reset();
    for (const rows of batchesOf(all, 0, { batchSize, seed: undefined })) {
      this.step.test(rows);
      await pause();
    }
    return this.objective.logs();
  }

  private handle(epochs: number, steps: number, verbose: boolean): Training & { stopped: string | undefined } {
    const { optimizer, objective, model } = this;
    return {
      epochs,
      steps,
      verbose,
      stopped: undefined,
      get learningRate() {
        return optimizer.learningRate;
      },
      set learningRate(rate: number) {
        optimizer.learningRate = rate;
      },
      stop(reason) {
        this.stopped = reason;
      },
      weights: () => new Map<string, Tensor>(weightsUnder(model).map(({ path, weight }) => [path, weight.variable.value])),
      setWeights(weights) {
        for (const { path, weight } of weightsUnder(model)) {
          const value = weights.get(path);
          if (value) weight.variable.assign(value);
        }
      },
      save: (path) => saveModel(model, path),
      directionOf: (key) => objective.directionOf(key),
      print(text) {
        if (verbose) console.log(text);
      },
    };
  }
}

function splitData(all: Batch, { validationData, validationSplit = 0 }: FitOptions): readonly [Batch, Batch | undefined] {
  if (validationData) return [all, tensorsOf(validationData)];
  return validationSplit === 0 ? [all, undefined] : splitOff(all, validationSplit);
}

/** The running means are worked out only if somebody reads them. */
function eventOf(epoch: number, batch: number, training: Training, objective: Objective): BatchEnd {
  return {
    epoch,
    batch,
    training,
    get logs() {
      return objective.logs();
    },
  };
}
