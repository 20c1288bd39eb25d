/**
 * The training script that Keras users know, line by line. The Python stands beside each line.
 *
 * GRADUS_DATA=folder npm run example 02     (the folder holds mnist/ with its four .gz files)
 */
import {
  Adam,
  Dense,
  EarlyStopping,
  Flatten,
  loadModel,
  mnist,
  ModelCheckpoint,
  ReduceLROnPlateau,
  Rescaling,
  Sequential,
  Trainer,
  trainTestSplit,
} from '@gradus/train';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folder = process.env['GRADUS_DATA'];
const quick = process.env['GRADUS_QUICK'] !== undefined;
const best = join(mkdtempSync(join(tmpdir(), 'gradus-')), 'best_model.h5');

const { train, test } = await mnist(folder === undefined ? {} : { dataDir: join(folder, 'mnist') }); // (x, y), test = keras.datasets.mnist.load_data()
const [fitting, validation] = trainTestSplit(train, { testSize: 0.2, seed: 1 }); //                     train_test_split(x, y, test_size=0.2)

const model = new Sequential(
  [
    new Rescaling(1 / 255, { inputShape: [28, 28, 1] }), //                                             x = x / 255
    new Flatten(), //                                                                                   keras.layers.Flatten()
    new Dense(128, { activation: 'relu' }), //                                                          keras.layers.Dense(128, 'relu')
    new Dense(64, { activation: 'relu' }), //                                                           keras.layers.Dense(64, 'relu')
    new Dense(10, { activation: 'softmax' }), //                                                        keras.layers.Dense(10, 'softmax')
  ],
  { seed: 1 },
);
model.summary(); //                                                                                     model.summary()

const trainer = new Trainer(model, {
  optimizer: new Adam(), //                                                                             model.compile(optimizer='adam',
  loss: 'sparseCategoricalCrossentropy', //                                                                loss='sparse_categorical_crossentropy',
  metrics: ['accuracy'], //                                                                                metrics=['accuracy'])
  seed: 1,
});
await trainer.fit(fitting, {
  epochs: quick ? 1 : 10, //                                                                            model.fit(x, y, epochs=10,
  validationData: validation, //                                                                           validation_data=validation,
  callbacks: [
    new EarlyStopping({ patience: 5 }), //                                                                 callbacks=[EarlyStopping(patience=5),
    new ModelCheckpoint(best, { saveBestOnly: true }), //                                                    ModelCheckpoint(..., save_best_only=True),
    new ReduceLROnPlateau({ patience: 3 }), //                                                               ReduceLROnPlateau(patience=3)])
  ],
});

const { accuracy = NaN } = await trainer.evaluate(test); //                                             model.evaluate(*test)
const loaded = await loadModel(best); //                                                                keras.models.load_model(...)
loaded.predict(test.x.slice('0:3')).argmax().print(); //                                                loaded.predict(x[:3]).argmax(-1)
console.log(`test accuracy: ${(100 * accuracy).toFixed(2)} %`);
