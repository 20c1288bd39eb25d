/**
 * Training steps of Gradus beside those of other libraries, interleaved in one run; one thread each unless told otherwise.
 *
 * npm run bench [-- --quick] [--json FILE] [--only WORD] [--threads N]     (BENCH_PYTHON names a Python with torch)
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { isFailure, Library } from './ask.js';
import { gflopsNow } from './limit.js';
import { works } from './works.js';
import type { Work } from './works.js';

const argument = (name: string): string | undefined => {
  const at = process.argv.indexOf(name);
  return at < 0 ? undefined : process.argv[at + 1];
};
const quick = process.argv.includes('--quick');
const rounds = quick ? 4 : 12;
const only = argument('--only') ?? '';
const threads = argument('--threads') ?? '1';

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
const script = (file: string, ...args: string[]): string[] => [
  process.execPath,
  '--import',
  'tsx',
  '--conditions=@gradus/source',
  here(file),
  ...args,
];

/** With these, glibc keeps the memory that torch gives back: without them it spends most of a step in page faults. */
const malloc = { MALLOC_MMAP_THRESHOLD_: '1073741824', MALLOC_TRIM_THRESHOLD_: '4294967296', OMP_NUM_THREADS: threads };

function libraries(): readonly Library[] {
  const python = process.env['BENCH_PYTHON'] ?? 'python3';
  const hasTorch = spawnSync(python, ['-c', 'import torch']).status === 0;
  if (!hasTorch) console.log(`${python} has no torch: its rows are left out (BENCH_PYTHON names another)`);
  const torch = (mode: string): Library =>
    new Library(`torch${mode && ` ${mode}`}`, [python, here('torch_steps.py'), mode || 'plain', threads], malloc);
  return [
    new Library('gradus', script('gradus.ts', threads)),
    ...(threads === '1' ? [] : [new Library('gradus 1', script('gradus.ts', '1'))]),
    ...(hasTorch ? [torch(''), torch('fused')] : []),
    new Library('tfjs wasm', script('tfjs.ts', 'wasm')),
    new Library('tfjs cpu', script('tfjs.ts', 'cpu')),
    new Library('jax-js', script('jaxjs.ts')),
  ];
}

interface Row {
  readonly work: string;
  readonly library: string;
  readonly msMin?: number;
  readonly msMedian?: number;
  readonly gflops?: number;
  readonly shareOfLimit?: number;
  /** The library's median over ours. */
  readonly ratio?: number;
  readonly note?: string;
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

/** What takes longer than this, in ms a step, is measured in fewer steps. */
const slow = 200;

async function measure(work: Work, all: readonly Library[]): Promise<readonly Row[]> {
  const times = new Map<string, number[]>();
  const notes = new Map<string, string>();
  const limits: number[] = [];
  // The plain-JavaScript backend stands in only where the other one lacks a kernel; its larger step takes half a minute.
  const stands = work.name.startsWith('cnn') && (!quick || work.batch <= 32);
  const asked = all.filter(({ name }) => name !== 'tfjs cpu' || stands);
  for (let round = 0; round <= rounds; round++) {
    limits.push(gflopsNow());
    for (const library of asked) {
      if (notes.has(library.name)) continue;
      const before = times.get(library.name) ?? [];
      const isSlow = before.length > 0 && median(before) > slow;
      if (isSlow && before.length >= (quick ? 1 : 3)) continue;
      const found = await library.run(work.name, round === 0 || isSlow ? 1 : Math.max(1, Math.round(work.steps)));
      if (isFailure(found)) notes.set(library.name, found.error);
      else if (round > 0 || (found[0] ?? 0) > 20 * slow) times.set(library.name, [...before, ...found]); // the first turn warms up
    }
  }
  const ours = median(times.get('gradus') ?? []);
  const limit = Math.max(...limits);
  return asked.map(({ name }): Row => {
    const found = times.get(name);
    const note = notes.get(name);
    if (!found) return { work: work.name, library: name, note: note ?? 'nothing was measured' };
    const [msMin, msMedian] = [Math.min(...found), median(found)];
    const gflops = work.flops / msMin / 1e6;
    return { work: work.name, library: name, msMin, msMedian, gflops, shareOfLimit: gflops / limit, ratio: msMedian / ours };
  });
}

function show({ library, msMin, msMedian, gflops, shareOfLimit, ratio, note }: Row): string {
  if (note !== undefined) return `  ${library.padEnd(12)} ${note}`;
  const cell = (value: number | undefined, digits: number, width: number): string => (value ?? NaN).toFixed(digits).padStart(width);
  const share = `${cell((shareOfLimit ?? NaN) * 100, 0, 4)} %`;
  return `  ${library.padEnd(12)} ${cell(msMin, 3, 10)} ${cell(msMedian, 3, 10)} ${cell(gflops, 1, 8)} ${share} ${cell(ratio, 2, 8)}`;
}

const all = libraries();
const rows: Row[] = [];
console.log(`node ${process.version}, ${cpus()[0]?.model ?? 'unknown'}, load ${loadavg()[0]?.toFixed(2)}`);
for (const work of works.filter(({ name }) => name.includes(only))) {
  console.log(
    `\n${work.name}: ${work.what}; ${(work.flops / 1e6).toFixed(1)} MFLOP\n  library          ms min     median  GFLOP/s of limit    ratio`,
  );
  const found = await measure(work, all);
  rows.push(...found);
  for (const row of found) console.log(show(row));
}
for (const library of all) library.close();
const file = argument('--json');
if (file !== undefined) {
  const machine = { cpu: cpus()[0]?.model, cores: cpus().length, platform: process.platform };
  writeFileSync(file, `${JSON.stringify({ machine, node: process.version, threads: Number(threads), rows }, null, 1)}\n`);
}
