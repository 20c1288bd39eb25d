/** Metrics by name: a string stands for the metric with its default options, logged under that string. */
import { ArgumentError } from '@gradus/tensor';
import { loss } from '../losses/index.js';
import { snakeCase } from '../paths.js';
import { BinaryAccuracy, CategoricalAccuracy, SparseCategoricalAccuracy } from './accuracy.js';
import { MeanLoss } from './losses.js';
import { Metric } from './metric.js';
import type { LossName } from '../losses/index.js';
import type { Shape } from '@gradus/tensor';

/** 'accuracy' becomes the binary, categorical or sparse one, by the shapes of targets and predictions. */
export type MetricName = 'accuracy' | 'acc' | 'binaryAccuracy' | 'categoricalAccuracy' | 'sparseCategoricalAccuracy' | LossName;

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
  switch (like) {
    case 'accuracy':
    case 'acc':
      return accuracyFor(yTrue, yPred, name);
    case 'binaryAccuracy':
      return new BinaryAccuracy({ name });
    case 'categoricalAccuracy':
      return new CategoricalAccuracy({ name });
    case 'sparseCategoricalAccuracy':
      return new SparseCategoricalAccuracy({ name });
    case 'mse':
    case 'meanSquaredError':
    case 'mae':
    case 'meanAbsoluteError':
    case 'binaryCrossentropy':
    case 'categoricalCrossentropy':
    case 'sparseCategoricalCrossentropy':
      return new MeanLoss(loss(like), { name });
    default:
      throw new ArgumentError(`metrics: unknown metric '${String(like)}'`);
  }
}

function accuracyFor(yTrue: Shape, yPred: Shape, name: string): Metric {
  const classes = yPred[yPred.length - 1];
  if (classes === 1) return new BinaryAccuracy({ name });
  const sparse = yTrue.length < yPred.length || (yTrue[yTrue.length - 1] === 1 && yPred.length > 1);
  return sparse ? new SparseCategoricalAccuracy({ name }) : new CategoricalAccuracy({ name });
}
