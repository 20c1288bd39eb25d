import { chmod, mkdtemp, mkdir, readFile as read, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { NoFilesError, readFile, writeFileAtomically } from '../../src/files/files.js';
import * as browser from '../../src/platform/browser.js';

let folder = '';
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'gradus-files-'))));
afterEach(async () => rm(folder, { recursive: true, force: true }));

const bytes = Uint8Array.from({ length: 1000 }, (_, i) => i % 256);

test('what is written is read back', async () => {
  await writeFileAtomically(join(folder, 'a.bin'), bytes);
  expect(await readFile(join(folder, 'a.bin'))).toEqual(bytes);
  expect(await readdir(folder)).toEqual(['a.bin']);
});

test('the folders that lead to the file are made', async () => {
  await writeFileAtomically(join(folder, 'runs/1/best.bin'), bytes);
  expect(await readdir(join(folder, 'runs/1'))).toEqual(['best.bin']);
});

test('a file is replaced and keeps its permissions', async () => {
  const path = join(folder, 'a.bin');
  await writeFile(path, 'old');
  await chmod(path, 0o600);
  await writeFileAtomically(path, bytes);
  expect(await readFile(path)).toEqual(bytes);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
});

test('a link goes on pointing where it points', async () => {
  await writeFile(join(folder, 'real.bin'), 'old');
  await symlink('real.bin', join(folder, 'link.bin'));
  await writeFileAtomically(join(folder, 'link.bin'), bytes);
  expect(await readFile(join(folder, 'real.bin'))).toEqual(bytes);
});

test('a write that fails leaves what was there, and nothing else', async () => {
  await mkdir(join(folder, 'taken/inside'), { recursive: true }); // a file cannot take the name of a folder that is not empty
  await expect(writeFileAtomically(join(folder, 'taken'), bytes)).rejects.toThrow();
  expect(await readdir(folder)).toEqual(['taken']);
  expect(await readdir(join(folder, 'taken'))).toEqual(['inside']);
});

test('many writers of one file: one of them wins, whole', async () => {
  const path = join(folder, 'a.bin');
  const contents = Array.from({ length: 20 }, (_, i) => new Uint8Array(10_000).fill(i));
  await Promise.all(contents.map((content) => writeFileAtomically(path, content)));
  const found = await read(path);
  expect(found.length).toBe(10_000);
  expect(found.every((byte) => byte === found[0])).toBe(true);
  expect(await readdir(folder)).toEqual(['a.bin']);
});

test('a part of a larger buffer is written as that part', async () => {
  await writeFileAtomically(join(folder, 'a.bin'), bytes.subarray(10, 20));
  expect(await readFile(join(folder, 'a.bin'))).toEqual(bytes.slice(10, 20));
});

test('a browser says what to do instead', async () => {
  await expect(browser.readFile('m.safetensors')).rejects.toThrow(NoFilesError);
  await expect(browser.readFile('m.safetensors')).rejects.toThrow(/cannot open m\.safetensors; get its bytes with fetch/);
  await expect(browser.writeFileAtomically('m.safetensors', bytes)).rejects.toThrow(/offer the 1000 bytes as a download/);
});
