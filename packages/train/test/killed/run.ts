/**
 * One training run with a backup after every batch, for tests that kill it: `run.ts <model> <backup> <result> [n]`.
 * Says `begun` before the first batch. With n, it kills itself in the middle of writing its n-th backup.
 */
import { open } from 'node:fs/promises';
import { Dense, Dropout, LSTM, modelToBytes, Sequential, writeFileAtomically } from '@gradus/nn';
import { key, uniform } from '@gradus/tensor';
import { BackupAndRestore, Callback, Trainer } from '@gradus/train';
import type { Tensor } from '@gradus/tensor';

const [kind = '', backup = '', result = '', cut] = process.argv.slice(2);

class Begun extends Callback {
  override onTrainBegin(): void {
    process.stdout.write('begun\n');
  }
}

/** Writes half of the n-th file, and dies. */
async function cutWrite(n: number): Promise<void> {
  const file = await open(import.meta.filename);
  const prototype: typeof file = Object.getPrototypeOf(file);
  await file.close();
  const { writeFile } = prototype;
  let written = 0;
  prototype.writeFile = async function (this: typeof file, bytes: Uint8Array) {
    written += 1;
    if (written < n) return writeFile.call(this, bytes);
    await this.write(bytes.subarray(0, bytes.length / 2));
    process.kill(process.pid, 'SIGKILL');
  };
}

const perceptron = (): Sequential => new Sequential([new Dense(64, { activation: 'relu' }), new Dropout(0.5), new Dense(1)], { seed: 1 });
const recurrent = (): Sequential => new Sequential([new LSTM(12, { dropout: 0.2 }), new Dense(1)], { seed: 1 });

function modelAndData(): { model: Sequential; x: Tensor } {
  const x = uniform(key(2), [120, 24], { min: -1, max: 1 });
  return kind === 'lstm' ? { model: recurrent(), x: x.reshape([120, 8, 3]) } : { model: perceptron(), x };
}

if (cut !== undefined) await cutWrite(Number(cut));
const { model, x } = modelAndData();
const trainer = new Trainer(model, { optimizer: 'adam', loss: 'mse', seed: 3 });
const y = x.reshape([120, 24]).sum(1, { keepDims: true }).sin();
await trainer.fit(
  { x, y },
  { epochs: 4, batchSize: 8, verbose: 0, validationSplit: 0.1, callbacks: [new Begun(), new BackupAndRestore(backup, { saveFreq: 1 })] },
);
await writeFileAtomically(result, modelToBytes(model));
