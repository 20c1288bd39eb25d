import { FormatError } from '@gradus/tensor';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { JsonNumber, parseStrictJson, type StrictJson } from '../../src/formats/json.js';

function plain(json: StrictJson): unknown {
  if (json instanceof JsonNumber) return Number(json.text);
  if (json instanceof Map) return Object.fromEntries([...json].map(([key, value]) => [key, plain(value)]));
  return Array.isArray(json) ? json.map(plain) : json;
}

test('agrees with JSON.parse on every value', () => {
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: 'grapheme' }), fc.constantFrom(0, 2), (value, indent) => {
      const text = JSON.stringify(value, undefined, indent);
      expect(plain(parseStrictJson(text))).toEqual(plain(parseStrictJson(JSON.stringify(JSON.parse(text)))));
      expect(JSON.stringify(plain(parseStrictJson(text)))).toBe(JSON.stringify(JSON.parse(text)));
    }),
  );
});

test('refuses with a FormatError whatever JSON.parse refuses', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.nat(), fc.constantFrom('"', '{', '}', ',', '\\', '0', 'x', '\n', ''), (value, at, put) => {
      const text = JSON.stringify(value);
      const i = at % (text.length + 1);
      const damaged = text.slice(0, i) + put + text.slice(i + 1);
      if (parses(damaged)) return;
      expect(() => parseStrictJson(damaged)).toThrow(FormatError);
    }),
    { numRuns: 500 },
  );
});

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

test.each([
  ['{"a":1,"a":2}', 'JSON: the key "a" comes twice, at character 10'],
  ['{"a":1,"\\u0061":2}', 'JSON: the key "a" comes twice, at character 15'],
  ['"\\ud800"', 'JSON: half of a surrogate pair, at character 8'],
  ['[1] 2', 'JSON: unexpected text after the value, at character 4'],
  ['"abc', 'JSON: a string that is not closed, or a character that must be escaped, at character 4'],
  ['"\\x"', 'JSON: an escape that JSON does not have, at character 4'],
  ['[01]', 'JSON: expected "," or "]", at character 3'],
  ['{1:2}', 'JSON: expected a key, at character 1'],
  ['', 'JSON: expected a value, at character 0'],
  ['\ufeff1', 'JSON: expected a value, at character 0'],
])('%s is refused', (text, message) => {
  expect(() => parseStrictJson(text)).toThrow(new FormatError(message));
});

test('deep nesting is refused, not met with an overflowing stack', () => {
  expect(() => parseStrictJson('['.repeat(100_000))).toThrow('nested deeper than 64');
  expect(() => parseStrictJson('{"a":'.repeat(100_000))).toThrow('nested deeper than 64');
  expect(() => parseStrictJson('['.repeat(64) + ']'.repeat(64))).not.toThrow();
});

test('a very long string is read', () => {
  expect(parseStrictJson(JSON.stringify('a'.repeat(10_000_000)))).toHaveLength(10_000_000);
});

test.each([
  ['0', 0],
  ['17', 17],
  ['9007199254740991', 2 ** 53 - 1],
  ['9007199254740992', undefined],
  ['-0', undefined],
  ['-1', undefined],
  ['4.0', undefined],
  ['1e3', undefined],
])('%s as an unsigned integer is %s', (text, value) => {
  expect(new JsonNumber(text).unsigned()).toBe(value);
});
