/** Arrays of a case as tensors, and results against what was expected. */
import { fromData, tensor, Tensor } from '@gradus/train';
import { isList, isRecord, listOf, numberOf, recordOf, textOf } from './json.js';
import type { DType } from '@gradus/train';
import type { Json, Tolerance } from './json.js';

/** A result that is not the expected one. */
export class Mismatch extends Error {}

/** Gradus' element types for NumPy's; what it has not becomes the nearest that it has. */
const dtypes: Readonly<Record<string, DType>> = {
  float16: 'float32',
  bfloat16: 'float32',
  float32: 'float32',
  float64: 'float32',
  int8: 'int32',
  int16: 'int32',
  int32: 'int32',
  int64: 'int32',
  uint8: 'uint8',
  uint16: 'int32',
  uint32: 'int32',
  bool: 'bool',
};

/** An array as data: its shape and its numbers, row by row. */
interface Numbers {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

export function isArray(json: Json | undefined): boolean {
  return isRecord(json) && 'dtype' in json && 'shape' in json && 'data' in json;
}

const scalarOf = (json: Json): number => (typeof json === 'boolean' ? Number(json) : numberOf(json));

function numbersIn(json: Json): Numbers {
  if (isRecord(json)) {
    const shape = listOf(json['shape']).map(numberOf);
    const { data = null } = json;
    return { shape, data: isList(data) ? data.map(scalarOf) : new Array<number>(sizeOf(shape)).fill(scalarOf(data)) };
  }
  if (!isList(json)) return { shape: [], data: [scalarOf(json)] };
  const parts = json.map(numbersIn);
  return { shape: [parts.length, ...(parts[0]?.shape ?? [])], data: parts.flatMap(({ data }) => data) };
}

const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

function dtypeOf(json: Json): DType {
  if (isRecord(json)) {
    const name = textOf(json['dtype']);
    const dtype = dtypes[name];
    if (dtype === undefined) throw new Error(`the case: unknown element type ${name}`);
    return dtype;
  }
  if (isList(json)) return json[0] === undefined ? 'float32' : dtypeOf(json[0]);
  return typeof json === 'boolean' ? 'bool' : 'float32';
}

/** An array, a nested list or a number. */
export function tensorOf(json: Json | undefined): Tensor {
  if (json === undefined || json === null) throw new Error('the case: an array is missing');
  const { shape, data } = numbersIn(json);
  const dtype = dtypeOf(json);
  return fromData(Float64Array.from(data), [...shape], 'float64').cast(dtype);
}

/** The tensor, or undefined where the case has none. */
export function tensorIn(json: Json | undefined): Tensor | undefined {
  return json === undefined || json === null ? undefined : tensorOf(json);
}

function close(found: number, wanted: number, { atol, rtol }: Tolerance): boolean {
  if (Number.isNaN(wanted)) return Number.isNaN(found);
  if (!Number.isFinite(wanted)) return found === wanted;
  return Math.abs(found - wanted) <= atol + rtol * Math.abs(wanted);
}

/** @throws Mismatch where `found` is not `expected`, within the tolerance; one expected number stands for all */
export function expectClose(found: Tensor | number, expected: Json | undefined, tol: Tolerance, what: string): void {
  if (expected === undefined || expected === null) throw new Error(`the case: nothing is expected of ${what}`);
  const wanted = numbersIn(expected);
  const actual = found instanceof Tensor ? found : tensor(found, 'float64');
  const numbers = actual.data();
  const single = wanted.data.length === 1;
  if (!single && String(wanted.shape) !== String(actual.shape)) {
    throw new Mismatch(`${what}: has the shape [${actual.shape.join(', ')}], expected [${wanted.shape.join(', ')}]`);
  }
  for (const [i, number] of numbers.entries()) {
    const want = wanted.data[single ? 0 : i] ?? NaN;
    if (!close(number, want, tol)) throw new Mismatch(`${what}${single ? '' : `[${i}]`}: ${number} for ${want}`);
  }
}

/** @throws Mismatch where two pieces of data differ; numbers may, within the tolerance */
export function expectSame(found: Json, expected: Json | undefined, tol: Tolerance, what: string): void {
  if (typeof expected === 'number' || expected === 'NaN' || expected === 'Infinity' || expected === '-Infinity') {
    if (typeof found === 'number' && close(found, numberOf(expected), tol)) return;
  } else if (isList(expected)) {
    if (isList(found) && found.length === expected.length) {
      for (const [i, part] of expected.entries()) expectSame(found[i] ?? null, part, tol, `${what}[${i}]`);
      return;
    }
  } else if (isRecord(expected)) {
    if (isRecord(found) && String(Object.keys(found).toSorted()) === String(Object.keys(expected).toSorted())) {
      for (const [key, part] of Object.entries(expected)) expectSame(recordOf(found)[key] ?? null, part, tol, `${what}.${key}`);
      return;
    }
  } else if (found === (expected ?? null)) return;
  throw new Mismatch(`${what}: ${shown(found)} for ${shown(expected)}`);
}

const shown = (json: Json | undefined): string => {
  const text = JSON.stringify(json) ?? 'nothing';
  return text.length > 300 ? `${text.slice(0, 300)}...` : text;
};
