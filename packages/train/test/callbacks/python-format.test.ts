import { readFileSync } from 'node:fs';
import { ArgumentError } from '@gradus/tensor';
import { expect, test } from 'vitest';
import { fillIn } from '../../src/callbacks/fill-in.js';
import { pythonFormat } from '../../src/callbacks/python-format.js';

type Case = readonly [value: number | string, whole: boolean, spec: string, text: string];

const cases: readonly Case[] = JSON.parse(readFileSync(new URL('../fixtures/python-formats.json', import.meta.url), 'utf8'));
const numbers: Readonly<Record<string, number>> = { inf: Infinity, '-inf': -Infinity, nan: NaN };

test('numbers are formatted as in Python', () => {
  expect(cases.length).toBeGreaterThan(400);
  for (const [spelled, whole, spec, text] of cases) {
    const value = typeof spelled === 'number' ? spelled : (numbers[spelled] ?? Number(spelled));
    expect(pythonFormat({ value, whole }, spec), `format(${spelled}, '${spec}')`).toBe(text);
  }
});

test('a path takes epochs, batches and measures; two braces stand for one', () => {
  const values = { epoch: 3, batch: 12, val_loss: 2, 'a.b': 0.125 };
  expect(fillIn('m-{epoch:03d}-{batch}-{val_loss}-{val_loss:.2f}.h5', values)).toBe('m-003-12-2.0-2.00.h5');
  expect(fillIn('{{{epoch}}}-{a.b:.1%}', values)).toBe('{3}-12.5%');
});

test.each([
  ['{f1}', /\{f1\} is not in the logs; there are: epoch/],
  ['{constructor}', /\{constructor\} is not in the logs/],
  ['{}', /\{\} is not in the logs/],
  ['{epoch', /a single '\{'/],
  ['epoch}', /a single '\}'/],
  ['{epoch:y}', /'y' is no format of a number/],
  ['{epoch:.3d}', /has a precision, which whole numbers have not/],
  ['{loss:d}', /is for whole numbers/],
])('the path %s is refused', (path, message) => {
  expect(() => fillIn(path, { epoch: 1, loss: 0.5 })).toThrow(ArgumentError);
  expect(() => fillIn(path, { epoch: 1, loss: 0.5 })).toThrow(message);
});
