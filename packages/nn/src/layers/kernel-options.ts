/** What all layers with a kernel and a bias can be told. */
import { activationField } from '../activations.js';
import { flag } from '../config.js';
import { constraint, constraintField } from '../constraints.js';
import { initializer, initializerField } from '../initializer-names.js';
import { regularizer, regularizerField } from '../regularizers.js';
import { layerFields } from './fields.js';
import type { ActivationName } from '../activations.js';
import type { Fields } from '../config.js';
import type { ConstraintLike } from '../constraints.js';
import type { InitializerLike } from '../initializer-names.js';
import type { LayerOptions } from '../layer.js';
import type { RegularizerLike } from '../regularizers.js';
import type { WeightOptions } from '../weight.js';

export interface BiasOptions extends LayerOptions {
  /** @defaultValue 'linear' */
  readonly activation?: ActivationName;
  /** @defaultValue true */
  readonly useBias?: boolean;
  /** @defaultValue 'zeros' */
  readonly biasInitializer?: InitializerLike;
  readonly biasRegularizer?: RegularizerLike;
  readonly biasConstraint?: ConstraintLike;
}

export interface KernelOptions extends BiasOptions {
  /** @defaultValue 'glorotUniform' */
  readonly kernelInitializer?: InitializerLike;
  readonly kernelRegularizer?: RegularizerLike;
  readonly kernelConstraint?: ConstraintLike;
}

export const biasFields: Fields<BiasOptions> = {
  ...layerFields,
  activation: activationField,
  useBias: flag,
  biasInitializer: initializerField,
  biasRegularizer: regularizerField,
  biasConstraint: constraintField,
};

/** Those of a layer that has a bias or not for a reason of its own. */
export const plainFields: Fields<Omit<KernelOptions, 'useBias'>> = {
  ...layerFields,
  activation: activationField,
  biasInitializer: initializerField,
  biasRegularizer: regularizerField,
  biasConstraint: constraintField,
  kernelInitializer: initializerField,
  kernelRegularizer: regularizerField,
  kernelConstraint: constraintField,
};

export const kernelFields: Fields<KernelOptions> = { ...plainFields, useBias: flag };

/** How the kernel starts, and what holds it. */
export function kernelWeight({ kernelInitializer = 'glorotUniform', kernelRegularizer, kernelConstraint }: KernelOptions): WeightOptions {
  return {
    initializer: initializer(kernelInitializer),
    regularizer: regularizer(kernelRegularizer),
    constraint: constraint(kernelConstraint),
  };
}

/** How the bias starts, and what holds it. */
export function biasWeight({ biasInitializer = 'zeros', biasRegularizer, biasConstraint }: BiasOptions): WeightOptions {
  return {
    initializer: initializer(biasInitializer),
    regularizer: regularizer(biasRegularizer),
    constraint: constraint(biasConstraint),
  };
}
