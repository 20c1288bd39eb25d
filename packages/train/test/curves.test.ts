import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Adam, Dense, L1L2, RMSprop, Sequential, SGD } from '@gradus/nn';
import { tensor } from '@gradus/tensor';
import { LambdaCallback, Trainer } from '@gradus/train';
import type { Optimizer } from '@gradus/nn';

interface Fit {
  readonly name: string;
  readonly optimizer: 'Adam' | 'SGD' | 'RMSprop';
  readonly config: { readonly learningRate: number; readonly momentum?: number; readonly nesterov?: boolean };
  readonly penalty: { readonly l1?: number; readonly l2?: number };
  readonly weighted: 'class_weight' | 'sample_weight' | null;
  readonly losses: readonly number[];
  readonly weights: Readonly<Record<string, number[]>>;
}
interface Fixture {
  readonly data: {
    readonly x: number[][];
    readonly y: number[];
    readonly sampleWeight: number[];
    readonly classWeight: Readonly<Record<number, number>>;
    readonly batchSize: number;
    readonly epochs: number;
  };
  readonly initial: Readonly<Record<string, number[]>>;
  readonly fits: readonly Fit[];
}

const { data, initial, fits }: Fixture = JSON.parse(readFileSync(new URL('fixtures/keras-curves.json', import.meta.url), 'utf8'));

function optimizerOf({ optimizer, config }: Fit): Optimizer {
  if (optimizer === 'Adam') return new Adam(config);
  return optimizer === 'SGD' ? new SGD(config) : new RMSprop(config);
}

test.each(fits.map((fit) => [`${fit.optimizer} ${JSON.stringify(fit.config).replaceAll('"', '')}, ${fit.name}`, fit] as const))(
  'the loss goes the way that it goes in Keras, batch by batch: %s',
  async (_, fit) => {
    const penalty = { kernelRegularizer: new L1L2(fit.penalty) };
    const layers = [new Dense(8, { ...penalty, activation: 'tanh' }), new Dense(3, { ...penalty, activation: 'softmax' })];
    const model = new Sequential(layers, { inputShape: [6] });
    for (const [i, value] of Object.values(initial).entries()) model.weights[i]?.assign(tensor(value));
    const trainer = new Trainer(model, { optimizer: optimizerOf(fit), loss: 'sparseCategoricalCrossentropy' });
    const losses: number[] = [];
    const noted = new LambdaCallback({ onTrainBatchEnd: ({ logs }) => void losses.push(logs.loss ?? NaN) });
    const { batchSize, epochs, classWeight } = data;
    await trainer.fit(
      {
        x: tensor(data.x),
        y: tensor(data.y, 'int32'),
        sampleWeight: fit.weighted === 'sample_weight' ? tensor(data.sampleWeight) : undefined,
      },
      { batchSize, epochs, shuffle: false, verbose: 0, callbacks: [noted], ...(fit.weighted === 'class_weight' && { classWeight }) },
    );
    expect(losses.length).toBe(50);
    for (const [i, loss] of losses.entries()) {
      expect(Math.abs(loss - (fit.losses[i] ?? NaN)), `batch ${i + 1}: ${loss}, Keras ${fit.losses[i]}`).toBeLessThan(1e-4);
    }
    for (const [i, value] of Object.values(fit.weights).entries()) {
      const expected = tensor(value).data('float32');
      for (const [k, w] of (model.weights[i]?.value.data('float32') ?? []).entries()) {
        expect(Math.abs(w - (expected[k] ?? NaN))).toBeLessThan(1e-4 * Math.max(1, Math.hypot(...expected)));
      }
    }
  },
);
