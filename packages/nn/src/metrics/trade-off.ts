/** Two measures that pull against each other over the threshold: the best of one where the other is good enough. */
import { ArgumentError, ShapeError, showShape, where } from '@gradus/tensor';
import { divideSafely } from '../losses/loss.js';
import { alignAll } from './align.js';
import { cellsOf } from './confusion.js';
import { add, Metric } from './metric.js';
import type { Tensor, Variable } from '@gradus/tensor';
import type { Cell } from './confusion.js';
import type { MetricCall, MetricOptions } from './metric.js';

export interface TradeOffOptions extends MetricOptions {
  /** How many thresholds from 0 to 1 are tried. @defaultValue 200 */
  readonly numThresholds?: number;
  /** Looks at this class alone. @defaultValue all classes count together */
  readonly classId?: number;
}

/** The counts at every threshold. */
type Counts = Readonly<Record<Cell, Tensor>>;

const cells = ['truePositives', 'trueNegatives', 'falsePositives', 'falseNegatives'] as const;

const sensitivity = (c: Counts): Tensor => divideSafely(c.truePositives, c.truePositives.add(c.falseNegatives));
const specificity = (c: Counts): Tensor => divideSafely(c.trueNegatives, c.trueNegatives.add(c.falsePositives));
const precision = (c: Counts): Tensor => divideSafely(c.truePositives, c.truePositives.add(c.falsePositives));

/** What must be reached, and what is measured. */
interface Goal {
  readonly name: string;
  readonly least: number;
  readonly constrained: (counts: Counts) => Tensor;
  readonly measured: (counts: Counts) => Tensor;
}

abstract class TradeOff extends Metric {
  private readonly goal: Goal;
  private readonly thresholds: readonly number[];
  private readonly classId: number | undefined;
  private readonly counts: ReadonlyMap<Cell, Variable>;

  constructor(name: string, goal: Goal, options: TradeOffOptions = {}) {
    super(name, 'up', options);
    const { numThresholds: n = 200 } = options;
    if (!(Number.isInteger(n) && n > 0)) throw new ArgumentError(`numThresholds: must be a whole number from 1, found ${n}`);
    if (!(goal.least >= 0 && goal.least <= 1)) throw new ArgumentError(`${goal.name}: must be from 0 to 1, found ${goal.least}`);
    this.goal = goal;
    this.thresholds = n === 1 ? [0.5] : Array.from({ length: n }, (_, i) => i / (n - 1));
    this.classId = options.classId;
    this.counts = new Map(cells.map((cell) => [cell, this.state(cell, [n])]));
  }

  override update(yTrue: Tensor, yPred: Tensor, options?: MetricCall): void {
    const [y, p, weight] = alignAll(this.name, yTrue, yPred, options);
    const found = cellsOf(this.part(y), this.part(p), weight && this.part(weight), this.thresholds);
    for (const [cell, variable] of this.counts) add(variable, found[cell]);
  }

  override result(): Tensor {
    const of = (cell: Cell): Tensor => this.counts.get(cell)?.value ?? this.missing();
    const counts = {
      truePositives: of('truePositives'),
      trueNegatives: of('trueNegatives'),
      falsePositives: of('falsePositives'),
      falseNegatives: of('falseNegatives'),
    };
    const enough = this.goal.constrained(counts).greaterEqual(this.goal.least);
    return where(enough, this.goal.measured(counts), 0).max();
  }

  private missing(): never {
    throw new ArgumentError(`${this.name}: a count is missing`);
  }

  /** The numbers that count, in one row. */
  private part(x: Tensor): Tensor {
    if (this.classId === undefined) return x.reshape([x.size]);
    if (x.rank < 2) throw new ShapeError(`${this.name}: classId needs predictions [n, classes], found ${showShape(x.shape)}`);
    return x.slice('...', this.classId).flatten();
  }
}

/** The largest TP / (TP + FN) at a threshold where TN / (TN + FP) is at least `specificity`; 0 where none is. y, p: [n, ...]. */
export class SensitivityAtSpecificity extends TradeOff {
  constructor(least: number, options?: TradeOffOptions) {
    super('sensitivity_at_specificity', { name: 'specificity', least, constrained: specificity, measured: sensitivity }, options);
  }
}

/** The largest TN / (TN + FP) at a threshold where TP / (TP + FN) is at least `sensitivity`; 0 where none is. y, p: [n, ...]. */
export class SpecificityAtSensitivity extends TradeOff {
  constructor(least: number, options?: TradeOffOptions) {
    super('specificity_at_sensitivity', { name: 'sensitivity', least, constrained: sensitivity, measured: specificity }, options);
  }
}

/** The largest TP / (TP + FP) at a threshold where TP / (TP + FN) is at least `recall`; 0 where none is. y, p: [n, ...]. */
export class PrecisionAtRecall extends TradeOff {
  constructor(least: number, options?: TradeOffOptions) {
    super('precision_at_recall', { name: 'recall', least, constrained: sensitivity, measured: precision }, options);
  }
}

/** The largest TP / (TP + FN) at a threshold where TP / (TP + FP) is at least `precision`; 0 where none is. y, p: [n, ...]. */
export class RecallAtPrecision extends TradeOff {
  constructor(least: number, options?: TradeOffOptions) {
    super('recall_at_precision', { name: 'precision', least, constrained: precision, measured: sensitivity }, options);
  }
}
