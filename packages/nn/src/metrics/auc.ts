/** The area under a curve of predictions at many thresholds. */
import { ArgumentError, ShapeError, showShape, tensor, where } from '@gradus/tensor';
import { divideSafely } from '../losses/loss.js';
import { alignAll } from './align.js';
import { cellsOf } from './confusion.js';
import { add, Metric } from './metric.js';
import type { Shape, Tensor, Variable } from '@gradus/tensor';
import type { Cell } from './confusion.js';
import type { MetricCall, MetricOptions } from './metric.js';

/** True positives over false positives ('ROC'), precision over recall ('PR'), or the gain of the one over that of the other ('PRGAIN'). */
export type Curve = 'ROC' | 'PR' | 'PRGAIN';

/** The height of the curve between two thresholds: in between, the lower or the higher one. */
export type SummationMethod = 'interpolation' | 'minoring' | 'majoring';

export interface AUCOptions extends MetricOptions {
  /** How many thresholds there are from 0 to 1. @defaultValue 200 */
  readonly numThresholds?: number;
  /** @defaultValue 'ROC' */
  readonly curve?: Curve;
  /** @defaultValue 'interpolation' */
  readonly summationMethod?: SummationMethod;
  /** The thresholds between 0 and 1. @defaultValue numThresholds evenly spaced ones */
  readonly thresholds?: readonly number[];
  /** Whether each column of predictions [n, labels] has its own area, of which the mean is taken. @defaultValue false */
  readonly multiLabel?: boolean;
  /** How much each label counts. @defaultValue all the same */
  readonly labelWeights?: readonly number[];
  /** Whether the sigmoid of the predictions is meant. @defaultValue false */
  readonly fromLogits?: boolean;
}

type Counts = Readonly<Record<Cell, Variable>>;

/**
 * sum over neighbouring thresholds of (x_i - x_i+1) height_i, x the false positive rate or the recall.
 * 'PR' with 'interpolation' lets true and false positives, not precision, vary linearly between thresholds
 * (Davis and Goadrich 2006). 'PRGAIN' has x = 1 - FN P / (TP N), at least 0, and y = 1 - FP P / (TP N) with P positive and
 * N negative samples, 0 and 1 without true positives (Flach and Kull 2015). y, p: [n, ...].
 */
export class AUC extends Metric {
  private readonly curve: Curve;
  private readonly summationMethod: SummationMethod;
  private readonly thresholds: readonly number[];
  private readonly multiLabel: boolean;
  private readonly labelWeights: readonly number[] | undefined;
  private readonly fromLogits: boolean;
  private counts: Counts | undefined;

  constructor(options: AUCOptions = {}) {
    super('auc', 'up', options);
    this.curve = options.curve ?? 'ROC';
    this.summationMethod = options.summationMethod ?? 'interpolation';
    this.thresholds = thresholdsOf(options);
    this.multiLabel = options.multiLabel ?? false;
    this.labelWeights = options.labelWeights;
    this.fromLogits = options.fromLogits ?? false;
    if (!this.multiLabel) this.counts = this.countsOf([this.thresholds.length]);
  }

  override update(yTrue: Tensor, yPred: Tensor, options?: MetricCall): void {
    const [y, p, given] = alignAll(this.name, yTrue, this.fromLogits ? yPred.sigmoid() : yPred, options);
    const weight = this.weigh(p, given);
    const cells = cellsOf(this.part(y), this.part(p), weight && this.part(weight), this.thresholds);
    const counts = (this.counts ??= this.countsOf(cells.truePositives.shape));
    add(counts.truePositives, cells.truePositives);
    add(counts.trueNegatives, cells.trueNegatives);
    add(counts.falsePositives, cells.falsePositives);
    add(counts.falseNegatives, cells.falseNegatives);
  }

  override result(): Tensor {
    if (!this.counts) throw new ArgumentError(`${this.name}: the number of labels is unknown before the first batch`);
    const exact = this.curve === 'PR' && this.summationMethod === 'interpolation';
    const areas = (exact ? interpolated(this.counts) : this.stepped(this.counts)).sum(0);
    if (!this.multiLabel || !this.labelWeights) return areas.mean();
    const weights = tensor(this.labelWeights);
    return divideSafely(areas.mul(weights).sum(), weights.sum());
  }

  /** The weights of predictions; those of labels count here only where the labels share one area. */
  private weigh(p: Tensor, given: Tensor | undefined): Tensor | undefined {
    if (!this.labelWeights) return given;
    if (this.labelWeights.length !== p.shape[p.rank - 1]) {
      throw new ShapeError(`${this.name}: ${this.labelWeights.length} labelWeights do not fit predictions ${showShape(p.shape)}`);
    }
    if (this.multiLabel) return given;
    const weights = tensor(this.labelWeights).broadcastTo(p.shape);
    return given ? given.mul(weights) : weights;
  }

  /** The areas between neighbouring thresholds. */
  private stepped(counts: Counts): Tensor {
    const [x, y] = this.points(counts);
    const [xLeft, xRight] = ends(x);
    const [yLeft, yRight] = ends(y);
    return xLeft.sub(xRight).mul(this.height(yLeft, yRight));
  }

  /** Where the curve is at each threshold. */
  private points({ truePositives, trueNegatives, falsePositives, falseNegatives }: Counts): readonly [x: Tensor, y: Tensor] {
    const [tp, tn, fp, fn] = [truePositives.value, trueNegatives.value, falsePositives.value, falseNegatives.value];
    const recall = divideSafely(tp, tp.add(fn));
    switch (this.curve) {
      case 'ROC':
        return [divideSafely(fp, fp.add(tn)), recall];
      case 'PR':
        return [recall, divideSafely(tp, tp.add(fp))];
      case 'PRGAIN': {
        const odds = divideSafely(tp.add(fn), tn.add(fp));
        const gain = (wrong: Tensor): Tensor => odds.mul(divideSafely(wrong, tp)).neg().add(1);
        return [where(tp.equal(0), 0, gain(fn)).maximum(0), gain(fp)];
      }
    }
  }

  private height(left: Tensor, right: Tensor): Tensor {
    switch (this.summationMethod) {
      case 'interpolation':
        return left.add(right).div(2);
      case 'minoring':
        return left.minimum(right);
      case 'majoring':
        return left.maximum(right);
    }
  }

  /** The numbers that count, samples along the last axis. */
  private part(x: Tensor): Tensor {
    if (!this.multiLabel) return x.reshape([x.size]);
    if (x.rank === 2) return x.transpose();
    throw new ShapeError(`${this.name}: multiLabel needs predictions [n, labels], found ${showShape(x.shape)}`);
  }

  private countsOf(shape: Shape): Counts {
    return {
      truePositives: this.state('truePositives', shape),
      trueNegatives: this.state('trueNegatives', shape),
      falsePositives: this.state('falsePositives', shape),
      falseNegatives: this.state('falseNegatives', shape),
    };
  }
}

/**
 * The integrals of precision over recall, P = TP + FP, TP linear in P between A and B:
 * slope (dTP + intercept ln(P_A / P_B)) / positives, slope = dTP / dP, intercept = TP_B - slope P_B.
 */
function interpolated({ truePositives, falsePositives, falseNegatives }: Counts): Tensor {
  const [left, right] = ends(truePositives.value);
  const [pLeft, pRight] = ends(truePositives.value.add(falsePositives.value));
  const [, missed] = ends(falseNegatives.value);
  const difference = left.sub(right);
  const slope = divideSafely(difference, pLeft.sub(pRight).maximum(0));
  const intercept = right.sub(slope.mul(pRight));
  const both = pLeft.greater(0).and(pRight.greater(0));
  const ratio = where(both, divideSafely(pLeft, pRight.maximum(0)), 1);
  return divideSafely(slope.mul(difference.add(intercept.mul(ratio.log()))), right.add(missed).maximum(0));
}

/** All but the last, and all but the first. */
function ends(x: Tensor): readonly [Tensor, Tensor] {
  return [x.slice(':-1'), x.slice('1:')];
}

/** Those in between, with one just below 0 and one just above 1 around them. */
function thresholdsOf({ thresholds, numThresholds = 200 }: AUCOptions): readonly number[] {
  if (!(Number.isInteger(numThresholds) && numThresholds > 1)) {
    throw new ArgumentError(`numThresholds: must be a whole number from 2, found ${numThresholds}`);
  }
  const inner = thresholds?.toSorted((a, b) => a - b) ?? Array.from({ length: numThresholds - 2 }, (_, i) => (i + 1) / (numThresholds - 1));
  const wrong = inner.find((t) => !(t >= 0 && t <= 1));
  if (wrong !== undefined) throw new ArgumentError(`thresholds: must be from 0 to 1, found ${wrong}`);
  return [-1e-7, ...inner, 1 + 1e-7];
}
