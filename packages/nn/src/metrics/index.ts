/** Metrics by name: a string stands for the metric with its default options, logged under that string. */
import { ArgumentError } from '@gradus/tensor';
import { loss } from '../losses/index.js';
import { snakeCase } from '../paths.js';
import { BinaryAccuracy, CategoricalAccuracy, SparseCategoricalAccuracy } from './accuracy.js';
import { AUC } from './auc.js';
import { FalseNegatives, FalsePositives, Precision, Recall, TrueNegatives, TruePositives } from './confusion.js';
import { MeanLoss } from './losses.js';
import { Metric } from './metric.js';
import { CosineSimilarityMetric, R2Score, RootMeanSquaredError } from './regression.js';
import { SparseTopKCategoricalAccuracy, TopKCategoricalAccuracy } from './top-k.js';
import type { LossName } from '../losses/index.js';
import type { Loss } from '../losses/loss.js';
import type { MetricOptions } from './metric.js';
import type { Shape } from '@gradus/tensor';

/** Metrics that are no mean of a loss, whatever the shapes. */
const table = {
  binaryAccuracy: (options: MetricOptions): Metric => new BinaryAccuracy(options),
  categoricalAccuracy: (options: MetricOptions): Metric => new CategoricalAccuracy(options),
  sparseCategoricalAccuracy: (options: MetricOptions): Metric => new SparseCategoricalAccuracy(options),
  topKCategoricalAccuracy: (options: MetricOptions): Metric => new TopKCategoricalAccuracy(options),
  sparseTopKCategoricalAccuracy: (options: MetricOptions): Metric => new SparseTopKCategoricalAccuracy(options),
  rootMeanSquaredError: (options: MetricOptions): Metric => new RootMeanSquaredError(options),
  cosineSimilarity: (options: MetricOptions): Metric => new CosineSimilarityMetric(options),
  r2Score: (options: MetricOptions): Metric => new R2Score(options),
  truePositives: (options: MetricOptions): Metric => new TruePositives(options),
  trueNegatives: (options: MetricOptions): Metric => new TrueNegatives(options),
  falsePositives: (options: MetricOptions): Metric => new FalsePositives(options),
  falseNegatives: (options: MetricOptions): Metric => new FalseNegatives(options),
  precision: (options: MetricOptions): Metric => new Precision(options),
  recall: (options: MetricOptions): Metric => new Recall(options),
  auc: (options: MetricOptions): Metric => new AUC(options),
};

type OwnName = keyof typeof table;

/** 'accuracy' becomes the binary, categorical or sparse one, by the shapes of targets and predictions. */
export type MetricName = 'accuracy' | 'acc' | OwnName | LossName;

/** A metric, or the name of one. */
export type MetricLike = Metric | MetricName;

/** What the logs call `like`. */
export function metricKey(like: MetricLike): string {
  return typeof like === 'string' ? snakeCase(like) : like.name;
}

/** The metric that `like` stands for, given the shapes it will see. */
export function metric(like: MetricLike, yTrue: Shape, yPred: Shape): Metric {
  if (like instanceof Metric) return like;
  const name = metricKey(like);
  if (like === 'accuracy' || like === 'acc') return accuracyFor(yTrue, yPred, name);
  return isOwn(like) ? table[like]({ name }) : new MeanLoss(lossFor(like), { name });
}

function lossFor(name: LossName): Loss {
  try {
    return loss(name);
  } catch {
    throw new ArgumentError(`metrics: unknown metric '${String(name)}'`);
  }
}

function isOwn(text: string): text is OwnName {
  return Object.hasOwn(table, text);
}

function accuracyFor(yTrue: Shape, yPred: Shape, name: string): Metric {
  const classes = yPred[yPred.length - 1];
  if (classes === 1) return new BinaryAccuracy({ name });
  const sparse = yTrue.length < yPred.length || (yTrue[yTrue.length - 1] === 1 && yPred.length > 1);
  return sparse ? new SparseCategoricalAccuracy({ name }) : new CategoricalAccuracy({ name });
}
