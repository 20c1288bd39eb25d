/** The kinds `loss` and `loss_grad`. */
import * as gradus from '@gradus/train';
import { make, of } from './classes.js';
import { recordOf, textOf } from './json.js';
import { expectClose, tensorIn, tensorOf } from './values.js';
import type { Loss, Tensor } from '@gradus/train';
import type { Classes, Dialect } from './classes.js';
import type { Case, JsonRecord } from './json.js';

/** The cases' own loss: the squared error of each element. */
class ExampleLoss extends gradus.Loss {
  constructor(options?: ConstructorParameters<typeof gradus.Loss>[1]) {
    super('example_loss', options);
  }
  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return yTrue.sub(yPred).square();
  }
}

const base = ['reduction', 'name'] as const;
const smoothed = [...base, 'fromLogits', 'labelSmoothing', 'axis'] as const;

export const losses: Classes<Loss> = {
  BinaryCrossentropy: of(gradus.BinaryCrossentropy, smoothed),
  BinaryFocalCrossentropy: of(gradus.BinaryFocalCrossentropy, [...smoothed, 'applyClassBalancing', 'alpha', 'gamma']),
  CategoricalCrossentropy: of(gradus.CategoricalCrossentropy, smoothed),
  CategoricalFocalCrossentropy: of(gradus.CategoricalFocalCrossentropy, [...smoothed, 'alpha', 'gamma']),
  CategoricalGeneralizedCrossEntropy: of(gradus.CategoricalGeneralizedCrossEntropy, [...base, 'q']),
  CategoricalHinge: of(gradus.CategoricalHinge, base),
  Circle: of(gradus.Circle, [...base, 'gamma', 'margin', 'removeDiagonal']),
  CosineSimilarity: of(gradus.CosineSimilarity, [...base, 'axis']),
  CTC: of(gradus.CTC, base),
  Dice: of(gradus.Dice, [...base, 'axis']),
  ExampleLoss: of(ExampleLoss, base),
  Hinge: of(gradus.Hinge, base),
  Huber: of(gradus.Huber, [...base, 'delta']),
  KLDivergence: of(gradus.KLDivergence, base),
  LogCosh: of(gradus.LogCosh, base),
  MeanAbsoluteError: of(gradus.MeanAbsoluteError, base),
  MeanAbsolutePercentageError: of(gradus.MeanAbsolutePercentageError, base),
  MeanSquaredError: of(gradus.MeanSquaredError, base),
  MeanSquaredLogarithmicError: of(gradus.MeanSquaredLogarithmicError, base),
  Poisson: of(gradus.Poisson, base),
  SparseCategoricalCrossentropy: of(gradus.SparseCategoricalCrossentropy, [...base, 'fromLogits', 'ignoreClass', 'axis']),
  SquaredHinge: of(gradus.SquaredHinge, base),
  Tversky: of(gradus.Tversky, [...base, 'alpha', 'beta', 'axis']),
};

/** Strings for losses, which are Keras' functions too: its classes in snake case, and short ones. */
export const lossNames: Readonly<Record<string, string>> = {
  binary_crossentropy: 'BinaryCrossentropy',
  binary_focal_crossentropy: 'BinaryFocalCrossentropy',
  categorical_crossentropy: 'CategoricalCrossentropy',
  categorical_focal_crossentropy: 'CategoricalFocalCrossentropy',
  categorical_generalized_cross_entropy: 'CategoricalGeneralizedCrossEntropy',
  categorical_hinge: 'CategoricalHinge',
  circle: 'Circle',
  cosine_similarity: 'CosineSimilarity',
  ctc: 'CTC',
  dice: 'Dice',
  hinge: 'Hinge',
  huber: 'Huber',
  kl_divergence: 'KLDivergence',
  log_cosh: 'LogCosh',
  mean_absolute_error: 'MeanAbsoluteError',
  mean_absolute_percentage_error: 'MeanAbsolutePercentageError',
  mean_squared_error: 'MeanSquaredError',
  mean_squared_logarithmic_error: 'MeanSquaredLogarithmicError',
  poisson: 'Poisson',
  sparse_categorical_crossentropy: 'SparseCategoricalCrossentropy',
  squared_hinge: 'SquaredHinge',
  tversky: 'Tversky',
  bce: 'BinaryCrossentropy',
  kld: 'KLDivergence',
  mae: 'MeanAbsoluteError',
  mape: 'MeanAbsolutePercentageError',
  mse: 'MeanSquaredError',
  msle: 'MeanSquaredLogarithmicError',
  logcosh: 'LogCosh',
};

const dialect: Dialect = { words: { reduction: {} }, nulls: { reduction: 'none' }, neutral: { dtype: ['float32'] } };

export function lossOf(name: string, args: JsonRecord): Loss {
  return make('loss', losses, name, args, dialect);
}

/** The loss of a case as a function of the predictions, or of their gradient. */
function applied({ config, inputs }: Case): (yPred: Tensor) => Tensor {
  const loss = lossOf(textOf(config['class']), recordOf(config['args']));
  const yTrue = tensorOf(inputs['y_true']);
  const [sampleWeight, mask] = [tensorIn(inputs['sample_weight']), tensorIn(inputs['mask'])];
  return (yPred) => loss.apply(yTrue, yPred, { sampleWeight, mask });
}

export function replayLoss(c: Case): void {
  expectClose(applied(c)(tensorOf(c.inputs['y_pred'])), c.expected['value'], c.tol, 'value');
}

export function replayLossGradient(c: Case): void {
  const f = applied(c);
  const [value, gradient] = gradus.valueAndGrad((yPred: Tensor) => f(yPred).sum())(tensorOf(c.inputs['y_pred']));
  expectClose(value, c.expected['value'], c.tol, 'value');
  expectClose(gradient, c.expected['grad_y_pred'], c.tol, 'gradient');
}
