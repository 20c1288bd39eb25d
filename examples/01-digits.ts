/**
 * Reads handwritten digits: 1797 images of 8 x 8 pixels, split 60 / 20 / 20 into training, validation and test.
 *
 * npm start [-- --seed N]
 */
import { Adam, Dense, digits, Dropout, EarlyStopping, Sequential, Trainer, trainTestSplit } from '@gradus/train';
import type { Tensor } from '@gradus/train';

const at = process.argv.indexOf('--seed');
const seed = at < 0 ? 0 : Number(process.argv[at + 1]);

const { x, y } = digits();
const data = { x: x.reshape([-1, 64]).div(16), y };
const [rest, test] = trainTestSplit(data, { testSize: 0.2, seed: 1, stratify: y });
const [train, validation] = trainTestSplit(rest, { testSize: 0.25, seed: 1, stratify: rest.y });

const model = new Sequential(
  [
    new Dense(128, { activation: 'relu', inputShape: [64] }),
    new Dropout(0.3),
    new Dense(64, { activation: 'relu' }),
    new Dense(10, { activation: 'softmax' }),
  ],
  { seed },
);
const trainer = new Trainer(model, {
  optimizer: new Adam({ learningRate: 0.002 }),
  loss: 'sparseCategoricalCrossentropy',
  metrics: ['accuracy'],
  seed,
});
const history = await trainer.fit(train, {
  epochs: 60,
  batchSize: 32,
  validationData: validation,
  callbacks: [new EarlyStopping({ patience: 10, restoreBestWeights: true })],
});

console.log('\nvalidation loss by epoch, on a logarithmic scale');
plot(history.logs['val_loss'] ?? []);

const { accuracy = NaN } = await trainer.evaluate(test);
const predicted = model.predict(test.x).argmax();
console.log('\nconfusion matrix (rows: true, columns: predicted)');
confusion(test.y, predicted);
console.log('\na few digits');
for (let i = 0; i < 3; i++) draw(test.x.slice(i).mul(16), test.y.at(i), predicted.at(i));
console.log(`test accuracy: ${(100 * accuracy).toFixed(1)} %`);

/** One column an epoch, ten rows from the largest to the smallest value, each a constant factor below the one above it. */
function plot(values: readonly number[]): void {
  const [top, bottom] = [Math.log(Math.max(...values)), Math.log(Math.min(...values))];
  const rowOf = (value: number): number => Math.round((9 * (Math.log(value) - bottom)) / (top - bottom || 1));
  for (let row = 9; row >= 0; row--) {
    const level = Math.exp(bottom + ((top - bottom) * row) / 9);
    console.log(`${level.toFixed(3).padStart(7)} |${values.map((value) => (rowOf(value) === row ? '*' : ' ')).join('')}`);
  }
}

function confusion(truth: Tensor, guesses: Tensor): void {
  const counts = Array.from({ length: 10 }, () => new Array<number>(10).fill(0));
  for (const [i, label] of truth.data().entries()) {
    const row = counts[label];
    const guess = guesses.at(i);
    if (row) row[guess] = (row[guess] ?? 0) + 1;
  }
  for (const [label, row] of counts.entries()) console.log(`${label} |${row.map((n) => String(n || '.').padStart(3)).join('')}`);
}

function draw(pixels: Tensor, label: number, guess: number): void {
  console.log(`a ${label}, read as ${guess}`);
  for (const row of pixels.reshape([8, 8]).toArray(2))
    console.log(row.map((value) => ' .:*#'[Math.min(4, Math.floor(value / 3.5))]).join(''));
}
