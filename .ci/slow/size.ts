// How much a page downloads that trains a perceptron, compiler included: bundled from the built packages, minified and gzipped. The aim is 60 kB; what is
// reached must not be lost again. What is loaded only when it is asked for (reports, files of Keras) is in files of their own, and must stay there. Vite: esbuild
// looks at what unused functions would load, and puts all that such files share with the page into the page.
import { resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';
import { built } from '../built.js';

const aim = 60_000;
const limit = 105_000;

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
const entry = resolve('page.js');
const bundle = await build({
  configFile: false,
  logLevel: 'error',
  build: { write: false, target: 'es2022', rollupOptions: { input: entry } },
  plugins: [
    { name: 'the page', resolveId: (id) => (id === entry ? id : undefined), load: (id) => (id === entry ? perceptron : undefined) },
  ],
});
if (!('output' in bundle)) throw new Error('vite gives no single bundle');
const chunks = bundle.output.flatMap((file) => (file.type === 'chunk' ? [file] : []));
const needed = new Set(chunks.filter(({ isEntry }) => isEntry));
for (const { imports } of needed) for (const chunk of chunks) if (imports.includes(chunk.fileName)) needed.add(chunk);
const minified = [...needed].reduce((total, { code }) => total + code.length, 0);
const bytes = [...needed].reduce((total, { code }) => total + gzipSync(code, { level: 9 }).length, 0);

// Before minifying: which part is how large.
const shares = new Map<string, number>();
for (const [path, { renderedLength }] of [...needed].flatMap(({ modules }) => Object.entries(modules))) {
  const folder = /packages\/(\w+\/dist(?:\/\w+(?=\/))?)/.exec(path)?.[1]?.replace('/dist', '') ?? 'the page itself';
  shares.set(folder, (shares.get(folder) ?? 0) + renderedLength);
}
for (const [folder, share] of [...shares].sort(([, a], [, b]) => b - a)) {
  console.log(`${(share / 1000).toFixed(1).padStart(7)} kB  ${folder}`);
}
console.log(`${(minified / 1000).toFixed(1).padStart(7)} kB  minified`);
console.log(`${(bytes / 1000).toFixed(1).padStart(7)} kB  minified and gzipped; the aim is ${aim / 1000}, at most ${limit / 1000}`);
const strangers = [...shares.keys()].filter((folder) => /report|keras|hdf5/.test(folder));
if (strangers.length > 0) console.log(`in it, and should not be: ${strangers.join(', ')}`);
process.exitCode = bytes < limit && strangers.length === 0 ? 0 : 1;
