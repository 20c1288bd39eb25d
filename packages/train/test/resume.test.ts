/** A run that was interrupted anywhere ends with the bytes of one that was not. */
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { valueAndGrad } from '@gradus/autograd';
import { Adam, BatchNormalization, Dense, Dropout, LSTM, RMSprop, Sequential, SGD } from '@gradus/nn';
import { key, normal, uniform } from '@gradus/tensor';
import { BackupAndRestore, Callback, checkpointFromBytes, checkpointToBytes, EarlyStopping } from '@gradus/train';
import { ModelCheckpoint, ReduceLROnPlateau, Trainer } from '@gradus/train';
import type { AnyLayer, OptimizerLike } from '@gradus/nn';
import type { Tensor } from '@gradus/tensor';
import type { Batch, Checkpoint, Data, EpochEnd, FitOptions, Generated, History, State, Store, TrainBatchEnd } from '@gradus/train';

/** Keeps the bytes of a checkpoint in memory. */
class Shelf implements Store {
  bytes: Uint8Array | undefined;
  async read(): Promise<Uint8Array | undefined> {
    return this.bytes;
  }
  async write(bytes: Uint8Array): Promise<void> {
    this.bytes = bytes;
  }
  async remove(): Promise<void> {
    this.bytes = undefined;
  }
}

/** Fails after so many batches in all. */
class Fails extends Callback {
  private left: number;

  constructor(after: number) {
    super();
    this.left = after;
  }
  override onTrainBatchEnd(_event: TrainBatchEnd): void {
    this.left -= 1;
    if (this.left < 0) throw new Error('killed');
  }
}

/** A callback with a state of every kind. */
class Notes extends Callback {
  private seen: { text: string; numbers: number[]; last: Tensor | null; none: null; yes: boolean } = {
    text: '',
    numbers: [NaN, -Infinity, -0],
    last: null,
    none: null,
    yes: true,
  };

  override onEpochEnd({ epoch, training }: EpochEnd): void {
    const [first] = training.weights().values();
    this.seen = {
      ...this.seen,
      text: `${this.seen.text}${epoch}`,
      numbers: [...this.seen.numbers, training.learningRate],
      last: first ?? null,
    };
  }
  override state(): State {
    return this.seen;
  }
  override restore(state: State): void {
    expect(state).toMatchObject({ none: null, yes: true });
    if (typeof state !== 'object' || state === null || !('numbers' in state)) throw new Error('no state');
    expect(state.numbers).toEqual(expect.arrayContaining([NaN, -Infinity, -0]));
    Object.assign(this.seen, state);
  }
  override toString(): string {
    return JSON.stringify([this.seen.text, this.seen.numbers.map(String), this.seen.last?.toString()]);
  }
}

interface Case {
  readonly name: string;
  readonly model: () => Sequential;
  readonly optimizer: () => OptimizerLike;
  readonly data: () => Data | Generated;
  readonly options: Partial<FitOptions<Data>>;
  readonly batches: number;
}

const x = uniform(key(3), [22, 6], { min: -1, max: 1 });
const y = x.sum(1, { keepDims: true }).sin();
const rows = { x, y };

function perceptron(): Sequential {
  return new Sequential([new Dense(7, { activation: 'relu' }), new Dropout(0.4), new BatchNormalization(), new Dense(1)]);
}

function* parts(): Generator<Data> {
  for (let i = 0; i < 20; i += 5) yield { x: x.slice(`${i}:${i + 5}`), y: y.slice(`${i}:${i + 5}`) };
}

const arrays = { epochs: 3, batchSize: 5, validationData: { x: x.slice('0:8'), y: y.slice('0:8') } };
const cases: readonly Case[] = [
  { name: 'Adam with averages and a common clip', model: perceptron, optimizer: () => new Adam({ useEma: true, globalClipNorm: 0.5 }), data: () => rows, options: arrays, batches: 15 }, // prettier-ignore
  { name: 'momentum, a decaying rate, accumulation', model: perceptron, optimizer: () => new SGD({ momentum: 0.9, learningRate: (step) => step.add(1).pow(-0.5).mul(0.05), gradientAccumulationSteps: 3 }), data: () => rows, options: arrays, batches: 15 }, // prettier-ignore
  { name: 'LSTM', model: () => new Sequential([new LSTM(4, { dropout: 0.2 }), new Dense(1)]), optimizer: () => new RMSprop(), data: () => ({ x: x.reshape([22, 3, 2]), y }), options: { ...arrays, validationData: { x: x.reshape([22, 3, 2]), y } }, batches: 15 }, // prettier-ignore
  { name: 'epochs that continue a pass', model: perceptron, optimizer: () => 'adam', data: () => rows, options: { ...arrays, stepsPerEpoch: 3 }, batches: 8 }, // prettier-ignore
  { name: 'batches from a function', model: perceptron, optimizer: () => 'adam', data: () => parts, options: { epochs: 3, validationData: rows }, batches: 12 }, // prettier-ignore
  { name: 'batches from a list, in part', model: perceptron, optimizer: () => 'adam', data: () => [...parts()], options: { epochs: 4, stepsPerEpoch: 3, validationData: rows }, batches: 10 }, // prettier-ignore
];

async function run(
  { model: make, optimizer, data, options }: Case,
  store: Store,
  saveFreq: number | 'epoch',
  failAfter: number,
): Promise<string> {
  const model = make();
  const trainer = new Trainer<AnyLayer>(model, { optimizer: optimizer(), loss: 'mse', metrics: ['mae'], seed: 7 });
  const notes = new Notes();
  const scheduled = typeof optimizer() !== 'string' && make === perceptron && optimizer() instanceof SGD;
  const history: History = await trainer.fit(data(), {
    ...options,
    verbose: 0,
    callbacks: [
      new Fails(failAfter),
      notes,
      new EarlyStopping({ patience: 1, restoreBestWeights: true, minDelta: 0.02 }),
      ...(scheduled ? [] : [new ReduceLROnPlateau({ patience: 1, minDelta: 0.5 })]),
      new BackupAndRestore(store, { saveFreq }),
    ],
  });
  const weights = model.weights.map(({ value }) => [...value.data(value.dtype)].map((w) => w.toString()).join());
  return JSON.stringify([weights, history.logs, history.epochs, notes.toString()]);
}

beforeAll(() => {
  vi.spyOn(console, 'warn').mockImplementation(() => undefined); // epochs whose data ran out
});

describe.each(cases)('$name', (one) => {
  test.each([1, 2, 'epoch'] as const)('a backup every %s', async (saveFreq) => {
    const whole = await run(one, new Shelf(), saveFreq, Infinity);
    for (let k = 0; k < one.batches; k++) {
      const shelf = new Shelf();
      // Twice interrupted: once anywhere, and once more soon after.
      await run(one, shelf, saveFreq, k).then(
        () => expect(k).toBeGreaterThan(2),
        (error: unknown) => expect(error).toMatchObject({ message: 'killed' }),
      );
      await run(one, shelf, saveFreq, 1).catch(() => undefined);
      if (shelf.bytes || k < 4) expect(await run(one, shelf, saveFreq, Infinity), `after ${k}`).toBe(whole);
    }
  });
});

test('a checkpoint of another run is refused, naming what differs, and changes nothing', async () => {
  const shelf = new Shelf();
  const trainer = (units: number, optimizer: OptimizerLike = 'sgd'): Trainer<Sequential> =>
    new Trainer(new Sequential([new Dense(units), new Dense(1)]), { loss: 'mse', optimizer });
  const backup = (): readonly Callback[] => [new BackupAndRestore(shelf, { deleteCheckpoint: false })];
  await trainer(3).fit(rows, { verbose: 0, callbacks: backup() });
  const before = shelf.bytes;
  await expect(trainer(4).fit(rows, { verbose: 0, epochs: 2, callbacks: backup() })).rejects.toThrow(
    'model/dense/kernel is float32 [6, 3], expected float32 [6, 4]',
  );
  await expect(trainer(3, 'adam').fit(rows, { verbose: 0, epochs: 2, callbacks: backup() })).rejects.toThrow('velocity is missing');
  await expect(trainer(3).fit(rows, { verbose: 0, epochs: 2, batchSize: 7, callbacks: backup() })).rejects.toThrow(
    'batchSize: the checkpoint was made with 32, this run has 7',
  );
  const two = [...backup(), new ReduceLROnPlateau()];
  await expect(trainer(3).fit(rows, { verbose: 0, epochs: 2, callbacks: two })).rejects.toThrow('callbacks: the checkpoint holds 2');
  expect(shelf.bytes).toBe(before);
  for (const length of [0, 7, 100, (before?.length ?? 1) - 1]) {
    shelf.bytes = before?.slice(0, length);
    await expect(trainer(3).fit(rows, { verbose: 0, epochs: 2, callbacks: backup() }), String(length)).rejects.toThrow();
  }
  shelf.bytes = before;
  expect((await trainer(3).fit(rows, { verbose: 0, epochs: 2, callbacks: backup() })).epochs).toEqual([0, 1]);
});

test('a callback of one’s own keeps a checkpoint as it is, and its bytes hold the same', async () => {
  class Keeps extends Callback {
    kept: Checkpoint | undefined;
    override onEpochEnd({ epoch, training }: EpochEnd): void {
      if (epoch === 0) training.checkpoint((checkpoint) => void (this.kept = checkpoint));
    }
    override resume(): Checkpoint | undefined {
      return this.kept && checkpointFromBytes(checkpointToBytes(this.kept));
    }
  }
  const keeps = new Keeps();
  const run = async (): Promise<{ readonly epochs: readonly number[]; readonly weights: readonly string[] }> => {
    const begins: number[] = [];
    class Begins extends Callback {
      override onEpochBegin({ epoch }: { epoch: number }): void {
        begins.push(epoch);
      }
    }
    const model = perceptron();
    const trainer = new Trainer(model, { loss: 'mse', optimizer: 'adam', seed: 2 });
    await trainer.fit(rows, { epochs: 2, verbose: 0, callbacks: [keeps, new Begins()] });
    return { epochs: begins, weights: model.weights.map(({ value }) => value.data(value.dtype).join()) };
  };
  const whole = await run();
  expect(keeps.kept?.position).toMatchObject({ epoch: 1, batch: 0 });
  expect(await run()).toEqual({ epochs: [1], weights: whole.weights });
});

test('a run that has ended leaves no checkpoint', async () => {
  const shelf = new Shelf();
  await new Trainer(perceptron(), { loss: 'mse' }).fit(rows, { verbose: 0, callbacks: [new BackupAndRestore(shelf, { saveFreq: 1 })] });
  expect(shelf.bytes).toBeUndefined();
});

test('training goes on in the middle of an epoch with onResume in place of onEpochBegin', async () => {
  const seen: string[] = [];
  class Watch extends Callback {
    override onEpochBegin({ epoch }: { epoch: number }): void {
      seen.push(`begin ${epoch}`);
    }
    override onResume({ epoch, batch }: { epoch: number; batch: number }): void {
      seen.push(`resume ${epoch} ${batch}`);
    }
  }
  const shelf = new Shelf();
  const fit = (...callbacks: Callback[]): Promise<History> =>
    new Trainer(perceptron(), { loss: 'mse' }).fit(rows, {
      verbose: 0,
      batchSize: 5,
      epochs: 2,
      callbacks: [new Watch(), new BackupAndRestore(shelf, { saveFreq: 1 }), ...callbacks],
    });
  await expect(fit(new Fails(6))).rejects.toThrow('killed');
  await expect(fit()).rejects.toThrow('callbacks: the checkpoint holds 4, this run has 3');
  await fit(new Fails(Infinity));
  expect(seen).toEqual(['begin 0', 'begin 1', 'resume 1 1']);
});

test('noise is drawn from where it stood', async () => {
  // A step of one's own: two models, two optimizers, random numbers inside.
  const make = (store: Store, failAfter: number): Promise<string> => {
    const generator = new Sequential([new Dense(4, { activation: 'relu', inputShape: [3] }), new Dense(6)]);
    const critic = new Sequential([new Dense(5, { activation: 'relu', inputShape: [6] }), new Dense(1)]);
    const trainer = new Trainer(
      { generator, critic },
      {
        seed: 4,
        optimizers: { generator: new Adam(), critic: new Adam() },
        trainStep({ x: real }: Batch, { models, optimizers, random }) {
          const fake = models.generator.apply(normal(random(), [real.shape[0] ?? 0, 3]));
          const pull = { wrt: models.critic.trainableVariables };
          const [criticLoss, slopes] = valueAndGrad(() => models.critic.apply(fake).mean().sub(models.critic.apply(real).mean()), pull)();
          optimizers.critic.apply(slopes, pull.wrt);
          const own = { wrt: models.generator.trainableVariables };
          const [generatorLoss, ascent] = valueAndGrad(() => models.critic.apply(models.generator.apply(normal(random(), [4, 3]))).mean().neg(), own)(); // prettier-ignore
          optimizers.generator.apply(ascent, own.wrt);
          return { criticLoss, generatorLoss };
        },
      },
    );
    return trainer
      .fit({ x }, { verbose: 0, epochs: 3, batchSize: 5, callbacks: [new Fails(failAfter), new BackupAndRestore(store, { saveFreq: 2 })] })
      .then((history) => JSON.stringify([history.logs, [...generator.weights, ...critic.weights].map((w) => w.value.toString())]));
  };
  const whole = await make(new Shelf(), Infinity);
  expect(Object.keys(JSON.parse(whole)[0])).toEqual(['criticLoss', 'generatorLoss']);
  for (const k of [2, 5, 9, 14]) {
    const shelf = new Shelf();
    await expect(make(shelf, k)).rejects.toThrow('killed');
    expect(await make(shelf, Infinity), `after ${k}`).toBe(whole);
  }
});

test('ModelCheckpoint goes on with the best number it saw', () => {
  const checkpoint = new ModelCheckpoint('x.safetensors', { saveBestOnly: true, initialValueThreshold: 0.5 });
  const other = new ModelCheckpoint('x.safetensors', { saveBestOnly: true });
  other.restore(checkpoint.state());
  expect(other.state()).toEqual({ best: 0.5, every: { count: 0, last: null } });
});

test('a run that was told to end, and killed before it did, trains no further', async () => {
  class Stops extends Callback {
    override onEpochEnd({ epoch, training }: EpochEnd): void {
      if (epoch === 1) training.stop('enough');
    }
  }
  class FailsAtEnd extends Callback {
    override onTrainEnd(): void {
      if (dies) throw new Error('killed');
    }
  }
  let dies = true;
  const shelf = new Shelf();
  const fit = (): Promise<History> =>
    new Trainer(perceptron(), { loss: 'mse' }).fit(rows, {
      verbose: 0,
      epochs: 5,
      callbacks: [new Stops(), new FailsAtEnd(), new BackupAndRestore(shelf)],
    });
  await expect(fit()).rejects.toThrow('killed');
  dies = false;
  expect((await fit()).epochs).toEqual([0, 1]);
});
