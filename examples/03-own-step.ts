/**
 * A step of one's own: two networks play against each other. The generator turns noise into points; the critic tells them from the points of a ring.
 *
 * npm run example 03
 */
import { Adam, Callback, concat, Dense, key, normal, Sequential, softplus, Trainer, uniform, valueAndGrad } from '@gradus/train';
import type { Batch, EpochEnd, Tensor } from '@gradus/train';

const noise = 4;
const mlp = (inputs: number, outputs: number): Sequential =>
  new Sequential([
    new Dense(64, { activation: 'leakyRelu', inputShape: [inputs] }),
    new Dense(64, { activation: 'leakyRelu' }),
    new Dense(outputs),
  ]);
const models = { generator: mlp(noise, 2), critic: mlp(2, 1) };
const adam = (learningRate: number): Adam => new Adam({ learningRate, beta1: 0.5 });

const trainer = new Trainer(models, {
  optimizers: { generator: adam(0.001), critic: adam(0.002) },
  // One compiled program: both passes, both updates, and fresh noise in each step.
  trainStep({ x }: Batch, { models: { generator, critic }, optimizers, random }) {
    const made = (): Tensor => generator.apply(normal(random(), [x.shape[0] ?? 0, noise]));
    // The critic wants to be above 0 on the ring and below 0 off it ...
    const judge = (): Tensor => softplus(critic.apply(x).neg()).mean().add(softplus(critic.apply(made())).mean()); // prettier-ignore
    const [criticLoss, criticGradients] = valueAndGrad(judge, { wrt: critic.trainableVariables })();
    optimizers.critic.apply(criticGradients, critic.trainableVariables);
    // ... and the generator wants it above 0 on what it made.
    const deceive = (): Tensor => softplus(critic.apply(made()).neg()).mean();
    const [generatorLoss, generatorGradients] = valueAndGrad(deceive, { wrt: generator.trainableVariables })();
    optimizers.generator.apply(generatorGradients, generator.trainableVariables);
    return { criticLoss, generatorLoss };
  },
});

const size = 2048;
const angle = uniform(key(1), [size, 1], { max: 2 * Math.PI });
const ring = concat([angle.cos(), angle.sin()], 1).add(normal(key(2), [size, 2], { std: 0.05 }));
const sample = (): Tensor => models.generator.predict(normal(key(3), [1000, noise]));

/** Keeps a picture of what the generator makes, now and then. */
class Gallery extends Callback {
  readonly pictures: string[][] = [];

  override onEpochEnd({ epoch }: EpochEnd): void {
    if (epoch === 0 || epoch === 19) this.pictures.push(picture(`after epoch ${epoch + 1}`, sample()));
  }
}

const gallery = new Gallery();
const epochs = 200;
await trainer.fit({ x: ring }, { epochs, batchSize: 64, callbacks: [gallery], verbose: 0 });
const after = sample();
const pictures = [...gallery.pictures, picture(`after epoch ${epochs}`, after), picture('the ring', ring.slice(':1000'))];
for (let line = 0; line < 16; line++) console.log(pictures.map((lines) => lines[line]).join('  ').trimEnd()); // prettier-ignore

const radius = after.square().sum(-1).sqrt();
console.log(`radius of the made points: ${radius.mean().item().toFixed(2)} +- ${radius.std().item().toFixed(2)} (the ring: 1.00 +- 0.05)`);
console.log(trainer.explain().split('\n', 2).join('\n'));

/** Where points are: 15 lines of 30 columns from -1.5 to 1.5. */
function picture(title: string, points: Tensor): string[] {
  const cells = Array.from({ length: 15 }, () => new Array<number>(30).fill(0));
  for (const [px = 0, py = 0] of points.toArray(2)) {
    const row = cells[Math.floor((1.5 - py) * 5)];
    const column = Math.floor((px + 1.5) * 10);
    if (row?.[column] !== undefined) row[column]++;
  }
  return [title.padEnd(30), ...cells.map((row) => row.map((n) => ' .:*#'[Math.min(4, n)]).join(''))];
}
