import { expect, test } from 'vitest';
import { parseFunction } from './expression.js';
import { casesOf } from './json.js';
import { replay } from './replay.js';
import { report } from './report.js';
import type { Case } from './json.js';

/** A file with one case, as the format says. */
function fileOf(c: Partial<Record<keyof Case, unknown>>): string {
  return JSON.stringify({ cases: [{ id: 'x/y', area: 'x', inputs: {}, expected: {}, tol: { atol: 1e-6, rtol: 1e-6 }, ...c }] });
}

async function resultOf(c: Partial<Record<keyof Case, unknown>>): Promise<Awaited<ReturnType<typeof replay>>> {
  const [first] = casesOf(fileOf(c));
  if (!first) throw new Error('no case');
  return replay(first);
}

const array = (shape: readonly number[], data: readonly unknown[], dtype: string = 'float32'): unknown => ({ dtype, shape, data });
const squares = {
  config: { kind: 'loss', class: 'MeanSquaredError', args: { reduction: 'sum', dtype: 'float32', name: null } },
  inputs: { y_true: array([2, 2], [0, 1, 2, 3], 'int64'), y_pred: array([2, 2], [0, 1, 2, 5]), sample_weight: [1, 3] },
};

test('a case with the right value passes', async () => {
  expect(await resultOf({ ...squares, expected: { value: 6 } })).toEqual({ id: 'x/y', area: 'x', passed: true });
});

test('a planted wrong value fails, and the reason names both numbers', async () => {
  expect(await resultOf({ ...squares, expected: { value: 6.1 } })).toMatchObject({ passed: false, reason: 'value: 6 for 6.1' });
});

test('a wrong shape fails', async () => {
  const result = await resultOf({ ...squares, expected: { value: array([2], [0, 6]) } });
  expect(result).toMatchObject({ passed: false, reason: 'value: has the shape [], expected [2]' });
});

test('a class, a kind and an option that do not exist count as failed, and say so', async () => {
  const missing = await Promise.all([
    resultOf({ ...squares, config: { ...squares.config, class: 'NoLoss' } }),
    resultOf({ config: { kind: 'dance' } }),
    resultOf({ ...squares, config: { ...squares.config, args: { furor: 2 } } }),
  ]);
  expect(missing.map(({ passed, missing: absent, reason }) => [passed, absent, reason])).toEqual([
    [false, true, 'does not exist: the loss NoLoss'],
    [false, true, 'does not exist: the kind dance'],
    [false, true, 'does not exist: the option furor = 2 of MeanSquaredError'],
  ]);
});

test('an expected error must be thrown, and be one of ours', async () => {
  const expected = { error: 'ValueError' };
  const refused = { kind: 'loss', class: 'Huber', args: { delta: -1 } };
  expect(await resultOf({ ...squares, config: refused, expected })).toMatchObject({ passed: true });
  expect(await resultOf({ ...squares, expected: { ...expected, value: 6 } })).toMatchObject({
    passed: false,
    reason: 'no error, expected "ValueError"',
  });
  expect(await resultOf({ config: { kind: 'dance' }, expected })).toMatchObject({ passed: false, missing: true });
});

test('NaN matches NaN, infinity itself', async () => {
  const config = { kind: 'activation', function: 'exponential', args: {} };
  const inputs = { x: array([3], [1000, 'NaN', '-Infinity']) };
  expect(await resultOf({ config, inputs, expected: { value: array([3], ['Infinity', 'NaN', 0]) } })).toMatchObject({ passed: true });
  expect(await resultOf({ config, inputs, expected: { value: array([3], ['Infinity', 0, 0]) } })).toMatchObject({ passed: false });
});

test('the report counts by area, with the total last', () => {
  const lines = report([
    { id: 'b/1', area: 'b', passed: true },
    { id: 'a/1', area: 'a', passed: false, reason: 'two\nlines' },
    { id: 'b/2', area: 'b', passed: true },
  ]);
  expect(lines).toEqual(['a: 0 passed, 1 failed', '  a/1: two lines', 'b: 2 passed, 0 failed', '2 passed, 1 failed']);
});

test('functions given as text are read, not run', () => {
  const value = (text: string, values: Readonly<Record<string, number>>): number => parseFunction(text).body(values);
  expect(value('lr(epoch, lr) = lr if epoch < 2 else lr * 0.5', { epoch: 2, lr: 0.5 })).toBe(0.25);
  expect(value('lambda epoch: 0.1 * 2 ** -(epoch // 2)', { epoch: 5 })).toBe(0.025);
  expect(value('f(e) = max(1e-3, [0.1, 0.2][e]) - math.exp(-e) % 3', { e: 1 })).toBe(0.2 - Math.exp(-1));
  expect(value('f(e) = 1.0 if e == 1 and not e > 2 or False else 7.', { e: 3 })).toBe(7);
  expect(() => parseFunction('f(x) = process.exit(1)').body({ x: 1 })).toThrow('unknown function exit');
  expect(() => parseFunction('f(x) = x +')).toThrow("at 'the end'");
});

test('a layer gets the weights of the case by their order, and refuses others', async () => {
  const config = {
    kind: 'layer',
    class: 'Dense',
    args: { units: 1, activation: 'relu', kernel_initializer: { class: 'Zeros', args: {} } },
  };
  const weights = [
    { name: 'dense/kernel', value: array([2, 1], [1, -2]) },
    { name: 'dense/bias', value: array([1], [0.5]) },
  ];
  const calls = [{ args: [array([2, 2], [3, 1, 0, 1])], kwargs: {} }];
  const expected = { output: array([2, 1], [1.5, 0]) };
  expect(await resultOf({ config, inputs: { weights, calls }, expected })).toMatchObject({ passed: true });
  expect(await resultOf({ config, inputs: { weights: weights.toReversed(), calls }, expected })).toMatchObject({ passed: false });
  const unknown = { ...config, args: { units: 1, verve: 2 } };
  expect(await resultOf({ config: unknown, inputs: { weights, calls }, expected })).toMatchObject({ passed: false, missing: true });
});
