// How much a page downloads that trains a perceptron, compiler included: bundled from the built packages, minified and gzipped. The aim is 60 kB; what is
// reached must not be lost again.
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
  bundle: true,
  write: false,
  metafile: true,
  format: 'esm',
  platform: 'browser',
  minify: true,
});
const bundle = outputFiles[0]?.contents ?? new Uint8Array();
const bytes = gzipSync(bundle, { level: 9 }).length;

const shares = new Map<string, number>();
for (const [path, { bytesInOutput }] of Object.values(metafile.outputs).flatMap(({ inputs }) => Object.entries(inputs))) {
  const folder = /packages\/(\w+\/dist(?:\/\w+(?=\/))?)/.exec(path)?.[1]?.replace('/dist', '') ?? 'the page itself';
  shares.set(folder, (shares.get(folder) ?? 0) + bytesInOutput);
}
for (const [folder, share] of [...shares].sort(([, a], [, b]) => b - a)) {
  console.log(`${(share / 1000).toFixed(1).padStart(7)} kB  ${folder}`);
}
console.log(`${(bundle.length / 1000).toFixed(1).padStart(7)} kB  minified`);
console.log(`${(bytes / 1000).toFixed(1).padStart(7)} kB  minified and gzipped; the aim is ${aim / 1000}, at most ${limit / 1000}`);
process.exitCode = bytes < limit ? 0 : 1;
