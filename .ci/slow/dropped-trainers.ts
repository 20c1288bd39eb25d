// Trainers that nobody closes: once they are collected, what their programs and variables had of the memory is used again.
import { setTimeout as later } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Dense, Dropout, memory, Sequential, Trainer, uniform, key } from '@gradus/train';

setFlagsFromString('--expose-gc');
const collect: unknown = runInNewContext('gc');
const x = uniform(key(1), [64, 200]);
const y = x.sum(1, { keepDims: true });

async function train(): Promise<void> {
  const model = new Sequential([new Dense(300, { activation: 'relu' }), new Dropout(0.2), new Dense(1)]);
  await new Trainer(model, { loss: 'mse', optimizer: 'adam' }).fit({ x, y }, { verbose: 0 });
}

await train();
const one = memory().used;
let most = 0;
for (let i = 1; i <= 200; i++) {
  await train();
  most = Math.max(most, memory().used);
  if (i % 10 > 0) continue;
  if (typeof collect === 'function') collect();
  await later(0); // collected objects are reported between tasks
}
const { used, reserved } = memory();
const mega = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
console.log(`one trainer ${mega(one)}; at most ${mega(most)}, at the end ${mega(used)}, set aside ${mega(reserved)}`);
process.exitCode = most < 25 * one && used < 15 * one ? 0 : 1;
