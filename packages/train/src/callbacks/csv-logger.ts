import { readFile, writeFileAtomically } from '@gradus/nn';
import { ArgumentError } from '@gradus/tensor';
import { Callback } from '../callback.js';
import { StateFields } from '../state.js';
import { absent } from './absent.js';
import { pythonFloat } from './python-float.js';
import type { EpochEnd } from '../callback.js';
import type { State } from '../state.js';

export interface CSVLoggerOptions {
  /** @defaultValue ',' */
  readonly separator?: string;
  /** Whether what the file holds already stays. @defaultValue false */
  readonly append?: boolean;
}

/**
 * Writes the logs of every epoch to a file of comma-separated values, byte for byte as Keras does: the epoch (from 0 on)
 * and the logs, sorted; lines end in CR LF; what is missing in a later epoch is NA, and keys that are new then are left out.
 */
export class CSVLogger extends Callback {
  private readonly path: string;
  private readonly separator: string;
  private readonly append: boolean;
  private text: string = '';
  private keys: readonly string[] | undefined;
  private headed: boolean = false;

  constructor(path: string, { separator = ',', append = false }: CSVLoggerOptions = {}) {
    super();
    if (separator.length !== 1) throw new ArgumentError(`separator: expected one character, found ${JSON.stringify(separator)}`);
    this.path = path;
    this.separator = separator;
    this.append = append;
  }

  override async onTrainBegin(): Promise<void> {
    const bytes = this.append ? await readFile(this.path).catch(absent) : undefined;
    this.text = bytes ? new TextDecoder().decode(bytes) : '';
    this.headed = /^[^\r\n]/.test(this.text);
    this.keys = undefined;
  }

  override async onEpochEnd({ epoch, logs }: EpochEnd): Promise<void> {
    this.keys ??= columnsOf(logs);
    if (!this.headed) this.text += this.line(['epoch', ...this.keys]);
    this.headed = true;
    this.text += this.line([String(epoch), ...this.keys.map((key) => (logs[key] === undefined ? 'NA' : textOf(logs[key])))]);
    await writeFileAtomically(this.path, new TextEncoder().encode(this.text));
  }

  override state(): State {
    return { text: this.text, keys: this.keys ?? null, headed: this.headed };
  }
  override restore(state: State): void {
    const fields = new StateFields(state, 'CSVLogger');
    this.text = fields.string('text');
    this.keys = fields.has('keys') ? fields.list('keys').map(String) : undefined;
    this.headed = fields.any('headed') === true;
  }

  private line(cells: readonly string[]): string {
    return `${cells.map((cell) => this.quoted(cell)).join(this.separator)}\r\n`;
  }

  /** Quotes only where they are needed: RFC 4180. */
  private quoted(cell: string): string {
    const needed = cell.includes(this.separator) || /["\r\n]/.test(cell);
    return needed ? `"${cell.replaceAll('"', '""')}"` : cell;
  }
}

/** A number as Python prints it. Callbacks may add more to the logs: texts, and lists, which Keras puts in quotes of their own. */
function textOf(value: unknown): string {
  if (typeof value === 'number') return pythonFloat(value);
  return Array.isArray(value) ? `"[${value.map(textOf).join(', ')}]"` : String(value);
}

/** Sorted; places for validation that may come in a later epoch only are kept free. */
function columnsOf(logs: Readonly<Record<string, number>>): readonly string[] {
  const keys = Object.keys(logs).toSorted();
  return keys.some((key) => key.startsWith('val_')) ? keys : [...keys, ...keys.map((key) => `val_${key}`)];
}
