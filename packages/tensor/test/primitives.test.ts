import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as gradus from '@gradus/tensor';
import type { DType, Tensor } from '@gradus/tensor';

interface Value {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: readonly (number | string)[];
}
interface Case {
  readonly op: string;
  readonly inputs: readonly Value[];
  readonly options: { readonly axis?: number | readonly number[] | null; readonly keepDims?: boolean; readonly dtype?: DType };
  readonly expected: Value;
}
const fixture: { readonly cases: readonly Case[] } = JSON.parse(
  readFileSync(new URL('./fixtures/numpy-values.json', import.meta.url), 'utf8'),
);

function tensorOf({ dtype, shape, data }: Value): Tensor {
  return gradus.tensor(data.map(Number), dtype).reshape(shape);
}

const binary = {
  add: gradus.add,
  subtract: gradus.sub,
  multiply: gradus.mul,
  maximum: gradus.maximum,
  minimum: gradus.minimum,
  floorDivide: gradus.floorDivide,
  remainder: gradus.remainder,
  matmul: gradus.matmul,
} as const;
const reductions = { sum: gradus.sum, prod: gradus.prod, max: gradus.max, min: gradus.min, mean: gradus.mean } as const;

function isBinary(op: string): op is keyof typeof binary {
  return Object.hasOwn(binary, op);
}
function isReduction(op: string): op is keyof typeof reductions {
  return Object.hasOwn(reductions, op);
}

function run({ op, inputs, options }: Case): Tensor | undefined {
  const [a, b] = inputs.map(tensorOf);
  if (!a || options.dtype !== undefined) return undefined;
  if (isBinary(op) && b) return binary[op](a, b);
  const { axis, keepDims = false } = options;
  if (isReduction(op)) return reductions[op](a, axis ?? undefined, { keepDims });
  if (op === 'argmax' && typeof axis === 'number') return gradus.argmax(a, axis);
  if (op === 'argmin' && typeof axis === 'number') return gradus.argmin(a, axis);
  if (op === 'sort' && typeof axis === 'number') return gradus.sort(a, axis);
  if (op === 'cumsum' && typeof axis === 'number') return gradus.cumsum(a, axis);
  return undefined;
}

// NumPy sums small integers and divides them in wider types than the array API asks for: there the types are ours.
const comparable = fixture.cases.filter(
  (c) => c.inputs.every(({ dtype }) => dtype === c.inputs[0]?.dtype && dtype !== 'bool') && run(c) !== undefined,
);

test.each(comparable.map((c, i) => [`${i} ${c.op} ${JSON.stringify(c.inputs.map(({ dtype, shape }) => [dtype, shape]))}`, c] as const))(
  'equals NumPy: %s',
  (_, c) => {
    const found = run(c);
    expect(found?.shape).toEqual(c.expected.shape);
    const values = [...(found?.data() ?? [])];
    for (const [i, expected] of c.expected.data.map(Number).entries()) {
      const value = values[i] ?? NaN;
      if (Number.isFinite(expected)) expect(Math.abs(value - expected)).toBeLessThanOrEqual(2e-7 * Math.abs(expected) + 1e-12);
      else expect(value).toBe(expected);
    }
  },
);
