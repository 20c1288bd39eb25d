// How long importing takes: fresh processes that import a built package beside ones that import nothing, in turn. The goals are 60 ms for tensor and 150
// for train; on a machine that does other things as well, only four times as much is a fault.
import { spawnSync } from 'node:child_process';
import { built } from '../built.js';

const goals = { '@gradus/tensor': 60, '@gradus/train': 150 };
const runs = 20;

function millisecondsOf(code: string): number {
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', code], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return performance.now() - start;
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;

built();
const programs = new Map([['', ''], ...Object.keys(goals).map((name) => [name, `import '${name}';`] as const)]);
const times = new Map([...programs.keys()].map((name) => [name, new Array<number>()]));
for (let run = 0; run < runs; run++) for (const [name, code] of programs) times.get(name)?.push(millisecondsOf(code));

const empty = median(times.get('') ?? []);
console.log(`an empty process: ${empty.toFixed(0)} ms, median of ${runs}`);
for (const [name, goal] of Object.entries(goals)) {
  const more = median(times.get(name) ?? []) - empty;
  console.log(`${name}: ${more.toFixed(0)} ms more; the goal is ${goal}, more than ${4 * goal} fails`);
  if (!(more <= 4 * goal)) process.exitCode = 1;
}
