/**
 * The safetensors format: a u64 that says how long the header is, the header (JSON: each tensor's type, shape and place), the bytes of all tensors.
 *
 * Numbers are little-endian, as on every machine that JavaScript engines run on. Reading runs no code, allocates at most a small multiple of what
 * the file holds, and throws nothing but FormatError.
 */
import { FormatError, type Dense } from '@gradus/tensor';
import { JsonNumber, parseStrictJson, type StrictJson } from './json.js';
import { bitsOf, decode, nameOf } from './safetensors-types.js';

/** What a file holds. */
export interface Safetensors {
  readonly tensors: ReadonlyMap<string, Dense>;
  /** Notes of whoever wrote the file, text to text; empty when it has none. */
  readonly metadata: ReadonlyMap<string, string>;
}

/** The format's own limit of the header, in bytes. */
const maxHeader = 100_000_000;

/** One tensor in a file: its bytes stand from `begin` to `end` after the header. */
interface Entry {
  readonly name: string;
  readonly type: string;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

/**
 * Reads a safetensors file.
 *
 * Accepts what the reference implementation accepts, but for a key that comes twice (the format forbids it) and for sizes above 2^53. F16 and BF16
 * become float32, integers of other widths int32; a type or a value without an exact home is an error.
 *
 * @example
 * const { tensors } = readSafetensors(await readFile('model.safetensors'));
 * tensors.get('dense/kernel')?.shape; // => [64, 10]
 */
export function readSafetensors(bytes: Uint8Array): Safetensors {
  const start = 8 + headerLength(bytes);
  const header = headerOf(copy(bytes, 8, start));
  const metadata = metadataOf(header.get('__metadata__'));
  const entries = [...header].filter(([name]) => name !== '__metadata__').map(([name, info]) => entryOf(name, info));
  checkPlaces(entries, bytes.length - start);
  const tensors = new Map(entries.map((entry) => [entry.name, tensorOf(entry, copy(bytes, start + entry.begin, start + entry.end))]));
  return { tensors, metadata };
}

/** Compared as a BigInt: 2^63 is no number that JavaScript holds. */
function headerLength(bytes: Uint8Array): number {
  if (bytes.length < 8) throw fault(`a file has at least 8 bytes, this one has ${bytes.length}`);
  const length = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  if (length > maxHeader) throw fault(`a header of ${length} bytes is longer than the ${maxHeader} that the format allows`);
  if (length > bytes.length - 8) throw fault(`the header takes ${length} bytes, but only ${bytes.length - 8} follow`);
  return Number(length);
}

function headerOf(bytes: Uint8Array): ReadonlyMap<string, StrictJson> {
  const header = parseStrictJson(textOf(bytes));
  if (header instanceof Map) return header;
  throw fault('the header is no JSON object');
}

/** A byte order mark is kept, and so refused by the parser, as the reference does. */
function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw fault('the header is not UTF-8');
  }
}

function metadataOf(json: StrictJson | undefined): ReadonlyMap<string, string> {
  const metadata = new Map<string, string>();
  if (json === undefined || json === null) return metadata;
  if (!(json instanceof Map)) throw fault('__metadata__ is no object');
  for (const [key, value] of json) {
    if (typeof value !== 'string') throw fault(`the metadata ${JSON.stringify(key)} is no text`);
    metadata.set(key, value);
  }
  return metadata;
}

function entryOf(name: string, info: StrictJson): Entry {
  if (!(info instanceof Map)) throw about(name, 'is described by no object');
  const type = info.get('dtype');
  if (typeof type !== 'string' || !bitsOf.has(type)) throw about(name, `has no known dtype (${String(type)})`);
  const shape = unsigned(info.get('shape'));
  const [begin, end, ...more] = unsigned(info.get('data_offsets')) ?? [];
  if (shape === undefined) throw about(name, 'has a shape that is no list of unsigned integers');
  if (begin === undefined || end === undefined || more.length > 0) throw about(name, 'has data_offsets that are not two unsigned integers');
  return { name, type, shape, begin, end };
}

function unsigned(json: StrictJson | undefined): readonly number[] | undefined {
  if (!Array.isArray(json)) return undefined;
  const numbers = json.map((item: StrictJson) => (item instanceof JsonNumber ? item.unsigned() : undefined));
  return numbers.every((value) => value !== undefined) ? numbers : undefined;
}

/** The tensors fill the bytes after the header: one after another, with no hole, no overlap and nothing left over. */
function checkPlaces(entries: readonly Entry[], length: number): void {
  let place = 0;
  for (const { name, type, shape, begin, end } of entries.toSorted((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (begin !== place || end < begin) throw about(name, `stands at [${begin}, ${end}], the tensor before it ends at ${place}`);
    const bits = shape.reduce((product, size) => product * size, bitsOf.get(type) ?? 0);
    if (!Number.isSafeInteger(bits)) throw about(name, `is too large: ${type} [${shape.join(', ')}]`);
    if (bits % 8 !== 0 || bits / 8 !== end - begin)
      throw about(name, `takes ${bits} bits as ${type} [${shape.join(', ')}], not ${end - begin} bytes`);
    place = end;
  }
  if (place !== length) throw fault(`the tensors take ${place} bytes, but ${length} follow the header`);
}

function tensorOf({ name, type, shape }: Entry, bytes: Uint8Array<ArrayBuffer>): Dense {
  const decoded = decodeNamed(name, type, bytes);
  if (decoded === undefined) throw about(name, `has the dtype ${type}, which Gradus cannot hold exactly`);
  return { dtype: decoded.dtype, shape, data: decoded.data };
}

function decodeNamed(name: string, type: string, bytes: Uint8Array<ArrayBuffer>): ReturnType<typeof decode> {
  try {
    return decode(type, bytes);
  } catch (error) {
    throw error instanceof FormatError ? about(name, `(${type}): ${error.message}`) : error;
  }
}

/**
 * Writes a safetensors file: as the reference does, widest types first, then by name, without gaps, the header padded with spaces to a multiple of
 * 8 bytes. The same tensors give the same bytes, in whatever order they come.
 *
 * @example writeSafetensors(new Map([['w', { dtype: 'float32', shape: [2], data: Float32Array.of(1, 2) }]]), new Map([['by', 'me']]))
 */
export function writeSafetensors(tensors: ReadonlyMap<string, Dense>, metadata: ReadonlyMap<string, string> = new Map()): Uint8Array {
  const sorted = [...tensors].map(([name, dense]) => ({ name, bytes: encode(name), dense, rank: rankOf(dense) })).toSorted(inFileOrder);
  for (const { name, dense } of sorted) checkDense(name, dense);
  const header = padded(encode(headerText(sorted, metadata)));
  const file = new Uint8Array(sorted.reduce((size, { dense }) => size + dense.data.byteLength, 8 + header.length));
  new DataView(file.buffer).setBigUint64(0, BigInt(header.length), true);
  file.set(header, 8);
  let place = 8 + header.length;
  for (const { data } of sorted.map(({ dense }) => dense)) {
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), place);
    place += data.byteLength;
  }
  return file;
}

interface Named {
  readonly name: string;
  /** The name in UTF-8: the reference sorts by its bytes, which is not the order of JavaScript's strings. */
  readonly bytes: Uint8Array;
  readonly dense: Dense;
  readonly rank: number;
}

const rankOf = ({ dtype }: Dense): number => [...bitsOf.keys()].indexOf(nameOf[dtype]);

const inFileOrder = (a: Named, b: Named): number => b.rank - a.rank || compareBytes(a.bytes, b.bytes);

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const differs = a.findIndex((byte, i) => byte !== b[i]);
  return differs < 0 ? a.length - b.length : (a[differs] ?? 0) - (b[differs] ?? -1);
}

function checkDense(name: string, { dtype, shape, data }: Dense): void {
  if (name === '__metadata__') throw about(name, 'has a name that the format keeps for itself');
  const size = shape.reduce((product, n) => product * n, 1);
  if (size !== data.length) throw about(name, `has ${data.length} elements, its shape [${shape.join(', ')}] asks for ${size}`);
  if (data.byteLength * 8 !== size * (bitsOf.get(nameOf[dtype]) ?? 0))
    throw about(name, `says ${dtype} but is stored in ${data.constructor.name}`);
}

/** Text by text: a record would reorder names that look like numbers, and lose `__proto__`. */
function headerText(sorted: readonly Named[], metadata: ReadonlyMap<string, string>): string {
  const members: string[] = [];
  const notes = [...metadata].map(([key, value]) => `${quote(key)}:${quote(value)}`);
  if (notes.length > 0) members.push(`"__metadata__":{${notes.join(',')}}`);
  let begin = 0;
  for (const { name, dense } of sorted) {
    const end = begin + dense.data.byteLength;
    const info = { dtype: nameOf[dense.dtype], shape: dense.shape, data_offsets: [begin, end] };
    members.push(`${quote(name)}:${JSON.stringify(info)}`);
    begin = end;
  }
  return `{${members.join(',')}}`;
}

function padded(header: Uint8Array): Uint8Array {
  const result = new Uint8Array(Math.ceil(header.length / 8) * 8).fill(0x20);
  if (result.length > maxHeader) throw fault(`a header of ${result.length} bytes is longer than the ${maxHeader} that the format allows`);
  result.set(header);
  return result;
}

function quote(text: string): string {
  if (!/\p{Surrogate}/u.test(text)) return JSON.stringify(text);
  throw fault(`${JSON.stringify(text.slice(0, 80))} holds half of a surrogate pair, which UTF-8 cannot write`);
}

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Bytes of their own: they start at offset 0, where every typed array is aligned, and the file's buffer can be collected. */
function copy(bytes: Uint8Array, begin: number, end: number): Uint8Array<ArrayBuffer> {
  const own = new Uint8Array(end - begin);
  own.set(bytes.subarray(begin, end));
  return own;
}

const fault = (what: string): FormatError => new FormatError(`safetensors: ${what}`);
const about = (name: string, what: string): FormatError => fault(`the tensor ${JSON.stringify(name)} ${what}`);
