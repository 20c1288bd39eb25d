/** Callbacks: what happens besides the steps themselves, and the handle that they work the trainer by. */
import type { AnyLayer, Optimizer } from '@gradus/nn';
import type { Tensor } from '@gradus/tensor';
import type { ObjectiveOptions } from './objective.js';
import type { Checkpoint, State } from './state.js';

/** What was measured, under Keras' keys. */
export interface Logs {
  readonly loss?: number;
  readonly val_loss?: number;
  readonly accuracy?: number;
  readonly val_accuracy?: number;
  readonly learning_rate?: number;
  readonly [key: string]: number | undefined;
}

/** Where a checkpoint goes. */
export type Save = (checkpoint: Checkpoint) => void | Promise<void>;

/** What supervised training was asked to do, for files that keep it. */
export interface Recipe {
  readonly optimizer: Optimizer;
  readonly objective: ObjectiveOptions;
}

/** What is running: training, evaluation or prediction. */
export interface Training {
  /** The number of the last epoch; 0 outside `fit`. */
  readonly epochs: number;
  /** Batches in an epoch (of the evaluation, of the prediction); undefined until data of unknown length ran out once. */
  readonly steps: number | undefined;
  /** Whether this run prints: 0 nothing, 1 a progress bar, 2 a line an epoch. */
  readonly verbose: 0 | 1 | 2;
  /** The one that is run, if there is just one: `await saveModel(training.model, path)`. */
  readonly model: AnyLayer;
  /** Undefined for a step of one's own. */
  readonly recipe?: Recipe | undefined;
  /** That of the optimizer, if there is just one. */
  learningRate: number;
  /** Ends training after this epoch (in the middle of one: at once, but for its validation), evaluation and prediction at once. */
  stop(reason: string): void;
  /** The weights by path, as they are now: values, which later steps do not change. */
  weights(): ReadonlyMap<string, Tensor>;
  setWeights(weights: ReadonlyMap<string, Tensor>): void;
  /**
   * Makes the weights their moving averages.
   *
   * @throws ArgumentError where no optimizer keeps any
   */
  useAverages(): void;
  /** Whether larger values under this key are better, smaller ones, or nobody knows. */
  directionOf(key: string): 'up' | 'down' | undefined;
  /** Hands over all that training needs to go on from here exactly, after every callback has seen this event. */
  checkpoint(save: Save): void;
  /** Prints a line, unless the run is silent. */
  print(text: string): void;
  /** Says what may be wrong, also in a silent run. */
  warn(text: string): void;
}

export interface TrainingEvent {
  readonly training: Training;
}
export interface EndEvent extends TrainingEvent {
  readonly logs: Logs;
}
export interface EpochEvent extends TrainingEvent {
  readonly epoch: number;
}
export interface EpochEnd extends EpochEvent {
  /** Shared by the callbacks of this event: what one adds, later ones see. */
  readonly logs: Record<string, number>;
}
export interface BatchEvent extends TrainingEvent {
  readonly batch: number;
}
export interface BatchEnd extends BatchEvent {
  /** Running means since the pass began; worked out when read. */
  readonly logs: Logs;
}
export interface TrainBatchEvent extends BatchEvent, EpochEvent {}
export interface TrainBatchEnd extends BatchEnd, EpochEvent {}
export interface PredictBatchEnd extends BatchEvent {
  /** What the model made of the batch. */
  readonly outputs: unknown;
}

/** Every hook with its event. */
export interface Events {
  readonly onTrainBegin: TrainingEvent;
  readonly onTrainEnd: EndEvent;
  readonly onEpochBegin: EpochEvent;
  readonly onEpochEnd: EpochEnd;
  readonly onResume: TrainBatchEvent;
  readonly onTrainBatchBegin: TrainBatchEvent;
  readonly onTrainBatchEnd: TrainBatchEnd;
  readonly onTestBegin: TrainingEvent;
  readonly onTestEnd: EndEvent;
  readonly onTestBatchBegin: BatchEvent;
  readonly onTestBatchEnd: BatchEnd;
  readonly onPredictBegin: TrainingEvent;
  readonly onPredictEnd: TrainingEvent;
  readonly onPredictBatchBegin: BatchEvent;
  readonly onPredictBatchEnd: PredictBatchEnd;
}

type Hooks = { readonly [H in keyof Events]: (event: Events[H]) => void | Promise<void> };

/** A callback overrides the hooks that it needs; for each event all callbacks run in their order, one after the other. */
export abstract class Callback implements Hooks {
  onTrainBegin(_event: TrainingEvent): void | Promise<void> {}
  /** After the last epoch, unless an error ended training. */
  onTrainEnd(_event: EndEvent): void | Promise<void> {}
  onEpochBegin(_event: EpochEvent): void | Promise<void> {}
  /** After the validation of the epoch. */
  onEpochEnd(_event: EpochEnd): void | Promise<void> {}
  /** In place of onEpochBegin where training goes on in the middle of an epoch: `batch` comes next. */
  onResume(_event: TrainBatchEvent): void | Promise<void> {}
  onTrainBatchBegin(_event: TrainBatchEvent): void | Promise<void> {}
  onTrainBatchEnd(_event: TrainBatchEnd): void | Promise<void> {}
  /** Before an evaluation, that of the validation data included. */
  onTestBegin(_event: TrainingEvent): void | Promise<void> {}
  onTestEnd(_event: EndEvent): void | Promise<void> {}
  onTestBatchBegin(_event: BatchEvent): void | Promise<void> {}
  onTestBatchEnd(_event: BatchEnd): void | Promise<void> {}
  onPredictBegin(_event: TrainingEvent): void | Promise<void> {}
  onPredictEnd(_event: TrainingEvent): void | Promise<void> {}
  onPredictBatchBegin(_event: BatchEvent): void | Promise<void> {}
  onPredictBatchEnd(_event: PredictBatchEnd): void | Promise<void> {}

  /** What a checkpoint keeps of this callback; null for nothing. Read back by `restore`. */
  state(): State {
    return null;
  }
  /** Takes up what `state` gave in an earlier run. */
  restore(_state: State): void {}

  /** The checkpoint to go on from, if there is one; asked once, after every onTrainBegin. */
  resume(): Checkpoint | undefined | Promise<Checkpoint | undefined> {
    return undefined;
  }
}
