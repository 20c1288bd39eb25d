/** Functions of two numbers, element by element. */
import { expectDType, expectSame, floatType, numberType } from './types.js';
import type { Family, Signature, TensorType } from '../primitive.js';

type Binary = Signature<readonly ['a', 'b']>;

export interface BinarySignatures {
  add: Binary;
  sub: Binary;
  mul: Binary;
  div: Binary;
  pow: Binary;
  floorDivide: Binary;
  remainder: Binary;
  maximum: Binary;
  minimum: Binary;
  atan2: Binary;
  and: Binary;
  or: Binary;
}

function numbers(operation: string, a: TensorType, b: TensorType): TensorType {
  expectSame(operation, a, b);
  return numberType(operation, a);
}

function floats(operation: string, a: TensorType, b: TensorType): TensorType {
  expectSame(operation, a, b);
  return floatType(operation, a);
}

function bools(operation: string, a: TensorType, b: TensorType): TensorType {
  expectDType(operation, 'a', a, 'bool');
  expectSame(operation, a, b);
  return { dtype: 'bool', shape: a.shape };
}

export const binary: Family<keyof BinarySignatures> = {
  add: {
    name: 'add',
    type: ([a, b]) => numbers('add', a, b),
    kernel({ data: y }, [{ data: a }, { data: b }]) {
      for (let i = 0; i < y.length; i++) y[i] = a[i] + b[i];
    },
  },
  sub: {
    name: 'sub',
    type: ([a, b]) => numbers('sub', a, b),
    kernel({ data: y }, [{ data: a }, { data: b }]) {
      for (let i = 0; i < y.length; i++) y[i] = a[i] - b[i];
    },
  },
  mul: {
    name: 'mul',
    type: ([a, b]) => numbers('mul', a, b),
    kernel({ data: y, dtype }, [{ data: a }, { data: b }]) {
      // A product of two int32 does not fit a double exactly.
      if (dtype === 'int32') for (let i = 0; i < y.length; i++) y[i] = Math.imul(a[i], b[i]);
      else for (let i = 0; i < y.length; i++) y[i] = a[i] * b[i];
    },
  },
  div: {
    name: 'div',
    type: ([a, b]) => floats('div', a, b),
    kernel({ data: y }, [{ data: a }, { data: b }]) {
      for (let i = 0; i < y.length; i++) y[i] = a[i] / b[i];
    },
  },
  pow: {
    name: 'pow',
    type: ([a, b]) => floats('pow', a, b),
    kernel({ data: y }, [{ data: a }, { data: b }]) {
      // IEEE 754 has 1^x = 1 for every x, NaN included, and (-1)^inf = 1; JavaScript's older rule has NaN.
      for (let i = 0; i < y.length; i++) y[i] = a[i] === 1 || (a[i] === -1 && Math.abs(b[i]) === Infinity) ? 1 : a[i] ** b[i];
    },
  },
  floorDivide: {
    name: 'floorDivide',
    type: ([a, b]) => numbers('floorDivide', a, b),
    kernel({ data: y }, [{ data: a }, { data: b }]) {
      for (let i = 0; i < y.length; i++) y[i] = floorOf(a[i], b[i]);
    },
  },
  remainder: {
    name: 'remainder',
    type: ([a, b]) => numbers('remainder', a, b),
    kernel({ data: y }, [{ data: a }, { data: b }]) {
      for (let i = 0; i < y.length; i++) y[i] = remainderOf(a[i], b[i]);
    },
  },
  maximum: {
    name: 'maximum',
    type: ([a, b]) => numbers('maximum', a, b),
    kernel({ data: y }, [{ data: a }, { data: b }]) {
      for (let i = 0; i < y.length; i++) y[i] = Math.max(a[i], b[i]);
    },
  },
  minimum: {
    name: 'minimum',
    type: ([a, b]) => numbers('minimum', a, b),
    kernel({ data: y }, [{ data: a }, { data: b }]) {
      for (let i = 0; i < y.length; i++) y[i] = Math.min(a[i], b[i]);
    },
  },
  atan2: {
    name: 'atan2',
    type: ([a, b]) => floats('atan2', a, b),
    kernel({ data: y }, [{ data: a }, { data: b }]) {
      for (let i = 0; i < y.length; i++) y[i] = Math.atan2(a[i], b[i]);
    },
  },
  and: {
    name: 'and',
    type: ([a, b]) => bools('and', a, b),
    kernel({ data: y }, [{ data: a }, { data: b }]) {
      for (let i = 0; i < y.length; i++) y[i] = a[i] & b[i];
    },
  },
  or: {
    name: 'or',
    type: ([a, b]) => bools('or', a, b),
    kernel({ data: y }, [{ data: a }, { data: b }]) {
      for (let i = 0; i < y.length; i++) y[i] = a[i] | b[i];
    },
  },
};

/** a modulo b with the sign of b. */
function remainderOf(a: number, b: number): number {
  const r = a % b;
  return r !== 0 && r < 0 !== b < 0 ? r + b : r;
}

/** floor(a / b) by way of the exact remainder: a / b itself may round up to the next whole number (1 / 0.1 in float32). */
function floorOf(a: number, b: number): number {
  if (b === 0) return a / b;
  // Against an infinite b the remainder is infinite too where the signs differ: the floor of a little less than 0.
  if (Math.abs(b) === Infinity && Number.isFinite(a)) return a === 0 || a < 0 === b < 0 ? a / b : -1;
  return Math.round((a - remainderOf(a, b)) / b);
}
