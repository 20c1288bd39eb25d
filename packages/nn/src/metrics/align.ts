/** Targets, predictions and weights brought to one shape. */
import { sameShape, ShapeError, showShape } from '@gradus/tensor';
import { alignRanks, alignWeight } from '../losses/loss.js';
import type { Tensor } from '@gradus/tensor';
import type { MetricCall } from './metric.js';

/** How much each value counts: a mask is a weight of 0 or 1. */
export function weightOf({ sampleWeight, mask }: MetricCall = {}): Tensor | undefined {
  const kept = mask?.cast('float32');
  return kept && sampleWeight ? kept.mul(alignWeight(sampleWeight, kept)) : (kept ?? sampleWeight);
}

/** Targets, predictions and weights in one shape. */
export function alignAll(name: string, yTrue: Tensor, yPred: Tensor, options?: MetricCall): readonly [Tensor, Tensor, Tensor | undefined] {
  const [y, p] = alignRanks(yTrue.cast('float32'), yPred.cast('float32'));
  if (!sameShape(y.shape, p.shape)) {
    throw new ShapeError(`${name}: targets ${showShape(yTrue.shape)} and predictions ${showShape(yPred.shape)} differ`);
  }
  const given = weightOf(options);
  return [y, p, given && alignWeight(given, y).broadcastTo(y.shape)];
}

/** Targets and predictions as two matrices of one shape. */
export function matrices(name: string, yTrue: Tensor, yPred: Tensor): readonly [Tensor, Tensor] {
  const [y, p] = alignRanks(yTrue.cast('float32'), yPred.cast('float32'));
  if (y.rank === 2 && p.rank === 2 && y.shape[1] === p.shape[1]) return [y, p];
  throw new ShapeError(
    `${name}: expected targets and predictions [n, outputs], found ${showShape(yTrue.shape)} and ${showShape(yPred.shape)}`,
  );
}
