/** Weights by class become weights by sample. */
import { isTensor } from '@gradus/nn';
import { ArgumentError, fromData } from '@gradus/tensor';
import type { Tensor } from '@gradus/tensor';
import type { AnyBatch } from './batches.js';

/** How much the samples of each class count; classes that are not named count 1. */
export type ClassWeight = Readonly<Record<number, number>>;

/**
 * `batch` with the weight of each sample's class as its sample weight.
 *
 * @throws ArgumentError where there are sample weights already, or several targets
 */
export function withClassWeight(batch: AnyBatch, classWeight: ClassWeight | undefined): AnyBatch {
  if (classWeight === undefined) return batch;
  const { y, sampleWeight } = batch;
  if (sampleWeight !== null) throw new ArgumentError('classWeight: give either class weights or sample weights, not both');
  if (!isTensor(y)) throw new ArgumentError('classWeight: needs a single target');
  const classes = classesOf(y);
  const weights = new Float32Array(classes.size);
  for (const [i, label] of classes.dense().data.entries()) weights[i] = classWeight[Math.round(label)] ?? 1;
  return { ...batch, sampleWeight: fromData(weights) };
}

/** One class a sample: of one-hot rows where the one stands. */
function classesOf(y: Tensor): Tensor {
  if (y.rank <= 1) return y;
  return y.shape[y.rank - 1] === 1 ? y.squeeze(-1) : y.argmax(-1);
}
