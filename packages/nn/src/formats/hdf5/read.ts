/**
 * Reading HDF5: the subset that Keras writes, and h5py by default: superblock 0 or 1, groups as symbol tables, contiguous data sets, text in heaps.
 *
 * It is a reader of its own because files come from anywhere: nothing native runs, nothing is allocated before it is known to stand in the file,
 * and links to other places or files, external storage and virtual data sets are refused. Throws nothing but FormatError.
 *
 * The HDF5 file format specification, version 3.0 (The HDF Group).
 */
import { decode } from '../safetensors-types.js';
import { Bytes, fault } from './bytes.js';
import { membersOf } from './groups.js';
import { find, kind, messagesAt } from './header.js';
import { countOf, shapeAt, typeAt } from './types.js';
import type { Dense } from '@gradus/tensor';
import type { Message } from './header.js';
import type { ElementType } from './types.js';

const signature = '\x89HDF\r\n\x1a\n';

/** Whether these bytes begin as an HDF5 file does. */
export function isHdf5(bytes: Uint8Array): boolean {
  return bytes.length >= signature.length && new Bytes(bytes).is(signature, 0);
}

/** The root of the file. @throws FormatError where it is none, or is cut off */
export function readHdf5(bytes: Uint8Array): Hdf5Object {
  if (!isHdf5(bytes)) throw fault('the file does not begin as one');
  const file = new Bytes(bytes);
  const version = file.u8(8);
  if (version > 1) throw fault(`a superblock of version ${version}: h5py writes version 0 with libver="earliest", its default`);
  if (file.u8(13) !== 8 || file.u8(14) !== 8) throw fault('addresses that do not take 8 bytes');
  const after = version === 0 ? 24 : 28;
  if (file.u64(after) !== 0) throw fault('a base address other than 0');
  if (file.u64(after + 16) > file.length) throw fault(`it says that it takes ${file.u64(after + 16)} bytes, there are ${file.length}`);
  return new Hdf5Object(file, file.u64(after + 40), '');
}

/** A group or a data set. Its parts are read when they are asked for. */
export class Hdf5Object {
  private readonly bytes: Bytes;
  private readonly messages: readonly Message[];
  private readonly path: string;
  private known: ReadonlyMap<string, number> | undefined;
  private readonly children: Map<string, Hdf5Object> = new Map();

  constructor(bytes: Bytes, at: number, path: string) {
    this.bytes = bytes;
    this.path = path;
    this.messages = messagesAt(bytes, at);
  }

  /** The object under a path of names, `dense/kernel`; undefined if there is none. */
  get(path: string): Hdf5Object | undefined {
    return path.split('/').reduce<Hdf5Object | undefined>((object, name) => object?.child(name), this);
  }

  /** A text attribute; undefined if there is none of this name. */
  text(name: string): string | undefined {
    return this.texts(name)?.[0];
  }

  /** A list of texts; undefined if there is no attribute of this name. */
  texts(name: string): readonly string[] | undefined {
    for (const { type, at } of this.messages) {
      if (type === kind.attribute && this.attributeName(at) === name) return this.attributeTexts(name, at);
    }
    return undefined;
  }

  /** The numbers of this data set. */
  dense(): Dense {
    const { bytes, messages } = this;
    const [space, type, layout] = [kind.dataspace, kind.datatype, kind.layout].map((one) => find(messages, one));
    if (!space || !type || !layout) throw this.about('is no data set');
    if (find(messages, kind.externalFiles)) throw this.about('keeps its data in another file: refused');
    const element = typeAt(bytes, type.at);
    const shape = shapeAt(bytes, space.at);
    if (element?.kind !== 'number' || !shape) throw this.about('holds something else than little-endian numbers');
    const length = countOf(shape) * element.size;
    const decoded = decode(element.name, length === 0 ? new Uint8Array(0) : this.stored(layout, length));
    if (!decoded) throw this.about(`holds ${element.name}, which Gradus cannot hold exactly`);
    return { dtype: decoded.dtype, shape, data: decoded.data };
  }

  private child(name: string): Hdf5Object | undefined {
    const known = this.children.get(name);
    const at = this.members.get(name);
    if (known || at === undefined) return known;
    const child = new Hdf5Object(this.bytes, at, `${this.path}/${name}`);
    this.children.set(name, child);
    return child;
  }

  private get members(): ReadonlyMap<string, number> {
    this.known ??= membersOf(this.bytes, this.messages);
    return this.known;
  }

  private stored({ at }: Message, length: number): Uint8Array<ArrayBuffer> {
    const { bytes } = this;
    const [version, how] = [bytes.u8(at), bytes.u8(at + 1)];
    if (version !== 3 || how > 1) throw this.about('is virtual, in chunks or compressed: only contiguous data sets are read');
    if (how === 1 && bytes.isNowhere(at + 2)) throw this.about('has a shape but no data');
    const size = how === 0 ? bytes.u16(at + 2) : bytes.u64(at + 10);
    if (size !== length) throw this.about(`takes ${size} bytes, its shape asks for ${length}`);
    return bytes.copy(how === 0 ? at + 4 : bytes.u64(at + 2), length);
  }

  private attributeName(at: number): string {
    return this.bytes.text(at + (this.bytes.u8(at) === 3 ? 9 : 8), this.bytes.u16(at + 2));
  }

  private attributeTexts(name: string, at: number): readonly string[] {
    const { bytes } = this;
    const version = bytes.u8(at);
    if (version < 1 || version > 3) throw this.about(`has an attribute of version ${version}`);
    if (version > 1 && bytes.u8(at + 1) !== 0) throw this.about(`has an attribute ${name} with a shared type`);
    const padded = (size: number): number => (version === 1 ? 8 * Math.ceil(size / 8) : size);
    const typePlace = at + (version === 3 ? 9 : 8) + padded(bytes.u16(at + 2));
    const spacePlace = typePlace + padded(bytes.u16(at + 4));
    const start = spacePlace + padded(bytes.u16(at + 6));
    const count = countOf(shapeAt(bytes, spacePlace) ?? [0]);
    const element = typeAt(bytes, typePlace);
    if (count === 0) return []; // whatever its type: h5py gives an empty list that of numbers
    if (!element || element.kind === 'number') throw this.about(`has an attribute ${name} that is no text`);
    if (start + count * element.size > bytes.length) throw this.about(`has an attribute ${name} that is longer than the file`);
    return Array.from({ length: count }, (_, i) => this.textAt(element, start + i * element.size));
  }

  private textAt({ kind: how, size }: ElementType, at: number): string {
    return how === 'text' ? this.bytes.text(at, size) : heapText(this.bytes, at);
  }

  private about(what: string): Error {
    return fault(`${this.path || 'the root'} ${what}`);
  }
}

/** Text in a global heap: its length, the address of the heap, and its number there. */
function heapText(bytes: Bytes, at: number): string {
  const [length, heap, index] = [bytes.u32(at), bytes.u64(at + 4), bytes.u32(at + 12)];
  if (length === 0) return '';
  if (!bytes.is('GCOL', heap)) throw fault(`no heap of texts at byte ${heap}`);
  const end = heap + bytes.u64(heap + 8);
  for (let next = heap + 16; next + 16 <= end;) {
    const [number, size] = [bytes.u16(next), bytes.u64(next + 8)];
    if (number === index && length <= size) return bytes.text(next + 16, length);
    if (number === 0) break;
    next += 16 + 8 * Math.ceil(size / 8);
  }
  throw fault(`no text ${index} in the heap at byte ${heap}`);
}
