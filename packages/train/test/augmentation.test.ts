import { expect, test } from 'vitest';
import { Dense, digits, Flatten, RandomRotation, RandomTranslation, RandomZoom, Rescaling, Sequential } from '@gradus/train';
import { BackupAndRestore, LambdaCallback, Trainer, trainTestSplit } from '@gradus/train';
import { modelToBytes } from '@gradus/nn';
import type { Callback, Store } from '@gradus/train';

const [some, others] = trainTestSplit(digits(), { testSize: 0.9, seed: 1 });

function trainerOf(): Trainer<Sequential> {
  const layers = [
    new RandomTranslation(0.1, 0.1, { inputShape: [8, 8, 1] }), // bytes go in
    new RandomRotation(0.02),
    new RandomZoom(0.1, { fillMode: 'constant' }),
    new Rescaling(1 / 16),
    new Flatten(),
    new Dense(10, { activation: 'softmax' }),
  ];
  return new Trainer(new Sequential(layers, { seed: 1 }), { optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', seed: 1 });
}

test('images are augmented in the compiled step of training, and in nothing else', async () => {
  const trainer = trainerOf();
  await trainer.fit(some, { epochs: 1, verbose: 0 });
  expect(trainer.explain()).toContain(' 0 on reference kernels');
  const [first, second] = [await trainer.evaluate(others, { verbose: 0 }), await trainer.evaluate(others, { verbose: 0 })];
  expect(first).toEqual(second);
  const [, , , ...plain] = trainer.model.layers;
  const alone = new Trainer(new Sequential(plain, { inputShape: [8, 8, 1] }), { loss: 'sparseCategoricalCrossentropy' });
  expect((await alone.evaluate(others, { verbose: 0 })).loss).toBeCloseTo(first['loss'] ?? NaN, 5);
  expect((await trainer.predict(others.x, { verbose: 0 })).toArray(2)).toEqual(trainer.model.predict(others.x).toArray(2));
});

test('a run that was killed sees the same images as one that was not', async () => {
  const whole = trainerOf();
  await whole.fit(some, { epochs: 3, verbose: 0 });
  let kept: Uint8Array | undefined;
  const store: Store = {
    read: () => Promise.resolve(kept),
    write: (bytes) => Promise.resolve(void (kept = bytes)),
    remove: () => Promise.resolve(),
  };
  const killed: Callback = new LambdaCallback({
    onTrainBatchEnd: ({ epoch, batch }) => {
      if (epoch === 1 && batch === 3) throw new Error('killed');
    },
  });
  const callbacks = (): Callback[] => [new BackupAndRestore(store, { saveFreq: 2 })];
  await expect(trainerOf().fit(some, { epochs: 3, verbose: 0, callbacks: [...callbacks(), killed] })).rejects.toThrow('killed');
  const again = trainerOf();
  await again.fit(some, { epochs: 3, verbose: 0, callbacks: [...callbacks(), new LambdaCallback({})] });
  expect(modelToBytes(again.model)).toEqual(modelToBytes(whole.model));
});
