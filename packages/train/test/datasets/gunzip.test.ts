import { gzipSync } from 'node:zlib';
import { FormatError } from '@gradus/tensor';
import { expect, test } from 'vitest';
import { gunzip, isGzip } from '../../src/datasets/gunzip.js';

const plain = Uint8Array.from({ length: 100_000 }, (_, i) => (i * i) % 251);
const packed = new Uint8Array(gzipSync(plain));

test('unpacks what gzip packed', async () => {
  expect(isGzip(packed)).toBe(true);
  expect(isGzip(plain)).toBe(false);
  expect(await gunzip(packed, plain.length)).toEqual(plain);
});

test('a file that unpacks to more than expected is refused', async () => {
  await expect(gunzip(new Uint8Array(gzipSync(new Uint8Array(50_000_000))), 1000)).rejects.toThrow(
    new FormatError('gzip: unpacks to more than the 1000 bytes that are expected'),
  );
});

test('a file that is cut short or damaged is refused', async () => {
  for (const length of [2, 10, 100, packed.length - 1]) await expect(gunzip(packed.subarray(0, length), 1e6)).rejects.toThrow(FormatError);
  const damaged = packed.slice();
  damaged[damaged.length - 6] = (damaged[damaged.length - 6] ?? 0) ^ 1; // in the checksum
  await expect(gunzip(damaged, 1e6)).rejects.toThrow(/^gzip: the file is damaged or cut short/);
});
