/** What a trainer does with a batch, whoever wrote the step: the loop, checkpoints and callbacks know only this. */
import type { AnyLayer, Optimizer } from '@gradus/nn';
import type { Jitted, Tensor, Variable } from '@gradus/tensor';
import type { Recipe } from './callback.js';
import type { AnyBatch } from './data/batches.js';

/** Models by name; one alone stands under ''. */
export type Models = ReadonlyMap<string, AnyLayer>;

export interface Task {
  readonly models: Models;
  readonly optimizers: readonly Optimizer[];
  readonly recipe?: Recipe;
  /** Makes all that training changes exist, on the types of a batch, without running anything. */
  prepare(batch: AnyBatch): void;
  /** Refuses targets that the losses cannot mean. Asked after `prepare`. */
  check(batch: AnyBatch): void;
  /** One step of training: measures what it sees before its update. */
  train(batch: AnyBatch): void;
  /** Measures without training. */
  test(batch: AnyBatch): void;
  predict(x: unknown): unknown;
  /** What was measured since the last reset, keys sorted. */
  logs(): Record<string, number>;
  reset(): void;
  directionOf(key: string): 'up' | 'down' | undefined;
  /** Everything that lasts from step to step, by path. */
  variables(): ReadonlyMap<string, Variable>;
  /** The weights of the models, by path. */
  weights(): ReadonlyMap<string, Variable>;
  /** The compiled steps, by what they are for. */
  readonly steps: Readonly<Record<string, AnyJitted>>;
  /** Gives back what the compiled steps hold. */
  close(): void;
}

/** What can be asked of any compiled function. */
export type AnyJitted = Pick<Jitted<readonly unknown[], unknown>, 'programs' | 'explain'>;

/** The values of variables. */
export function valuesOf(variables: ReadonlyMap<string, Variable>): ReadonlyMap<string, Tensor> {
  return new Map([...variables].map(([path, variable]) => [path, variable.value]));
}
