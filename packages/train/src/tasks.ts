/** Which of the two tasks a trainer has: supervised, or a step of one's own. */
import { claim, isLayer, optimizer as optimizerOf } from '@gradus/nn';
import { ArgumentError } from '@gradus/tensor';
import { Objective } from './objective.js';
import { OwnStep } from './own-step.js';
import { Supervised } from './supervised.js';
import type { AnyLayer, Optimizer } from '@gradus/nn';
import type { AnyBatch } from './data/batches.js';
import type { NamedModels, NamedOptimizers, OwnStepOptions, SupervisedOptions } from './options.js';
import type { Task } from './task.js';

type AnyOwnStep = OwnStepOptions<NamedModels, NamedOptimizers, AnyBatch>;
export type AnyOptions = SupervisedOptions | AnyOwnStep;

/** The task of these models under these options; their weights are drawn from `seed` unless they have one. */
export function taskOf(model: AnyLayer | NamedModels, options: AnyOptions, seed: number): Task {
  if (isLayer(model)) {
    if (isOwnStep(options))
      throw new ArgumentError('trainStep: give the models by name: new Trainer({ model }, { optimizers, trainStep })');
    const { optimizer = 'rmsprop', seed: _seed, ...objective } = options;
    claim(model, model.seed ?? seed);
    return new Supervised(model, optimizerOf(optimizer), new Objective(objective));
  }
  if (!isOwnStep(options)) throw new ArgumentError('trainStep: several models need a step of their own');
  for (const [name, one] of Object.entries(model)) {
    if (!isLayer(one)) throw new ArgumentError(`model: ${name}: expected a layer or model, found ${String(one)}`);
    // Models that look alike must not start alike: each name has a seed of its own.
    claim(one, one.seed ?? seedOf(seed, name));
  }
  const optimizers = Object.entries(options.optimizers).map(([name, like]): [string, Optimizer] => [name, optimizerOf(like)]);
  return new OwnStep(model, Object.fromEntries(optimizers), options, seed);
}

function isOwnStep(options: AnyOptions): options is AnyOwnStep {
  return 'trainStep' in options;
}

/** FNV-1a of the name, from the seed. */
function seedOf(seed: number, name: string): number {
  let hash = 0x811c9dc5 ^ seed;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
