// The first example, ten times: over the seeds 0 to 9 its mean test accuracy is at least 97 %. The example takes `--seed N` and prints a line that
// says `test accuracy` and a number, as a percentage or as a fraction.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const example = 'examples/01-digits.ts';
const onSources = ['--import', 'tsx', '--conditions=@gradus/source'];

function accuracy(seed: number): number {
  const out = execFileSync(process.execPath, [...onSources, example, '--seed', String(seed)], { encoding: 'utf8' });
  const found = /test accuracy\D*([\d.]+)\s*(%?)/i.exec(out);
  if (found === null) throw new Error(`${example} --seed ${seed} prints no test accuracy:\n${out}`);
  return Number(found[1]) / (found[2] === '%' ? 100 : 1);
}

if (readFileSync(example, 'utf8').includes('--seed')) {
  const accuracies = Array.from({ length: 10 }, (_, seed) => accuracy(seed));
  const mean = accuracies.reduce((a, b) => a + b) / accuracies.length;
  console.log(`${accuracies.map((value) => (100 * value).toFixed(2)).join(' ')}: mean ${(100 * mean).toFixed(2)} %`);
  process.exitCode = mean >= 0.97 ? 0 : 1;
} else console.log(`${example} takes no --seed yet`);
