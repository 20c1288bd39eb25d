/** What must not compile: each line marked so is an error at that place. */
import { expect, test } from 'vitest';
import { Dense, input, Model, Sequential } from '@gradus/nn';
import { zeros } from '@gradus/tensor';
import { Trainer } from '@gradus/train';
import type { Batch } from '@gradus/train';

function twoOutputs() {
  const image = input([4]);
  const caption = input([3]);
  const outputs = { match: new Dense(1).apply(image), kind: new Dense(2).apply(caption) };
  return new Model({ inputs: { image, caption }, outputs });
}

/** Never run: only compiled. */
export async function planted(): Promise<void> {
  const model = twoOutputs();
  // @ts-expect-error a misspelt output
  new Trainer(model, { loss: { macth: 'mse' } });
  // @ts-expect-error a misspelt optimizer
  new Trainer(model, { optimizer: 'adm', loss: 'mse' });
  // @ts-expect-error a misspelt loss
  new Trainer(model, { loss: { match: 'msee' } });
  // @ts-expect-error a misspelt metric
  new Trainer(model, { loss: 'mse', metrics: ['acuracy'] });
  // @ts-expect-error metrics of an output that is not there
  new Trainer(model, { loss: 'mse', metrics: { matches: ['accuracy'] } });
  const trainer = new Trainer(model, { loss: { match: 'mse' }, metrics: { kind: ['mse'] } });
  const x = { image: zeros([2, 4]), caption: zeros([2, 3]) };
  // @ts-expect-error a missing input
  await trainer.fit({ x: { image: x.image }, y: { match: zeros([2, 1]) } });
  // @ts-expect-error a target that is no output
  await trainer.fit({ x, y: { mtch: zeros([2, 1]) } });
  // @ts-expect-error one tensor for two outputs
  await trainer.evaluate({ x, y: zeros([2, 1]) });
  // @ts-expect-error validation data of another kind
  await trainer.fit({ x }, { validationData: { x: zeros([2, 4]) } });
  // @ts-expect-error an input that is not there
  await trainer.predict({ images: x.image, caption: x.caption });
  // @ts-expect-error an output that is not there
  (await trainer.predict(x)).mtch.print();
  const sequential = new Sequential([new Dense(1, { inputShape: [4] })]);
  // @ts-expect-error a record of losses for a single output
  new Trainer(sequential, { loss: { match: 'mse' } });
  // @ts-expect-error several models want a step
  new Trainer({ sequential, model }, { loss: 'mse' });
  new Trainer(
    { sequential, model },
    {
      optimizers: { first: 'adam' },
      trainStep({ x: inside }: Batch, { models, optimizers, random }) {
        models.sequential.apply(inside).print();
        // @ts-expect-error a model that is not there
        models.second.apply(inside);
        optimizers.first.apply([], []);
        // @ts-expect-error an optimizer that is not there
        optimizers.second.apply([], []);
        return { loss: random().sum() };
      },
    },
  );
}

test('what fits compiles, and is what it says', async () => {
  const trainer = new Trainer(twoOutputs(), { loss: { match: 'mse', kind: 'mse' }, lossWeights: { kind: 2 } });
  const x = { image: zeros([2, 4]), caption: new Float32Array(6) };
  expect((await trainer.predict({ ...x, caption: zeros([2, 3]) }, { verbose: 0 })).match.shape).toEqual([2, 1]);
  expect(await trainer.evaluate({ x: { ...x, caption: zeros([2, 3]) }, y: { match: new Float32Array(2), kind: zeros([2, 2]) } })).toEqual({
    kind_loss: 0,
    loss: 0,
    match_loss: 0,
  });
});
