/** A step of one's own: several models and optimizers, and whatever happens between them, compiled as one program a shape. */
import { countRows, Mean, Stream } from '@gradus/nn';
import { ArgumentError, foldIn, jit } from '@gradus/tensor';
import { constrain, frozenIn, slotsOf, weightsOf } from './models.js';
import type { AnyLayer, Optimizer } from '@gradus/nn';
import type { Jitted, Tensor, Variable } from '@gradus/tensor';
import type { AnyBatch } from './data/batches.js';
import type { Models, Task } from './task.js';

/** What a step works with, and what it returns: scalars, whose means over the epoch are logged under their keys. */
export interface Steps<Tools, B> {
  trainStep(batch: B, tools: Tools): Measures;
  /** The same without training; what `evaluate` and validation need. */
  testStep?(batch: B, tools: Tools): Measures;
}

export interface Measures {
  readonly [key: string]: Tensor;
}

/** What a step is handed beside its batch. */
export interface Tools<M, O> {
  readonly models: M;
  readonly optimizers: O;
  /** A new key for random numbers at each call, in every step another: `normal(random(), [n, 8])`. */
  random(): Tensor;
}

type AnyTools = Tools<Readonly<Record<string, AnyLayer>>, Readonly<Record<string, Optimizer>>>;
type Step = Jitted<readonly [batch: AnyBatch, frozen: string], void>;

export class OwnStep implements Task {
  readonly models: Models;
  readonly optimizers: readonly Optimizer[];
  private readonly own: Steps<AnyTools, AnyBatch>;
  private readonly tools: AnyTools;
  private readonly stream: Stream;
  private readonly means: Map<string, Mean> = new Map();
  private readonly trainStep: Step;
  private readonly testStep: Step;
  /** Settled when a pass begins. */
  private frozen: string = '';

  constructor(models: AnyTools['models'], optimizers: AnyTools['optimizers'], steps: Steps<AnyTools, AnyBatch>, seed: number) {
    this.models = new Map(Object.entries(models));
    this.optimizers = Object.values(optimizers);
    this.own = steps;
    this.stream = new Stream(seed);
    this.tools = { models, optimizers, random: () => this.key() };
    this.trainStep = jit((batch: AnyBatch, _frozen: string) => this.trainOn(batch), { name: 'trainStep' });
    this.testStep = jit((batch: AnyBatch, _frozen: string) => this.testOn(batch), { name: 'testStep' });
  }

  prepare(batch: AnyBatch): void {
    this.frozen = frozenIn(this.models);
    this.trainStep.prepare(batch, this.frozen);
  }
  check(): void {}
  train(batch: AnyBatch): void {
    this.trainStep(batch, this.frozen);
  }
  test(batch: AnyBatch): void {
    this.testStep(batch, this.frozen);
  }
  predict(): never {
    throw new ArgumentError(`predict: ask one of the models: ${[...this.models.keys()].join(', ')}`);
  }

  get steps(): Task['steps'] {
    return { train: this.trainStep, test: this.testStep };
  }
  logs(): Record<string, number> {
    const keys = [...this.means.keys()].toSorted();
    return Object.fromEntries(keys.map((key) => [key, this.means.get(key)?.result().item() ?? NaN]));
  }
  reset(): void {
    this.frozen = frozenIn(this.models);
    for (const mean of this.means.values()) mean.reset();
  }
  /** What a step calls a loss should fall; of anything else only its author knows. */
  directionOf(key: string): 'down' | undefined {
    return /loss$/i.test(key) ? 'down' : undefined;
  }

  variables(): ReadonlyMap<string, Variable> {
    const weights = [...this.weights()].map(([path, variable]) => [`models/${path}`, variable] as const);
    const slots = Object.entries(this.tools.optimizers).flatMap(([name, optimizer]) =>
      slotsOf(optimizer, this.models, `optimizers/${name}`),
    );
    const means = [...this.means].flatMap(([key, { variables }]) => {
      return variables.map((variable) => [`metrics/${key}/${variable.name}`, variable] as const);
    });
    return new Map([...weights, ...slots, ...means, ['random', this.stream.weight.variable]]);
  }
  weights(): ReadonlyMap<string, Variable> {
    return weightsOf(this.models);
  }
  close(): void {
    this.trainStep.close();
    this.testStep.close();
  }

  private key(): Tensor {
    const { key, counter } = this.stream.next();
    return foldIn(key, counter);
  }

  private trainOn(batch: AnyBatch): void {
    const measures = this.own.trainStep(batch, this.tools);
    constrain(this.models);
    this.note(measures, batch);
  }
  private testOn(batch: AnyBatch): void {
    if (!this.own.testStep) throw new ArgumentError('evaluate: the trainer was given no testStep');
    this.note(this.own.testStep(batch, this.tools), batch);
  }

  /** Each value counts as often as there are samples. */
  private note(measures: Measures, batch: AnyBatch): void {
    const n = countRows(batch.x);
    for (const [key, value] of Object.entries(measures)) {
      if (value.rank !== 0) throw new ArgumentError(`trainStep: ${key}: expected a scalar, found shape [${value.shape.join(', ')}]`);
      const mean = this.means.get(key) ?? new Mean({ name: key });
      this.means.set(key, mean);
      mean.add(value.broadcastTo([n]));
    }
  }
}
