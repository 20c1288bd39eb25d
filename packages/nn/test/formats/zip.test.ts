import { deflateRawSync } from 'node:zlib';
import { FormatError } from '@gradus/tensor';
import { expect, test } from 'vitest';
import { crc32 } from '../../src/formats/crc32.js';
import { isZip, writeZip, ZipReader } from '../../src/formats/zip.js';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const members = new Map([
  ['a.txt', bytesOf('first')],
  ['folder/b.bin', Uint8Array.from({ length: 1000 }, (_, i) => i % 251)],
  ['empty', new Uint8Array(0)],
]);

interface Parts {
  readonly name: string;
  readonly data: Uint8Array;
  readonly size: number;
  readonly crc: number;
  readonly method: number;
  readonly flags?: number;
}

/** An archive of one member, as the format describes it. */
function archive({ name, data, size, crc, method, flags = 0 }: Parts): Uint8Array {
  const encoded = bytesOf(name);
  const [local, central, end] = [30, 46, 22].map((length) => new DataView(new ArrayBuffer(length)));
  if (!local || !central || !end) throw new Error('three records');
  const common = (view: DataView, at: number): void => {
    view.setUint16(at, 20, true);
    view.setUint16(at + 2, flags, true);
    view.setUint16(at + 4, method, true);
    view.setUint32(at + 10, crc, true);
    view.setUint32(at + 14, data.length, true);
    view.setUint32(at + 18, size, true);
    view.setUint16(at + 22, encoded.length, true);
  };
  local.setUint32(0, 0x04034b50, true);
  common(local, 4);
  central.setUint32(0, 0x02014b50, true);
  common(central, 6);
  end.setUint32(0, 0x06054b50, true);
  end.setUint16(8, 1, true);
  end.setUint16(10, 1, true);
  end.setUint32(12, 46 + encoded.length, true);
  end.setUint32(16, 30 + encoded.length + data.length, true);
  const parts = [local, encoded, data, central, encoded, end].map((part) => new Uint8Array(part.buffer, part.byteOffset, part.byteLength));
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

test('the checksum is that of the standard', () => {
  expect(crc32(bytesOf('123456789'))).toBe(0xcbf43926);
  expect(crc32(new Uint8Array(0))).toBe(0);
});

test('what is written is read again', async () => {
  const bytes = writeZip(members);
  expect(isZip(bytes)).toBe(true);
  const reader = new ZipReader(bytes);
  for (const [name, data] of members) expect(await reader.read(name, 1000)).toEqual(data);
  expect(await reader.read('absent', 1000)).toBeUndefined();
  expect(writeZip(members)).toEqual(bytes);
});

test('deflated members are read, and damaged ones are not', async () => {
  const content = bytesOf('again and again and again');
  const data = new Uint8Array(deflateRawSync(content));
  const good = { name: 'x', data, size: content.length, crc: crc32(content), method: 8 };
  expect(await new ZipReader(archive(good)).read('x', 100)).toEqual(content);
  const refused = async (parts: Parts, message: string): Promise<void> => {
    const read = new ZipReader(archive(parts)).read('x', 100);
    await expect(read).rejects.toThrow(FormatError);
    await expect(read).rejects.toThrow(message);
  };
  await refused({ ...good, crc: good.crc ^ 1 }, 'ZIP: x is damaged');
  await refused({ ...good, size: 10 }, 'ZIP: x is longer than its directory says');
  await refused({ ...good, size: 50 }, 'ZIP: x is damaged');
  await refused({ ...good, size: 101 }, 'ZIP: x would take 101 bytes, more than the 100 that it may');
  await refused({ ...good, data: data.map((byte) => ~byte) }, 'ZIP: x cannot be unpacked');
  await refused({ ...good, method: 12 }, 'ZIP: x is packed by the method 12');
  await refused({ ...good, method: 0 }, 'ZIP: x is stored in');
  await refused({ ...good, flags: 1 }, 'ZIP: x is encrypted');
});

test('a member that unpacks to a thousand times its size is not unpacked further than it says', async () => {
  const data = new Uint8Array(deflateRawSync(new Uint8Array(10_000_000)));
  const bomb = { name: 'x', data, size: 1000, crc: 0, method: 8 };
  await expect(new ZipReader(archive(bomb)).read('x', 2000)).rejects.toThrow('ZIP: x is longer than its directory says');
  await expect(new ZipReader(archive({ ...bomb, size: 10_000_000 })).read('x', 1_000_000)).rejects.toThrow('would take 10000000 bytes');
});

test('no archive, two of one name, and places outside are refused', async () => {
  expect(() => new ZipReader(bytesOf('no archive at all, but long enough'))).toThrow('ZIP: it has no directory');
  expect(() => new ZipReader(new Uint8Array(0))).toThrow('ZIP: it has no directory');
  const bytes = writeZip(new Map([['a', bytesOf('1')], ['b', bytesOf('2')]])); // prettier-ignore
  const twice = bytes.map((byte, i) => (byte === 'b'.charCodeAt(0) && i > 60 ? 'a'.charCodeAt(0) : byte));
  expect(() => new ZipReader(twice)).toThrow('ZIP: a comes twice');
  const directory = bytes.length - 22 - 2 * 47;
  const far = bytes.map((byte, i) => (i === directory + 44 ? 9 : byte));
  await expect(new ZipReader(far).read('a', 9)).rejects.toThrow('ZIP: a is not where the directory says');
});
