/** F-scores: precision and recall in one number. */
import { ArgumentError } from '@gradus/tensor';
import { alignWeight } from '../losses/loss.js';
import { matrices, weightOf } from './align.js';
import { add, Metric } from './metric.js';
import type { Tensor, Variable } from '@gradus/tensor';
import type { MetricCall, MetricOptions } from './metric.js';

/**
 * How the scores of the classes become one: 'micro' counts all classes together, 'macro' takes the mean of the scores,
 * 'weighted' that weighted with how often each class is true; 'none' keeps them apart, which logs cannot hold.
 */
export type ScoreAverage = 'none' | 'micro' | 'macro' | 'weighted';

export interface F1ScoreOptions extends MetricOptions {
  /** @defaultValue 'none' */
  readonly average?: ScoreAverage;
  /** What a prediction must be above, between 0 and 1. @defaultValue the largest of each row is the prediction */
  readonly threshold?: number;
}

export interface FBetaScoreOptions extends F1ScoreOptions {
  /** How much more recall counts than precision. @defaultValue 1 */
  readonly beta?: number;
}

interface Counts {
  readonly truePositives: Variable;
  readonly falsePositives: Variable;
  readonly falseNegatives: Variable;
  readonly positives: Variable;
}

const epsilon = 1e-7;

/** (1 + beta^2) P R / (beta^2 P + R), P = TP / (TP + FP) the precision, R = TP / (TP + FN) the recall. y, p: [n, classes]. */
export class FBetaScore extends Metric {
  private readonly average: ScoreAverage;
  private readonly beta: number;
  private readonly threshold: number | undefined;
  private counts: Counts | undefined;

  constructor(options: FBetaScoreOptions = {}) {
    super('fbeta_score', 'up', options);
    this.average = options.average ?? 'none';
    this.beta = options.beta ?? 1;
    this.threshold = options.threshold;
    if (!(this.beta > 0)) throw new ArgumentError(`beta: must be above 0, found ${this.beta}`);
    if (this.threshold !== undefined && !(this.threshold > 0 && this.threshold <= 1)) {
      throw new ArgumentError(`threshold: must be above 0 and at most 1, found ${this.threshold}`);
    }
  }

  override update(yTrue: Tensor, yPred: Tensor, options?: MetricCall): void {
    const [y, p] = matrices('FBetaScore', yTrue, yPred);
    const given = weightOf(options);
    const weight = given && alignWeight(given, y);
    const sum = (x: Tensor): Tensor => (weight ? x.mul(weight) : x).sum(this.average === 'micro' ? undefined : 0);
    const hit = this.predicted(p).cast('float32');
    const counts = (this.counts ??= this.countsOf(y.shape[1] ?? 1));
    add(counts.truePositives, sum(hit.mul(y)));
    add(counts.falsePositives, sum(hit.sub(hit.mul(y))));
    add(counts.falseNegatives, sum(y.sub(hit.mul(y))));
    add(counts.positives, sum(y));
  }

  override result(): Tensor {
    const { counts } = this;
    if (!counts) throw new ArgumentError(`${this.name}: the number of classes is unknown before the first batch`);
    const hits = counts.truePositives.value;
    const precision = hits.div(hits.add(counts.falsePositives.value).add(epsilon));
    const recall = hits.div(hits.add(counts.falseNegatives.value).add(epsilon));
    const square = this.beta ** 2;
    const scores = precision
      .mul(recall)
      .mul(1 + square)
      .div(precision.mul(square).add(recall).add(epsilon));
    if (this.average === 'macro') return scores.mean();
    if (this.average !== 'weighted') return scores;
    const positives = counts.positives.value;
    return scores.mul(positives.div(positives.sum().add(epsilon))).sum();
  }

  private predicted(p: Tensor): Tensor {
    if (this.threshold !== undefined) return p.greater(this.threshold);
    return p.greaterEqual(p.max(-1, { keepDims: true })).and(p.abs().greater(1e-9));
  }

  private countsOf(classes: number): Counts {
    const count = (name: string): Variable => this.state(name, this.average === 'micro' ? [] : [classes]);
    return {
      truePositives: count('truePositives'),
      falsePositives: count('falsePositives'),
      falseNegatives: count('falseNegatives'),
      positives: count('positives'),
    };
  }
}

/** 2 P R / (P + R), the harmonic mean of precision and recall. y, p: [n, classes]. */
export class F1Score extends FBetaScore {
  constructor(options: F1ScoreOptions = {}) {
    super({ ...options, beta: 1, name: options.name ?? 'f1_score' });
  }
}
