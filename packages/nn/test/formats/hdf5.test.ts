import { readFileSync } from 'node:fs';
import { FormatError } from '@gradus/tensor';
import { expect, test } from 'vitest';
import { Bytes } from '../../src/formats/hdf5/bytes.js';
import { isHdf5, readHdf5 } from '../../src/formats/hdf5/read.js';
import { loadHdf5, writeHdf5 } from '../../src/formats/hdf5/write.js';
import type { Dense } from '@gradus/tensor';
import type { Group } from '../../src/formats/hdf5/write.js';

const fileOf = (name: string): Uint8Array => readFileSync(new URL(`../fixtures/hdf5/${name}.h5`, import.meta.url));

test.each(['i1', 'i2', 'i4', 'i8', 'u1', 'u2', 'u4', 'u8', 'f2', 'f4', 'f8'])('numbers of type %s are read', (name) => {
  const dense = readHdf5(fileOf('types')).get(name)?.dense();
  expect(dense?.shape).toEqual([3]);
  expect([...(dense?.data ?? [])]).toEqual([1, 2, 3]);
});

test('scalars, empty data sets and texts are read', () => {
  const root = readHdf5(fileOf('types'));
  expect(root.get('scalar')?.dense()).toEqual({ dtype: 'float32', shape: [], data: Float32Array.of(7) });
  expect(root.get('empty')?.dense()).toEqual({ dtype: 'float32', shape: [0, 3], data: new Float32Array(0) });
  expect([root.text('text'), root.texts('texts'), root.texts('fixed'), root.texts('none')]).toEqual([
    'Grüße',
    ['a', 'bc'],
    ['ab', 'c'],
    [],
  ]);
  expect([root.text('absent'), root.get('absent'), root.get('absent/more')]).toEqual([undefined, undefined, undefined]);
});

test.each([
  ['big_endian', 'holds something else than little-endian numbers'],
  ['bool', 'holds something else than little-endian numbers'],
  ['text', 'holds something else than little-endian numbers'],
  ['compound', 'holds something else than little-endian numbers'],
  ['null', 'holds something else than little-endian numbers'],
  ['unwritten', 'has a shape but no data'],
  ['too_large', 'the integer 1099511627776 does not fit int32'],
])('%s is refused', (name, message) => {
  expect(() => readHdf5(fileOf('types')).get(name)?.dense()).toThrow(FormatError);
  expect(() => readHdf5(fileOf('types')).get(name)?.dense()).toThrow(message);
});

test('an attribute that is no text is refused, and a group that is a data set', () => {
  const root = readHdf5(fileOf('types'));
  expect(() => root.text('number')).toThrow('HDF5: the root has an attribute number that is no text');
  expect(() => root.dense()).toThrow('HDF5: the root is no data set');
  expect(() => root.get('i4/0')).toThrow('HDF5: an object that is no group where one is expected');
});

test.each([
  ['links', '"layers" is a link to another place: refused'],
  ['external', '/vars/0 keeps its data in another file: refused'],
  ['external_link', 'a group of a newer format, which may hold links to other files'],
  ['virtual', '/vars/0 is virtual, in chunks or compressed: only contiguous data sets are read'],
  ['chunked', '/vars/0 is virtual, in chunks or compressed: only contiguous data sets are read'],
  ['newer', 'a superblock of version 3'],
])('%s.h5 is refused', (name, message) => {
  const read = (): unknown => readHdf5(fileOf(name)).get('vars/0')?.dense();
  expect(read).toThrow(FormatError);
  expect(read).toThrow(message);
});

test('a group inside itself ends with the path that is asked for', () => {
  const root = readHdf5(fileOf('circles'));
  expect(root.get(`a${'/c'.repeat(5000)}/b`)?.dense().data).toEqual(Float32Array.of(1));
});

test('parts that overlap do not fill the memory', () => {
  const bytes = new Bytes(new Uint8Array(1000));
  const copyAll = (): unknown => Array.from({ length: 1010 }, () => bytes.copy(0, 1000));
  expect(copyAll).toThrow('HDF5: its parts overlap and would fill far more than the file itself');
  for (const place of [-1, 1001, Infinity, NaN]) expect(() => bytes.copy(place, 0)).toThrow('HDF5: it ends at byte 1000');
});

test('what is no HDF5 file is known by its first bytes', () => {
  for (const bytes of [new Uint8Array(0), Uint8Array.of(0x89, 0x48), new TextEncoder().encode('PK it is an archive')]) {
    expect(isHdf5(bytes)).toBe(false);
    expect(() => readHdf5(bytes)).toThrow('HDF5: the file does not begin as one');
  }
  expect(isHdf5(fileOf('links'))).toBe(true);
});

test('what h5wasm writes is read again: nested groups, many members, long lists, large texts', async () => {
  const values = (n: number): Dense => ({ dtype: 'float32', shape: [n], data: Float32Array.from({ length: n }, (_, i) => i / 3) });
  const many = Array.from({ length: 300 }, (_, i): [string, Group] => [
    `layer_${i}`,
    { attributes: { name: `${i}` }, data: new Map([['a/b/0', values(i)]]) },
  ]);
  const root = readHdf5(
    writeHdf5(await loadHdf5(), {
      attributes: { text: 'ü'.repeat(50_000), empty: '', none: [], list: Array.from({ length: 5000 }, (_, i) => `name ${i}`) },
      groups: new Map([['deep/er', { groups: new Map(many) }]]),
    }),
  );
  expect([root.text('text'), root.text('empty'), root.texts('none')]).toEqual(['ü'.repeat(50_000), '', []]);
  expect([root.texts('list'), root.texts('list0')?.length, root.texts('list2')?.at(-1)]).toEqual([undefined, 2000, 'name 4999']);
  for (const [i, [name]] of many.entries()) {
    const layer = root.get(`deep/er/${name}`);
    expect(layer?.text('name')).toBe(String(i));
    expect(layer?.get('a/b/0')?.dense()).toEqual(values(i));
  }
});
