import { FormatError, fromData, type Tensor, type TypedArray } from '@gradus/tensor';

/** More axes than any data set has; a header must not ask for a loop of its own choice. */
const maxRank = 8;

interface IdxType {
  readonly bytes: number;
  /** The numbers from `at` on; big-endian, so they are read one by one. Those that Gradus has no type for become int32. */
  read(view: DataView, at: number, size: number): TypedArray;
}

const types: ReadonlyMap<number, IdxType> = new Map<number, IdxType>([
  [0x08, { bytes: 1, read: (view, at, size) => new Uint8Array(view.buffer, view.byteOffset + at, size).slice() }],
  [0x09, { bytes: 1, read: (view, at, size) => Int32Array.from({ length: size }, (_, i) => view.getInt8(at + i)) }],
  [0x0b, { bytes: 2, read: (view, at, size) => Int32Array.from({ length: size }, (_, i) => view.getInt16(at + 2 * i)) }],
  [0x0c, { bytes: 4, read: (view, at, size) => Int32Array.from({ length: size }, (_, i) => view.getInt32(at + 4 * i)) }],
  [0x0d, { bytes: 4, read: (view, at, size) => Float32Array.from({ length: size }, (_, i) => view.getFloat32(at + 4 * i)) }],
  [0x0e, { bytes: 8, read: (view, at, size) => Float64Array.from({ length: size }, (_, i) => view.getFloat64(at + 8 * i)) }],
]);

/**
 * Reads an IDX file, the format of MNIST: 0, 0, a type, the number of axes, the axes as big-endian u32, the numbers row by row, big-endian too.
 *
 * uint8, int32, float32 and float64 keep their type; int8 and int16 become int32.
 *
 * @throws FormatError where the bytes are no whole IDX file
 */
export function readIdx(bytes: Uint8Array): Tensor {
  const [zero, zeroToo, code = 0, rank = 0] = bytes;
  if (bytes.length < 4 || zero !== 0 || zeroToo !== 0) throw new FormatError('IDX: the file does not begin as an IDX file does');
  const type = types.get(code);
  if (type === undefined) throw new FormatError(`IDX: unknown type 0x${code.toString(16).padStart(2, '0')}`);
  if (rank > maxRank) throw new FormatError(`IDX: ${rank} axes, more than ${maxRank}`);
  const start = 4 + 4 * rank;
  if (bytes.length < start) throw new FormatError(`IDX: the header takes ${start} bytes, the file has ${bytes.length}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const shape = Array.from({ length: rank }, (_, axis) => view.getUint32(4 + 4 * axis));
  const size = shape.reduce((product, n) => product * n, 1);
  if (bytes.length - start !== size * type.bytes) {
    throw new FormatError(`IDX: [${shape.join(', ')}] takes ${size * type.bytes} bytes, the file has ${bytes.length - start}`);
  }
  return fromData(type.read(view, start, size), shape);
}
