import { ArgumentError } from '@gradus/tensor';
import { numbers, read, write } from '../config.js';
import { constraint, constraintField } from '../constraints.js';
import { initializer, initializerField } from '../initializer-names.js';
import { Layer } from '../layer.js';
import { regularizer, regularizerField } from '../regularizers.js';
import { sizeAt } from '../shapes.js';
import { unbuilt } from '../weight.js';
import { layerFields } from './fields.js';
import type { Tensor, Variable } from '@gradus/tensor';
import type { PartialShape } from '../any-layer.js';
import type { Config, Fields } from '../config.js';
import type { ConstraintLike } from '../constraints.js';
import type { InitializerLike } from '../initializer-names.js';
import type { LayerOptions } from '../layer.js';
import type { Registry } from '../registry.js';
import type { RegularizerLike } from '../regularizers.js';

export interface PReLUOptions extends LayerOptions {
  /** @defaultValue 'zeros' */
  readonly alphaInitializer?: InitializerLike;
  readonly alphaRegularizer?: RegularizerLike;
  readonly alphaConstraint?: ConstraintLike;
  /** Axes, from 1 on, that share one slope: [1, 2] gives each channel of images its own. @defaultValue none */
  readonly sharedAxes?: readonly number[];
}

const fields: Fields<PReLUOptions> = {
  ...layerFields,
  alphaInitializer: initializerField,
  alphaRegularizer: regularizerField,
  alphaConstraint: constraintField,
  sharedAxes: numbers,
};

/** y = x where x >= 0, else alpha x, with an alpha that is trained for each place of a sample; shapes stay. He, Zhang, Ren, Sun 2015. */
export class PReLU extends Layer {
  static override readonly className: string = 'PReLU';
  override readonly supportsMasking: boolean = true;
  private readonly config: PReLUOptions;
  alpha: Variable = unbuilt;

  constructor(options: PReLUOptions = {}) {
    super(options);
    const wrong = options.sharedAxes?.find((axis) => !(Number.isInteger(axis) && axis >= 1));
    if (wrong !== undefined) throw new ArgumentError(`sharedAxes: expected whole numbers from 1, found ${wrong}`);
    this.config = options;
  }

  override build(inputShape: PartialShape): void {
    const { alphaInitializer = 'zeros', alphaRegularizer, alphaConstraint, sharedAxes = [] } = this.config;
    const shape = inputShape.slice(1).map((_, i) => (sharedAxes.includes(i + 1) ? 1 : sizeAt(inputShape, i + 1)));
    this.alpha = this.weight('alpha', shape, {
      initializer: initializer(alphaInitializer),
      regularizer: regularizer(alphaRegularizer),
      constraint: constraint(alphaConstraint),
    });
  }

  override call(x: Tensor): Tensor {
    return x.relu().sub(x.neg().relu().mul(this.alpha.value));
  }

  override toConfig(): Config {
    return write(fields, this.config);
  }
  static fromConfig(config: Config, registry: Registry): PReLU {
    return new PReLU(read(fields, config, registry));
  }
}
