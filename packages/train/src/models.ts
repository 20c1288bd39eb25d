/** Models by name: where their weights stand, and which layers do not train. */
import { layersUnder, weightsUnder } from '@gradus/nn';
import type { Optimizer } from '@gradus/nn';
import type { Variable } from '@gradus/tensor';
import type { Models } from './task.js';

/** Paths that have the model's name in front, if it has one. */
function under(name: string, path: string): string {
  return name === '' ? path : `${name}/${path}`;
}

/** All weights, by path. */
export function weightsOf(models: Models): ReadonlyMap<string, Variable> {
  const placed = [...models].flatMap(([name, model]) => {
    return weightsUnder(model).map(({ path, weight }) => [under(name, path), weight.variable] as const);
  });
  return new Map(placed);
}

/** What an optimizer keeps, under `at` and the paths of the weights. */
export function slotsOf(optimizer: Optimizer, models: Models, at: string): readonly (readonly [string, Variable])[] {
  const paths = new Map([...weightsOf(models)].map(([path, variable]) => [variable, path]));
  const kept = optimizer.variables((variable) => paths.get(variable) ?? variable.name);
  return kept.map(([path, variable]) => [`${at}/${path}`, variable]);
}

/** The layers that do not train, as one text: part of a program's signature. */
export function frozenIn(models: Models): string {
  const frozen = [...models].flatMap(([name, model]) => {
    return layersUnder(model).flatMap(({ path, layer }) => (layer.trainable ? [] : [under(name, path)]));
  });
  return frozen.join(' ');
}

/** Brings every weight that gradients change back to where its constraint wants it. */
export function constrain(models: Models): void {
  for (const model of models.values()) {
    for (const { weight, layer } of weightsUnder(model)) {
      const { constraint, variable } = weight;
      if (constraint && weight.trainable && layer.trainable) variable.assign(constraint.project(variable.value));
    }
  }
}

/** The weights that gradients change. */
export function trainableIn(models: Models): readonly Variable[] {
  return [...models.values()].flatMap((model) => {
    return weightsUnder(model).flatMap(({ weight, layer }) => (weight.trainable && layer.trainable ? [weight.variable] : []));
  });
}
