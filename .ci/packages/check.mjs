// Packs the built packages, installs them into an empty project as a user would, and looks at them from there: package shape, types, Node, bundles for
// the browser. `npm run check:packages` (after `npm run build`).
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { check, finish } from '../checks.mjs';
import { install, npm, root } from '../install.mjs';
import { bundlers } from './bundlers.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const names = ['tensor', 'autograd', 'nn', 'train'];
const node = (args, cwd) => execFileSync(process.execPath, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
const tool = (file) => join(here, 'node_modules', file);
const tarballs = () => readdirSync(home).filter((name) => name.endsWith('.tgz')).map((name) => join(home, name)); // prettier-ignore

const status = install(here);
if (status !== 0) process.exit(status);
const home = mkdtempSync(join(tmpdir(), 'gradus-packages-'));
const app = join(home, 'app');
mkdirSync(join(app, 'src'), { recursive: true });
writeFileSync(join(app, 'package.json'), '{ "name": "app", "private": true, "type": "module" }\n');
process.on('exit', () => rmSync(home, { recursive: true, force: true }));

await check('npm pack', () => {
  for (const name of names)
    if (npm(['pack', '--silent', '--pack-destination', home], join(root, 'packages', name)) !== 0) throw new Error(name);
  return `${tarballs().length} packages`;
});

await check('install the packed packages into an empty project', () => {
  // Nothing may be fetched: at run time the packages depend on each other and on nothing else.
  if (npm(['install', '--offline', '--no-audit', '--no-fund', '--loglevel=error', ...tarballs()], app) !== 0)
    throw new Error('npm install failed');
  const installed = readdirSync(join(app, 'node_modules')).filter((name) => !name.startsWith('.'));
  if (installed.join() !== '@gradus') throw new Error(`brings along ${installed.join(', ')}`);
});

for (const name of names) {
  await check(
    `publint --strict: ${name}`,
    () => void node([tool('publint/src/cli.js'), 'run', '--strict', join(app, 'node_modules/@gradus', name)], app),
  );
  await check(`arethetypeswrong: ${name}`, () => {
    const tarball = tarballs().find((file) => file.includes(`gradus-${name}-`));
    node([tool('@arethetypeswrong/cli/dist/index.js'), tarball, '--profile', 'esm-only', '--no-emoji', '--no-color'], app);
  });
  await check(`no file that is not ours to ship: ${name}`, () => {
    const files = readdirSync(join(app, 'node_modules/@gradus', name), { recursive: true }).map(String);
    const strays = files.filter((file) => /\.(wasm|wat|node|c|tsbuildinfo)$|(^|\/)test(\/|$)/.test(file));
    if (strays.length > 0) throw new Error(strays.join('\n'));
    return `${files.length} files`;
  });
}

const userCode = `import * as gradus from '@gradus/train';\nimport * as nn from '@gradus/nn';\nimport * as autograd from '@gradus/autograd';\nimport * as tensor from '@gradus/tensor';\nObject.assign(globalThis, { gradus: { ...gradus, ...nn, ...autograd, ...tensor } });\n`;
writeFileSync(join(app, 'src/main.ts'), userCode);
writeFileSync(join(app, 'src/main.js'), userCode);

for (const [module, moduleResolution] of [
  ['nodenext', 'nodenext'],
  ['esnext', 'bundler'],
]) {
  // prettier-ignore
  // Without Node's types and without skipLibCheck: our declarations stand on their own.
  await check(`a strict project compiles against the declarations: ${moduleResolution}`, () => {
    const lib = ['es2023', 'dom', 'esnext.disposable'];
    const compilerOptions = { noEmit: true, strict: true, exactOptionalPropertyTypes: true, target: 'es2023', lib, types: [], module, moduleResolution };
    writeFileSync(join(app, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['src/main.ts'] }));
    node([join(root, 'node_modules/typescript/bin/tsc')], app);
  });
}

await check('Node imports it, and require() too', () => {
  node(['src/main.js'], app);
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 20 || minor >= 19) node(['--no-warnings', '-e', `require('@gradus/train')`], app);
});

await check('importing has no effects', () => {
  const before = `const before = new Set(Reflect.ownKeys(globalThis)); await import('@gradus/train');`;
  const after = `const more = Reflect.ownKeys(globalThis).filter((key) => !before.has(key)); if (more.length > 0) throw new Error(more.map(String).join());`;
  const out = node(['--input-type=module', '-e', before + after], app);
  if (out !== '') throw new Error(`prints ${out}`);
});

for (const [name, bundle] of Object.entries(bundlers)) {
  await check(`a bundle for the browser: ${name}`, async () => {
    const out = join(home, name);
    await bundle(join(app, 'src/main.js'), out);
    const text = readdirSync(out, { recursive: true }).map(String).filter((file) => /\.m?js$/.test(file)).map((file) => readFileSync(join(out, file), 'utf8')).join('\n'); // prettier-ignore
    const stray = /(?:from|import|require)\s*\(?\s*["'`](node:[a-z_/]+)|__vite-browser-external|webpackMissingModule/.exec(text);
    if (stray !== null) throw new Error(`meets ${stray[0]}`);
    if (text.length < 100) throw new Error(`the bundle is empty: ${text}`);
    return `${Math.round(text.length / 1000)} kB`;
  });
}

finish('packages');
