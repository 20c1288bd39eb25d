/** The trainer: what Keras calls compile, fit, evaluate and predict. */
import { countRows, isTensor, writeFileAtomically } from '@gradus/nn';
import { ArgumentError, Tensor } from '@gradus/tensor';
import { History } from './callbacks/history.js';
import { ProgressBar } from './callbacks/progress.js';
import { checkCount, splitOff, tensorsOf } from './data/batches.js';
import { withClassWeight } from './data/class-weight.js';
import { Feed } from './data/feed.js';
import { arraySource, generatedSource, isGenerated } from './data/source.js';
import { Hooks } from './hooks.js';
import { predictLoop, testLoop, trainLoop } from './loop.js';
import { outputsOf } from './outputs.js';
import { Run } from './run.js';
import { terminal } from './terminal.js';
import { taskOf } from './tasks.js';
import type { AnyLayer, Optimizer } from '@gradus/nn';
import type { ExplainOptions, Program } from '@gradus/tensor';
import type { Callback, Recipe } from './callback.js';
import type { AnyBatch, BatchOptions, Data } from './data/batches.js';
import type { Generated, Source } from './data/source.js';
import type { ReportOptions } from './report/report.js';
import type { AnyOptions } from './tasks.js';
import type { Task } from './task.js';
import type {
  BatchFor,
  DataFor,
  EvaluateOptions,
  FitOptions,
  NamedModels,
  NamedOptimizers,
  OutputOf,
  TrainerOptions,
  Verbosity,
} from './options.js';

type AnyData = Data | Generated;

/**
 * Trains, measures and runs a model; or, given a `trainStep`, whatever models that step trains.
 *
 * @example
 * const trainer = new Trainer(model, { optimizer: 'adam', loss: 'mse', metrics: ['mae'] });
 * const history = await trainer.fit({ x, y }, { epochs: 10 });
 */
export class Trainer<M extends AnyLayer | NamedModels = AnyLayer, B = BatchFor<M>, O extends NamedOptimizers = NamedOptimizers> {
  readonly model: M;
  private readonly task: Task;
  private readonly seed: number;
  private busy: string | undefined;

  constructor(model: M, options: TrainerOptions<M, O, B>);
  constructor(model: M, options: AnyOptions) {
    this.model = model;
    this.seed = options.seed ?? 0;
    this.task = taskOf(model, options, this.seed);
  }

  /** That of a supervised trainer; the first one where there are several. */
  get optimizer(): Optimizer {
    const [first] = this.task.optimizers;
    if (first) return first;
    throw new ArgumentError('optimizer: there is none');
  }

  /** What it was asked to do; undefined for a step of one's own. See `compiledOf`. */
  get recipe(): Recipe | undefined {
    return this.task.recipe;
  }

  /** Trains for some epochs and returns the curves. A second call goes on where the first one ended. */
  fit(data: DataFor<B> | Generated<DataFor<B>>, options?: FitOptions<DataFor<B>>): Promise<History>;
  async fit(data: AnyData, options: FitOptions<Data> = {}): Promise<History> {
    const { epochs = 1, initialEpoch = 0, stepsPerEpoch, validationFreq = 1, shuffle = true, callbacks = [] } = options;
    const { source, validation, batchSize } = this.sourcesOf(data, options);
    const given = callbacks.find((callback) => callback instanceof History);
    const history = given ?? new History();
    const hooks = new Hooks([...callbacks, ...(given ? [] : [history])], barOf(options.verbose));
    const feed = new Feed(source, stepsPerEpoch, initialEpoch);
    const setting = {
      seed: this.seed,
      batchSize,
      shuffle,
      stepsPerEpoch: stepsPerEpoch ?? null,
      rows: source.rows ? countRows(source.rows.x) : null,
    };
    const run = new Run({ task: this.task, hooks, feed, epochs, initialEpoch, setting, verbose: verbosityOf(options.verbose) });
    await this.exclusively('fit', async () => {
      await this.prepare(source);
      if (validation?.rows) this.task.check(validation.rows);
      await trainLoop(run, {
        source,
        stepsPerEpoch,
        signal: options.signal,
        findNaN: options.findNaN ?? false,
        explain: options.explain ?? false,
        validation,
        validationSteps: options.validationSteps,
        validates: (epoch) =>
          typeof validationFreq === 'number' ? (epoch + 1) % validationFreq === 0 : validationFreq.includes(epoch + 1),
      });
    });
    return history;
  }

  /** Loss and metrics over all rows, without training. */
  evaluate(data: DataFor<B> | Generated<DataFor<B>>, options?: EvaluateOptions): Promise<Record<string, number>>;
  async evaluate(data: AnyData, options: EvaluateOptions = {}): Promise<Record<string, number>> {
    const source = this.inOrder(data, options.batchSize);
    const run = this.runOver(source, options);
    return this.exclusively('evaluate', () => testLoop(run, source, options.steps));
  }

  /** What the model makes of all rows, or of the x of batches. */
  predict(x: DataFor<B>['x'] | Generated<DataFor<B>>, options?: EvaluateOptions): Promise<OutputOf<M>>;
  async predict(x: unknown, options: EvaluateOptions = {}): Promise<unknown> {
    const source = isBatched(x) ? generatedSource(x) : this.inOrder({ x }, options.batchSize);
    return this.exclusively('predict', () => predictLoop(this.runOver(source, options)));
  }

  /** One step of training; the loss and metrics of this batch alone, from before the update. */
  trainOnBatch(data: DataFor<B>, options?: Pick<FitOptions<never>, 'classWeight'>): Record<string, number>;
  trainOnBatch(data: Data, { classWeight }: Pick<FitOptions<never>, 'classWeight'> = {}): Record<string, number> {
    const batch = withClassWeight(tensorsOf(data), classWeight);
    this.task.prepare(batch);
    return this.measured(batch, () => this.task.train(batch));
  }

  /** The loss and metrics of this batch alone. */
  testOnBatch(data: DataFor<B>): Record<string, number>;
  testOnBatch(data: Data): Record<string, number> {
    const batch = tensorsOf(data);
    return this.measured(batch, () => this.task.test(batch));
  }

  /** What the model makes of one batch. */
  predictOnBatch(x: DataFor<B>['x']): OutputOf<M>;
  predictOnBatch(x: unknown): unknown {
    return this.task.predict(tensorsOf({ x }).x);
  }

  /**
   * Writes one page (HTML, nothing loaded) about a run: its curves with the best epoch, and what the model makes of `data`: confusion matrix,
   * accuracy by class and worst mistakes, or, for numbers, predicted against true; and what took how long. The file is replaced whole or not at all.
   *
   * @example await trainer.report('report.html', { history, data: validation });
   */
  report(path: string, options: ReportOptions<DataFor<B>>): Promise<void>;
  async report(path: string, options: ReportOptions<Data>): Promise<void> {
    await writeFileAtomically(path, new TextEncoder().encode(await this.pageFor(options)));
  }

  /** The page that `report` writes, as text. */
  reportToHtml(options: ReportOptions<DataFor<B>>): Promise<string>;
  reportToHtml(options: ReportOptions<Data>): Promise<string> {
    return this.pageFor(options);
  }

  /** The programs that this trainer compiled, one for each shape of batch, by what they are for. */
  get programs(): Readonly<Record<string, readonly Program[]>> {
    return Object.fromEntries(Object.entries(this.task.steps).map(([name, { programs }]) => [name, programs]));
  }

  /** What the compiled training step does: kernels, operations, bytes; with `profile`, where its time goes. */
  explain(options?: ExplainOptions): string {
    return this.task.steps['train']?.explain(options) ?? '';
  }

  /** Gives back the memory of the compiled steps. The model stays; a later call compiles anew. */
  close(): void {
    this.task.close();
  }
  [Symbol.dispose](): void {
    this.close();
  }

  private async pageFor(options: ReportOptions<Data>): Promise<string> {
    // Loaded here, so that a page which never reports does not carry it.
    const { reportOf } = await import('./report/report.js');
    const rows = tensorsOf(options.data);
    return this.exclusively('report', async () => {
      const source = this.inOrder(rows);
      const measured = await testLoop(this.runOver(source, { verbose: 0 }), source, undefined);
      const begun = performance.now();
      const outputs = outputsOf(await predictLoop(this.runOver(source, { verbose: 0 })), rows);
      const seconds = (performance.now() - begun) / 1000;
      const { programs = [] } = this.task.steps['train'] ?? {};
      const memory = programs.reduce((total, program) => total + program.memory, 0);
      const x = isTensor(rows.x) ? rows.x : undefined;
      return reportOf({ x, outputs, measured, seconds, memory, programs: programs.length }, options);
    });
  }

  private measured(batch: AnyBatch, step: () => void): Record<string, number> {
    this.task.check(batch);
    this.task.reset();
    step();
    return this.task.logs();
  }

  /** Two runs at once would train on each other's batches. */
  private async exclusively<T>(name: string, body: () => Promise<T>): Promise<T> {
    if (this.busy !== undefined) throw new ArgumentError(`${name}: ${this.busy} is still running on this trainer: await it first`);
    this.busy = name;
    try {
      return await body();
    } finally {
      this.busy = undefined;
    }
  }

  /** Makes everything that training changes exist, and looks at all targets, before anything runs. */
  private async prepare(source: Source): Promise<void> {
    const first = await source.first();
    if (!first) throw new ArgumentError('fit: there are no batches');
    this.task.prepare(first);
    if (source.rows) this.task.check(source.rows);
  }

  private sourcesOf(data: AnyData, options: FitOptions<Data>): { source: Source; validation: Source | undefined; batchSize: number } {
    const { validationData, validationSplit = 0, classWeight, shuffle = true, stepsPerEpoch } = options;
    for (const name of ['epochs', 'stepsPerEpoch', 'validationSteps', 'validationBatchSize', 'batchSize'] as const) {
      const value = options[name];
      if (value !== undefined && !(name === 'epochs' && value === 0)) checkCount(value, name);
    }
    const batchSize = options.batchSize ?? batchSizeFor(data, stepsPerEpoch);
    const validation = validationData && this.inOrder(validationData, options.validationBatchSize ?? batchSize);
    if (isGenerated(data)) {
      if (validationSplit !== 0) throw new ArgumentError('validationSplit: needs arrays; give validationData');
      if (classWeight) throw new ArgumentError('classWeight: needs arrays; give each batch its sampleWeight');
      return { source: generatedSource(data), validation, batchSize };
    }
    const all = tensorsOf(data);
    const [rest, held] = validation || validationSplit === 0 ? [all, undefined] : splitOff(all, validationSplit);
    const order: BatchOptions = { batchSize, shuffle, seed: this.seed };
    const source = arraySource(withClassWeight(rest, classWeight), order);
    return { source, validation: validation ?? (held && this.inOrder(held, options.validationBatchSize ?? batchSize)), batchSize };
  }

  private inOrder(data: AnyData, batchSize: number = 32): Source {
    if (isGenerated(data)) return generatedSource(data);
    return arraySource(tensorsOf(data), { batchSize: checkCount(batchSize, 'batchSize'), shuffle: false, seed: 0 });
  }

  private runOver(source: Source, { callbacks = [], verbose = terminal() ? 1 : 0, steps }: EvaluateOptions): Run {
    if (steps !== undefined) checkCount(steps, 'steps');
    const hooks = new Hooks(callbacks, barOf(verbose));
    return new Run({ task: this.task, hooks, feed: new Feed(source, steps, 0), verbose: verbosityOf(verbose) });
  }
}

/** A bar on a terminal, lines elsewhere. */
function barOf(verbose: Verbosity | undefined): readonly Callback[] {
  const level = verbosityOf(verbose);
  return level === 0 ? [] : [new ProgressBar(level)];
}

function verbosityOf(verbose: Verbosity = 1): Verbosity {
  return verbose === 1 && !terminal() ? 2 : verbose;
}

function batchSizeFor(data: AnyData, stepsPerEpoch: number | undefined): number {
  if (stepsPerEpoch === undefined || isGenerated(data)) return 32;
  return Math.ceil(countRows(tensorsOf(data).x) / stepsPerEpoch);
}

/** Inputs may stand in lists; batches come from iterators. */
function isBatched(x: unknown): x is Generated {
  if (typeof x === 'function') return true;
  if (typeof x !== 'object' || x === null || x instanceof Tensor || Array.isArray(x) || ArrayBuffer.isView(x)) return false;
  return Symbol.iterator in x || Symbol.asyncIterator in x;
}
