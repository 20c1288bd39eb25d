/**
 * The bar that `fit` draws, as Keras draws it, without a clock or a terminal of its own: it is told the time and where
 * to write.
 */
import { exponential, fixed } from '@gradus/tensor/extend';

export interface ProgbarOptions {
  /** How many steps there will be; undefined where nobody knows yet. */
  readonly target: number | undefined;
  /** 1: a bar that is drawn again and again; 2: one line at the end. */
  readonly verbose: 1 | 2;
  /** Whether what was written can be written over; otherwise every update begins a new line. Keras takes every terminal, and anything on Linux or macOS, to be so. */
  readonly dynamic: boolean;
  /** The time, in seconds. */
  readonly now: () => number;
  readonly write: (text: string) => void;
  /** How many characters long the bar is. @defaultValue 20 */
  readonly width?: number;
  /** Updates that follow sooner, in seconds, are not drawn. @defaultValue 0.05 */
  readonly interval?: number;
  /** What a step is called. @defaultValue 'step' */
  readonly unitName?: string;
  /** Values that are shown as they come, instead of averaged over the steps: their names, or all. @defaultValue none */
  readonly statefulMetrics?: readonly string[] | 'all';
}

/** Names and numbers to show, in order. */
export type ProgbarValues = Iterable<readonly [name: string, value: number]>;

export interface UpdateOptions {
  /** The last update: its values replace the averages, and the line ends. @defaultValue whether `current` has reached the target */
  readonly finalize?: boolean;
}

export class Progbar {
  /** May become known at the end. */
  target: number | undefined;
  private readonly options: Required<Omit<ProgbarOptions, 'target'>>;
  private readonly averages: Map<string, Average> = new Map();
  private readonly started: number;
  private afterFirst: number | undefined;
  private drawn: number = -Infinity;
  private seen: number = 0;
  private columns: number = 0;

  constructor({ target, ...options }: ProgbarOptions) {
    this.options = { width: 20, interval: 0.05, unitName: 'step', statefulMetrics: [], ...options };
    this.target = target;
    this.started = options.now();
  }

  /** Says that `current` steps are done, and what was measured in those since the last update. */
  update(current: number, values: ProgbarValues = [], options: UpdateOptions = {}): void {
    const { finalize = this.target !== undefined && current >= this.target } = options;
    for (const [name, value] of values) this.include(name, value, finalize ? undefined : Math.max(current - this.seen, 1));
    this.seen = current;
    const now = this.options.now();
    const each = this.estimate(current, now);
    if (this.options.verbose === 1 && now - this.drawn < this.options.interval && !finalize) return;
    if (this.options.verbose === 1) this.draw(current, now, each, finalize);
    else if (finalize && this.target) this.options.write(this.line(this.target, current, now, each));
    this.drawn = now;
  }

  /** Adds `steps` times a value to its average; replaces it where `steps` is undefined or the value is no average. */
  private include(name: string, value: number, steps: number | undefined): void {
    const { statefulMetrics } = this.options;
    const before = this.averages.get(name);
    if (steps === undefined || statefulMetrics === 'all' || statefulMetrics.includes(name))
      this.averages.set(name, { total: value, count: 1 });
    else this.averages.set(name, { total: (before?.total ?? 0) + value * steps, count: (before?.count ?? 0) + steps });
  }

  /** How long a step takes, in seconds; the first one, which is never like the others, counts only while it is alone. */
  private estimate(current: number, now: number): number {
    if (current === 0) return 0;
    const each = this.afterFirst !== undefined && current > 1 ? (now - this.afterFirst) / (current - 1) : (now - this.started) / current;
    if (current === 1) this.afterFirst = now;
    return each;
  }

  /** The bar over the one before, followed by blanks where that was longer. */
  private draw(current: number, now: number, each: number, finalize: boolean): void {
    const known = this.target !== undefined && this.target > 0 ? this.target : undefined;
    const time = known === undefined || finalize ? elapsed(now - this.started) : remaining(each * (known - current));
    const bar = known === undefined ? `${String(current).padStart(7)}/Unknown` : barOf(current, known, this.options.width);
    const text = `${bar} ${bold(time)}${this.perStep(each)}${this.shown(Math.abs)}`;
    const columns = lengthOf(text);
    const back = this.options.dynamic ? `${'\b'.repeat(this.columns)}\r` : '\n';
    this.options.write(back + text + ' '.repeat(Math.max(0, this.columns - columns)) + (finalize ? '\n' : ''));
    this.columns = columns;
  }

  /** The one line of verbose 2. */
  private line(target: number, current: number, now: number, each: number): string {
    // Keras forgets the sign here: what is negative is shown in powers of ten.
    return `${countOf(current, target)} - ${elapsed(now - this.started)} -${this.perStep(each)}${this.shown((value) => value)}\n`;
  }

  private perStep(each: number): string {
    const unit = `/${this.options.unitName}`;
    if (each >= 1 || each === 0) return ` ${fixed(each, 0)}s${unit}`;
    return each >= 1e-3 ? ` ${fixed(each * 1000, 0)}ms${unit}` : ` ${fixed(each * 1e6, 0)}us${unit}`;
  }

  private shown(size: (value: number) => number): string {
    const texts = [...this.averages].map(([name, { total, count }]) => {
      const value = total / count;
      return ` - ${name}: ${size(value) > 1e-3 ? fixed(value, 4) : exponential(value, 4)}`;
    });
    return texts.join('');
  }
}

interface Average {
  readonly total: number;
  readonly count: number;
}

/** `  7/100 ━━━━━━` */
function barOf(current: number, target: number, width: number): string {
  const done = Math.floor(width * (current / target));
  const rest = `\x1b[37m${'━'.repeat(Math.max(0, width - done))}\x1b[0m`;
  return `${bold(countOf(current, target))} ${done > 0 ? `\x1b[32m${'━'.repeat(done)}\x1b[0m` : ''}${rest}`;
}

function countOf(current: number, target: number): string {
  return `${String(current).padStart(String(target).length)}/${target}`;
}

function bold(text: string): string {
  return `\x1b[1m${text}\x1b[0m`;
}

/** How many characters are seen of a text, its colours (`ESC [ number m`) apart. */
function lengthOf(text: string): number {
  const [first = '', ...coloured] = text.split('\x1b[');
  return coloured.reduce((length, part) => length + part.length - part.indexOf('m') - 1, first.length);
}

function elapsed(seconds: number): string {
  return `${fixed(seconds, 0)}s`;
}

/** `59s`, `1:05`, `2:46:39`. */
function remaining(seconds: number): string {
  const whole = Math.trunc(seconds);
  const [minutes, rest] = [Math.floor(whole / 60), String(whole % 60).padStart(2, '0')];
  if (seconds > 3600) return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}:${rest}`;
  return seconds > 60 ? `${minutes}:${rest}` : `${whole}s`;
}
