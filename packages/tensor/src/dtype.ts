/**
 * Element types.
 *
 * `float32` is the default, `float64` the sharp tool for gradient checks, `int32` counts and indexes, `uint8` holds
 * image data, and `bool` (one byte an element, 0 or 1) is what a comparison answers.
 */
export type DType = 'float32' | 'float64' | 'int32' | 'uint8' | 'bool';

/** The typed array in which each element type is stored. */
export interface ArrayOf {
  readonly float32: Float32Array;
  readonly float64: Float64Array;
  readonly int32: Int32Array;
  readonly uint8: Uint8Array;
  readonly bool: Uint8Array;
}

/** Any array that can hold a tensor's elements. */
export type TypedArray = Float32Array | Float64Array | Int32Array | Uint8Array;

/** All element types, in order of promotion: a later one can stand for an earlier one. */
export const dtypes: readonly ['bool', 'uint8', 'int32', 'float32', 'float64'] = ['bool', 'uint8', 'int32', 'float32', 'float64'];

const allocators: { readonly [D in DType]: (size: number) => ArrayOf[D] } = {
  float32: (size) => new Float32Array(size),
  float64: (size) => new Float64Array(size),
  int32: (size) => new Int32Array(size),
  uint8: (size) => new Uint8Array(size),
  bool: (size) => new Uint8Array(size),
};

/** A zeroed array of `size` elements. */
export function allocate<D extends DType>(dtype: D, size: number): ArrayOf[D] {
  return allocators[dtype](size);
}

const bytes: { readonly [D in DType]: number } = { float32: 4, float64: 8, int32: 4, uint8: 1, bool: 1 };

/** How many bytes one element takes. */
export function bytesOf(dtype: DType): number {
  return bytes[dtype];
}

/** Whether `dtype` is one of the types that differentiate. */
export function isFloat(dtype: DType): boolean {
  return dtype === 'float32' || dtype === 'float64';
}

/** Whether `text` names an element type. */
export function isDType(text: string): text is DType {
  return dtypes.some((dtype) => dtype === text);
}

/**
 * The type in which two operands meet, as in the array API standard. Where the standard leaves a pair undefined
 * (an integer and a float), the float's own type is kept, as PyTorch and JAX do: int32 with float32 is float32.
 */
export function promote(a: DType, b: DType): DType {
  return dtypes.indexOf(a) > dtypes.indexOf(b) ? a : b;
}

/** The element type that an array stores unless one is named: a `Uint8Array` is uint8, never bool. */
export function dtypeOf(data: TypedArray): DType {
  if (data instanceof Float32Array) return 'float32';
  if (data instanceof Float64Array) return 'float64';
  return data instanceof Int32Array ? 'int32' : 'uint8';
}
