/** One run of `fit`, `evaluate` or `predict`: where it stands, and the handle that callbacks work it by. */
import { ArgumentError, FormatError } from '@gradus/tensor';
import { flavour } from '@gradus/tensor/extend';
import { valuesOf } from './task.js';
import type { AnyLayer, Optimizer } from '@gradus/nn';
import type { Tensor, Variable } from '@gradus/tensor';
import type { Events, Recipe, Save, Training } from './callback.js';
import type { Feed } from './data/feed.js';
import type { Hooks } from './hooks.js';
import type { Checkpoint, Setting } from './state.js';
import type { Task } from './task.js';

export interface RunParts {
  readonly task: Task;
  readonly hooks: Hooks;
  readonly feed: Feed;
  readonly verbose: 0 | 1 | 2;
  readonly epochs?: number;
  readonly initialEpoch?: number;
  readonly setting?: Setting;
}

export class Run implements Training {
  readonly task: Task;
  readonly hooks: Hooks;
  readonly feed: Feed;
  readonly epochs: number;
  readonly verbose: 0 | 1 | 2;
  /** The next batch to be seen. */
  epoch: number;
  batch: number = 0;
  /** Those of the last epoch that ended. */
  logs: Record<string, number> = {};
  /** Why it was told to end, if it was. */
  stopped: string | undefined;
  private readonly setting: Setting;
  private waiting: Save[] = [];

  constructor({ task, hooks, feed, verbose, epochs = 0, initialEpoch = 0, setting = {} }: RunParts) {
    this.task = task;
    this.hooks = hooks;
    this.feed = feed;
    this.verbose = verbose;
    this.epochs = epochs;
    this.epoch = initialEpoch;
    this.setting = setting;
  }

  /** Lets every callback see the event; then serves those who asked for a checkpoint. */
  async emit<H extends keyof Events>(hook: H, event: Events[H]): Promise<void> {
    await this.hooks.emit(hook, event);
    if (this.waiting.length === 0) return;
    const checkpoint = this.snapshot();
    for (const save of this.waiting.splice(0)) await save(checkpoint);
  }

  get steps(): number | undefined {
    return this.feed.steps;
  }
  get model(): AnyLayer {
    const [only, ...others] = this.task.models.values();
    if (only && others.length === 0) return only;
    throw new ArgumentError(`model: there are ${this.task.models.size} models; name one of those that the trainer was given`);
  }
  get recipe(): Recipe | undefined {
    return this.task.recipe;
  }
  get learningRate(): number {
    return this.optimizer().learningRate;
  }
  set learningRate(rate: number) {
    this.optimizer().learningRate = rate;
  }
  stop(reason: string): void {
    this.stopped = reason;
  }
  weights(): ReadonlyMap<string, Tensor> {
    return valuesOf(this.task.weights());
  }
  setWeights(weights: ReadonlyMap<string, Tensor>): void {
    const known = this.task.weights();
    const unknown = [...weights.keys()].filter((path) => !known.has(path));
    if (unknown.length > 0) throw new ArgumentError(`setWeights: the model has no ${unknown.join(', ')}`);
    for (const [path, value] of weights) known.get(path)?.assign(value);
  }
  useAverages(): void {
    const averaging = this.task.optimizers.filter(({ averages }) => averages);
    if (averaging.length === 0) throw new ArgumentError('useAverages: no optimizer keeps averages: give it useEma');
    for (const optimizer of averaging) optimizer.finalize();
  }
  directionOf(key: string): 'up' | 'down' | undefined {
    return this.task.directionOf(key);
  }
  checkpoint(save: Save): void {
    this.waiting.push(save);
  }
  print(text: string): void {
    if (this.verbose > 0) console.log(text);
  }
  warn(text: string): void {
    console.warn(text);
  }

  /** Goes on from the checkpoint that a callback has, if one has any. */
  async resume(): Promise<void> {
    for (const callback of this.hooks.callbacks) {
      const checkpoint = await callback.resume();
      if (checkpoint) return this.restore(checkpoint);
    }
  }

  private snapshot(): Checkpoint {
    const { setting, epoch, batch, feed, logs, stopped, task, hooks } = this;
    return {
      setting,
      position: { epoch, batch, pass: feed.pass, index: feed.index },
      logs: { ...logs },
      stopped,
      flavour: flavour(),
      variables: valuesOf(task.variables()),
      callbacks: hooks.callbacks.map((callback) => callback.state()),
    };
  }

  /** Either everything fits and is taken up, or nothing changes. */
  private restore({ setting, position, logs, stopped, flavour: made, variables, callbacks }: Checkpoint): void {
    for (const [option, value] of Object.entries(this.setting)) {
      if (setting[option] === value) continue;
      throw new ArgumentError(
        `${option}: the checkpoint was made with ${JSON.stringify(setting[option])}, this run has ${JSON.stringify(value)}`,
      );
    }
    if (callbacks.length !== this.hooks.callbacks.length) {
      throw new ArgumentError(`callbacks: the checkpoint holds ${callbacks.length}, this run has ${this.hooks.callbacks.length}`);
    }
    putAll(this.task.variables(), variables);
    for (const [i, callback] of this.hooks.callbacks.entries()) callback.restore(callbacks[i] ?? null);
    this.epoch = position.epoch;
    this.batch = position.batch;
    this.feed.goTo(position.pass, position.index);
    this.logs = { ...logs };
    this.stopped = stopped;
    if (made !== flavour())
      this.warn(`the checkpoint was made by other kernels (${made}): from here on results may differ in the last bits`);
  }

  private optimizer(): Optimizer {
    const [only, ...others] = this.task.optimizers;
    if (only && others.length === 0) return only;
    throw new ArgumentError(`learningRate: there are ${this.task.optimizers.length} optimizers; set the rate of one of them`);
  }
}

function putAll(known: ReadonlyMap<string, Variable>, found: ReadonlyMap<string, Tensor>): void {
  const problems: string[] = [];
  for (const [path, variable] of known) {
    const value = found.get(path);
    if (!value) problems.push(`${path} is missing`);
    else if (value.dtype !== variable.dtype || String(value.shape) !== String(variable.shape)) {
      problems.push(`${path} is ${value.dtype} [${value.shape.join(', ')}], expected ${variable.dtype} [${variable.shape.join(', ')}]`);
    }
  }
  for (const path of found.keys()) if (!known.has(path)) problems.push(`${path} is unknown to this trainer`);
  if (problems.length > 0) throw new FormatError(`checkpoint: ${problems.join('; ')}`);
  for (const [path, variable] of known) variable.put(found.get(path) ?? variable.peek());
}
