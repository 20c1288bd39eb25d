/** Optimizers by name: a string stands for the class with its default options. */
import { ArgumentError } from '@gradus/tensor';
import { Adam, adamW } from './adam.js';
import { Optimizer } from './optimizer.js';
import { RMSprop } from './rmsprop.js';
import { SGD } from './sgd.js';

export type OptimizerName = 'sgd' | 'rmsprop' | 'adam' | 'adamW';

const table: { readonly [Name in OptimizerName]: () => Optimizer } = {
  sgd: () => new SGD(),
  rmsprop: () => new RMSprop(),
  adam: () => new Adam(),
  adamW: () => adamW(),
};

/** An optimizer, or the name of one. */
export type OptimizerLike = Optimizer | OptimizerName;

function isName(text: string): text is OptimizerName {
  return Object.hasOwn(table, text);
}

/** The optimizer that `like` stands for. */
export function optimizer(like: OptimizerLike): Optimizer {
  if (like instanceof Optimizer) return like;
  if (isName(like)) return table[like]();
  throw new ArgumentError(`optimizer: expected one of ${Object.keys(table).join(', ')}, found '${String(like)}'`);
}
