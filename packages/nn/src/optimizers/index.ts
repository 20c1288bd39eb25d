/** Optimizers by name: a string stands for the class with its default options. */
import { ArgumentError } from '@gradus/tensor';
import { Adadelta } from './adadelta.js';
import { Adafactor } from './adafactor.js';
import { Adagrad } from './adagrad.js';
import { Adam, adamW } from './adam.js';
import { Adamax } from './adamax.js';
import { Ftrl } from './ftrl.js';
import { Lamb } from './lamb.js';
import { Lion } from './lion.js';
import { Muon } from './muon.js';
import { Nadam } from './nadam.js';
import { Optimizer } from './optimizer.js';
import { RMSprop } from './rmsprop.js';
import { ScheduleFreeAdamW } from './schedule-free.js';
import { SGD } from './sgd.js';

export type OptimizerName =
  | 'sgd'
  | 'rmsprop'
  | 'adam'
  | 'adamW'
  | 'adagrad'
  | 'adadelta'
  | 'adamax'
  | 'nadam'
  | 'lion'
  | 'lamb'
  | 'adafactor'
  | 'ftrl'
  | 'muon'
  | 'scheduleFreeAdamW';

const table: { readonly [Name in OptimizerName]: () => Optimizer } = {
  sgd: () => new SGD(),
  rmsprop: () => new RMSprop(),
  adam: () => new Adam(),
  adamW: () => adamW(),
  adagrad: () => new Adagrad(),
  adadelta: () => new Adadelta(),
  adamax: () => new Adamax(),
  nadam: () => new Nadam(),
  lion: () => new Lion(),
  lamb: () => new Lamb(),
  adafactor: () => new Adafactor(),
  ftrl: () => new Ftrl(),
  muon: () => new Muon(),
  scheduleFreeAdamW: () => new ScheduleFreeAdamW(),
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
