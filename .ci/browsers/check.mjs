// The built packages in real browsers: one bundle, in the page and in a worker, under several sets of headers. Training comes to the weights that Node
// gets, models are saved and read back by a minified bundle, and where WebAssembly may not be compiled the reference kernels train, with one notice.
// `npm run check:browsers`.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { check, fail, finish, skip } from '../checks.mjs';
import { compare, nodeResults } from '../engines/node.mjs';
import { build as buildPackages } from '../install.mjs';
import { browsers, opened } from './find.mjs';
import { serve, settings } from './serve.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const limit = 90_000;

const found = browsers().filter(({ name, program, variable }) => {
  if (program === undefined) skip(name, `not found on this machine; ${variable}=/path/to/it names one`);
  return program !== undefined;
});
if (found.length === 0) finish('browsers');
if (buildPackages() !== 0) process.exit(1);

const node = await nodeResults();
const server = await serve(await bundle());
for (const browser of found) {
  for (const setting of Object.keys(settings)) {
    const told = {};
    await check(`${browser.name}, ${setting}: the page reports`, async () => {
      Object.assign(told, await opened(browser, server.address(setting), () => server.report(limit)));
    });
    const { report, ...places } = told;
    // Where no style may stand in a page, a report has none: it is meant to be opened as a file.
    if (report !== undefined && setting !== 'strict')
      await check(`${browser.name}, ${setting}: a report is drawn`, () => checkReport(report));
    for (const [place, observed] of Object.entries(places)) await checkPlace(`${browser.name}, ${setting}, ${place}`, setting, observed);
  }
}
server.stop();
finish('browsers');

/** The page and its worker, minified. */
async function bundle() {
  const { outputFiles } = await build({
    entryPoints: [join(here, 'page.mjs'), join(here, 'worker.mjs')],
    outdir: here,
    write: false,
    bundle: true,
    format: 'esm',
    platform: 'browser',
    minify: true,
    logLevel: 'error',
  });
  const page = '<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><script type="module" src="page.js"></script>\n';
  return new Map([['index.html', page], ...outputFiles.map(({ path, text }) => [path.split(/[/\\]/).at(-1), text])]);
}

/** @param observed - what `observe` told of the page or of its worker */
async function checkPlace(name, setting, { result, error, notices, isolated, compiles }) {
  await check(`${name}: the browser is set as meant`, () => {
    if (isolated !== (setting === 'isolated')) fail(`cross-origin isolation: ${isolated}`);
    if (compiles !== (setting !== 'strict')) fail(`compiling WebAssembly: ${compiles}`);
  });
  await check(`${name}: trains`, () => (result === undefined ? fail(error) : undefined));
  if (result === undefined) return;
  for (const part of ['perceptron', 'lstm']) await check(`${name}: ${part} as in Node`, () => compare(part, result, node));
  await check(`${name}: a model with a layer of one's own is saved and read back`, () => {
    const { namesItsClass, nameInCode, sameBytes, samePredictions } = result.saved;
    if (nameInCode === 'Scaled') fail('the bundle is not minified');
    if (!namesItsClass || !sameBytes || !samePredictions) fail(JSON.stringify(result.saved));
    return `minified to ${nameInCode}`;
  });
  await check(`${name}: two threads train as one, where memory may be shared`, () => {
    const { together, same } = result.threads;
    if (!same || (setting === 'isolated') !== together > 0)
      fail(`${together} steps on two threads, ${same ? 'the same weights' : 'other weights'}`);
    return `${together} steps on two threads`;
  });
  if (setting === 'strict') await check(`${name}: the reference kernels run, with one notice`, () => checkReference(result, notices));
  else await check(`${name}: compiled programs run, without a word`, () => checkCompiled(result, notices));
}

/** @param report - what `shownReport` saw: two charts of two curves, a matrix of three classes and a corner, a mistake at least */
function checkReport({ error, curves, cells, images, broken, loaded, wide, notices }) {
  if (error !== undefined) fail(error);
  if (curves !== 4 || cells !== 10 || images === 0 || broken > 0)
    fail(`${curves} curves, ${cells} cells, ${images} images, ${broken} broken`);
  if (loaded.length > 0 || wide) fail(`loaded: ${loaded.join(', ') || 'nothing'}; wider than the window: ${wide}`);
  if (notices.length > 0) fail(notices.join('\n'));
  return `${images} images`;
}

function checkReference({ flavour }, notices) {
  if (flavour !== node.reference.flavour) fail(`the flavour is ${flavour}`);
  if (notices.length !== 1) fail([`${notices.length} notices`, ...notices].join('\n'));
  return notices[0];
}

function checkCompiled({ flavour, reserved }, notices) {
  if (notices.length > 0) fail(notices.join('\n'));
  if (flavour === node.reference.flavour) fail(`the flavour is ${flavour}`);
  if (reserved === 0) fail('compiled programs have not used the memory that they share');
}
