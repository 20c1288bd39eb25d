import { readFileSync } from 'node:fs';
import { FormatError, type Dense, type DType, type TypedArray } from '@gradus/tensor';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readSafetensors, writeSafetensors } from '../../src/formats/safetensors.js';

const fixture = (name: string): Uint8Array => new Uint8Array(readFileSync(new URL(`../fixtures/${name}`, import.meta.url)));
const float = (...values: number[]): Dense => ({ dtype: 'float32', shape: [values.length], data: Float32Array.from(values) });

/** A file with this header, padded or not, and so many bytes of data (1, 2, 3, ...). */
function file(header: string, size: number, length?: bigint): Uint8Array {
  const text = new TextEncoder().encode(header);
  const bytes = new Uint8Array(8 + text.length + size);
  new DataView(bytes.buffer).setBigUint64(0, length ?? BigInt(text.length), true);
  bytes.set(text, 8);
  bytes.set(Uint8Array.from({ length: size }, (_, i) => i + 1), 8 + text.length); // prettier-ignore
  return bytes;
}

const one = (dtype: string, shape: string, offsets: string): string =>
  `{"a":{"dtype":"${dtype}","shape":${shape},"data_offsets":${offsets}}}`;

test('reads what the reference library wrote', () => {
  const { tensors, metadata } = readSafetensors(fixture('py.safetensors'));
  expect([...metadata]).toEqual([['k', 'v']]);
  expect(tensors.get('i')).toEqual({ dtype: 'int32', shape: [2], data: Int32Array.of(0, 1) });
  expect(tensors.get('a')).toEqual({ dtype: 'float32', shape: [2, 3], data: Float32Array.of(0, 1, 2, 3, 4, 5) });
  expect(tensors.get('h')).toEqual({ dtype: 'float32', shape: [3], data: Float32Array.of(1, 1, 1) });
  expect(tensors.get('bool')).toEqual({ dtype: 'bool', shape: [2], data: Uint8Array.of(1, 0) });
});

test('reads and rewrites, byte for byte, a file with a scalar, an empty tensor, NaN and infinity', () => {
  const bytes = fixture('js.safetensors');
  const { tensors, metadata } = readSafetensors(bytes);
  expect(tensors.get('s')).toEqual({ dtype: 'float64', shape: [], data: Float64Array.of(Math.PI) });
  expect(tensors.get('e')).toEqual({ dtype: 'float32', shape: [0, 4], data: new Float32Array(0) });
  expect(tensors.get('n')?.data).toEqual(Float32Array.of(NaN, Infinity));
  expect(writeSafetensors(tensors, metadata)).toEqual(bytes);
});

test('rewrites byte for byte what the reference library wrote, names and types of every kind', () => {
  const bytes = fixture('reference.safetensors');
  const { tensors, metadata } = readSafetensors(bytes);
  expect(writeSafetensors(tensors, metadata)).toEqual(bytes);
});

test('narrower and wider types are read exactly', () => {
  const { tensors } = readSafetensors(fixture('types.safetensors'));
  const values = (name: string): number[] => [...(tensors.get(name)?.data ?? [])];
  expect(values('f16')).toEqual([0, -0, 1, -2, 65504, 2 ** -24, 1023 * 2 ** -24, Infinity, -Infinity, NaN]);
  expect(values('bf16')).toEqual([0, -0, 1, -2, 1.0078125, 2 ** -133, Infinity, NaN]);
  expect(values('i8')).toEqual([-128, 127]);
  expect(values('i16')).toEqual([-32768, 32767]);
  expect(values('u16')).toEqual([0, 65535]);
  expect(values('u32')).toEqual([0, 2 ** 31 - 1]);
  expect(values('i64')).toEqual([-(2 ** 31), 2 ** 31 - 1]);
  expect(values('u64')).toEqual([0, 2 ** 31 - 1]);
  expect(tensors.get('f16')?.dtype).toBe('float32');
  expect(tensors.get('i64')?.dtype).toBe('int32');
});

test.each([
  ['U32', 4],
  ['I64', 8],
  ['U64', 8],
])('a %s that int32 cannot hold is an error', (dtype, size) => {
  const bytes = file(one(dtype, '[1]', `[0,${size}]`), size);
  bytes.fill(0, bytes.length - size);
  bytes[bytes.length - size + 3] = 0x80; // 2^31
  expect(() => readSafetensors(bytes)).toThrow(
    new FormatError(`safetensors: the tensor "a" (${dtype}): the integer 2147483648 does not fit int32`),
  );
});

const whole = one('U8', '[2]', '[0,2]');

test.each([
  ['a trailing byte', file(whole, 3), 'the tensors take 2 bytes, but 3 follow the header'],
  ['short data', file(whole, 1), 'the tensors take 2 bytes, but 1 follow the header'],
  ['a hole', file(one('U8', '[2]', '[1,3]'), 3), 'stands at [1, 3], the tensor before it ends at 0'],
  [
    'a hole between',
    file(`${whole.slice(0, -1)},"b":{"dtype":"U8","shape":[1],"data_offsets":[3,4]}}`, 4),
    'the tensor before it ends at 2',
  ],
  ['an overlap', file(`${whole.slice(0, -1)},"b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}`, 3), 'stands at [1, 3]'],
  ['two tensors at one place', file(`${whole.slice(0, -1)},"b":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}`, 2), 'stands at [0, 2]'],
  ['an end before the begin', file(one('U8', '[2]', '[2,0]'), 2), 'stands at [2, 0]'],
  ['a size that does not fit', file(one('U8', '[3]', '[0,2]'), 2), 'takes 24 bits as U8 [3], not 2 bytes'],
  ['bits that fill no byte', file(one('F4', '[3]', '[0,2]'), 2), 'takes 12 bits as F4 [3]'],
  ['a negative size', file(one('U8', '[-2]', '[0,2]'), 2), 'has a shape that is no list of unsigned integers'],
  ['a size in floating point', file(one('U8', '[2.0]', '[0,2]'), 2), 'has a shape that is no list of unsigned integers'],
  ['a size that overflows', file(one('U8', '[4294967296,4294967296,4294967296]', '[0,2]'), 2), 'is too large'],
  ['a size above 2^53', file(one('U8', '[18446744073709551618]', '[0,2]'), 2), 'has a shape that is no list'],
  ['an offset in floating point', file(one('F32', '[1]', '[0,4.0]'), 4), 'has data_offsets that are not two unsigned integers'],
  ['three offsets', file(one('F32', '[1]', '[0,4,8]'), 4), 'has data_offsets that are not two unsigned integers'],
  ['no offsets', file('{"a":{"dtype":"U8","shape":[0]}}', 0), 'has data_offsets that are not two unsigned integers'],
  ['no shape', file('{"a":{"dtype":"U8","data_offsets":[0,0]}}', 0), 'has a shape that is no list of unsigned integers'],
  ['an unknown dtype', file(one('F33', '[2]', '[0,2]'), 2), 'has no known dtype (F33)'],
  ['a dtype in lower case', file(one('u8', '[2]', '[0,2]'), 2), 'has no known dtype (u8)'],
  ['a dtype that is no text', file('{"a":{"dtype":8,"shape":[0],"data_offsets":[0,0]}}', 0), 'has no known dtype'],
  ['a dtype that Gradus has not', file(one('F8_E4M3', '[2]', '[0,2]'), 2), 'has the dtype F8_E4M3, which Gradus cannot hold exactly'],
  ['a tensor that is no object', file('{"a":[]}', 0), 'is described by no object'],
  ['metadata that is no text', file('{"__metadata__":{"epoch":3}}', 0), 'the metadata "epoch" is no text'],
  ['metadata that is no object', file('{"__metadata__":"x"}', 0), '__metadata__ is no object'],
  ['an array', file('[]', 0), 'the header is no JSON object'],
  ['text after the object', file('{} {}', 0), 'unexpected text after the value'],
  ['a key that comes twice', file('{"__metadata__":{},"__metadata__":{}}', 0), 'comes twice'],
  ['fewer than 8 bytes', new Uint8Array(7), 'a file has at least 8 bytes, this one has 7'],
  ['an empty header', file('', 0), 'expected a value'],
  ['a header of 2^63 bytes', file('{}', 0, 2n ** 63n), 'longer than the 100000000 that the format allows'],
  ['a header of more than 100 MB', file('{}', 0, 100_000_001n), 'longer than the 100000000'],
  ['a header longer than the file', file('{}', 0, 3n), 'the header takes 3 bytes, but only 2 follow'],
])('refuses %s', (_, bytes, message) => {
  expect(() => readSafetensors(bytes)).toThrow(FormatError);
  expect(() => readSafetensors(bytes)).toThrow(message);
});

test('refuses a header that is not UTF-8', () => {
  const bytes = file('{"__metadata__":{"a":"b"}}', 0);
  bytes[8 + '{"__metadata__":{"'.length] = 0xff;
  expect(() => readSafetensors(bytes)).toThrow('safetensors: the header is not UTF-8');
});

test.each([
  ['a header without padding: the data are unaligned', file(one('F64', '[1]', '[0,8]'), 8), ['a']],
  ['a space before the object', file(`  ${whole}`, 2), ['a']],
  ['fields that it does not know', file('{"a":{"x":[{"y":null}],"dtype":"U8","shape":[1],"data_offsets":[0,1]}}', 1), ['a']],
  ['no tensors', file('{}', 0), []],
  ['no metadata', file('{"__metadata__":null}', 0), []],
  ['a tensor named __proto__', file(whole.replace('"a"', '"__proto__"'), 2), ['__proto__']],
  ['an empty name', file(whole.replace('"a"', '""'), 2), ['']],
  ['a shape []', file(one('F32', '[]', '[0,4]'), 4), ['a']],
  ['a shape [0, 4]', file(one('F32', '[0,4]', '[0,0]'), 0), ['a']],
  [
    'empty tensors at one place',
    file(`{"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"b":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}`, 0),
    ['a', 'b'],
  ],
])('accepts %s', (_, bytes, names) => {
  expect([...readSafetensors(bytes).tensors.keys()]).toEqual(names);
});

test('unaligned data are read right, also from within a larger buffer', () => {
  const bytes = file(`${one('F64', '[2]', '[0,16]')} `, 16);
  const inside = new Uint8Array(bytes.length + 3);
  inside.set(bytes, 3);
  const expected = new Float64Array(Uint8Array.from({ length: 16 }, (_, i) => i + 1).buffer);
  expect(readSafetensors(bytes).tensors.get('a')?.data).toEqual(expected);
  expect(readSafetensors(inside.subarray(3)).tensors.get('a')?.data).toEqual(expected);
});

test('what was read stands apart from the bytes it came from', () => {
  const bytes = writeSafetensors(new Map([['a', float(1, 2)]]));
  const { tensors } = readSafetensors(bytes);
  bytes.fill(0);
  expect(tensors.get('a')?.data).toEqual(Float32Array.of(1, 2));
});

test('a bool in a file is any byte, in a tensor 0 or 1', () => {
  const { tensors } = readSafetensors(file(one('BOOL', '[3]', '[0,3]'), 3));
  expect(tensors.get('a')?.data).toEqual(Uint8Array.of(1, 1, 1));
});

test('every truncation of a file is refused', () => {
  for (const name of ['py.safetensors', 'js.safetensors', 'reference.safetensors']) {
    const bytes = fixture(name);
    for (let length = 0; length < bytes.length; length++) expect(() => readSafetensors(bytes.subarray(0, length))).toThrow(FormatError);
  }
});

test('a damaged file is read or refused with a FormatError, nothing else', () => {
  const bytes = fixture('reference.safetensors');
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat({ max: bytes.length - 1 }), fc.nat(255)), { minLength: 1, maxLength: 4 }), (changes) => {
      const damaged = bytes.slice();
      for (const [at, byte] of changes) damaged[at] = byte;
      try {
        readSafetensors(damaged);
      } catch (error) {
        expect(error).toBeInstanceOf(FormatError);
      }
    }),
    { numRuns: 500 },
  );
});

const arrays: { readonly [D in DType]: (size: number) => TypedArray } = {
  float32: (size) => new Float32Array(size),
  float64: (size) => new Float64Array(size),
  int32: (size) => new Int32Array(size),
  uint8: (size) => new Uint8Array(size),
  bool: (size) => new Uint8Array(size),
};
const dtype = fc.constantFrom<DType>('float32', 'float64', 'int32', 'uint8', 'bool');
const dense: fc.Arbitrary<Dense> = fc
  .tuple(dtype, fc.array(fc.nat(4), { maxLength: 3 }), fc.infiniteStream(fc.nat(255)))
  .map(([type, shape, values]) => {
    const data = arrays[type](shape.reduce((a, b) => a * b, 1)); // prettier-ignore
    for (let i = 0; i < data.length; i++) data[i] = type === 'bool' ? Number(values.next().value) % 2 : Number(values.next().value) - 100;
    return { dtype: type, shape, data };
  });
const text = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom('__proto__', 'constructor', '10', '2', '\uff5e', '\u{1f600}', '"\\\u0000'),
);
const tensors = fc.uniqueArray(fc.tuple(text, dense), { selector: ([name]) => name, maxLength: 6 });

test('what is written is read back, and the order in which tensors come does not matter', () => {
  fc.assert(
    fc.property(tensors, fc.uniqueArray(fc.tuple(text, text), { selector: ([key]) => key }), (entries, notes) => {
      const bytes = writeSafetensors(new Map(entries), new Map(notes));
      const back = readSafetensors(bytes);
      expect(back.metadata).toEqual(new Map(notes));
      expect(back.tensors).toEqual(new Map(entries));
      expect(writeSafetensors(new Map(entries.toReversed()), new Map(notes))).toEqual(bytes);
      expect(new DataView(bytes.buffer).getBigUint64(0, true) % 8n).toBe(0n);
    }),
  );
});

test.each([
  ['a reserved name', new Map([['__metadata__', float(1)]]), 'has a name that the format keeps for itself'],
  ['a shape that does not fit', new Map([['a', { ...float(1, 2), shape: [3] }]]), 'has 2 elements, its shape [3] asks for 3'],
  ['a dtype that does not fit', new Map([['a', { ...float(1), dtype: 'float64' as const }]]), 'says float64 but is stored in Float32Array'],
  ['a name that is no text', new Map([['\ud800', float(1)]]), 'holds half of a surrogate pair'],
])('does not write %s', (_, entries: Map<string, Dense>, message) => {
  expect(() => writeSafetensors(entries)).toThrow(FormatError);
  expect(() => writeSafetensors(entries)).toThrow(message);
});
