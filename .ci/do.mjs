// What the scripts of package.json do: `node .ci/do.mjs <command> [arguments]`. Each command first sees to it that the tools are installed.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { install, root } from './install.mjs';

/** Node's arguments that run a TypeScript file on the packages' sources. */
export const onSources = ['--import', 'tsx', '--conditions=@gradus/source'];

const tools = {
  tsc: 'node_modules/typescript/bin/tsc',
  vitest: 'node_modules/vitest/vitest.mjs',
  oxlint: 'node_modules/oxlint/bin/oxlint',
  prettier: 'node_modules/prettier/bin/prettier.cjs',
};

const commands = {
  start: (args) => example('01', args),
  example: ([number = '', ...args]) => example(number, args),
  test: (args) => inTurn([tools.tsc, '-b'], [tools.vitest, 'run', ...args]),
  build: () => node([tools.tsc, '-b', 'packages/tensor', 'packages/autograd', 'packages/nn', 'packages/train']),
  types: () => node([tools.tsc, '-b']),
  lint: () => inTurn([tools.oxlint, '--type-aware'], [tools.prettier, '--check', '--log-level', 'warn', '.']),
  format: () => node([tools.prettier, '--write', '--log-level', 'warn', '.']),
  floors: () => node([...onSources, '.ci/floors/main.ts']),
  docs: (args) => node([...onSources, '.ci/docs/main.ts', ...args]),
  bench: (args) => install(join(root, 'bench')) || node([...onSources, 'bench/main.ts', ...args]),
  conformance: (args) => node([...onSources, '.ci/conformance/main.ts', ...args]),
  packages: (args) => node(['.ci/packages/check.mjs', ...args]),
  engines: () => node(['.ci/engines/check.mjs']),
  browsers: () => node(['.ci/browsers/check.mjs']),
};

function example(number, args) {
  const files = readdirSync(join(root, 'examples')).filter((name) => /^\d\d-.*\.ts$/.test(name));
  const file = files.find((name) => name.startsWith(`${number.padStart(2, '0')}-`));
  if (file !== undefined) return node([...onSources, `examples/${file}`, ...args]);
  console.error(
    `There is no example ${number}. There are:\n${files.map((name) => `  npm run example ${name.slice(0, 2)}   ${name}`).join('\n')}`,
  );
  return 1;
}

/** Runs node at the root of the project, with this terminal, and returns its exit code. */
function node(args) {
  const { status, signal } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit', env: withBin() });
  return status ?? (signal === 'SIGINT' ? 130 : 1);
}

const inTurn = (...runs) => runs.reduce((status, args) => (status === 0 ? node(args) : status), 0);

/** oxlint looks for its type-aware half on the PATH. */
const withBin = () => ({
  ...process.env,
  PATH: `${join(root, 'node_modules/.bin')}${process.platform === 'win32' ? ';' : ':'}${process.env.PATH}`,
});

const [name = '', ...args] = process.argv.slice(2);
if (!Object.hasOwn(commands, name)) {
  console.error(`usage: node .ci/do.mjs ${Object.keys(commands).join(' | ')}`);
  process.exit(2);
}
process.exit(install() || commands[name](args));
