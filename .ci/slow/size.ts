// How much a page downloads that trains a perceptron, compiler included: bundled from the built packages, minified and gzipped. The aim is 60 kB; what is
// reached must not be lost again. What is loaded only when it is asked for (reports) is a file of its own, and must stay one.
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { built } from '../built.js';

const aim = 60_000;
const limit = 90_000;

const perceptron = `
import { Adam, Dense, fromData, Sequential, SparseCategoricalCrossentropy, Trainer } from '@gradus/train';

const model = new Sequential([new Dense(128, { activation: 'relu', inputShape: [784] }), new Dense(10, { activation: 'softmax' })]);
const trainer = new Trainer(model, { optimizer: new Adam(), loss: new SparseCategoricalCrossentropy() });
const x = fromData(new Float32Array(32 * 784), [32, 784], 'float32');
const y = fromData(new Int32Array(32), [32], 'int32');
const history = await trainer.fit({ x, y }, { epochs: 2 });
console.log(history.logs.loss);
`;

built();
const { outputFiles, metafile } = await build({
  stdin: { contents: perceptron, resolveDir: '.' },
  outdir: 'page',
  bundle: true,
  splitting: true,
  write: false,
  metafile: true,
  format: 'esm',
  platform: 'browser',
  minify: true,
});
const outputs = Object.entries(metafile.outputs);
const needed = new Set(outputs.flatMap(([path, { entryPoint }]) => (entryPoint === '<stdin>' ? [path] : [])));
for (const path of needed) {
  for (const { path: next, kind } of metafile.outputs[path]?.imports ?? []) if (kind === 'import-statement') needed.add(next);
}
const files = outputFiles.filter(({ path }) => [...needed].some((name) => path.replaceAll('\\', '/').endsWith(name)));
const minified = files.reduce((total, { contents }) => total + contents.length, 0);
const bytes = files.reduce((total, { contents }) => total + gzipSync(contents, { level: 9 }).length, 0);

const shares = new Map<string, number>();
for (const [path, { bytesInOutput }] of outputs.filter(([path]) => needed.has(path)).flatMap(([, { inputs }]) => Object.entries(inputs))) {
  const folder = /packages\/(\w+\/dist(?:\/\w+(?=\/))?)/.exec(path)?.[1]?.replace('/dist', '') ?? 'the page itself';
  shares.set(folder, (shares.get(folder) ?? 0) + bytesInOutput);
}
for (const [folder, share] of [...shares].sort(([, a], [, b]) => b - a)) {
  console.log(`${(share / 1000).toFixed(1).padStart(7)} kB  ${folder}`);
}
console.log(`${(minified / 1000).toFixed(1).padStart(7)} kB  minified`);
console.log(`${(bytes / 1000).toFixed(1).padStart(7)} kB  minified and gzipped; the aim is ${aim / 1000}, at most ${limit / 1000}`);
if (shares.has('train/report')) console.log('reports are in it: they belong into a file of their own');
process.exitCode = bytes < limit && !shares.has('train/report') ? 0 : 1;
