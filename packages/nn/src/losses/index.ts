/** Losses by name: a string stands for the class with its default options. */
import { ArgumentError } from '@gradus/tensor';
import { Circle } from './circle.js';
import { BinaryCrossentropy, CategoricalCrossentropy, SparseCategoricalCrossentropy } from './crossentropy.js';
import { CTC } from './ctc.js';
import { KLDivergence } from './divergence.js';
import { BinaryFocalCrossentropy, CategoricalFocalCrossentropy } from './focal.js';
import { CategoricalGeneralizedCrossEntropy } from './generalized.js';
import { CategoricalHinge, Hinge, SquaredHinge } from './hinge.js';
import { Dice, Tversky } from './overlap.js';
import {
  CosineSimilarity,
  Huber,
  LogCosh,
  MeanAbsoluteError,
  MeanAbsolutePercentageError,
  MeanSquaredError,
  MeanSquaredLogarithmicError,
  Poisson,
} from './regression.js';
import { Loss } from './loss.js';

export type LossName =
  | 'mse'
  | 'meanSquaredError'
  | 'mae'
  | 'meanAbsoluteError'
  | 'mape'
  | 'meanAbsolutePercentageError'
  | 'msle'
  | 'meanSquaredLogarithmicError'
  | 'huber'
  | 'logCosh'
  | 'poisson'
  | 'cosineSimilarity'
  | 'hinge'
  | 'squaredHinge'
  | 'categoricalHinge'
  | 'kld'
  | 'klDivergence'
  | 'binaryCrossentropy'
  | 'categoricalCrossentropy'
  | 'sparseCategoricalCrossentropy'
  | 'binaryFocalCrossentropy'
  | 'categoricalFocalCrossentropy'
  | 'dice'
  | 'tversky'
  | 'ctc'
  | 'circle'
  | 'categoricalGeneralizedCrossEntropy';

const table: { readonly [Name in LossName]: () => Loss } = {
  mse: () => new MeanSquaredError(),
  meanSquaredError: () => new MeanSquaredError(),
  mae: () => new MeanAbsoluteError(),
  meanAbsoluteError: () => new MeanAbsoluteError(),
  mape: () => new MeanAbsolutePercentageError(),
  meanAbsolutePercentageError: () => new MeanAbsolutePercentageError(),
  msle: () => new MeanSquaredLogarithmicError(),
  meanSquaredLogarithmicError: () => new MeanSquaredLogarithmicError(),
  huber: () => new Huber(),
  logCosh: () => new LogCosh(),
  poisson: () => new Poisson(),
  cosineSimilarity: () => new CosineSimilarity(),
  hinge: () => new Hinge(),
  squaredHinge: () => new SquaredHinge(),
  categoricalHinge: () => new CategoricalHinge(),
  kld: () => new KLDivergence(),
  klDivergence: () => new KLDivergence(),
  binaryCrossentropy: () => new BinaryCrossentropy(),
  categoricalCrossentropy: () => new CategoricalCrossentropy(),
  sparseCategoricalCrossentropy: () => new SparseCategoricalCrossentropy(),
  binaryFocalCrossentropy: () => new BinaryFocalCrossentropy(),
  categoricalFocalCrossentropy: () => new CategoricalFocalCrossentropy(),
  dice: () => new Dice(),
  tversky: () => new Tversky(),
  ctc: () => new CTC(),
  circle: () => new Circle(),
  categoricalGeneralizedCrossEntropy: () => new CategoricalGeneralizedCrossEntropy(),
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
