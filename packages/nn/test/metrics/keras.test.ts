import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { jit, tensor, zeros } from '@gradus/tensor';
import {
  Accuracy,
  AUC,
  CosineSimilarityMetric,
  F1Score,
  FalseNegatives,
  FalsePositives,
  FBetaScore,
  metric,
  metricKey,
  Precision,
  R2Score,
  Recall,
  RootMeanSquaredError,
  SparseTopKCategoricalAccuracy,
  Sum,
  TopKCategoricalAccuracy,
  TrueNegatives,
  TruePositives,
} from '@gradus/nn';
import type { NestedValues, Tensor } from '@gradus/tensor';
import type { LossName, Metric, MetricName } from '@gradus/nn';

interface Update {
  readonly values?: NestedValues;
  readonly yTrue?: NestedValues;
  readonly yPred?: NestedValues;
  readonly sampleWeight?: NestedValues;
  readonly result: NestedValues;
}

interface Case {
  readonly metric: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly note?: string;
  readonly updates: readonly Update[];
  readonly afterReset: NestedValues;
}

/** The numbers that JSON lacks, by the strings that stand for them. */
const special: Readonly<Record<string, number>> = { NaN, Infinity, '-Infinity': -Infinity };
const fixture: { readonly metrics: readonly Case[] } = JSON.parse(
  readFileSync(new URL('../fixtures/keras-more-metrics.json', import.meta.url), 'utf8'),
  (_, value: unknown) => (typeof value === 'string' ? (special[value] ?? value) : value),
);

const makers: Readonly<Record<string, (options: Case['config']) => Metric>> = {
  Accuracy: (options) => new Accuracy(options),
  AUC: (options) => new AUC(options),
  CosineSimilarity: (options) => new CosineSimilarityMetric(options),
  F1Score: (options) => new F1Score(options),
  FalseNegatives: (options) => new FalseNegatives(options),
  FalsePositives: (options) => new FalsePositives(options),
  FBetaScore: (options) => new FBetaScore(options),
  Precision: (options) => new Precision(options),
  R2Score: (options) => new R2Score(options),
  Recall: (options) => new Recall(options),
  RootMeanSquaredError: (options) => new RootMeanSquaredError(options),
  SparseTopKCategoricalAccuracy: (options) => new SparseTopKCategoricalAccuracy(options),
  Sum: (options) => new Sum(options),
  TopKCategoricalAccuracy: (options) => new TopKCategoricalAccuracy(options),
  TrueNegatives: (options) => new TrueNegatives(options),
  TruePositives: (options) => new TruePositives(options),
};

/** Those that are the mean of a loss, by Keras' name. */
const losses: Readonly<Record<string, LossName>> = {
  Hinge: 'hinge',
  SquaredHinge: 'squaredHinge',
  CategoricalHinge: 'categoricalHinge',
  KLDivergence: 'klDivergence',
  Poisson: 'poisson',
  LogCoshError: 'logCosh',
  MeanAbsolutePercentageError: 'mape',
  MeanSquaredLogarithmicError: 'msle',
};

function make({ metric: name, config }: Case): Metric {
  const loss = losses[name];
  if (loss) return metric(loss, [], []);
  const maker = makers[name];
  if (!maker) throw new Error(`no metric ${name}`);
  return maker(config);
}

function expectClose(found: Tensor, expected: NestedValues, where: string): void {
  const values = tensor(expected, 'float32');
  expect(found.shape, where).toEqual(values.shape);
  for (const [i, value] of values.data('float32').entries()) {
    const other = found.data('float32')[i] ?? 0;
    const close = Object.is(value, other) || Math.abs(other - value) <= 1e-5 * (1 + Math.abs(value));
    expect(close, `${where}[${i}]: ${other} for ${value}`).toBe(true);
  }
}

function run(c: Case, step: (measure: Metric) => (y: Tensor, p: Tensor, w?: Tensor) => Tensor): void {
  const measure = make(c);
  const update = step(measure);
  for (const [i, { values, yTrue, yPred, sampleWeight, result }] of c.updates.entries()) {
    const y = tensor(values ?? yTrue ?? 0, 'float32');
    const weight = sampleWeight === undefined ? [] : [tensor(sampleWeight, 'float32')];
    expectClose(update(y, tensor(yPred ?? 0, 'float32'), ...weight), result, `update ${i}`);
  }
  measure.reset();
  expectClose(measure.result(), c.afterReset, 'after reset');
}

const named = fixture.metrics.map((c, i) => [`${i} ${c.metric} ${JSON.stringify(c.config)} ${c.note ?? ''}`, c] as const);

test.each(named)('%s is that of Keras', (_, c) => {
  run(c, (measure) => (y, p, w) => {
    measure.update(y, p, { sampleWeight: w });
    return measure.result();
  });
});

test.each(named.filter((_, i) => i % 4 === 0))('%s is the same in a compiled step', (_, c) => {
  run(c, (measure) => {
    const read = (): Tensor => measure.result();
    const weighted = jit((y: Tensor, p: Tensor, w: Tensor) => (measure.update(y, p, { sampleWeight: w }), read()));
    const plain = jit((y: Tensor, p: Tensor) => (measure.update(y, p), read()));
    return (y, p, w) => (w ? weighted(y, p, w) : plain(y, p));
  });
});

test('a mask counts as a weight of 0 or 1', () => {
  const [y, p] = [tensor([[1], [1], [0]]), tensor([[0.75], [0.25], [0.75]])];
  const mask = tensor([true, false, true], 'bool');
  const measured = [new Recall(), new Precision(), new AUC(), new R2Score(), new F1Score({ average: 'micro', threshold: 0.5 })].map((m) => {
    m.update(y, p, { mask });
    const masked = m.result().item();
    m.reset();
    m.update(y.slice('::2'), p.slice('::2'));
    return [masked, m.result().item()];
  });
  for (const [masked, left] of measured) expect(masked).toBeCloseTo(left ?? NaN, 6);
});

test('a string stands for a metric, under a key in snake case', () => {
  const keys: Readonly<Partial<Record<MetricName, string>>> = {
    rootMeanSquaredError: 'root_mean_squared_error',
    topKCategoricalAccuracy: 'top_k_categorical_accuracy',
    sparseTopKCategoricalAccuracy: 'sparse_top_k_categorical_accuracy',
    r2Score: 'r2_score',
    auc: 'auc',
    falseNegatives: 'false_negatives',
    mae: 'mae',
    squaredHinge: 'squared_hinge',
    cosineSimilarity: 'cosine_similarity',
  };
  for (const [like, key] of Object.entries(keys)) {
    // @ts-expect-error -- the keys of a record are strings to the compiler
    const made = metric(like, [4, 2], [4, 2]);
    expect([made.name, metricKey(made)]).toEqual([key, key]);
  }
  const cosine = metric('cosineSimilarity', [1, 2], [1, 2]);
  cosine.update(tensor([[3, 4]]), tensor([[6, 8]]));
  expect([cosine.direction, cosine.result().item()]).toEqual(['up', 1]);
  // @ts-expect-error -- no such metric
  expect(() => metric('recoll', [4], [4])).toThrow("unknown metric 'recoll'");
});

test('options and shapes that mean nothing are refused', () => {
  expect(() => new Recall({ thresholds: 1.5 })).toThrow('thresholds: must be from 0 to 1, found 1.5');
  expect(() => new Precision({ thresholds: [] })).toThrow('thresholds');
  expect(() => new AUC({ numThresholds: 1 })).toThrow('numThresholds: must be a whole number from 2, found 1');
  expect(() => new AUC({ thresholds: [0.5, NaN] })).toThrow('thresholds');
  expect(() => new FBetaScore({ beta: 0 })).toThrow('beta');
  expect(() => new F1Score({ threshold: 0 })).toThrow('threshold');
  expect(() => new TopKCategoricalAccuracy({ k: 0 })).toThrow('k: must be a whole number from 1, found 0');
  expect(() => new R2Score({ numRegressors: -1 })).toThrow('numRegressors');
  expect(() => new Recall({ topK: 0 })).toThrow('topK: must be a whole number from 1, found 0');
  expect(() => new Recall({ topK: 3 }).update(zeros([3, 2]), zeros([3, 2]))).toThrow('topK: must be at most 2 for [3, 2], found 3');
  expect(() => new Recall({ classId: -1 })).toThrow('classId: must be a whole number from 0, found -1');
  expect(() => new AUC({ labelWeights: [1] }).update(zeros([3, 2]), zeros([3, 2]))).toThrow('labelWeights do not fit');
  expect(() => new Recall().update(zeros([3]), zeros([3, 2]))).toThrow('recall: targets');
  expect(() => new Recall({ classId: 1 }).update(zeros([3]), zeros([3]))).toThrow('classId');
  expect(() => new AUC({ multiLabel: true }).update(zeros([3]), zeros([3]))).toThrow('multiLabel');
  expect(() => new F1Score().update(zeros([3]), zeros([3]))).toThrow('expected targets and predictions [n, outputs]');
  expect(() => new F1Score().result()).toThrow('before the first batch');
});
