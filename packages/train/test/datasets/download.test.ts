import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { cached, DownloadError, sha256, type Fetch, type RemoteFile } from '../../src/datasets/download.js';

let folder = '';
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'gradus-cache-'))));
afterEach(async () => rm(folder, { recursive: true, force: true }));

const bytes = Uint8Array.of(97, 98, 99);
const file: RemoteFile = {
  name: 'abc.gz',
  urls: ['https://one.example/abc.gz', 'https://two.example/abc.gz'],
  sha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
};
const good: Fetch = () => Promise.resolve(new Response(bytes));
const offline: Fetch = () => Promise.reject(new TypeError('fetch failed', { cause: new Error('getaddrinfo ENOTFOUND') }));

test('the digest of "abc" is the published one', async () => {
  expect(await sha256(bytes)).toBe(file.sha256);
});

test('a file is downloaded once and then taken from the folder', async () => {
  const fetch = vi.fn(good);
  expect(await cached(file, join(folder, 'mnist'), fetch)).toEqual(bytes);
  expect(await cached(file, join(folder, 'mnist'), fetch)).toEqual(bytes);
  expect(fetch.mock.calls).toEqual([['https://one.example/abc.gz']]);
  expect(await readdir(join(folder, 'mnist'))).toEqual(['abc.gz']);
});

test('a damaged copy is replaced', async () => {
  await writeFile(join(folder, 'abc.gz'), 'ab');
  expect(await cached(file, folder, good)).toEqual(bytes);
  expect(new Uint8Array(await readFile(join(folder, 'abc.gz')))).toEqual(bytes);
});

test('when one address fails the next is asked', async () => {
  const fetch: Fetch = (url) => (url.includes('one') ? Promise.resolve(new Response('gone', { status: 404 })) : good(url));
  expect(await cached(file, folder, fetch)).toEqual(bytes);
});

test('without a network the error names every address, why it failed, and the path', async () => {
  const path = `${folder}/abc.gz`;
  await expect(cached(file, folder, offline)).rejects.toThrow(
    new DownloadError(
      `abc.gz cannot be downloaded:\n  https://one.example/abc.gz: fetch failed (getaddrinfo ENOTFOUND)\n` +
        `  https://two.example/abc.gz: fetch failed (getaddrinfo ENOTFOUND)\n` +
        `Without a network, put the file at ${path} yourself, or name a folder that has it.`,
    ),
  );
});

test('wrong bytes are neither returned nor kept', async () => {
  await expect(cached(file, folder, () => Promise.resolve(new Response('<html>')))).rejects.toThrow(
    /6 bytes with the SHA-256 .*, expected ba7816bf/,
  );
  expect(await readdir(folder)).toEqual([]);
});

test('without a folder nothing is kept', async () => {
  expect(await cached(file, undefined, good)).toEqual(bytes);
  expect(await readdir(folder)).toEqual([]);
});

test('a folder that cannot be written to does not lose the download', async () => {
  await writeFile(join(folder, 'taken'), '');
  expect(await cached(file, join(folder, 'taken'), good)).toEqual(bytes);
});
