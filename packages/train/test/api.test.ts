/** The public face, as its users type it: every block compiles, and does what it says. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  Adam,
  Concatenate,
  Conv2D,
  Dense,
  digits,
  Dropout,
  EarlyStopping,
  Embedding,
  Flatten,
  grad,
  hessian,
  input,
  jit,
  l2,
  lastOf,
  Layer,
  loadModel,
  LSTM,
  MaxPooling2D,
  Model,
  ModelCheckpoint,
  normal,
  ReduceLROnPlateau,
  Rescaling,
  saveModel,
  Sequential,
  SparseCategoricalCrossentropy,
  tensor,
  Trainer,
  trainTestSplit,
  unbuilt,
  valueAndGrad,
  vmap,
} from '@gradus/train';
import type { Batch, LayerOptions, PartialShape, Tensor, Variable } from '@gradus/train';

test('the importer: images in, a trained model and its files out', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'gradus-api-'));
  const path = join(folder, 'best_model.safetensors');
  const { x, y } = digits();
  const [train, held] = trainTestSplit({ x: x.reshape([-1, 8, 8, 1]), y }, { testSize: 0.9, seed: 1, stratify: y });
  const [fitting, validation] = trainTestSplit(train, { testSize: 0.2, seed: 1 });
  const model = new Sequential(
    [
      new Rescaling(1 / 16, { inputShape: [8, 8, 1] }),
      new Conv2D(8, 3, { activation: 'relu', kernelRegularizer: l2(1e-4) }),
      new MaxPooling2D(2),
      new Flatten(),
      new Dropout(0.2),
      new Dense(10, { activation: 'softmax' }),
    ],
    { seed: 1 },
  );
  const trainer = new Trainer(model, {
    optimizer: new Adam({ learningRate: 1e-2 }),
    loss: 'sparseCategoricalCrossentropy',
    metrics: ['accuracy'],
    seed: 1,
  });
  const history = await trainer.fit(fitting, {
    epochs: 6,
    batchSize: 16,
    validationData: validation,
    callbacks: [
      new EarlyStopping({ patience: 5 }),
      new ModelCheckpoint(path, { saveBestOnly: true }),
      new ReduceLROnPlateau({ patience: 3 }),
    ],
    verbose: 0,
  });
  expect(history.logs.val_loss).toHaveLength(6);
  const { accuracy = 0 } = await trainer.evaluate({ x: held.x.slice(':300'), y: held.y.slice(':300') });
  expect(accuracy).toBeGreaterThan(0.7);
  const best = await loadModel(path);
  const probabilities = best.predict(held.x.slice('0:10'));
  expect(probabilities.shape).toEqual([10, 10]);
  await saveModel(model, join(folder, 'digits.safetensors'));
  await trainer.report(join(folder, 'report.html'), { history, data: validation });
  rmSync(folder, { recursive: true });
});

class Gated extends Layer {
  static override readonly className: string = 'Gated';
  readonly units: number;
  w: Variable = unbuilt;
  constructor(units: number, options?: LayerOptions) {
    super(options);
    this.units = units;
  }
  override build(inputShape: PartialShape): void {
    this.w = this.weight('w', [lastOf(inputShape), 2 * this.units]);
  }
  override call(x: Tensor): Tensor {
    const [a, g] = x.matmul(this.w.value).split(2, -1);
    return a.mul(g.sigmoid());
  }
}

test('several inputs, shared layers, a layer of one’s own', () => {
  const encoder = new Sequential([new Flatten({ inputShape: [4, 4, 1] }), new Gated(6)]);
  const image = input([4, 4, 1]);
  const caption = input([5], { dtype: 'int32' });
  const seen = encoder.apply(image);
  const read = new LSTM(6).apply(new Embedding(50, 4).apply(caption));
  const match = new Dense(1, { activation: 'sigmoid', name: 'match' }).apply(new Concatenate().apply([seen, read]));
  const model = new Model({ inputs: { image, caption }, outputs: { match } });
  const found = model.predict({
    image: tensor(new Float32Array(32)).reshape([2, 4, 4, 1]),
    caption: tensor(new Int32Array(10)).reshape([2, 5]),
  });
  expect(found.match.shape).toEqual([2, 1]);
});

test('a loop of one’s own, compiled', () => {
  const { x, y } = digits();
  const model = new Sequential([new Dense(16, { activation: 'relu', inputShape: [64] }), new Dense(10, { activation: 'softmax' })]);
  const optimizer = new Adam({ learningRate: 0.01 });
  const crossEntropy = new SparseCategoricalCrossentropy();
  const lossAndGradients = valueAndGrad((a: Tensor, b: Tensor) => crossEntropy.apply(b, model.apply(a, { training: true })), {
    wrt: model.trainableVariables,
  });
  const step = jit((a: Tensor, b: Tensor) => {
    const [loss, gradients] = lossAndGradients(a, b);
    optimizer.apply(gradients, model.trainableVariables);
    return loss;
  });
  const inputs = x.slice(':64').reshape([64, 64]).div(16);
  const losses = Array.from({ length: 40 }, () => step(inputs, y.slice(':64')).item());
  expect(losses[39]).toBeLessThan((losses[0] ?? 0) / 2);
  expect(step.programs).toHaveLength(1);
});

test('a step of one’s own in fit: two models, two optimizers', async () => {
  const generator = new Sequential([new Dense(8, { activation: 'relu', inputShape: [2] }), new Dense(1)]);
  const critic = new Sequential([new Dense(8, { activation: 'relu', inputShape: [1] }), new Dense(1)]);
  const gan = new Trainer(
    { generator, critic },
    {
      optimizers: { generator: new Adam(), critic: new Adam() },
      trainStep({ x }: Batch, { models, optimizers, random }) {
        const noise = (): Tensor => normal(random(), [x.shape[0] ?? 0, 2]);
        const pull = (): Tensor => models.critic.apply(models.generator.apply(noise())).mean();
        const [criticLoss, down] = valueAndGrad(() => pull().sub(models.critic.apply(x).mean()), {
          wrt: models.critic.trainableVariables,
        })();
        optimizers.critic.apply(down, models.critic.trainableVariables);
        const [generatorLoss, up] = valueAndGrad(() => pull().neg(), { wrt: models.generator.trainableVariables })();
        optimizers.generator.apply(up, models.generator.trainableVariables);
        return { criticLoss, generatorLoss };
      },
    },
  );
  const history = await gan.fit({ x: tensor([[1], [2], [3], [4], [5]]) }, { epochs: 2, batchSize: 2, verbose: 0 });
  expect(Object.keys(history.logs)).toEqual(['criticLoss', 'generatorLoss']);
  await expect(gan.evaluate({ x: tensor([[1]]) })).rejects.toThrow('evaluate: the trainer was given no testStep');
});

test('the reader: derivatives of derivatives', () => {
  const x = tensor([
    [1, 2],
    [3, 4],
  ]);
  const f = (a: Tensor): Tensor => a.square().sum();
  expect(grad(f)(x).toArray(2)).toEqual([[2, 4], [6, 8]]); // prettier-ignore
  expect(grad((a: Tensor) => grad(f)(a).sum())(x).toArray(2)).toEqual([[2, 2], [2, 2]]); // prettier-ignore
  expect(hessian(f)(tensor([1, 2])).toArray(2)).toEqual([[2, 0], [0, 2]]); // prettier-ignore
  expect(vmap((row: Tensor) => row.softmax())(x).shape).toEqual([2, 2]);
  expect(x.slice(':', '1:2').toArray(2)).toEqual([[2], [4]]);
  expect(x.slice('::2', -1).toArray(1)).toEqual([2]);
  expect(x.at(1, 0)).toBe(3);
});
