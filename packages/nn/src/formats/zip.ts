/**
 * ZIP archives, as far as Keras' files need them: members are written as they are, and read if they are stored so or deflated. Sizes are checked
 * before anything is unpacked, checksums after it. Throws nothing but FormatError.
 *
 * .ZIP File Format Specification 6.3.10 (PKWARE).
 */
import { FormatError } from '@gradus/tensor';
import { crc32 } from './crc32.js';

const localMark = 0x04034b50;
const centralMark = 0x02014b50;
const endMark = 0x06054b50;
const [stored, deflated] = [0, 8];

/** Whether these bytes begin as a ZIP archive does. */
export function isZip(bytes: Uint8Array): boolean {
  return bytes.length >= 4 && viewOf(bytes).getUint32(0, true) === localMark;
}

/** One member of an archive; its data may stand anywhere before the directory. */
interface Entry {
  readonly name: string;
  readonly method: number;
  readonly flags: number;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
  readonly at: number;
}

export class ZipReader {
  private readonly bytes: Uint8Array;
  private readonly view: DataView;
  private readonly entries: ReadonlyMap<string, Entry>;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = viewOf(bytes);
    this.entries = this.directory();
  }

  /** A member's bytes, at most `most` of them; undefined if there is no such member. */
  async read(name: string, most: number): Promise<Uint8Array | undefined> {
    const entry = this.entries.get(name);
    if (!entry) return undefined;
    if (entry.size > most) throw fault(`${name} would take ${entry.size} bytes, more than the ${most} that it may`);
    const packed = this.packed(entry);
    const data = entry.method === stored ? packed : await inflated(packed, entry);
    if (data.length !== entry.size || crc32(data) !== entry.crc) throw fault(`${name} is damaged: its checksum is another one`);
    return data;
  }

  private packed({ name, method, flags, packed, size, at }: Entry): Uint8Array {
    if ((flags & 1) !== 0) throw fault(`${name} is encrypted`);
    if (method !== stored && method !== deflated)
      throw fault(`${name} is packed by the method ${method}: only stored and deflated are read`);
    if (method === stored && packed !== size) throw fault(`${name} is stored in ${packed} bytes, and has ${size}`);
    if (at + 30 > this.bytes.length || this.view.getUint32(at, true) !== localMark) throw fault(`${name} is not where the directory says`);
    const start = at + 30 + this.view.getUint16(at + 26, true) + this.view.getUint16(at + 28, true);
    if (start + packed > this.bytes.length) throw fault(`${name} is cut off`);
    return this.bytes.subarray(start, start + packed);
  }

  /** The directory at the end counts; what stands before the members may say less, or something else. */
  private directory(): ReadonlyMap<string, Entry> {
    const { view } = this;
    const end = this.endAt();
    const entries = new Map<string, Entry>();
    let next = view.getUint32(end + 16, true);
    for (let left = view.getUint16(end + 10, true); left > 0; left--) {
      if (next + 46 > end || view.getUint32(next, true) !== centralMark) throw fault('its directory is damaged');
      const [nameLength, extra, comment] = [28, 30, 32].map((place) => view.getUint16(next + place, true));
      const after = next + 46 + (nameLength ?? 0) + (extra ?? 0) + (comment ?? 0);
      if (after > end) throw fault('its directory is damaged');
      const entry = this.entryAt(next, nameLength ?? 0);
      if (entries.has(entry.name)) throw fault(`${entry.name} comes twice`);
      entries.set(entry.name, entry);
      next = after;
    }
    return entries;
  }

  private entryAt(at: number, nameLength: number): Entry {
    const { view } = this;
    const [packed, size, place] = [20, 24, 42].map((offset) => view.getUint32(at + offset, true));
    if ([packed, size, place].includes(0xffffffff)) throw fault('it is a ZIP64 archive: members above 4 GB are not read');
    return {
      name: new TextDecoder().decode(this.bytes.subarray(at + 46, at + 46 + nameLength)),
      flags: view.getUint16(at + 8, true),
      method: view.getUint16(at + 10, true),
      crc: view.getUint32(at + 16, true),
      packed: packed ?? 0,
      size: size ?? 0,
      at: place ?? 0,
    };
  }

  /** The closing record; a comment of at most 65,535 bytes may follow it. */
  private endAt(): number {
    for (let at = this.bytes.length - 22; at >= Math.max(0, this.bytes.length - 22 - 0xffff); at--) {
      if (this.view.getUint32(at, true) === endMark) return at;
    }
    throw fault('it has no directory: it is cut off, or no archive');
  }
}

/** Unpacks, and stops as soon as there is more than the directory said. */
async function inflated(packed: Uint8Array, { name, size }: Entry): Promise<Uint8Array> {
  const data = new Uint8Array(size);
  let length = 0;
  try {
    const source = new Blob([Uint8Array.from(packed)]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
    for await (const chunk of source) {
      if (length + chunk.length > size) throw fault(`${name} is longer than its directory says`);
      data.set(chunk, length);
      length += chunk.length;
    }
  } catch (error) {
    throw error instanceof FormatError ? error : new FormatError(`ZIP: ${name} cannot be unpacked`, { cause: error });
  }
  return data.subarray(0, length);
}

/** An archive of these members, stored as they are, in their order. The same members give the same bytes. */
export function writeZip(members: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let at = 0;
  for (const [name, data] of members) {
    const encoded = new TextEncoder().encode(name);
    const common = commonPart(data, encoded.length);
    const local = record([[4, localMark], ...common]);
    directory.push(record([[4, centralMark], [2, 20], ...common, [2, 0], [2, 0], [2, 0], [4, 0], [4, at]]), encoded); // prettier-ignore
    parts.push(local, encoded, data);
    at += local.length + encoded.length + data.length;
  }
  const length = directory.reduce((sum, { length: size }) => sum + size, 0);
  if (at + length > 0xfffffffe) throw fault('a model above 4 GB does not fit into one');
  const counts = [2, members.size] as const;
  return joined([...parts, ...directory, record([[4, endMark], [2, 0], [2, 0], counts, counts, [4, length], [4, at], [2, 0]])]); // prettier-ignore
}

type Field = readonly [bytes: 2 | 4, value: number];

/** What a member and its line in the directory have in common; the date is 1980-01-01, the first that there is. */
function commonPart(data: Uint8Array, nameLength: number): readonly Field[] {
  const size: Field = [4, data.length];
  return [[2, 20], [2, 0x800], [2, stored], [2, 0], [2, 33], [4, crc32(data)], size, size, [2, nameLength], [2, 0]]; // prettier-ignore
}

function record(fields: readonly Field[]): Uint8Array {
  const bytes = new Uint8Array(fields.reduce((sum, [size]) => sum + size, 0));
  let at = 0;
  for (const [size, value] of fields) {
    if (size === 2) viewOf(bytes).setUint16(at, value, true);
    else viewOf(bytes).setUint32(at, value, true);
    at += size;
  }
  return bytes;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}

function fault(what: string): FormatError {
  return new FormatError(`ZIP: ${what}`);
}
