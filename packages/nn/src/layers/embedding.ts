import { ArgumentError, take } from '@gradus/tensor';
import { constraint, constraintField } from '../constraints.js';
import { flag, number, read, required, write } from '../config.js';
import { initializer, initializerField } from '../initializer-names.js';
import { Layer } from '../layer.js';
import { regularizer, regularizerField } from '../regularizers.js';
import { unbuilt } from '../weight.js';
import { layerFields } from './fields.js';
import type { Tensor, Variable } from '@gradus/tensor';
import type { Config, Fields } from '../config.js';
import type { ConstraintLike } from '../constraints.js';
import type { InitializerLike } from '../initializer-names.js';
import type { LayerOptions } from '../layer.js';
import type { Registry } from '../registry.js';
import type { RegularizerLike } from '../regularizers.js';

export interface EmbeddingOptions extends LayerOptions {
  /** @defaultValue 'uniform' */
  readonly embeddingsInitializer?: InitializerLike;
  readonly embeddingsRegularizer?: RegularizerLike;
  /** What it is brought back to after every step. */
  readonly embeddingsConstraint?: ConstraintLike;
  /** Whether id 0 stands for a step that does not count. @defaultValue false */
  readonly maskZero?: boolean;
}

interface EmbeddingConfig extends EmbeddingOptions {
  readonly inputDim: number;
  readonly outputDim: number;
}

const fields: Fields<EmbeddingConfig> = {
  ...layerFields,
  inputDim: required(number),
  outputDim: required(number),
  embeddingsInitializer: initializerField,
  embeddingsRegularizer: regularizerField,
  embeddingsConstraint: constraintField,
  maskZero: flag,
};

/**
 * y = the rows of e that x names: x: [n, ...] whole numbers from 0 to before `inputDim`, e: [inputDim, outputDim],
 * y: [n, ..., outputDim].
 *
 * Bengio, Ducharme, Vincent, Jauvin 2003.
 */
export class Embedding extends Layer {
  static override readonly className: string = 'Embedding';
  private readonly config: EmbeddingConfig;
  embeddings: Variable = unbuilt;

  constructor(inputDim: number, outputDim: number, options: EmbeddingOptions = {}) {
    super(options);
    for (const [name, size] of Object.entries({ inputDim, outputDim })) {
      if (!Number.isInteger(size) || size < 1) throw new ArgumentError(`${name}: expected a whole number of at least 1, found ${size}`);
    }
    this.config = { inputDim, outputDim, ...options };
  }

  override build(): void {
    const { inputDim, outputDim, embeddingsInitializer = 'uniform', embeddingsRegularizer } = this.config;
    this.embeddings = this.weight('embeddings', [inputDim, outputDim], {
      initializer: initializer(embeddingsInitializer),
      regularizer: regularizer(embeddingsRegularizer),
      constraint: constraint(this.config.embeddingsConstraint),
    });
  }

  override call(x: Tensor): Tensor {
    return take(this.embeddings.value, x.cast('int32'));
  }

  override computeMask(x: Tensor): Tensor | undefined {
    return this.config.maskZero ? x.notEqual(0) : undefined;
  }

  override toConfig(): Config {
    return write(fields, this.config);
  }
  static fromConfig(config: Config, registry: Registry): Embedding {
    const { inputDim, outputDim, ...options } = read(fields, config, registry);
    return new Embedding(inputDim, outputDim, options);
  }
}
