import { FormatError, type DType, type TypedArray } from '@gradus/tensor';

/** The element types of the format, in its own order (of increasing alignment), with their bits. Files are sorted by it. */
export const bitsOf: ReadonlyMap<string, number> = new Map([
  ['BOOL', 8],
  ['F4', 4],
  ['F6_E2M3', 6],
  ['F6_E3M2', 6],
  ['U8', 8],
  ['I8', 8],
  ['F8_E5M2', 8],
  ['F8_E4M3', 8],
  ['F8_E8M0', 8],
  ['F8_E4M3FNUZ', 8],
  ['F8_E5M2FNUZ', 8],
  ['I16', 16],
  ['U16', 16],
  ['F16', 16],
  ['BF16', 16],
  ['I32', 32],
  ['U32', 32],
  ['F32', 32],
  ['C64', 64],
  ['F64', 64],
  ['I64', 64],
  ['U64', 64],
]);

/** What our own element types are called in a file. */
export const nameOf: { readonly [D in DType]: string } = { bool: 'BOOL', uint8: 'U8', int32: 'I32', float32: 'F32', float64: 'F64' };

/** The numbers of a tensor as Gradus keeps them. */
export interface Decoded {
  readonly dtype: DType;
  readonly data: TypedArray;
}

/**
 * Reads the bytes of one tensor. Types that Gradus has not are read into the one that holds every value exactly: F16 and BF16 as float32, the other
 * integers as int32; undefined for a type that has no such home. `bytes` must own its buffer from offset 0: typed arrays want aligned data.
 */
export function decode(type: string, bytes: Uint8Array<ArrayBuffer>): Decoded | undefined {
  return decoders.get(type)?.(bytes);
}

type Decoder = (bytes: Uint8Array<ArrayBuffer>) => Decoded;

const decoders: ReadonlyMap<string, Decoder> = new Map<string, Decoder>([
  // Any byte but 0 is true, as for NumPy; inside Gradus a bool is 0 or 1.
  ['BOOL', (bytes) => ({ dtype: 'bool', data: bytes.map((byte) => (byte === 0 ? 0 : 1)) })],
  ['U8', (bytes) => ({ dtype: 'uint8', data: bytes })],
  ['I32', ({ buffer }) => ({ dtype: 'int32', data: new Int32Array(buffer) })],
  ['F32', ({ buffer }) => ({ dtype: 'float32', data: new Float32Array(buffer) })],
  ['F64', ({ buffer }) => ({ dtype: 'float64', data: new Float64Array(buffer) })],
  ['I8', ({ buffer }) => ({ dtype: 'int32', data: Int32Array.from(new Int8Array(buffer)) })],
  ['I16', ({ buffer }) => ({ dtype: 'int32', data: Int32Array.from(new Int16Array(buffer)) })],
  ['U16', ({ buffer }) => ({ dtype: 'int32', data: Int32Array.from(new Uint16Array(buffer)) })],
  ['U32', ({ buffer }) => ({ dtype: 'int32', data: Int32Array.from(new Uint32Array(buffer), int32) })],
  ['I64', ({ buffer }) => ({ dtype: 'int32', data: Int32Array.from(new BigInt64Array(buffer), int32) })],
  ['U64', ({ buffer }) => ({ dtype: 'int32', data: Int32Array.from(new BigUint64Array(buffer), int32) })],
  ['F16', ({ buffer }) => ({ dtype: 'float32', data: Float32Array.from(new Uint16Array(buffer), halfToFloat) })],
  ['BF16', ({ buffer }) => ({ dtype: 'float32', data: bfloat16(new Uint16Array(buffer)) })],
]);

function int32(value: number | bigint): number {
  if (value > 2 ** 31 - 1 || value < -(2 ** 31)) throw new FormatError(`the integer ${value} does not fit int32`);
  return Number(value);
}

/** IEEE binary16: sign, 5 bits of exponent, 10 of fraction. */
function halfToFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = (bits & 1023) / 1024;
  if (exponent === 31) return fraction > 0 ? NaN : sign * Infinity;
  return exponent === 0 ? sign * fraction * 2 ** -14 : sign * (1 + fraction) * 2 ** (exponent - 15);
}

/** The upper half of a float32. */
function bfloat16(halves: Uint16Array): Float32Array {
  return new Float32Array(Uint32Array.from(halves, (half) => half << 16).buffer);
}
