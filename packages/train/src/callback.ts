/** What a callback may do: hooks that are called as training goes, and a small handle to ask the trainer by. */
import type { Tensor } from '@gradus/tensor';

/** What was measured, under Keras' keys. */
export interface Logs {
  readonly loss?: number;
  readonly val_loss?: number;
  readonly accuracy?: number;
  readonly val_accuracy?: number;
  readonly learning_rate?: number;
  readonly [key: string]: number | undefined;
}

/** The training that is running. */
export interface Training {
  /** The number of the last epoch, and of batches in each. */
  readonly epochs: number;
  readonly steps: number;
  learningRate: number;
  /** Ends training after this epoch (in the middle of one: at once, but for its validation). */
  stop(reason: string): void;
  /** The weights by path. They are values: keeping them costs nothing. */
  weights(): ReadonlyMap<string, Tensor>;
  setWeights(weights: ReadonlyMap<string, Tensor>): void;
  /** Whether larger values under this key are better, smaller ones, or nobody knows. */
  directionOf(key: string): 'up' | 'down' | undefined;
  /** Writes the model to a file, its kind by the extension; the file is replaced whole or not at all. */
  save(path: string): Promise<void>;
  /** Whether this run prints. */
  readonly verbose: boolean;
  print(text: string): void;
}

export interface TrainEvent {
  readonly training: Training;
}
export interface EpochBegin extends TrainEvent {
  readonly epoch: number;
}
export interface EpochEnd extends EpochBegin {
  /** Shared by the callbacks of this event: what one adds, later ones see. */
  readonly logs: Record<string, number>;
}
export interface BatchEnd extends EpochBegin {
  readonly batch: number;
  /** Running means since the epoch began; worked out when read. */
  readonly logs: Logs;
}
export interface TrainEnd extends TrainEvent {
  readonly logs: Logs;
}

export abstract class Callback {
  onTrainBegin(_event: TrainEvent): void | Promise<void> {}
  onTrainEnd(_event: TrainEnd): void | Promise<void> {}
  onEpochBegin(_event: EpochBegin): void | Promise<void> {}
  onEpochEnd(_event: EpochEnd): void | Promise<void> {}
  onTrainBatchEnd(_event: BatchEnd): void | Promise<void> {}
}
