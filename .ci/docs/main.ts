/**
 * Writes into the documents what their programs, and the compiler, print today.
 *
 * npm run docs [-- --time]     (--time measures the page's steps instead)
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fromData, jit, key, oneHot, tensor, uniform } from '@gradus/tensor';
import { perceptron, stepOf } from './compiler/larger.js';
import { step } from './compiler/model.js';
import { withOutputs } from './outputs.js';
import { pages } from './pages.js';
import type { Tensor } from '@gradus/tensor';

if (process.argv.includes('--time')) {
  const labels = tensor([0, 1, 2, 3, 3, 2, 1, 0], 'int32');
  time('the step of the page', step, uniform(key(1), [8, 5]), oneHot(labels, 4));
  const work = perceptron();
  const classes = fromData(Int32Array.from({ length: 32 }, (_, i) => i % 10));
  time(work.name, stepOf(work), uniform(key(2), [32, 784]), classes);
} else {
  for (const [name, outputs] of Object.entries(pages)) {
    const path = new URL(`../../${name}`, import.meta.url);
    const before = readFileSync(path, 'utf8');
    const { text, left } = withOutputs(before, outputs(before));
    if (left.length > 0) throw new Error(`${name} does not show: ${left.join(', ')}`);
    writeFileSync(path, text);
  }
}

function time(name: string, f: (x: Tensor, y: Tensor) => Tensor, x: Tensor, y: Tensor): void {
  const compiled = jit(f);
  const start = performance.now();
  compiled(x, y);
  const first = performance.now() - start;
  const [eager, program] = [fastest(() => f(x, y)), fastest(() => compiled(x, y))];
  const ms = (value: number): string => `${value.toPrecision(3)} ms`;
  console.log(`${name}: operation by operation ${ms(eager)}, compiled ${ms(program)}; the first call, which compiles, ${ms(first)}`);
}

/** Milliseconds of one run in the fastest of many rounds, each of at least 20 ms. */
function fastest(run: () => void): number {
  let [best, runs] = [Infinity, 1];
  for (const end = performance.now() + 3000; performance.now() < end;) {
    const start = performance.now();
    for (let i = 0; i < runs; i++) run();
    const spent = performance.now() - start;
    if (spent < 20) runs *= 2;
    else best = Math.min(best, spent / runs);
  }
  return best;
}
