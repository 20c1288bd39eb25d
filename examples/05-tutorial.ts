/**
 * Compile and fit, step by step, with the Python of Keras beside each line.
 *
 * npm run example 05 [-- FOLDER]     FOLDER (or GRADUS_DATA) holds the four files of MNIST; without it, the small digits that come along
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Adam, Dense, digits, EarlyStopping, Flatten, mnist, ModelCheckpoint, Normalization, normalize, oneHot } from '@gradus/train';
import { ReduceLROnPlateau, RMSprop, Sequential, SGD, TensorBoard, Trainer, trainTestSplit } from '@gradus/train';
import { chartToSvg, chartToText, curvesOf } from '@gradus/train/charts';
import type { Tensor } from '@gradus/train';

const folder = process.argv[2] ?? process.env['GRADUS_DATA'];
const [quick, out] = [process.env['GRADUS_QUICK'] !== undefined, mkdtempSync(join(tmpdir(), 'gradus-tutorial-'))];

// 1. Data. Four fifths are learned from; the last fifth says whether what was learned holds for digits that were never seen.
const all = folder === undefined ? digits() : (await mnist({ dataDir: folder })).train; //      (x, y), _ = keras.datasets.mnist.load_data()
const largest = folder === undefined ? 16 : 255;
const [train, held] = trainTestSplit(all, { testSize: 0.2, seed: 1, stratify: all.y }); //      train_test_split(x, y, test_size=0.2, stratify=y)
const part = { x: train.x.slice('0:6000'), y: train.y.slice('0:6000') }; // enough to compare
const shape = train.x.shape.slice(1);
console.log(`${train.y.size} images to learn from, ${held.y.size} held back, each [${shape.join(', ')}]`);

// 2. Scaling. A network learns best from numbers around 0 and 1. What is fitted, is fitted to the training part alone.
const standard = new Normalization({ axis: null }); //                                          keras.layers.Normalization(axis=None)
standard.adapt(train.x); //                                                                     layer.adapt(x_train)
const scalings: Readonly<Record<string, (x: Tensor) => Tensor>> = {
  'divided by the largest grey': (x) => x.div(largest), //                                      x / 255
  'each image of length 1': (x) => normalize(x, { axis: [1, 2] }), //                           keras.utils.normalize(x)
  'mean 0, deviation 1': (x) => standard.apply(x), //                                           layer(x)
};

/** A new model: the same first weights for each. */
function model(): Sequential {
  const layers = [
    new Flatten({ inputShape: shape }), //                                                      keras.layers.Flatten()
    new Dense(64, { activation: 'relu' }), //                                                   keras.layers.Dense(64, activation='relu')
    new Dense(10, { activation: 'softmax' }), //                                                keras.layers.Dense(10, activation='softmax')
  ];
  return new Sequential(layers, { seed: 1 }); //                                                keras.Sequential(layers)
}
console.log('\nscaling                       accuracy after 5 epochs');
for (const [name, scale] of Object.entries(scalings)) {
  const trainer = new Trainer(model(), { optimizer: 'sgd', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
  await trainer.fit({ x: scale(part.x), y: part.y }, { epochs: 5, verbose: 0 });
  const { accuracy = NaN } = await trainer.evaluate({ x: scale(held.x), y: held.y }, { verbose: 0 });
  console.log(`${name.padEnd(30)}${(100 * accuracy).toFixed(1)} %`);
}
const scaled = (x: Tensor): Tensor => x.div(largest);

// 3. Compile: what is minimized, and how. Each loss with each optimizer. The two cross-entropies are one: their labels are written as
//    rows with a single 1 (0 0 0 1 0 ...) or as classes (3), and their curves are the same.
const losses = { meanSquaredError: true, categoricalCrossentropy: true, sparseCategoricalCrossentropy: false } as const;
const optimizers = {
  'gradient descent': () => new SGD({ learningRate: 0.1 }), //                                  keras.optimizers.SGD(0.1)
  momentum: () => new SGD({ learningRate: 0.1, momentum: 0.9 }), //                             SGD(0.1, momentum=0.9)
  Nesterov: () => new SGD({ learningRate: 0.1, momentum: 0.9, nesterov: true }), //             SGD(0.1, momentum=0.9, nesterov=True)
  RMSprop: () => new RMSprop(), //                                                              RMSprop()
  Adam: () => new Adam(), //                                                                    Adam()
};
const charts = [];
for (const loss of ['meanSquaredError', 'categoricalCrossentropy', 'sparseCategoricalCrossentropy'] as const) {
  const targets = (y: Tensor): Tensor => (losses[loss] ? oneHot(y, 10) : y); //                 keras.utils.to_categorical(y)
  const series = [];
  for (const [name, optimizer] of Object.entries(optimizers)) {
    const trainer = new Trainer(model(), { optimizer: optimizer(), loss, metrics: ['accuracy'] }); // model.compile(optimizer, loss, ['accuracy'])
    const validationData = { x: scaled(held.x), y: targets(held.y) };
    const { logs } = await trainer.fit({ x: scaled(part.x), y: targets(part.y) }, { epochs: quick ? 2 : 6, validationData, verbose: 0 });
    series.push({ name, values: logs['val_accuracy'] ?? [] });
    trainer.close();
  }
  charts.push({ title: `validation accuracy, ${loss}`, series });
}
writeFileSync(join(out, 'optimizers.svg'), chartToSvg(charts, { width: 460, columns: 1 })); //  plt.plot(...)
console.log(`\n${chartToText(charts, { height: 9 })}\nthe same as a picture: ${join(out, 'optimizers.svg')}\n`);

// 4. Fit, with four callbacks, and all the training data.
const best = join(out, 'best_model.safetensors');
const trainer = new Trainer(model(), { optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'], seed: 1 });
const history = await trainer.fit({ x: scaled(train.x), y: train.y }, { //                       model.fit(x_train, y_train,
  epochs: quick ? 2 : 10, //                                                                      epochs=10,
  validationData: { x: scaled(held.x), y: held.y }, //                                            validation_data=(x_val, y_val),
  callbacks: [ //                                                                                 callbacks=[
    new EarlyStopping({ patience: 5, restoreBestWeights: true }), //                                EarlyStopping(5, restore_best_weights=True),
    new ModelCheckpoint(best, { saveBestOnly: true }), //                                           ModelCheckpoint(best, save_best_only=True),
    new ReduceLROnPlateau({ patience: 3 }), //                                                      ReduceLROnPlateau(patience=3),
    new TensorBoard(join(out, 'logs')), //                                                          TensorBoard('./logs')])
  ],
}); // prettier-ignore
console.log(`\n${chartToText(curvesOf(history).slice(0, 1), { height: 8 })}`);
await trainer.report(join(out, 'report.html'), { history, data: { x: scaled(held.x), y: held.y } });
console.log('held back:', await trainer.evaluate({ x: scaled(held.x), y: held.y }, { verbose: 0 })); // model.evaluate(x_val, y_val)

// 5. The best model, in a process that knows nothing but its file.
const again = `import { loadModel, tensor } from '@gradus/train';
const model = await loadModel(process.argv[1]);
console.log(JSON.stringify(model.predict(tensor(JSON.parse(process.argv[2]))).toArray(2)));`; // keras.models.load_model(best).predict(x)
const few = scaled(held.x.slice('0:3'));
const options = { cwd: dirname(fileURLToPath(import.meta.url)), encoding: 'utf8' } as const;
const line = [...process.execArgv, '--input-type=module', '-e', again, best, JSON.stringify(few.toArray(4))];
const there = execFileSync(process.execPath, line, options).trim();
const here = JSON.stringify(trainer.model.predict(few).toArray(2)); //                          model.predict(x)
console.log(`in a new process the best model of ${best} predicts ${there === here ? 'the same' : 'something else'}`);
if (there !== here) process.exitCode = 1;
