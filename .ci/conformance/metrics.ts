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

/** What one measure must reach comes first here. */
type Best = new (least: number, options?: Counting) => Metric;
interface Counting {
  readonly name?: string;
  readonly numThresholds?: number;
  readonly classId?: number;
}

function bestAt(Class: Best, least: 'specificity' | 'sensitivity' | 'recall' | 'precision'): Entry<Metric> {
  type Given = Counting & { readonly [K in typeof least]?: number };
  return by(({ [least]: value = NaN, ...options }: Given) => new Class(value, options), ['name', 'numThresholds', 'classId', least]);
}

const regions = ['name', 'numClasses', 'ignoreClass', 'sparseYPred', 'axis', 'dtype'] as const;

export const metrics: Classes<Metric> = {
  Accuracy: of(gradus.Accuracy, ['name']),
  AUC: of(gradus.AUC, ['name', 'numThresholds', 'curve', 'summationMethod', 'thresholds', 'multiLabel', 'labelWeights', 'fromLogits']),
  BinaryAccuracy: of(gradus.BinaryAccuracy, ['name', 'threshold']),
  BinaryIoU: of(gradus.BinaryIoU, ['name', 'targetClassIds', 'threshold', 'dtype']),
  BinaryCrossentropy: meanOf(gradus.BinaryCrossentropy, ['fromLogits', 'labelSmoothing', 'axis']),
  CategoricalAccuracy: of(gradus.CategoricalAccuracy, ['name']),
  CategoricalCrossentropy: meanOf(gradus.CategoricalCrossentropy, ['fromLogits', 'labelSmoothing', 'axis']),
  CategoricalHinge: meanOf(gradus.CategoricalHinge),
  ConcordanceCorrelation: of(gradus.ConcordanceCorrelation, ['name', 'axis']),
  CosineSimilarity: of(gradus.CosineSimilarityMetric, ['name', 'axis']),
  F1Score: of(gradus.F1Score, ['name', 'average', 'threshold']),
  FalseNegatives: of(gradus.FalseNegatives, threshold),
  FalsePositives: of(gradus.FalsePositives, threshold),
  FBetaScore: of(gradus.FBetaScore, ['name', 'average', 'beta', 'threshold']),
  Hinge: meanOf(gradus.Hinge),
  IoU: by((options: gradus.IoUOptions) => new gradus.IoU(options), [...regions, 'sparseYTrue', 'targetClassIds']),
  KLDivergence: meanOf(gradus.KLDivergence),
  LogCoshError: meanOf(gradus.LogCosh),
  Mean: of(gradus.Mean, ['name']),
  MeanAbsoluteError: meanOf(gradus.MeanAbsoluteError),
  MeanAbsolutePercentageError: meanOf(gradus.MeanAbsolutePercentageError),
  MeanIoU: by((options: gradus.MeanIoUOptions) => new gradus.MeanIoU(options), [...regions, 'sparseYTrue']),
  MeanSquaredError: meanOf(gradus.MeanSquaredError),
  MeanSquaredLogarithmicError: meanOf(gradus.MeanSquaredLogarithmicError),
  OneHotIoU: by((options: gradus.OneHotIoUOptions) => new gradus.OneHotIoU(options), [...regions, 'targetClassIds']),
  OneHotMeanIoU: by((options: gradus.OneHotMeanIoUOptions) => new gradus.OneHotMeanIoU(options), regions),
  PearsonCorrelation: of(gradus.PearsonCorrelation, ['name', 'axis']),
  Poisson: meanOf(gradus.Poisson),
  Precision: of(gradus.Precision, counted),
  PrecisionAtRecall: bestAt(gradus.PrecisionAtRecall, 'recall'),
  R2Score: of(gradus.R2Score, ['name', 'classAggregation', 'numRegressors']),
  Recall: of(gradus.Recall, counted),
  RecallAtPrecision: bestAt(gradus.RecallAtPrecision, 'precision'),
  RootMeanSquaredError: of(gradus.RootMeanSquaredError, ['name']),
  SensitivityAtSpecificity: bestAt(gradus.SensitivityAtSpecificity, 'specificity'),
  SparseCategoricalAccuracy: of(gradus.SparseCategoricalAccuracy, ['name']),
  SparseCategoricalCrossentropy: meanOf(gradus.SparseCategoricalCrossentropy, ['fromLogits', 'ignoreClass', 'axis']),
  SparseTopKCategoricalAccuracy: of(gradus.SparseTopKCategoricalAccuracy, ['name', 'k', 'fromSortedIds']),
  SpecificityAtSensitivity: bestAt(gradus.SpecificityAtSensitivity, 'sensitivity'),
  SquaredHinge: meanOf(gradus.SquaredHinge),
  Sum: of(gradus.Sum, ['name']),
  TopKCategoricalAccuracy: of(gradus.TopKCategoricalAccuracy, ['name', 'k']),
  TrueNegatives: of(gradus.TrueNegatives, threshold),
  TruePositives: of(gradus.TruePositives, threshold),
};

const dialect: Dialect = {
  words: { average: {}, class_aggregation: {} },
  nulls: { average: 'none', class_aggregation: 'none' },
  neutral: { dtype: ['float32'], num_labels: [1, 2, 3, 4, 5], sparse_y_true: [false] },
  convert: (name, value) => (name === 'dtype' ? (textOf(value).startsWith('int') ? 'int32' : 'float32') : value),
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
  const state = metric.variables.find((one) => snakeCase(one.name) === name);
  if (!state) throw new Missing(`the variable ${name} of ${metric.name}`);
  expectClose(state.value, variable['value'], tol, name);
}

/** Losses and metrics as functions: one value a sample. */
const functions: Readonly<Record<string, (y: Tensor, p: Tensor, args: JsonRecord) => Tensor>> = Object.fromEntries(
  Object.keys(metrics).map((name) => [snakeCase(name), valuesOf(name)]),
);

/** The values of a metric that is their mean. */
function valuesOf(name: string): (y: Tensor, p: Tensor, args: JsonRecord) => Tensor {
  return (y, p, args) => {
    const metric = metricOf(name, args);
    if (metric instanceof gradus.MeanOfValues) return metric.values(y, p);
    throw new Missing(`the function of ${name}`);
  };
}

export function replayFunction({ config, inputs, expected, tol }: Case): void {
  const name = textOf(config['function']).replace(/^.*\./, '');
  const args = recordOf(config['args']);
  const [y, p] = [tensorOf(inputs['y_true']), tensorOf(inputs['y_pred'])];
  const [f, loss] = [functions[name], lossNames[name]];
  const value = loss === undefined ? f?.(y, p, args) : lossOf(loss, { ...args, reduction: null }).apply(y, p);
  if (!value) throw new Missing(`the function ${name}`);
  expectClose(value, expected['value'], tol, 'value');
}
