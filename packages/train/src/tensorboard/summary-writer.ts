import { ArgumentError, fromData, ShapeError, showShape } from '@gradus/tensor';
import { processName, writeAt } from '#platform';
import { StateFields } from '../state.js';
import { joined } from './bytes.js';
import { graphOf } from './graph.js';
import { pixelsOf } from './images.js';
import { eventRecord, histogramValue, imageValue, modelValue, scalarValue, textValue, versionRecord } from './summary.js';
import type { AnyLayer } from '@gradus/nn';
import type { Tensor } from '@gradus/tensor';
import type { State } from '../state.js';
import type { Value } from './summary.js';

/** How many were named: no two writers of a process share a file. */
let files = 0;

/**
 * Writes what TensorBoard shows into an event file of a folder, which is made when something is there to be written.
 * Nothing reaches the file before `flush`; what was flushed stays readable, whatever happens later.
 *
 * @example
 * const writer = new SummaryWriter('logs/mine');
 * writer.scalar('loss', 0.5, 0);
 * await writer.flush();
 */
export class SummaryWriter {
  private readonly folder: string;
  private file: string | undefined;
  private length: number = 0;
  private waiting: Uint8Array[] = [];
  private last: Promise<void> = Promise.resolve();

  constructor(folder: string) {
    this.folder = folder;
  }

  scalar(tag: string, value: number, step: number): void {
    this.add(step, scalarValue(tag, value));
  }
  /** How the elements are distributed; those that are not finite are left out. */
  histogram(tag: string, values: Tensor, step: number, { buckets = 30 }: { readonly buckets?: number } = {}): void {
    if (!Number.isInteger(buckets) || buckets < 1)
      throw new ArgumentError(`buckets: expected a whole number of at least 1, found ${buckets}`);
    this.add(step, histogramValue(tag, values.data(), buckets));
  }
  /**
   * Images as TensorBoard shows them, the first `most` ones.
   *
   * @param images - [n, height, width, channels], 1, 3 or 4 channels: bytes, or floats from 0 to 1
   */
  image(tag: string, images: Tensor, step: number, { most = 3 }: { readonly most?: number } = {}): void {
    const pixels = pixelsOf(images, most);
    if (!pixels) throw new ShapeError(`images: expected [n, height, width, 1, 3 or 4 channels], found ${showShape(images.shape)}`);
    this.add(step, imageValue(tag, pixels));
  }
  /** TensorBoard shows it as Markdown. */
  text(tag: string, text: string, step: number): void {
    this.add(step, textValue(tag, text));
  }
  /** The layers of a `Sequential` or a `Model`, for TensorBoard's graphs (conceptual graph); of others nothing is written. */
  model(tag: string, model: AnyLayer, step: number): void {
    const json = graphOf(model);
    if (json !== undefined) this.add(step, modelValue(tag, json));
  }

  /** Puts everything into the file; when this fails, the next one tries again. */
  async flush(): Promise<void> {
    const flushed = this.last.then(() => this.write());
    this.last = flushed.catch(() => undefined);
    return flushed;
  }

  /** What it takes to go on in the same file: see `restore`. */
  state(): State {
    return { file: this.name(), length: this.length, waiting: fromData(joined(this.waiting)) };
  }
  /** Goes on where `state` was asked: what was written after that is overwritten. If the file is not there any more, in a new one. */
  restore(state: State): void {
    const fields = new StateFields(state, 'SummaryWriter');
    this.file = fields.string('file');
    this.length = fields.number('length');
    const waiting = fields.tensor('waiting').data('uint8');
    this.waiting = waiting.length > 0 ? [Uint8Array.from(waiting)] : [];
  }

  private add(step: number, value: Value): void {
    if (!Number.isSafeInteger(step) || step < 0) throw new ArgumentError(`step: expected a whole number of at least 0, found ${step}`);
    this.waiting.push(eventRecord(now(), step, value));
  }

  private async write(): Promise<void> {
    if (this.waiting.length === 0) return;
    const bytes = joined(this.waiting.splice(0));
    try {
      if (!(await this.put(bytes))) {
        [this.file, this.length] = [undefined, 0];
        await this.put(bytes);
      }
    } catch (error) {
      this.waiting.unshift(bytes);
      throw error;
    }
  }

  private async put(bytes: Uint8Array): Promise<boolean> {
    const all = this.length > 0 ? bytes : joined([versionRecord(now()), bytes]);
    if (!(await writeAt(`${this.folder}/${this.name()}`, this.length, all))) return false;
    this.length += all.length;
    return true;
  }

  /** Known before the file is made, so that whoever restores a state from before then finds it. */
  private name(): string {
    if (this.file !== undefined) return this.file;
    const seconds = String(Math.floor(now())).padStart(10, '0');
    const count = String(files).padStart(4, '0'); // TensorBoard reads the files of a folder in the order of their names
    this.file = `events.out.tfevents.${seconds}.${processName()}.${count}.v2`;
    files += 1;
    return this.file;
  }
}

function now(): number {
  return Date.now() / 1000;
}
