import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Dense, Sequential, SGD } from '@gradus/nn';
import { key, uniform } from '@gradus/tensor';
import { BackupAndRestore, Callback, CSVLogger, EarlyStopping, LambdaCallback, LearningRateScheduler, Trainer } from '@gradus/train';
import { pythonFloat } from '../../src/callbacks/python-float.js';
import type { EpochEnd, FitOptions, Data } from '@gradus/train';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'gradus-callbacks-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Puts given logs in the place of the real ones. */
class Script extends Callback {
  private readonly epochs: readonly Readonly<Record<string, number>>[];
  constructor(epochs: readonly Readonly<Record<string, number>>[]) {
    super();
    this.epochs = epochs;
  }
  override onEpochEnd({ epoch, logs }: EpochEnd): void {
    for (const name of Object.keys(logs)) delete logs[name];
    Object.assign(logs, this.epochs[epoch]);
  }
}

const x = uniform(key(5), [12, 3]);
const rows = { x, y: x.sum(1, { keepDims: true }) };

async function fit(options: Partial<FitOptions<Data>>): Promise<Trainer> {
  const trainer = new Trainer(new Sequential([new Dense(1, { inputShape: [3] })]), {
    loss: 'mse',
    optimizer: new SGD({ learningRate: 0.5 }),
  });
  const { callbacks = [], epochs = 1 } = options;
  await trainer.fit(rows, { verbose: 0, epochs, callbacks });
  return trainer;
}

test.each([
  [3, '3.0'],
  [1e-5, '1e-05'],
  [0.0001, '0.0001'],
  [1e16, '1e+16'],
  [123456789, '123456789.0'],
  [Math.fround(0.1), '0.10000000149011612'],
  [-1.5e-7, '-1.5e-07'],
  [1234567890123456, '1234567890123456.0'],
  [0.5, '0.5'],
  [-0, '-0.0'],
  [NaN, 'nan'],
  [-Infinity, '-inf'],
])('%d is written as Python does: %s', (value, text) => {
  expect(pythonFloat(value)).toBe(text);
});

test('CSVLogger: sorted columns, places for validation, NA, no new keys, CR LF', async () => {
  const path = join(folder, 'log.csv');
  await fit({ epochs: 3, callbacks: [new Script([{ loss: 0.5, acc: 1 }, { loss: 1e-5, val_loss: NaN, late: 3 }, { loss: 0.25, acc: 0.1 }]), new CSVLogger(path)] }); // prettier-ignore
  const lines = ['epoch,acc,loss,val_acc,val_loss', '0,1.0,0.5,NA,NA', '1,NA,1e-05,NA,nan', '2,0.1,0.25,NA,NA', ''];
  expect(readFileSync(path, 'utf8')).toBe(lines.join('\r\n'));
});

test('CSVLogger appends without a second header, and quotes what needs it', async () => {
  const path = join(folder, 'more.csv');
  writeFileSync(path, 'epoch;a\r\n0;1.0\r\n');
  await fit({ callbacks: [new Script([{ 'a;b': 2, val_a: 1 }]), new CSVLogger(path, { separator: ';', append: true })] });
  expect(readFileSync(path, 'utf8')).toBe('epoch;a\r\n0;1.0\r\n0;2.0;1.0\r\n');
  await fit({ callbacks: [new Script([{ 'a;b': 2, val_a: 1 }]), new CSVLogger(path, { separator: ';' })] });
  expect(readFileSync(path, 'utf8')).toBe('epoch;"a;b";val_a\r\n0;2.0;1.0\r\n');
  expect(() => new CSVLogger(path, { separator: '' })).toThrow('separator: expected one character, found ""');
});

test('a run that goes on leaves the file of one that was never interrupted', async () => {
  const [path, backup] = [join(folder, 'resumed.csv'), join(folder, 'resumed.safetensors')];
  const logs = [{ loss: 1 }, { loss: 2 }, { loss: 3 }];
  const run = (fails: boolean): Promise<unknown> =>
    fit({
      epochs: 3,
      callbacks: [
        new Script(logs),
        new CSVLogger(path),
        new LambdaCallback({ onEpochBegin: ({ epoch }) => { if (fails && epoch === 2) throw new Error('killed'); } }), // prettier-ignore
        new BackupAndRestore(backup),
      ],
    });
  await expect(run(true)).rejects.toThrow('killed');
  await run(false);
  expect(readFileSync(path, 'utf8')).toBe('epoch,loss,val_loss\r\n0,1.0,NA\r\n1,2.0,NA\r\n2,3.0,NA\r\n');
  expect(existsSync(backup)).toBe(false);
});

test('LearningRateScheduler sets the rate before an epoch and logs it after, for callbacks behind it', async () => {
  const seen: (number | undefined)[] = [];
  const schedule = (epoch: number, rate: number): number => (epoch === 0 ? rate : rate / 4);
  const watch = new LambdaCallback({ onEpochEnd: ({ logs }) => void seen.push(logs['learning_rate']) });
  const trainer = await fit({ epochs: 3, callbacks: [new LearningRateScheduler(schedule), watch] });
  expect(seen).toEqual([0.5, 0.125, 0.03125]);
  expect(trainer.optimizer.learningRate).toBe(0.03125);
  await expect(fit({ callbacks: [new LearningRateScheduler(() => NaN)] })).rejects.toThrow(
    'schedule: expected a number for epoch 0, found NaN',
  );
});

test('LambdaCallback calls its functions, and only those', async () => {
  const seen: string[] = [];
  await fit({
    epochs: 2,
    callbacks: [
      new LambdaCallback({
        onTrainBegin: () => void seen.push('begin'),
        onTrainBatchEnd: ({ epoch, batch }) => void seen.push(`batch ${epoch} ${batch}`),
        onTrainEnd: async () => {
          await Promise.resolve();
          seen.push('end');
        },
      }),
    ],
  });
  expect(seen).toEqual(['begin', 'batch 0 0', 'batch 1 0', 'end']);
});

test('texts and lists that a callback adds to the logs stand in the file as Keras writes them', async () => {
  const path = join(folder, 'texts.csv');
  const adds = new LambdaCallback({
    onEpochEnd: ({ logs }) => void Object.assign(logs, { loss: 0.5, tag: 'a,b', list: [0.5, 0.25] }),
  });
  await fit({ callbacks: [adds, new CSVLogger(path)] });
  expect(readFileSync(path, 'utf8').split('\r\n')[1]).toBe('0,"""[0.5, 0.25]""",0.5,"a,b",NA,NA,NA');
});

test('the best epoch is known also where its weights are not kept', async () => {
  const stopping = new EarlyStopping({ monitor: 'loss', patience: 2 });
  await fit({ epochs: 5, callbacks: [new Script([{ loss: 3 }, { loss: 1 }, { loss: 2 }, { loss: 2 }, { loss: 2 }]), stopping] });
  expect(stopping.state()).toMatchObject({ bestEpoch: 1, stoppedEpoch: 3, best: 1, weights: null });
});

test('what nothing is known about cannot be watched without a mode', async () => {
  await expect(fit({ callbacks: [new EarlyStopping({ monitor: 'foo' })] })).rejects.toThrow("say mode: 'min' or 'max'");
});
