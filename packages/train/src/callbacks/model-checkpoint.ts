import { checkExtension } from '@gradus/nn';
import { ArgumentError } from '@gradus/tensor';
import { Callback } from '../callback.js';
import { Monitor } from './monitor.js';
import type { EpochEnd, Logs } from '../callback.js';
import type { MonitorOptions } from './monitor.js';

export interface ModelCheckpointOptions extends Pick<MonitorOptions, 'monitor' | 'mode'> {
  /** Only when the monitored number is better than ever. @defaultValue false */
  readonly saveBestOnly?: boolean;
  /** What the first number must beat. */
  readonly initialValueThreshold?: number;
}

/**
 * Saves the model at the end of every epoch. The path may name {epoch} (from 1 on) and any key of the logs, with
 * Python's formats: `model-{epoch:02d}-{val_loss:.2f}.safetensors`.
 */
export class ModelCheckpoint extends Callback {
  private readonly path: string;
  private readonly options: ModelCheckpointOptions;
  private readonly monitor: Monitor;

  /** @throws FormatError where files of this extension cannot be written */
  constructor(path: string, options: ModelCheckpointOptions = {}) {
    super();
    checkExtension(path);
    this.path = path;
    this.options = options;
    this.monitor = new Monitor(options);
    this.monitor.best = options.initialValueThreshold;
  }

  override async onEpochEnd({ epoch, logs, training }: EpochEnd): Promise<void> {
    const path = fillIn(this.path, { ...logs, epoch: epoch + 1 });
    if (this.options.saveBestOnly) {
      const value = this.monitor.value(logs, training);
      if (value !== undefined && !this.monitor.improves(value, training)) return;
      this.monitor.best = value ?? this.monitor.best;
    }
    await training.save(path);
  }
}

/** The path with a value for each name in braces. */
export function fillIn(path: string, values: Logs): string {
  return path.replace(/\{(\w+)(?::(0?)(\d*)(?:\.(\d+))?([df])?)?\}/g, (_, key: string, zero: string, width: string, digits: string) => {
    const value = values[key];
    if (value === undefined) throw new ArgumentError(`path: {${key}} is not in the logs; there are: ${Object.keys(values).join(', ')}`);
    const text = digits === undefined ? String(value) : value.toFixed(Number(digits));
    return width ? text.padStart(Number(width), zero ? '0' : ' ') : text;
  });
}
