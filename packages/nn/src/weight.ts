/** A weight: a variable, and what training must know of it. */
import { key, Variable } from '@gradus/tensor';
import type { DType, Shape, Tensor } from '@gradus/tensor';
import type { Constraint } from './constraints.js';
import type { Initializer } from './initializers.js';
import type { Regularizer } from './regularizers.js';

export interface WeightOptions {
  /** A drawn first value is a function of the model's seed and the weight's path. @defaultValue 'glorotUniform' */
  readonly initializer: Initializer;
  readonly dtype?: DType;
  /** Whether gradients change it. @defaultValue true */
  readonly trainable?: boolean;
  readonly regularizer?: Regularizer | undefined;
  /** What the weight is brought back to after every step. */
  readonly constraint?: Constraint | undefined;
}

export class Weight {
  readonly name: string;
  readonly variable: Variable;
  readonly trainable: boolean;
  readonly regularizer: Regularizer | undefined;
  readonly constraint: Constraint | undefined;
  private seed: number = 0;
  private path: string;

  constructor(name: string, shape: Shape, options: WeightOptions) {
    const { initializer, dtype = 'float32', trainable = true } = options;
    const make = (): Tensor => initializer.draw(key(this.seed, this.path), shape, dtype);
    this.name = name;
    this.path = name;
    this.variable = new Variable({ dtype, shape, make }, { name });
    this.trainable = trainable;
    this.regularizer = options.regularizer;
    this.constraint = options.constraint;
  }

  /** Says under which seed and path the first value is drawn; the last word before it is drawn counts. */
  claim(seed: number, path: string): void {
    this.seed = seed;
    this.path = path;
  }
}

const missing = (): never => {
  throw new Error('this layer has no weights yet: apply it, or give inputShape');
};

/** What a weight's field holds until the layer is built: reading its value says so. */
export const unbuilt: Variable = new Variable({ dtype: 'float32', shape: [], make: missing }, { name: 'unbuilt' });
