import { FormatError } from '@gradus/tensor';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readIdx } from '../../src/datasets/idx.js';
import { idx } from './idx-file.js';

test.each([
  [0x08, 'uint8', [0, 7, 255]],
  [0x09, 'int32', [-128, 0, 127]],
  [0x0b, 'int32', [-32768, 258, 32767]],
  [0x0c, 'int32', [-(2 ** 31), 16909060, 2 ** 31 - 1]],
  [0x0d, 'float32', [-0.5, 1, 3.25]],
  [0x0e, 'float64', [-0.1, 1, Math.PI]],
])('type %i is read as %s', (code, dtype, values) => {
  const read = readIdx(idx(code, [3], values));
  expect(read.dtype).toBe(dtype);
  expect(read.shape).toEqual([3]);
  expect(read.toArray(1)).toEqual(values);
});

test('any shape is read, also from within a larger buffer', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(4), { maxLength: 4 }), fc.nat(9), (shape, offset) => {
      const values = Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i);
      const bytes = idx(0x0c, shape, values);
      const inside = new Uint8Array(bytes.length + offset);
      inside.set(bytes, offset);
      const read = readIdx(inside.subarray(offset));
      expect(read.shape).toEqual(shape);
      expect([...read.data('int32')]).toEqual(values);
    }),
  );
});

test('every truncation is refused, and a trailing byte', () => {
  const bytes = idx(0x0b, [2, 3], [1, 2, 3, 4, 5, 6]);
  for (let length = 0; length < bytes.length; length++) expect(() => readIdx(bytes.subarray(0, length))).toThrow(FormatError);
  expect(() => readIdx(Uint8Array.of(...bytes, 0))).toThrow('IDX: [2, 3] takes 12 bytes, the file has 13');
});

test.each([
  [[1, 0, 8, 0], 'IDX: the file does not begin as an IDX file does'],
  [[0, 0, 0x0a, 0], 'IDX: unknown type 0x0a'],
  [[0, 0, 8, 9], 'IDX: 9 axes, more than 8'],
  [[0, 0, 8, 2, 0, 0], 'IDX: the header takes 12 bytes, the file has 6'],
  [[0, 0, 8, 1, 255, 255, 255, 255], 'IDX: [4294967295] takes 4294967295 bytes, the file has 0'],
])('%j is refused', (bytes, message) => {
  expect(() => readIdx(Uint8Array.from(bytes))).toThrow(new FormatError(message));
});
