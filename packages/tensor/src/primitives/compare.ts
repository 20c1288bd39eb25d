/** Comparison and selection, element by element. */
import { expectDType, expectSame } from './types.js';
import { sameShape, showShape } from '../shape.js';
import { ShapeError } from '../errors.js';
import type { Family, Signature, TensorType } from '../primitive.js';

type Comparison = Signature<readonly ['a', 'b']>;

export interface CompareSignatures {
  equal: Comparison;
  less: Comparison;
  lessEqual: Comparison;
  where: Signature<readonly ['condition', 'a', 'b']>;
}

function compared(operation: string, a: TensorType, b: TensorType): TensorType {
  expectSame(operation, a, b);
  return { dtype: 'bool', shape: a.shape };
}

export const compare: Family<keyof CompareSignatures> = {
  equal: {
    name: 'equal',
    type: ([a, b]) => compared('equal', a, b),
    kernel({ data: y }, [{ data: a }, { data: b }]) {
      for (let i = 0; i < y.length; i++) y[i] = a[i] === b[i] ? 1 : 0;
    },
  },
  less: {
    name: 'less',
    type: ([a, b]) => compared('less', a, b),
    kernel({ data: y }, [{ data: a }, { data: b }]) {
      for (let i = 0; i < y.length; i++) y[i] = a[i] < b[i] ? 1 : 0;
    },
  },
  lessEqual: {
    name: 'lessEqual',
    type: ([a, b]) => compared('lessEqual', a, b),
    kernel({ data: y }, [{ data: a }, { data: b }]) {
      for (let i = 0; i < y.length; i++) y[i] = a[i] <= b[i] ? 1 : 0;
    },
  },
  where: {
    name: 'where',
    type: ([condition, a, b]) => {
      expectDType('where', 'condition', condition, 'bool');
      expectSame('where', a, b);
      if (sameShape(condition.shape, a.shape)) return { dtype: a.dtype, shape: a.shape };
      throw new ShapeError(`where: condition has shape ${showShape(condition.shape)}, the values ${showShape(a.shape)}`);
    },
    kernel({ data: y }, [{ data: condition }, { data: a }, { data: b }]) {
      for (let i = 0; i < y.length; i++) y[i] = condition[i] === 0 ? b[i] : a[i];
    },
  },
};
