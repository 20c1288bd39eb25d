import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import * as gradus from '@gradus/tensor';
import type { DType, ReduceOptions, Tensor } from '@gradus/tensor';

interface Value {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: readonly (number | string)[];
}
interface Options {
  readonly axis?: number | readonly number[] | null;
  readonly keepDims?: boolean;
  readonly dtype?: DType;
}
interface Case {
  readonly op: string;
  readonly inputs: readonly Value[];
  readonly options: Options;
  readonly expected: Value;
}
const fixture: { readonly cases: readonly Case[] } = JSON.parse(
  readFileSync(new URL('./fixtures/numpy-values.json', import.meta.url), 'utf8'),
);

type Run = (a: Tensor, b: Tensor, options: Options) => Tensor;
type Reduction = (x: Tensor, axes?: number | readonly number[], options?: ReduceOptions) => Tensor;

const over = (f: Reduction): Run => (a, _, { axis, keepDims = false }) => f(a, axis ?? undefined, { keepDims }); // prettier-ignore
const along = (f: (x: Tensor, axis?: number) => Tensor): Run => (a, _, { axis }) => f(a, typeof axis === 'number' ? axis : undefined); // prettier-ignore

/** Every operation of the fixture, by NumPy's name in camelCase. */
const operations: Readonly<Record<string, Run>> = {
  add: gradus.add,
  subtract: gradus.sub,
  multiply: gradus.mul,
  divide: gradus.div,
  power: gradus.pow,
  maximum: gradus.maximum,
  minimum: gradus.minimum,
  floorDivide: gradus.floorDivide,
  remainder: gradus.remainder,
  atan2: gradus.atan2,
  equal: gradus.equal,
  notEqual: gradus.notEqual,
  less: gradus.less,
  lessEqual: gradus.lessEqual,
  greater: gradus.greater,
  greaterEqual: gradus.greaterEqual,
  round: gradus.round,
  floor: gradus.floor,
  ceil: gradus.ceil,
  sign: gradus.sign,
  abs: gradus.abs,
  negative: gradus.neg,
  square: gradus.square,
  matmul: (a, b) => gradus.matmul(a, b),
  cast: (a, _, { dtype = 'float32' }) => a.cast(dtype),
  sum: over(gradus.sum),
  prod: over(gradus.prod),
  max: over(gradus.max),
  min: over(gradus.min),
  mean: over(gradus.mean),
  all: over(gradus.all),
  any: over(gradus.any),
  argmax: along(gradus.argmax),
  argmin: along(gradus.argmin),
  sort: along(gradus.sort),
  argsort: along(gradus.argsort),
  cumsum: along(gradus.cumsum),
};
/** What Gradus has not, or differs in: its powers are always floats. */
function isOurs({ op, inputs }: Case): boolean {
  return Object.hasOwn(operations, op) && !(op === 'power' && inputs[0]?.dtype === 'int32');
}

function tensorOf({ dtype, shape, data }: Value): Tensor {
  return gradus.tensor(data.map(Number), dtype).reshape(shape);
}

function nameOf({ op, inputs, options }: Case): string {
  return [op, ...inputs.map(({ dtype, shape }) => `${dtype} ${JSON.stringify(shape)}`), JSON.stringify(options)].join(' ');
}

const cases = fixture.cases.filter(isOurs);

describe('equals NumPy', () => {
  test.each(cases.map((c, i) => [`${i} ${nameOf(c)}`, c] as const))('%s', (_, { op, inputs, options, expected }) => {
    const [a = gradus.zeros([]), b = gradus.zeros([])] = inputs.map(tensorOf);
    const found = operations[op]?.(a, b, options);
    expect(found?.shape).toEqual(expected.shape);
    expect(found?.dtype).toBe(expected.dtype);
    const values = found?.data() ?? new Float32Array();
    for (const [i, value] of expected.data.map(Number).entries()) {
      const near = Number.isFinite(value) ? Math.abs((values[i] ?? NaN) - value) <= 2e-7 * Math.abs(value) : Object.is(values[i], value);
      expect(near, `element ${i}: expected ${value}, found ${values[i]}`).toBe(true);
    }
  });
});

test('every operation but truncation and running products is among ours', () => {
  const skipped = fixture.cases.filter((c) => !isOurs(c)).map(({ op }) => op);
  expect(new Set(skipped)).toEqual(new Set(['trunc', 'cumprod', 'power']));
});
