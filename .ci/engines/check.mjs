// The built packages on other versions of Node, on Deno and on Bun: the same training as on this Node comes to the same weights, also
// where no WebAssembly may be compiled. `npm run check:engines`.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { check, fail, finish, skip } from '../checks.mjs';
import { build, install } from '../install.mjs';
import { compare, nodeResults, runWith } from './node.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const inside = (file) => join(here, 'node_modules', file);
const engines = [
  { name: 'Node 22', program: inside('node22/bin/node'), flags: [] },
  { name: 'Node 24', program: inside('node24/bin/node'), flags: [] },
  { name: 'Node 26', program: inside('node26/bin/node'), flags: [] },
  { name: 'Deno', program: inside('deno/deno'), flags: ['run', '--allow-read', '--allow-env', '--no-lock'] },
  { name: 'Bun', program: inside('bun/bin/bun.exe'), flags: [] },
];

const status = install(here) || build();
if (status !== 0) process.exit(status);
const node = await nodeResults();

await check('Node: compiled, and on the reference kernels', () => {
  for (const result of [node.compiled, ...node.fused, node.reference]) {
    for (const part of ['perceptron', 'lstm']) compare(part, result, node);
  }
  if (node.compiled.reserved === 0) fail('compiled programs have not used the memory that they share');
  return [node.compiled, ...node.fused, node.reference].map(({ flavour }) => flavour).join(', ');
});
await noticeOnce('Node', node.reference);

for (const { name, program, flags } of engines) {
  // Their packages have programs for some platforms only.
  if (!existsSync(program)) {
    skip(name, 'there is no program of it for this platform');
    continue;
  }
  const version = execFileSync(program, ['--version'], { encoding: 'utf8' }).split('\n')[0];
  const results = {};
  await check(`${name}: trains`, async () => {
    results.compiled = await runWith(program, flags);
    if (results.compiled.flavour === node.reference.flavour) fail(`on the kernels ${results.compiled.flavour}`);
    const { together, same } = results.compiled.threads;
    if (together === 0 || !same) fail(`on two threads: ${together} steps, ${same ? 'the same weights' : 'other weights'}`);
    if (results.compiled.notices.length > 0) fail(`says ${results.compiled.notices.join('\n')}`);
    return version;
  });
  await check(
    `${name}: trains on the reference kernels`,
    async () => void (results.reference = await runWith(program, flags, 'reference')),
  );
  for (const [kind, result] of Object.entries(results)) {
    for (const part of ['perceptron', 'lstm']) await check(`${name}: ${part}, ${kind}, as on Node`, () => compare(part, result, node));
  }
  if (results.reference) await noticeOnce(name, results.reference);
}

/** Slow as it is, training on the reference kernels must not pass unnoticed, nor be told at every step. */
async function noticeOnce(name, { notices }) {
  await check(`${name}: one notice where no WebAssembly may be compiled`, () => {
    if (notices.length !== 1) fail(`${notices.length} notices${notices.map((notice) => `\n${notice}`).join('')}`);
    return notices[0];
  });
}

finish('engines');
