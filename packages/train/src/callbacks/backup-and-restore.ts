import { readFile, removeFile, writeFileAtomically } from '@gradus/nn';
import { ArgumentError } from '@gradus/tensor';
import { Callback } from '../callback.js';
import { checkpointFromBytes, checkpointToBytes } from '../codec.js';
import { absent } from './absent.js';
import { Every } from './every.js';
import type { EpochEnd, TrainBatchEnd, Training } from '../callback.js';
import type { Checkpoint, State } from '../state.js';
import type { Frequency } from './every.js';

/** A place for the bytes of one checkpoint: a file, or whatever a browser has. */
export interface Store {
  /** The bytes that were written last; undefined if there are none. */
  read(): Promise<Uint8Array | undefined>;
  /** Replaces them, whole or not at all. */
  write(bytes: Uint8Array): Promise<void>;
  remove(): Promise<void>;
}

export interface BackupAndRestoreOptions {
  /** @defaultValue 'epoch' */
  readonly saveFreq?: Frequency;
  /** Whether nothing is left once training has ended by itself. @defaultValue true */
  readonly deleteCheckpoint?: boolean;
}

/**
 * Keeps all that training needs to go on, so that a run that was killed ends with the same bytes as one that was not:
 * call `fit` again, with the same model, data and options.
 *
 * @example callbacks: [new BackupAndRestore('backup.safetensors', { saveFreq: 100 })]
 */
export class BackupAndRestore extends Callback {
  private readonly store: Store;
  private readonly every: Every;
  private readonly deletes: boolean;

  /** @param path - of the one file that is kept, or a store of one's own */
  constructor(path: string | Store, { saveFreq = 'epoch', deleteCheckpoint = true }: BackupAndRestoreOptions = {}) {
    super();
    if (path === '') throw new ArgumentError('path: expected a file, found an empty text');
    this.store = typeof path === 'string' ? fileStore(path) : path;
    this.every = new Every(saveFreq, 'saveFreq');
    this.deletes = deleteCheckpoint;
  }

  override onTrainBegin(): void {
    this.every.reset();
  }
  override onTrainBatchEnd({ batch, training }: TrainBatchEnd): void {
    if (this.every.tick(batch)) this.save(training);
  }
  override onEpochEnd({ training }: EpochEnd): void {
    if (this.every.atEpochs) this.save(training);
  }
  override async onTrainEnd(): Promise<void> {
    if (this.deletes) await this.store.remove();
  }

  override async resume(): Promise<Checkpoint | undefined> {
    const bytes = await this.store.read();
    return bytes && checkpointFromBytes(bytes);
  }
  override state(): State {
    return this.every.state();
  }
  override restore(state: State): void {
    this.every.restore(state);
  }

  private save(training: Training): void {
    training.checkpoint((checkpoint) => this.store.write(checkpointToBytes(checkpoint)));
  }
}

function fileStore(path: string): Store {
  return {
    read: () => readFile(path).catch(absent),
    write: (bytes) => writeFileAtomically(path, bytes),
    remove: () => removeFile(path),
  };
}
