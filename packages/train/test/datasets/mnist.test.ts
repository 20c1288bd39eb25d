import { mkdir, mkdtemp, rm, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { FormatError } from '@gradus/tensor';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { DownloadError } from '../../src/datasets/download.js';
import { mnist } from '../../src/datasets/mnist.js';
import * as browser from '../../src/platform/browser.js';
import { cacheFolder, environment } from '../../src/platform/node.js';
import { idx } from './idx-file.js';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gradus-mnist-'));
  await write(folder, 'train', 3);
  await write(folder, 't10k', 2);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

const pixels = (n: number): number[] => Array.from({ length: n * 784 }, (_, i) => i % 256);
const labels = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

async function write(into: string, part: string, n: number): Promise<void> {
  await mkdir(into, { recursive: true });
  await writeFile(join(into, `${part}-images-idx3-ubyte.gz`), gzipSync(idx(8, [n, 28, 28], pixels(n))));
  await writeFile(join(into, `${part}-labels-idx1-ubyte.gz`), gzipSync(idx(8, [n], labels(n))));
}

test('the four files of a folder are read', async () => {
  const { train, test: held } = await mnist({ dataDir: folder });
  expect([train.x.dtype, train.x.shape, train.y.dtype, train.y.shape]).toEqual(['uint8', [3, 28, 28, 1], 'uint8', [3]]);
  expect([held.x.shape, held.y.shape]).toEqual([[2, 28, 28, 1], [2]]); // prettier-ignore
  expect([...train.x.data('uint8')]).toEqual(pixels(3));
  expect([...train.y.data('uint8')]).toEqual(labels(3));
});

test('files without gzip, and a folder above, do as well', async () => {
  const above = join(folder, 'data');
  await write(join(above, 'mnist'), 'train', 1);
  await write(join(above, 'mnist'), 't10k', 1);
  await unlink(join(above, 'mnist/train-labels-idx1-ubyte.gz'));
  await writeFile(join(above, 'mnist/train-labels-idx1-ubyte'), idx(8, [1], [9]));
  expect((await mnist({ dataDir: above })).train.y.toArray(1)).toEqual([9]);
});

test('the folder may come from GRADUS_DATA', async () => {
  vi.stubEnv('GRADUS_DATA', folder);
  expect((await mnist()).train.x.shape).toEqual([3, 28, 28, 1]);
});

test('a file that is missing is named, with the folder and where to get it', async () => {
  await unlink(join(folder, 't10k-labels-idx1-ubyte.gz'));
  await expect(mnist({ dataDir: folder })).rejects.toThrow(DownloadError);
  await expect(mnist({ dataDir: folder })).rejects.toThrow(
    `mnist: ${folder} has no t10k-labels-idx1-ubyte.gz; it can be downloaded from https://`,
  );
});

test('a damaged file is named', async () => {
  const path = join(folder, 'train-images-idx3-ubyte.gz');
  await writeFile(path, gzipSync(idx(8, [3, 28, 28], pixels(3))).subarray(0, 200));
  await expect(mnist({ dataDir: folder })).rejects.toThrow(/^mnist: train-images-idx3-ubyte: gzip: the file is damaged or cut short/);
  await writeFile(path, gzipSync(idx(8, [3, 28, 28], pixels(2))));
  await expect(mnist({ dataDir: folder })).rejects.toThrow(
    'mnist: train-images-idx3-ubyte: IDX: [3, 28, 28] takes 2352 bytes, the file has 1568',
  );
});

test.each([
  ['train-images-idx3-ubyte.gz', idx(8, [3, 2, 2], labels(12)), 'holds uint8 [3, 2, 2], expected uint8 [n, 28, 28]'],
  ['train-labels-idx1-ubyte.gz', idx(8, [4], labels(4)), 'holds uint8 [4], expected uint8 [3]'],
  ['train-labels-idx1-ubyte.gz', idx(0x0c, [3], labels(3)), 'holds int32 [3], expected uint8 [3]'],
])('%s with other contents is refused', async (name, bytes, message) => {
  await writeFile(join(folder, name), gzipSync(bytes));
  await expect(mnist({ dataDir: folder })).rejects.toThrow(FormatError);
  await expect(mnist({ dataDir: folder })).rejects.toThrow(message);
});

test('without a folder it downloads, and without a network says so', async () => {
  vi.stubEnv('GRADUS_DATA', '');
  vi.stubEnv('GRADUS_CACHE', folder);
  const fetch = vi.fn(() => Promise.reject(new TypeError('fetch failed')));
  const expected = new RegExp(`cannot be downloaded:\\n  https://.*fetch failed[^]*put the file at ${folder}/mnist/.*ubyte.gz`);
  await expect(mnist({ fetch })).rejects.toThrow(expected);
  // The first file to fail ends it, whichever that is; both mirrors were asked for it.
  for (const mirror of ['ossci-datasets', 'cvdf-datasets']) {
    expect(fetch.mock.calls.flat()).toContainEqual(expect.stringContaining(mirror));
  }
});

test('the cache stands in GRADUS_CACHE, or in the cache of the user', () => {
  vi.stubEnv('GRADUS_CACHE', '/tmp/cache');
  expect(cacheFolder('mnist')).toBe(join('/tmp/cache', 'mnist'));
  vi.stubEnv('GRADUS_CACHE', '');
  vi.stubEnv('XDG_CACHE_HOME', '/home/me/.caches');
  expect(cacheFolder('mnist')).toBe(join('/home/me/.caches', 'gradus', 'mnist'));
  expect(environment('GRADUS_CACHE')).toBeUndefined();
  expect([browser.cacheFolder('mnist'), browser.environment('PATH')]).toEqual([undefined, undefined]);
});
