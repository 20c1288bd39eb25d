/** Predictions that a threshold makes positive or negative: how many of them are true and false, precision and recall. */
import { arange, ArgumentError, oneHot, ShapeError, showShape, tensor, where } from '@gradus/tensor';
import { divideSafely } from '../losses/loss.js';
import { alignAll } from './align.js';
import { add, Metric } from './metric.js';
import type { Tensor, Variable } from '@gradus/tensor';
import type { MetricCall, MetricOptions } from './metric.js';

/** What a prediction can turn out to be. */
export type Cell = 'truePositives' | 'trueNegatives' | 'falsePositives' | 'falseNegatives';

export interface ThresholdOptions extends MetricOptions {
  /** What a prediction must be above to be positive, from 0 to 1; several give one value each. @defaultValue 0.5 */
  readonly thresholds?: number | readonly number[];
}

export interface PrecisionOptions extends ThresholdOptions {
  /** Only the k largest predictions of each sample can be positive; all of them are where no thresholds are given. */
  readonly topK?: number;
  /** Looks at this class alone. @defaultValue all classes count together */
  readonly classId?: number;
}

/** Below every score: what becomes of those that are not among the largest. */
const lowest = -1e10;

/** Which predictions are positive at each threshold: [...] to [thresholds, ...]. */
export function above(p: Tensor, thresholds: readonly number[]): Tensor {
  const shape = [thresholds.length, ...p.shape.map(() => 1)];
  if (!isEven(thresholds)) return p.expandDims(0).greater(tensor(thresholds).reshape(shape));
  // Evenly spaced ones are buckets, so that ties do not depend on how i / (n - 1) rounds. All are above one below 0.
  const bucket = p
    .clip(0, 1)
    .mul(thresholds.length - 1)
    .ceil()
    .sub(1);
  const from = (thresholds[0] ?? 0) < 0 ? bucket.maximum(0) : bucket;
  return from.expandDims(0).greaterEqual(arange(0, thresholds.length).cast('float32').reshape(shape));
}

/** Three or more thresholds i / (n - 1). */
function isEven(thresholds: readonly number[]): boolean {
  const last = thresholds.length - 1;
  return last >= 2 && thresholds.every((t, i) => Math.abs(t - i / last) <= 1e-7 * 1.01 + (1e-5 * i) / last);
}

/** What a batch adds to the counts at each threshold, summed over samples: y, p, weight: [..., n] to [thresholds, ...]. */
export function cellsOf(y: Tensor, p: Tensor, weight: Tensor | undefined, thresholds: readonly number[]): Readonly<Record<Cell, Tensor>> {
  const positive = y.notEqual(0).cast('float32');
  const negative = positive.neg().add(1);
  const right = weight ? positive.mul(weight) : positive;
  const wrong = weight ? negative.mul(weight) : negative;
  const hit = above(p, thresholds).cast('float32');
  const truePositives = hit.mul(right).sum(-1);
  const falsePositives = hit.mul(wrong).sum(-1);
  return {
    truePositives,
    falsePositives,
    falseNegatives: right.sum(-1).sub(truePositives),
    trueNegatives: wrong.sum(-1).sub(falsePositives),
  };
}

function checked(thresholds: number | readonly number[]): readonly number[] {
  const list = typeof thresholds === 'number' ? [thresholds] : thresholds;
  const wrong = list.find((t) => !(t >= 0 && t <= 1));
  if (wrong !== undefined) throw new ArgumentError(`thresholds: must be from 0 to 1, found ${wrong}`);
  if (list.length === 0) throw new ArgumentError('thresholds: there are none');
  return list;
}

function wholeFrom(least: number, name: string, value: number | undefined): number | undefined {
  if (value === undefined || (Number.isInteger(value) && value >= least)) return value;
  throw new ArgumentError(`${name}: must be a whole number from ${least}, found ${value}`);
}

/** A metric of counts at thresholds. */
abstract class AtThresholds extends Metric {
  private readonly thresholds: readonly number[];
  private readonly topK: number | undefined;
  private readonly classId: number | undefined;
  private readonly counts: ReadonlyMap<Cell, Variable>;

  constructor(name: string, direction: 'up' | 'down', cells: readonly Cell[], options: PrecisionOptions = {}) {
    super(name, direction, options);
    const fallback = options.topK === undefined ? [0.5] : [lowest];
    this.thresholds = options.thresholds === undefined ? fallback : checked(options.thresholds);
    this.topK = wholeFrom(1, 'topK', options.topK);
    this.classId = wholeFrom(0, 'classId', options.classId);
    this.counts = new Map(cells.map((cell) => [cell, this.state(cell, [this.thresholds.length])]));
  }

  override update(yTrue: Tensor, yPred: Tensor, options?: MetricCall): void {
    const [y, p, weight] = alignAll(this.name, yTrue, yPred, options);
    const scores = this.topK === undefined ? p : onlyLargest(p, this.topK);
    const cells = cellsOf(this.part(y), this.part(scores), weight && this.part(weight), this.thresholds);
    for (const [cell, variable] of this.counts) add(variable, cells[cell]);
  }

  /** The count since the last reset; a scalar where there is one threshold. */
  protected count(cell: Cell): Tensor {
    const variable = this.counts.get(cell);
    if (!variable) throw new ArgumentError(`${this.name}: does not count ${cell}`);
    return this.thresholds.length === 1 ? variable.value.reshape([]) : variable.value;
  }

  /** The numbers that count, in one row. */
  private part(x: Tensor): Tensor {
    if (this.classId === undefined) return x.reshape([x.size]);
    if (x.rank < 2) throw new ShapeError(`${this.name}: classId needs predictions [n, classes], found ${showShape(x.shape)}`);
    return x.slice('...', this.classId).flatten();
  }
}

/** The k largest of each row, the first of equals; all others become the lowest. One pass for each: k is small. */
function onlyLargest(p: Tensor, k: number): Tensor {
  const classes = p.shape[p.rank - 1] ?? 1;
  if (k > classes) throw new ArgumentError(`topK: must be at most ${classes} for ${showShape(p.shape)}, found ${k}`);
  let rest = p;
  for (let i = 0; i < k; i++) rest = where(oneHot(rest.argmax(-1), classes, 'bool'), -Infinity, rest);
  return where(rest.equal(-Infinity), p, lowest);
}

/** How many are positive and predicted so: y true, p > threshold. */
export class TruePositives extends AtThresholds {
  constructor(options?: ThresholdOptions) {
    super('true_positives', 'up', ['truePositives'], options);
  }
  override result(): Tensor {
    return this.count('truePositives');
  }
}

/** How many are negative and predicted so: y false, p <= threshold. */
export class TrueNegatives extends AtThresholds {
  constructor(options?: ThresholdOptions) {
    super('true_negatives', 'up', ['trueNegatives'], options);
  }
  override result(): Tensor {
    return this.count('trueNegatives');
  }
}

/** How many are negative and predicted to be positive: y false, p > threshold. */
export class FalsePositives extends AtThresholds {
  constructor(options?: ThresholdOptions) {
    super('false_positives', 'down', ['falsePositives'], options);
  }
  override result(): Tensor {
    return this.count('falsePositives');
  }
}

/** How many are positive and predicted to be negative: y true, p <= threshold. */
export class FalseNegatives extends AtThresholds {
  constructor(options?: ThresholdOptions) {
    super('false_negatives', 'down', ['falseNegatives'], options);
  }
  override result(): Tensor {
    return this.count('falseNegatives');
  }
}

/** TP / (TP + FP): how many of those predicted to be positive are; 0 of none. y, p: [n, ...]. */
export class Precision extends AtThresholds {
  constructor(options?: PrecisionOptions) {
    super('precision', 'up', ['truePositives', 'falsePositives'], options);
  }
  override result(): Tensor {
    const hits = this.count('truePositives');
    return divideSafely(hits, hits.add(this.count('falsePositives')));
  }
}

/** TP / (TP + FN): how many of the positive ones are predicted to be; 0 of none. y, p: [n, ...]. */
export class Recall extends AtThresholds {
  constructor(options?: PrecisionOptions) {
    super('recall', 'up', ['truePositives', 'falseNegatives'], options);
  }
  override result(): Tensor {
    const hits = this.count('truePositives');
    return divideSafely(hits, hits.add(this.count('falseNegatives')));
  }
}
