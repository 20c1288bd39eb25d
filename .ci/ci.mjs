// The stages of .ci/run. Each stands alone: one that fails, crashes or hangs counts as failed and the others still run. The last line says how many
// tests and stages passed and failed.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { install, npm, root } from './install.mjs';

const minutes = 60_000;
const scratch = mkdtempSync(join(tmpdir(), 'gradus-ci-'));
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));
const onSources = ['--import', 'tsx', '--conditions=@gradus/source'];
const data = join(root, '../shared/data');
const cases = join(root, '../shared/fixtures/keras-cases.json');
const withData = { GRADUS_DATA: data };

/** Runs node at the root; resolves to its exit code, 1 if it had to be stopped. `hear` is given what it prints, line by line. */
function node(args, { env = {}, limit = 10 * minutes, hear } = {}) {
  return new Promise((resolve) => {
    const path = `${join(root, 'node_modules/.bin')}${process.platform === 'win32' ? ';' : ':'}${process.env.PATH}`;
    const child = spawn(process.execPath, args, {
      cwd: root,
      stdio: ['ignore', hear ? 'pipe' : 'inherit', 'inherit'],
      env: { ...process.env, PATH: path, CI: 'true', ...env },
    });
    if (hear) createInterface({ input: child.stdout }).on('line', hear);
    const timer = setTimeout(() => {
      console.log(`stopped after ${limit / minutes} minutes`);
      child.kill('SIGKILL');
    }, limit);
    child.on('error', (error) => console.log(String(error)));
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve(code ?? 1);
    });
  });
}

const passedOr1 = async (code) => ((await code) === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 });
const stage = (name, args, options) => ({ name, run: () => passedOr1(node(args, options)) });

/** A script whose checks count one by one: see checks.mjs. One that crashed counts as failed. */
function checks(name, script) {
  const run = async () => {
    const [total, ofLine] = [
      { passed: 0, failed: 0 },
      { 'ok    ': 'passed', 'FAIL  ': 'failed' },
    ];
    const hear = (line) => {
      console.log(line);
      const how = ofLine[line.slice(0, 6)];
      if (how !== undefined) total[how]++;
    };
    const code = await node([script], { hear });
    return code !== 0 && total.failed === 0 ? { ...total, failed: 1 } : total;
  };
  return { name, run };
}

/** The tests count one by one, a test file that could not be loaded as one. */
async function tests() {
  const report = join(scratch, 'tests.json');
  const args = ['node_modules/vitest/vitest.mjs', 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const code = await node(args, { env: { GRADUS_RUNS: '200', NO_COLOR: '1' }, limit: 25 * minutes });
  if (!existsSync(report)) return { passed: 0, failed: 1 };
  const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(report, 'utf8'));
  const unloadable = testResults.filter(({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0).length;
  const failed = numFailedTests + unloadable;
  return { passed: numPassedTests, failed: code !== 0 && failed === 0 ? 1 : failed }; // an unhandled error fails no test
}

/** An example that takes a data folder says so by naming GRADUS_DATA; it runs where the data are, told by GRADUS_QUICK to be brief. */
function examples() {
  const files = readdirSync(join(root, 'examples'))
    .filter((name) => /^\d\d-.*\.ts$/.test(name) && !name.startsWith('01-')) // the first is what `npm start` runs
    .sort();
  const needsData = (name) => readFileSync(join(root, 'examples', name), 'utf8').includes('GRADUS_DATA');
  return files
    .filter((name) => existsSync(data) || !needsData(name))
    .map((name) =>
      stage(`example ${name}`, [...onSources, `examples/${name}`], needsData(name) ? { env: { ...withData, GRADUS_QUICK: '1' } } : {}),
    );
}

/** Long checks, a script each: .ci/slow/*.ts on what the repository holds, .ci/slow/data/*.ts on real data, where they are. Exit code 0 is a pass. */
function slow() {
  const scripts = (folder) =>
    (existsSync(join(root, folder)) ? readdirSync(join(root, folder)) : []).filter((name) => name.endsWith('.ts')).sort();
  const own = scripts('.ci/slow').map((name) => stage(name, [...onSources, `.ci/slow/${name}`], { limit: 15 * minutes }));
  if (!existsSync(data)) return own;
  return [
    ...own,
    ...scripts('.ci/slow/data').map((name) => stage(name, [...onSources, `.ci/slow/data/${name}`], { env: withData, limit: 15 * minutes })),
  ];
}

/** Keras' own cases, where they are: passes count one by one. What Gradus does not have yet is listed; any other failure fails. */
async function conformance() {
  const results = join(scratch, 'conformance.json');
  const args = [...onSources, '.ci/conformance/main.ts', cases, '--floor', '--json', results];
  const code = await node(args);
  if (!existsSync(results)) return { passed: 0, failed: 1 };
  const replayed = JSON.parse(readFileSync(results, 'utf8'));
  const passed = replayed.filter((result) => result.passed).length;
  const failed = replayed.filter((result) => !result.passed && !result.missing).length;
  return { passed, failed: code !== 0 && failed === 0 ? 1 : failed };
}

const tsc = 'node_modules/typescript/bin/tsc';
const stages = [
  stage('types with TypeScript 7', ['node_modules/ts7/bin/tsc', '-b', '--force']),
  stage('types with TypeScript 6, and the build', [tsc, '-b', '--force']),
  { name: 'tests', run: tests },
  stage('lint', ['node_modules/oxlint/bin/oxlint', '--type-aware']),
  stage('format', ['node_modules/prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.']),
  checks('packages', '.ci/packages/check.mjs'),
  checks('engines', '.ci/engines/check.mjs'),
  checks('browsers', '.ci/browsers/check.mjs'),
  ...(existsSync(cases) ? [{ name: 'conformance', run: conformance }] : []),
  { name: 'npm start', run: () => passedOr1(npm(['start'], root, ['ignore', 'inherit', 'inherit'])) },
  ...examples(),
  ...slow(),
];

const words = process.argv.slice(2);
const chosen = stages.filter(({ name }) => words.length === 0 || words.some((word) => name.includes(word)));
const total = { passed: 0, failed: 0 };
const lines = [];

if (install() === 0) {
  for (const { name, run } of chosen) {
    console.log(`\n== ${name}`);
    const start = performance.now();
    const { passed, failed } = await run().catch((error) => (console.log(String(error?.stack ?? error)), { passed: 0, failed: 1 }));
    total.passed += passed;
    total.failed += failed;
    lines.push(
      `${failed === 0 ? 'ok  ' : 'FAIL'} ${name}: ${passed} passed, ${failed} failed, ${((performance.now() - start) / 1000).toFixed(0)} s`,
    );
  }
} else {
  total.failed = 1;
  lines.push('FAIL the tools could not be installed');
}
console.log(`\n${lines.map((line) => `  ${line}`).join('\n')}\n`);
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;
