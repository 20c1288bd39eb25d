/** The order of events, and what each pass sees: Keras 3's, but where docs/keras.md says otherwise. */
import { expect, test } from 'vitest';
import { Dense, input, Mean, Model, Precision, Sequential, SGD } from '@gradus/nn';
import { arange, tensor, Tensor, zeros } from '@gradus/tensor';
import { Callback, History, Trainer } from '@gradus/train';
import type { AnyLayer } from '@gradus/nn';
import type { Batch, BatchEvent, Data, EndEvent, EpochEnd, FitOptions, Logs, TrainBatchEnd, TrainBatchEvent } from '@gradus/train';

const x = arange(0, 8).reshape([8, 1]).cast('float32').div(8);
const rows = { x, y: x.mul(2) };

function linear(): Trainer<Sequential> {
  return new Trainer(new Sequential([new Dense(1)], { inputShape: [1] }), {
    loss: 'mse',
    metrics: ['mae'],
    optimizer: new SGD({ learningRate: 0.1 }),
  });
}

/** Writes down every event. */
class Diary extends Callback {
  readonly lines: string[] = [];
  private note(text: string, logs?: Logs): void {
    this.lines.push(logs ? `${text} (${Object.keys(logs).join(', ')})` : text);
  }
  override onTrainBegin(): void {
    this.note('train begins');
  }
  override onTrainEnd({ logs }: EndEvent): void {
    this.note('train ends', logs);
  }
  override onEpochBegin({ epoch }: { epoch: number }): void {
    this.note(`epoch ${epoch} begins`);
  }
  override onEpochEnd({ epoch, logs }: EpochEnd): void {
    this.note(`epoch ${epoch} ends`, logs);
  }
  override onTrainBatchBegin({ batch }: TrainBatchEvent): void {
    this.note(`batch ${batch} begins`);
  }
  override onTrainBatchEnd({ batch, logs }: TrainBatchEnd): void {
    this.note(`batch ${batch} ends`, logs);
  }
  override onTestBegin(): void {
    this.note('test begins');
  }
  override onTestEnd({ logs }: EndEvent): void {
    this.note('test ends', logs);
  }
  override onTestBatchBegin({ batch }: BatchEvent): void {
    this.note(`test batch ${batch} begins`);
  }
  override onTestBatchEnd({ batch }: BatchEvent): void {
    this.note(`test batch ${batch} ends`);
  }
  override onPredictBegin(): void {
    this.note('predict begins');
  }
  override onPredictEnd(): void {
    this.note('predict ends');
  }
  override onPredictBatchBegin({ batch }: BatchEvent): void {
    this.note(`predict batch ${batch} begins`);
  }
  override onPredictBatchEnd({ batch, outputs }: BatchEvent & { outputs: unknown }): void {
    this.note(`predict batch ${batch} ends ${outputs instanceof Tensor ? outputs.shape.join() : '?'}`);
  }
}

test('fit: batches, validation every second epoch, the ends', async () => {
  const diary = new Diary();
  await linear().fit(rows, {
    epochs: 2,
    batchSize: 4,
    validationData: rows,
    validationFreq: 2,
    validationBatchSize: 8,
    verbose: 0,
    callbacks: [diary],
  });
  const batches = ['batch 0 begins', 'batch 0 ends (loss, mae)', 'batch 1 begins', 'batch 1 ends (loss, mae)'];
  expect(diary.lines).toEqual([
    'train begins',
    'epoch 0 begins',
    ...batches,
    'epoch 0 ends (loss, mae)',
    'epoch 1 begins',
    ...batches,
    'test begins',
    'test batch 0 begins',
    'test batch 0 ends',
    'test ends (loss, mae)',
    'epoch 1 ends (loss, mae, val_loss, val_mae)',
    'train ends (loss, mae, val_loss, val_mae)',
  ]);
});

test('evaluate and predict have events of their own', async () => {
  const diary = new Diary();
  const trainer = linear();
  await trainer.evaluate(rows, { batchSize: 4, steps: 1, callbacks: [diary] });
  await trainer.predict(x, { batchSize: 5, callbacks: [diary] });
  expect(diary.lines).toEqual([
    'test begins',
    'test batch 0 begins',
    'test batch 0 ends',
    'test ends (loss, mae)',
    'predict begins',
    'predict batch 0 begins',
    'predict batch 0 ends 5,1',
    'predict batch 1 begins',
    'predict batch 1 ends 3,1',
    'predict ends',
  ]);
});

test('what one callback adds to the logs of an epoch, later ones see', async () => {
  class Adds extends Callback {
    override onEpochEnd({ logs }: EpochEnd): void {
      logs['extra'] = 7;
    }
  }
  const diary = new Diary();
  const history = await linear().fit(rows, { verbose: 0, callbacks: [new Adds(), diary] });
  expect(diary.lines).toContain('epoch 0 ends (loss, mae, extra)');
  expect(history.logs['extra']).toEqual([7]);
});

test('callbacks see the model, where there is just one', async () => {
  const seen: unknown[] = [];
  class Looks extends Callback {
    override onTrainEnd({ training }: EndEvent): void {
      seen.push(training.model);
    }
  }
  const trainer = linear();
  await trainer.fit(rows, { verbose: 0, callbacks: [new Looks()] });
  expect(seen).toHaveLength(1);
  expect(seen[0]).toBe(trainer.model);
  const models = { a: new Sequential([new Dense(1, { inputShape: [1] })]), b: new Sequential([new Dense(1, { inputShape: [1] })]) };
  const both = new Trainer(models, { optimizers: {}, trainStep: (batch: Batch) => ({ mean: batch.x.mean() }) });
  await expect(both.fit({ x: rows.x }, { verbose: 0, callbacks: [new Looks()] })).rejects.toThrow('model: there are 2 models');
});

test('a stop in the middle of an epoch ends it at once, but for its validation', async () => {
  class Stops extends Callback {
    override onTrainBatchEnd({ batch, training }: TrainBatchEnd): void {
      if (batch === 1) training.stop('enough');
    }
  }
  const diary = new Diary();
  await linear().fit(rows, { epochs: 3, batchSize: 2, validationData: rows, verbose: 0, callbacks: [new Stops(), diary] });
  expect(diary.lines.filter((line) => line.startsWith('batch') || line.startsWith('epoch'))).toEqual([
    'epoch 0 begins',
    'batch 0 begins',
    'batch 0 ends (loss, mae)',
    'batch 1 begins',
    'batch 1 ends (loss, mae)',
    'epoch 0 ends (loss, mae, val_loss, val_mae)',
  ]);
});

test('validation runs after the epochs that are listed, counted from 1', async () => {
  const history = await linear().fit(rows, { epochs: 4, validationSplit: 0.25, validationFreq: [1, 4], verbose: 0 });
  expect(history.epochs).toEqual([0, 1, 2, 3]);
  expect(history.logs['loss']).toHaveLength(4);
  expect(history.logs['val_loss']).toHaveLength(2);
});

test('epochs are counted from initialEpoch to epochs; none leave nothing', async () => {
  const history = await linear().fit(rows, { initialEpoch: 2, epochs: 4, verbose: 0 });
  expect(history.epochs).toEqual([2, 3]);
  expect((await linear().fit(rows, { initialEpoch: 2, epochs: 2, verbose: 0 })).logs).toEqual({});
});

test('a History that is given is the one that comes back', async () => {
  const history = new History();
  expect(await linear().fit(rows, { verbose: 0, callbacks: [history] })).toBe(history);
  expect(history.logs['loss']).toHaveLength(1);
});

test('batches one by one: measured alone, before the update', async () => {
  const trainer = linear();
  const [w, b] = trainer.model.weights;
  w?.assign(tensor([[1]]));
  b?.assign(tensor([0]));
  const one = { x: tensor([[1], [3]]), y: tensor([[2], [5]]) };
  // Errors -1 and -2: mse 5 / 2, mae 3 / 2; dw = 2 mean(e x) = -7, db = 2 mean(e) = -3, rate 0.1.
  expect(trainer.testOnBatch(one)).toEqual({ loss: 2.5, mae: 1.5 });
  expect(trainer.trainOnBatch(one)).toEqual({ loss: 2.5, mae: 1.5 });
  expect(w?.value.item()).toBeCloseTo(1.7, 6);
  expect(b?.value.item()).toBeCloseTo(0.3, 6);
  expect(trainer.predictOnBatch(tensor([[2]])).item()).toBeCloseTo(3.7, 6);
  // Weighted by class: only the second sample (class 1 of its one-number target) counts twice.
  expect(linear().trainOnBatch({ x: zeros([2, 1]), y: tensor([[0], [1]]) }, { classWeight: { 1: 2 } })['loss']).toBe(1);
});

test('two runs at once are refused', async () => {
  const trainer = linear();
  const running = trainer.fit(rows, { epochs: 3, verbose: 0 });
  await expect(trainer.evaluate(rows)).rejects.toThrow('evaluate: fit is still running on this trainer');
  await running;
  await trainer.evaluate(rows);
});

test('an output without a loss is measured only; one metric object serves one output', async () => {
  const a = input([1]);
  const model = (): Model<typeof a, { first: typeof a; second: typeof a }> =>
    new Model({ inputs: a, outputs: { first: new Dense(1).apply(a), second: new Dense(1).apply(a) } });
  const trainer = new Trainer(model(), { loss: { first: 'mse' }, metrics: { second: 'mae' } });
  const history = await trainer.fit({ x, y: { first: x, second: x } }, { verbose: 0 });
  expect(Object.keys(history.logs)).toEqual(['loss', 'second_mae']);
  await expect(new Trainer(model(), { loss: 'mse' }).fit({ x, y: { first: x } }, { verbose: 0 })).rejects.toThrow(
    'y: there is no target for the output second',
  );
  const shared = new Trainer(model(), { loss: 'mse', metrics: [new Mean({ name: 'mine' })] });
  await expect(shared.fit({ x, y: { first: x, second: x } }, { verbose: 0 })).rejects.toThrow(
    'metrics: one second_mine serves two outputs',
  );
});

test('what was misspelt where no compiler looks is found before the first batch', async () => {
  const options: Record<string, unknown> = { macth: 'mse' };
  const a = input([1]);
  const model = new Model({ inputs: a, outputs: { match: new Dense(1).apply(a) } });
  await expect(new Trainer(model, { loss: options }).fit({ x, y: { match: x } }, { verbose: 0 })).rejects.toThrow(
    "loss: 'macth' is no output of the model; there are: match",
  );
});

test('options that make no sense are errors that say what was given', async () => {
  const fit = (options: FitOptions<Data>, data: Data = rows): Promise<unknown> =>
    new Trainer<AnyLayer>(linear().model, { loss: 'mse' }).fit(data, { verbose: 0, ...options });
  await expect(fit({ batchSize: 0 })).rejects.toThrow('batchSize: expected a whole number of at least 1, found 0');
  await expect(fit({ epochs: 1.5 })).rejects.toThrow('epochs: expected a whole number of at least 1, found 1.5');
  await expect(fit({ stepsPerEpoch: -1 })).rejects.toThrow('stepsPerEpoch');
  await expect(fit({}, { x, y: x.slice('0:7') })).rejects.toThrow('numbers of rows differ: x has 8, y has 7');
  await expect(fit({}, { x: [[1, 2]], y: [0] })).rejects.toThrow('x: expected tensors or typed arrays, found a list of values');
  await expect(fit({}, { x, y: 'a' })).rejects.toThrow('y: expected tensors or typed arrays, found string');
  await expect(fit({}, { x: zeros([0, 1]), y: zeros([0, 1]) })).rejects.toThrow('x: there are no rows');
});

test('NaN in the data is named when the loss is lost', async () => {
  const warnings: string[] = [];
  const { warn } = console;
  console.warn = (text: string) => warnings.push(text);
  try {
    const bad = x.data('float32').slice();
    bad[5] = NaN;
    await linear().fit({ x: tensor(bad).reshape([8, 1]), y: x }, { epochs: 3, verbose: 0 });
  } finally {
    console.warn = warn;
  }
  expect(warnings).toEqual(['loss is NaN in epoch 1: x holds NaN in row 5']);
});

test('a metric of several numbers says that logs hold one', async () => {
  const trainer = new Trainer(linear().model, { loss: 'mse', metrics: [new Precision({ thresholds: [0.2, 0.5] })] });
  await expect(trainer.fit({ x, y: x.greater(0.5).cast('float32') }, { verbose: 0 })).rejects.toThrow(
    'metrics: precision gives 2 numbers, logs hold one',
  );
  const single = new Trainer(linear().model, { loss: 'mse', metrics: [new Precision(), 'auc'] });
  const history = await single.fit({ x, y: x.greater(0.5).cast('float32') }, { verbose: 0 });
  expect(Object.keys(history.logs)).toEqual(['auc', 'loss', 'precision']);
});

test('what a step of one’s own measures counts once a sample, in a smaller last batch too', async () => {
  const own = new Sequential([new Dense(1)], { inputShape: [1] });
  const trainer = new Trainer({ own }, { optimizers: { own: 'sgd' }, trainStep: ({ x: part }: Batch) => ({ mean: part.mean() }) });
  const history = await trainer.fit({ x }, { batchSize: 3, shuffle: false, verbose: 0 });
  expect(history.logs['mean']?.[0]).toBeCloseTo(x.mean().item(), 6);
});

test('weights stay what they are where averages are kept and training never began', async () => {
  const model = new Sequential([new Dense(1)], { inputShape: [1] });
  const before = model.weights.map(({ value }) => value.toString());
  const trainer = new Trainer(model, { loss: 'mse', optimizer: new SGD({ useEma: true }) });
  await expect(trainer.fit(rows, { verbose: 0, signal: AbortSignal.abort(new Error('never mind')) })).rejects.toThrow('never mind');
  expect(model.weights.map(({ value }) => value.toString())).toEqual(before);
});

test('a layer that a callback freezes stands still from the next epoch on', async () => {
  const hidden = new Dense(2, { inputShape: [1] });
  const seen: string[] = [];
  class Freezes extends Callback {
    override onEpochEnd(): void {
      hidden.trainable = false;
      seen.push(hidden.kernel.value.toString());
    }
  }
  const trainer = new Trainer(new Sequential([hidden, new Dense(1)]), { loss: 'mse', optimizer: new SGD({ learningRate: 0.1 }) });
  await trainer.fit(rows, { epochs: 2, verbose: 0, callbacks: [new Freezes()] });
  expect(seen[1]).toBe(seen[0]);
});
