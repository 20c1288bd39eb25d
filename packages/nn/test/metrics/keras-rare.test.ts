import { expect, test } from 'vitest';
import { jit, tensor, zeros } from '@gradus/tensor';
import * as nn from '@gradus/nn';
import { expectClose, named, rare } from '../rare.js';
import type { Tensor } from '@gradus/tensor';
import type { Metric } from '@gradus/nn';
import type { Options } from '../rare.js';

const classes: Readonly<Record<string, new (options: never) => Metric>> = {
  AUC: nn.AUC,
  BinaryIoU: nn.BinaryIoU,
  ConcordanceCorrelation: nn.ConcordanceCorrelation,
  IoU: nn.IoU,
  MeanIoU: nn.MeanIoU,
  OneHotIoU: nn.OneHotIoU,
  OneHotMeanIoU: nn.OneHotMeanIoU,
  PearsonCorrelation: nn.PearsonCorrelation,
  SparseTopKCategoricalAccuracy: nn.SparseTopKCategoricalAccuracy,
};

const best: Readonly<Record<string, new (least: number, options: object) => Metric>> = {
  PrecisionAtRecall: nn.PrecisionAtRecall,
  RecallAtPrecision: nn.RecallAtPrecision,
  SensitivityAtSpecificity: nn.SensitivityAtSpecificity,
  SpecificityAtSensitivity: nn.SpecificityAtSensitivity,
};

/** Options of a fixture are what its class takes. */
function as<T>(options: Options): T;
function as(options: Options): unknown {
  return options;
}

function make(name: string, { least, ...config }: Options): Metric {
  const [Class, Best] = [classes[name], best[name]];
  if (Best) return new Best(Number(least), config);
  if (!Class) throw new Error(`no metric ${name}`);
  return new Class(as<never>(config));
}

test.each(named(rare.metrics, (c) => c.metric))('%s is that of Keras, compiled too', (_, c) => {
  for (const compiled of [false, true]) {
    const metric = make(c.metric, c.config);
    const plain = (y: Tensor, p: Tensor): Tensor => (metric.update(y, p), metric.result());
    const weighted = (y: Tensor, p: Tensor, w: Tensor): Tensor => (metric.update(y, p, { sampleWeight: w }), metric.result());
    const [one, other] = compiled ? [jit(plain), jit(weighted)] : [plain, weighted];
    for (const [i, { yTrue, yPred, sampleWeight, result }] of c.updates.entries()) {
      const [y, p] = [tensor(yTrue, 'float32'), tensor(yPred, 'float32')];
      expectClose(sampleWeight === undefined ? one(y, p) : other(y, p, tensor(sampleWeight, 'float32')), result, `update ${i}`);
    }
  }
});

test('options and shapes that mean nothing are refused', () => {
  expect(() => new nn.MeanIoU({ numClasses: 0 })).toThrow('numClasses: must be a whole number from 1, found 0');
  expect(() => new nn.IoU({ numClasses: 2, targetClassIds: [2] })).toThrow('targetClassIds: must be from 0 to 1, found 2');
  expect(() => new nn.BinaryIoU().update(zeros([2]), zeros([3]))).toThrow('binary_io_u: targets [2] do not fit predictions [3]');
  expect(() => new nn.PrecisionAtRecall(1.5)).toThrow('recall: must be from 0 to 1, found 1.5');
  expect(() => new nn.RecallAtPrecision(0.5, { numThresholds: 0 })).toThrow('numThresholds');
  expect(() => new nn.SensitivityAtSpecificity(0.5, { classId: 1 }).update(zeros([3]), zeros([3]))).toThrow('classId');
});
