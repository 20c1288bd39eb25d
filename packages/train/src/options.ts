/** What the trainer takes, typed by its models: outputs, targets and data that do not fit do not compile. */
import type { AnyLayer, Optimizer, OptimizerLike, Rows } from '@gradus/nn';
import type { Tensor, TypedArray } from '@gradus/tensor';
import type { Callback } from './callback.js';
import type { Batch, Shuffle } from './data/batches.js';
import type { ClassWeight } from './data/class-weight.js';
import type { Generated } from './data/source.js';
import type { ObjectiveOptions } from './objective.js';
import type { Steps, Tools } from './own-step.js';

export interface NamedModels {
  readonly [name: string]: AnyLayer;
}
export interface NamedOptimizers {
  readonly [name: string]: OptimizerLike;
}

export type InputOf<M> = M extends { call(x: infer X, context: never): unknown } ? X : never;
export type OutputOf<M> = M extends { call(x: never, context: never): infer Y } ? Y : never;

interface Seeded {
  /** Decides the order of samples, and where weights start if the model has no seed of its own. @defaultValue 0 */
  readonly seed?: number;
}

/** Supervised training of one model whose outputs are Y. */
export interface SupervisedOptions<Y = unknown> extends ObjectiveOptions<Y>, Seeded {
  /** @defaultValue 'rmsprop' */
  readonly optimizer?: OptimizerLike;
}

/** Training by a step of one's own, of several models. */
export interface OwnStepOptions<M, O, B> extends Steps<Tools<M, { readonly [K in keyof O]: Optimizer }>, B>, Seeded {
  readonly optimizers: O;
}

export type TrainerOptions<M, O, B> = M extends AnyLayer ? SupervisedOptions<OutputOf<M>> : OwnStepOptions<M, O, B>;

/** What a step is given if its author does not say. */
export type BatchFor<M> = M extends AnyLayer ? Batch<InputOf<M>, OutputOf<M>> : Batch;

type RowsOf<T> = unknown extends T ? unknown : Rows<T>;
type TargetsOf<Y> = unknown extends Y ? unknown : Y extends Tensor ? Tensor | TypedArray : { readonly [K in keyof Y]?: TargetsOf<Y[K]> };

/** Arrays with one row a sample, that make batches B. */
export interface DataOf<X, Y> {
  readonly x: RowsOf<X>;
  readonly y?: TargetsOf<Y>;
  /** How much each sample counts: one number a sample, or one a value of the loss; for all outputs, or by output. */
  readonly sampleWeight?: Tensor | TypedArray | TargetsOf<Y> | undefined;
}
export type DataFor<B> = B extends { readonly x: infer X } ? DataOf<X, B extends { readonly y: infer Y } ? Y : unknown> : never;

/** 0 nothing; 1 a progress bar, where there is a terminal; 2 a line an epoch. */
export type Verbosity = 0 | 1 | 2;

interface RunOptions {
  /** Rows a batch, for arrays. @defaultValue 32 */
  readonly batchSize?: number;
  readonly callbacks?: readonly Callback[];
  readonly verbose?: Verbosity;
}

export interface EvaluateOptions extends RunOptions {
  /** How many batches are looked at. @defaultValue all */
  readonly steps?: number;
}

export interface FitOptions<D> extends RunOptions {
  /** The number of the last epoch. @defaultValue 1 */
  readonly epochs?: number;
  /** The number of the first epoch, from 0 on. @defaultValue 0 */
  readonly initialEpoch?: number;
  /** Batches in an epoch; epochs then continue each other's passes over the data. @defaultValue one pass */
  readonly stepsPerEpoch?: number;
  /** Measured at the end of every epoch. */
  readonly validationData?: D | Generated<D>;
  /** The share of rows, the last ones, that is set aside for validation. @defaultValue 0 */
  readonly validationSplit?: number;
  /** After which epochs validation runs: every so many, or those listed, counted from 1. @defaultValue 1 */
  readonly validationFreq?: number | readonly number[];
  /** @defaultValue batchSize */
  readonly validationBatchSize?: number;
  /** How many batches of the validation data are looked at. @defaultValue all */
  readonly validationSteps?: number;
  /** How much the samples of each class count in training, not in validation. @defaultValue 1 for each */
  readonly classWeight?: ClassWeight;
  /** Rows in a new order for each pass; 'batch' keeps them in their batches. Batches of one's own come as they come. @defaultValue true */
  readonly shuffle?: Shuffle;
  /**
   * Looks at the loss after every step. A step that makes it NaN or infinite is taken back and run again, operation by
   * operation, and `fit` fails with the first one that went wrong. Training is slower with it. @defaultValue false
   */
  readonly findNaN?: boolean;
  /** Prints what the compiled step does and where its time goes, after the first epoch. @defaultValue false */
  readonly explain?: boolean;
  /** Ends training with an error. */
  readonly signal?: AbortSignal;
}
