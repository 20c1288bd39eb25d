/** Tensors from nothing but numbers. */
import { accelerate } from './accelerate.js';
import { allocate, dtypeOf } from './dtype.js';
import { ArgumentError, DTypeError, ShapeError } from './errors.js';
import { blank, EagerTensor } from './interpreter/eager.js';
import { checkShape, showShape, sizeOf } from './shape.js';
import type { DType, TypedArray } from './dtype.js';
import type { Dense, TensorType } from './primitive.js';
import type { Shape } from './shape.js';
import type { Tensor } from './tensor.js';

/** Numbers or truth values nested to any depth. */
export type NestedValues = number | boolean | readonly NestedValues[];

/**
 * A tensor of nested numbers (float32 unless named; truth values: bool) or of a typed array, which is copied.
 *
 * @example tensor([[1, 2], [3, 4]]) // float32 [2, 2]
 * @throws ShapeError where rows differ in length
 */
export function tensor(values: NestedValues | TypedArray, dtype?: DType): Tensor {
  if (typeof values === 'object' && 'BYTES_PER_ELEMENT' in values) return copied(values, dtype ?? dtypeOf(values));
  const shape = shapeOf(values);
  const flat: (number | boolean)[] = [];
  collect(values, shape, 0, flat);
  const type = dtype ?? (flat.length > 0 && flat.every((value) => typeof value === 'boolean') ? 'bool' : 'float32');
  const data = allocate(type, flat.length);
  for (const [i, value] of flat.entries()) data[i] = type === 'bool' ? Number(Boolean(value)) : Number(value);
  return made({ dtype: type, shape, data });
}

/** Every first tensor is made here. */
function made(value: Dense): Tensor {
  accelerate();
  return new EagerTensor(value);
}

function copied(values: TypedArray, dtype: DType): Tensor {
  const data = allocate(dtype, values.length);
  if (dtype === 'bool') for (let i = 0; i < data.length; i++) data[i] = values[i] === 0 ? 0 : 1;
  else data.set(values);
  return made({ dtype, shape: [values.length], data });
}

function shapeOf(values: NestedValues): number[] {
  if (typeof values !== 'object') return [];
  return [values.length, ...(values.length > 0 ? shapeOf(values[0]) : [])];
}

function collect(values: NestedValues, shape: Shape, axis: number, into: (number | boolean)[]): void {
  if (typeof values !== 'object') {
    if (axis !== shape.length) throw new ShapeError(`tensor: expected ${showShape(shape.slice(axis))} at depth ${axis}, found ${values}`);
    into.push(values);
    return;
  }
  if (values.length !== shape[axis]) {
    const expected = axis < shape.length ? `${shape[axis]} values` : 'a number';
    throw new ShapeError(`tensor: rows differ: expected ${expected} at depth ${axis}, found ${values.length} values`);
  }
  for (const value of values) collect(value, shape, axis + 1, into);
}

/**
 * A tensor over `data` itself, not a copy: whoever gives it away does not write to it any more.
 *
 * @param shape - one axis of all elements unless given
 * @param dtype - the array's own unless given; needed for bool, which is stored in a Uint8Array
 */
export function fromData(data: TypedArray, shape: Shape = [data.length], dtype: DType = dtypeOf(data)): Tensor {
  checkShape('fromData', shape);
  if (sizeOf(shape) !== data.length)
    throw new ShapeError(`fromData: ${showShape(shape)} has ${sizeOf(shape)} elements, the array ${data.length}`);
  const stored = dtype === 'bool' ? 'uint8' : dtype;
  if (stored !== dtypeOf(data)) throw new DTypeError(`fromData: ${dtype} is not stored in a ${data.constructor.name}`);
  return made({ dtype, shape, data });
}

/** A tensor filled with one number. */
export function full(shape: Shape, value: number, dtype: DType = 'float32'): Tensor {
  checkShape('full', shape);
  const y = blank({ dtype, shape });
  y.data.fill(value);
  return made(y);
}

/** A tensor of zeros. */
export function zeros(shape: Shape, dtype: DType = 'float32'): Tensor {
  return full(shape, 0, dtype);
}

/** A tensor of ones. */
export function ones(shape: Shape, dtype: DType = 'float32'): Tensor {
  return full(shape, 1, dtype);
}

/** Zeros of the same type. */
export function zerosLike({ shape, dtype }: TensorType): Tensor {
  return zeros(shape, dtype);
}

/** Ones of the same type. */
export function onesLike({ shape, dtype }: TensorType): Tensor {
  return ones(shape, dtype);
}

/** The identity: ones where row and column agree. [n, m], m = n unless given. */
export function eye(n: number, m: number = n, dtype: DType = 'float32'): Tensor {
  checkShape('eye', [n, m]);
  const y = blank({ dtype, shape: [n, m] });
  for (let i = 0; i < Math.min(n, m); i++) y.data[i * m + i] = 1;
  return made(y);
}

/**
 * The numbers from `start` to before `stop`, `step` apart; int32 where all three are whole, else float32.
 *
 * @example arange(0, 3) // => [0, 1, 2]
 */
export function arange(start: number, stop: number, step: number = 1, dtype?: DType): Tensor {
  if (step === 0 || !Number.isFinite((stop - start) / step))
    throw new ArgumentError(`arange: cannot go from ${start} to ${stop} by ${step}`);
  const type = dtype ?? ([start, stop, step].every(Number.isInteger) ? 'int32' : 'float32');
  const y = blank({ dtype: type, shape: [Math.max(0, Math.ceil((stop - start) / step))] });
  for (let i = 0; i < y.data.length; i++) y.data[i] = start + i * step;
  return made(y);
}

/** `n` numbers from `start` to `stop`, both included, equally far apart. */
export function linspace(start: number, stop: number, n: number, dtype: DType = 'float32'): Tensor {
  checkShape('linspace', [n]);
  const y = blank({ dtype, shape: [n] });
  for (let i = 0; i < n; i++) y.data[i] = n === 1 ? start : start + ((stop - start) * i) / (n - 1);
  return made(y);
}

/**
 * Rows with a single one at each index: indices of any shape, [..., classes].
 *
 * @example oneHot(tensor([1, 0], 'int32'), 3) // => [[0, 1, 0], [1, 0, 0]]
 */
export function oneHot(indices: Tensor, classes: number, dtype: DType = 'float32'): Tensor {
  return indices.expandDims(-1).equal(arange(0, classes)).cast(dtype);
}
