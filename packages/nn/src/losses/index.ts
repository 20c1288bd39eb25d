/** Losses by name: a string stands for the class with its default options. */
import { ArgumentError } from '@gradus/tensor';
import { BinaryCrossentropy, CategoricalCrossentropy, SparseCategoricalCrossentropy } from './crossentropy.js';
import { MeanAbsoluteError, MeanSquaredError } from './regression.js';
import { Loss } from './loss.js';

export type LossName =
  | 'mse'
  | 'meanSquaredError'
  | 'mae'
  | 'meanAbsoluteError'
  | 'binaryCrossentropy'
  | 'categoricalCrossentropy'
  | 'sparseCategoricalCrossentropy';

const table: { readonly [Name in LossName]: () => Loss } = {
  mse: () => new MeanSquaredError(),
  meanSquaredError: () => new MeanSquaredError(),
  mae: () => new MeanAbsoluteError(),
  meanAbsoluteError: () => new MeanAbsoluteError(),
  binaryCrossentropy: () => new BinaryCrossentropy(),
  categoricalCrossentropy: () => new CategoricalCrossentropy(),
  sparseCategoricalCrossentropy: () => new SparseCategoricalCrossentropy(),
};

/** A loss, or the name of one. */
export type LossLike = Loss | LossName;

function isName(text: string): text is LossName {
  return Object.hasOwn(table, text);
}

/** The loss that `like` stands for. */
export function loss(like: LossLike): Loss {
  if (like instanceof Loss) return like;
  if (isName(like)) return table[like]();
  throw new ArgumentError(`loss: expected one of ${Object.keys(table).join(', ')}, found '${String(like)}'`);
}
