// The training that every engine is asked for: a perceptron with dropout, an LSTM, and a model with a layer of the user's own into bytes and back.
// The built packages run it, under their names, with nothing that only Node has; weights are told as their bits.
import {
  Adam,
  Dense,
  Dropout,
  fromData,
  History,
  Layer,
  LSTM,
  MeanSquaredError,
  memory,
  modelFromBytes,
  modelToBytes,
  setThreads,
} from '@gradus/train';
import { RMSprop, Sequential, SparseCategoricalAccuracy, SparseCategoricalCrossentropy, Trainer } from '@gradus/train';
import { flavour } from '@gradus/tensor/extend';

/** Everything that there is to compare, as JSON holds it. */
export async function training() {
  const perceptron = await trainPerceptron();
  const lstm = await trainLstm();
  return { flavour: flavour(), perceptron, lstm, saved: save(), threads: await trainOnThreads(), reserved: memory().reserved };
}

/** A step that is worth sharing, on one thread and on two; the second thread starts meanwhile, where there may be one. */
async function trainOnThreads() {
  const run = async (threads) => {
    setThreads(threads);
    const model = new Sequential([new Dense(256, { activation: 'relu', inputShape: [256] }), new Dense(16)], { seed: 13 });
    const trainer = new Trainer(model, { optimizer: new Adam(), loss: new MeanSquaredError() });
    const data = { x: fromData(numbers(64 * 256, 6), [64, 256], 'float32'), y: fromData(numbers(64 * 16, 7), [64, 16], 'float32') };
    const together = () => Number(/has run (\d+) times on 2 threads/.exec(trainer.explain())?.[1] ?? 0);
    for (let step = 0; step < 300; step++) {
      trainer.trainOnBatch(data);
      if (threads > 1 && step % 20 === 0 && together() === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    }
    return { together: together(), weights: model.trainableVariables.map((variable) => bitsOf(variable.value)) };
  };
  const [one, two] = [await run(1), await run(2)];
  return { together: two.together, same: String(one.weights) === String(two.weights) };
}

/** 90 rows in batches of 32: the last batch is a smaller one. */
async function trainPerceptron() {
  const layers = [new Dense(24, { activation: 'relu', inputShape: [12] }), new Dropout(0.25), new Dense(3, { activation: 'softmax' })];
  const model = new Sequential(layers, { seed: 3 });
  const [optimizer, loss] = [new Adam({ learningRate: 0.01 }), new SparseCategoricalCrossentropy()];
  const trainer = new Trainer(model, { optimizer, loss, metrics: [new SparseCategoricalAccuracy()], seed: 5 });
  const x = numbers(90 * 12, 1);
  const y = Int32Array.from({ length: 90 }, (_, i) => (x[12 * i] > 0 ? 1 : 0) + (x[12 * i + 1] > 0 ? 1 : 0));
  return fitted(trainer, { x: fromData(x, [90, 12], 'float32'), y: fromData(y, [90], 'int32') });
}

async function trainLstm() {
  const model = new Sequential([new LSTM(8, { inputShape: [6, 3] }), new Dense(1)], { seed: 7 });
  const trainer = new Trainer(model, { optimizer: new RMSprop({ learningRate: 0.01 }), loss: new MeanSquaredError(), seed: 9 });
  const x = numbers(40 * 6 * 3, 2);
  const y = Float32Array.from({ length: 40 }, (_, i) => x[18 * i] - x[18 * i + 15]);
  return fitted(trainer, { x: fromData(x, [40, 6, 3], 'float32'), y: fromData(y, [40, 1], 'float32') });
}

async function fitted(trainer, data) {
  const history = new History();
  await trainer.fit(data, { epochs: 3, batchSize: 32, callbacks: [history], verbose: 0 });
  const weights = trainer.model.trainableVariables.map((variable) => bitsOf(variable.value));
  trainer.close();
  return { losses: history.logs.loss, weights };
}

const bitsOf = (tensor) => {
  const { buffer, byteOffset, length } = Float32Array.from(tensor.data());
  return [...new Uint32Array(buffer, byteOffset, length)];
};

/** Numbers from -1 to 1, by integer arithmetic: the same everywhere. */
function numbers(length, seed) {
  let state = seed;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state >>> 8) / 2 ** 23 - 1;
  });
}

/** A layer of a user's own. A minifier changes the class's name; files go by `className`. */
class Scaled extends Layer {
  static className = 'Scaled';
  build(inputShape) {
    this.scale = this.weight('scale', [inputShape.at(-1)]);
  }
  call(x) {
    return x.mul(this.scale.value.add(1));
  }
  toConfig() {
    return {};
  }
  static fromConfig() {
    return new Scaled();
  }
}

function save() {
  const model = new Sequential([new Dense(4, { inputShape: [5] }), new Scaled(), new Dense(2)], { seed: 11 });
  const bytes = modelToBytes(model);
  const again = modelFromBytes(bytes, { registry: [Scaled] });
  const x = fromData(numbers(15, 4), [3, 5], 'float32');
  return {
    namesItsClass: new TextDecoder().decode(bytes).includes('Scaled'),
    nameInCode: Scaled.name,
    sameBytes: String(modelToBytes(again)) === String(bytes),
    samePredictions: String(bitsOf(again.predict(x))) === String(bitsOf(model.predict(x))),
  };
}
