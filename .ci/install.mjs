// Brings node_modules up to date with package-lock.json, and does nothing when it is. Plain JavaScript on Node's own modules, since it runs before
// anything is installed. Not an npm `prestart` or `pretest` script: `ignore-scripts=true` and `node --run` skip those.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the project. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Installs `folder` from its lock file, unless its stamp says that this very lock file was installed for this platform. Returns an exit code. */
export function install(folder = root) {
  if (isInstalled(folder)) return 0;
  return withLock(join(folder, '.gradus-install'), () => {
    if (isInstalled(folder)) return 0; // somebody else has just done it
    console.log(
      folder === root ? 'Installing the development tools (once; about 160 MB) ...' : `Installing the tools of ${basename(folder)} ...`,
    );
    const status = npm(['ci', ...quiet], folder);
    if (status === 0) writeFileSync(stampOf(folder), wanted(folder));
    else console.error(`npm ci failed (exit code ${status}); the lines above say why.`);
    return status;
  });
}

// --include=dev: with NODE_ENV=production npm would leave out the very tools. The retries: an unreachable registry fails in seconds, not in ten minutes.
const quiet = [
  '--include=dev',
  '--no-audit',
  '--no-fund',
  '--no-update-notifier',
  '--loglevel=error',
  '--fetch-retries=1',
  '--fetch-retry-mintimeout=1000',
];

const stampOf = (folder) => join(folder, 'node_modules', '.gradus-stamp');

const wanted = (folder) => {
  const lock = createHash('sha256').update(readFileSync(join(folder, 'package-lock.json')));
  return `${lock.digest('hex')} ${process.platform}-${process.arch}\n`;
};

const isInstalled = (folder) => existsSync(stampOf(folder)) && readFileSync(stampOf(folder), 'utf8') === wanted(folder);

/** Runs npm through its own JavaScript: no shell, so that it works alike on Windows. Its progress is hidden, its errors are not. */
export function npm(args, folder = root, stdio = ['ignore', 'ignore', 'inherit']) {
  const cli = npmCli();
  const [command, shell] = cli === undefined ? ['npm', process.platform === 'win32'] : [process.execPath, false];
  const { status, error } = spawnSync(command, cli === undefined ? args : [cli, ...args], {
    cwd: folder,
    stdio,
    shell,
    timeout: 20 * 60_000,
  });
  if (error !== undefined) console.error(String(error));
  return status ?? 1;
}

/** Builds the packages; an exit code. What is up to date stays. */
export function build() {
  const projects = ['tensor', 'autograd', 'nn', 'train'].map((name) => join('packages', name));
  return spawnSync(process.execPath, ['node_modules/typescript/bin/tsc', '-b', ...projects], { cwd: root, stdio: 'inherit' }).status ?? 1;
}

/** npm names its own file to the scripts that it runs; `node --run` does not, and then npm is looked for beside node. */
function npmCli() {
  const beside = dirname(process.execPath);
  const places = [
    process.env.npm_execpath,
    join(beside, 'node_modules/npm/bin/npm-cli.js'),
    join(beside, '../lib/node_modules/npm/bin/npm-cli.js'),
  ];
  return places.find((place) => place !== undefined && basename(place) === 'npm-cli.js' && existsSync(place));
}

/** Two commands started at once must not both empty node_modules: the second waits for the first. A lock whose owner has died is taken over. */
function withLock(lock, work) {
  while (!take(lock)) {
    if (!isAlive(ownerOf(lock))) rmSync(lock, { recursive: true, force: true });
    else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
  }
  const release = () => rmSync(lock, { recursive: true, force: true });
  try {
    return work();
  } finally {
    release();
  }
}

function take(lock) {
  try {
    mkdirSync(lock);
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
  writeFileSync(join(lock, 'pid'), String(process.pid));
  return true;
}

function ownerOf(lock) {
  for (let tries = 0; tries < 10; tries++) {
    try {
      return Number(readFileSync(join(lock, 'pid'), 'utf8'));
    } catch {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50); // made a moment ago, its owner not yet written; or gone again
    }
  }
  return 0;
}

function isAlive(pid) {
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exit(install());
