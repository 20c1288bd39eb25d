/** The kinds `metric` and `function`. */
import * as gradus from '@gradus/train';
import { by, make, Missing, of } from './classes.js';
import { isRecord, listOf, recordOf, textOf } from './json.js';
import { lossNames, lossOf } from './losses.js';
import { expectClose, tensorIn, tensorOf } from './values.js';
import type { Metric, Tensor } from '@gradus/train';
import type { Classes, Dialect, Entry } from './classes.js';
import type { Case, JsonRecord } from './json.js';

/** The mean of a loss; `name` is that of the metric where it differs from the loss's. */
function meanOf<O extends { readonly name?: string }>(
  Class: new (options?: O) => gradus.Loss,
  options: readonly (keyof O & string)[] = [],
): Entry<Metric> {
  return by((o: O) => new gradus.MeanLoss(new Class(o), { name: o.name }), ['name', ...options]);
}

const threshold = ['name', 'thresholds'] as const;
const counted = [...threshold, 'topK', 'classId'] as const;

export const metrics: Classes<Metric> = {
  Accuracy: of(gradus.Accuracy, ['name']),
  AUC: of(gradus.AUC, ['name', 'numThresholds', 'curve', 'summationMethod', 'thresholds', 'multiLabel', 'labelWeights', 'fromLogits']),
  BinaryAccuracy: of(gradus.BinaryAccuracy, ['name', 'threshold']),
  BinaryCrossentropy: meanOf(gradus.BinaryCrossentropy, ['fromLogits', 'labelSmoothing', 'axis']),
  CategoricalAccuracy: of(gradus.CategoricalAccuracy, ['name']),
  CategoricalCrossentropy: meanOf(gradus.CategoricalCrossentropy, ['fromLogits', 'labelSmoothing', 'axis']),
  CategoricalHinge: meanOf(gradus.CategoricalHinge),
  CosineSimilarity: of(gradus.CosineSimilarityMetric, ['name', 'axis']),
  F1Score: of(gradus.F1Score, ['name', 'average', 'threshold']),
  FalseNegatives: of(gradus.FalseNegatives, threshold),
  FalsePositives: of(gradus.FalsePositives, threshold),
  FBetaScore: of(gradus.FBetaScore, ['name', 'average', 'beta', 'threshold']),
  Hinge: meanOf(gradus.Hinge),
  KLDivergence: meanOf(gradus.KLDivergence),
  LogCoshError: meanOf(gradus.LogCosh),
  Mean: of(gradus.Mean, ['name']),
  MeanAbsoluteError: meanOf(gradus.MeanAbsoluteError),
  MeanAbsolutePercentageError: meanOf(gradus.MeanAbsolutePercentageError),
  MeanSquaredError: meanOf(gradus.MeanSquaredError),
  MeanSquaredLogarithmicError: meanOf(gradus.MeanSquaredLogarithmicError),
  Poisson: meanOf(gradus.Poisson),
  Precision: of(gradus.Precision, counted),
  R2Score: of(gradus.R2Score, ['name', 'classAggregation', 'numRegressors']),
  Recall: of(gradus.Recall, counted),
  RootMeanSquaredError: of(gradus.RootMeanSquaredError, ['name']),
  SparseCategoricalAccuracy: of(gradus.SparseCategoricalAccuracy, ['name']),
  SparseCategoricalCrossentropy: meanOf(gradus.SparseCategoricalCrossentropy, ['fromLogits', 'ignoreClass', 'axis']),
  SparseTopKCategoricalAccuracy: of(gradus.SparseTopKCategoricalAccuracy, ['name', 'k']),
  SquaredHinge: meanOf(gradus.SquaredHinge),
  Sum: of(gradus.Sum, ['name']),
  TopKCategoricalAccuracy: of(gradus.TopKCategoricalAccuracy, ['name', 'k']),
  TrueNegatives: of(gradus.TrueNegatives, threshold),
  TruePositives: of(gradus.TruePositives, threshold),
};

const dialect: Dialect = {
  words: { average: {}, class_aggregation: {} },
  nulls: { average: 'none', class_aggregation: 'none' },
  neutral: { dtype: ['float32'], num_labels: [1, 2, 3, 4, 5], from_sorted_ids: [false] },
};

/** Strings for metrics: their classes in snake case, and short ones; most others are those of losses. */
export const metricNames: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Object.keys(metrics).map((name) => [snakeCase(name), name])),
  bce: 'BinaryCrossentropy',
  mse: 'MeanSquaredError',
  mae: 'MeanAbsoluteError',
  mape: 'MeanAbsolutePercentageError',
  msle: 'MeanSquaredLogarithmicError',
};

/** `RootMeanSquaredError` is `root_mean_squared_error`. */
function snakeCase(name: string): string {
  return name.replace(/(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g, '_').toLowerCase();
}

export function metricOf(name: string, args: JsonRecord): Metric {
  return make('metric', metrics, name, args, dialect);
}

function update(metric: Metric, u: JsonRecord): void {
  const [values, y, p] = [tensorIn(u['values']), tensorIn(u['y_true']), tensorIn(u['y_pred'])];
  const options = { sampleWeight: tensorIn(u['sample_weight']), mask: tensorIn(u['mask']) };
  const first = values ?? y;
  if (!first) throw new Error('the case: an update without values');
  metric.update(first, p ?? first, options);
}

export function replayMetric({ config, inputs, expected, tol }: Case): void {
  const metric = metricOf(textOf(config['class']), recordOf(config['args']));
  for (const u of listOf(inputs['updates'])) update(metric, recordOf(u));
  if ('result' in expected) expectClose(metric.result(), expected['result'], tol, 'result');
  const { variable } = expected;
  if (!isRecord(variable)) return;
  const name = textOf(variable['name']);
  const state = metric.variables.find((one) => one.name === name);
  if (!state) throw new Missing(`the variable ${name} of ${metric.name}`);
  expectClose(state.value, variable['value'], tol, name);
}

/** Losses and metrics as functions: one value a sample. */
const functions: Readonly<Record<string, (y: Tensor, p: Tensor, args: JsonRecord) => Tensor>> = {};

export function replayFunction({ config, inputs, expected, tol }: Case): void {
  const name = textOf(config['function']).replace(/^.*\./, '');
  const args = recordOf(config['args']);
  const [y, p] = [tensorOf(inputs['y_true']), tensorOf(inputs['y_pred'])];
  const [f, loss] = [functions[name], lossNames[name]];
  if (!f && loss === undefined) throw new Missing(`the function ${name}`);
  const value = f ? f(y, p, args) : lossOf(loss ?? '', { ...args, reduction: null }).apply(y, p);
  expectClose(value, expected['value'], tol, 'value');
}
