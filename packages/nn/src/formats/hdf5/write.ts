/** Writing HDF5, by the optional peer dependency h5wasm: the HDF5 library itself, on files in memory. */
import { FormatError } from '@gradus/tensor';
import { MissingPeerError } from './errors.js';
import type { Dense } from '@gradus/tensor';

/** A group as it is to be written. */
export interface Group {
  readonly attributes?: Readonly<Record<string, string | readonly string[]>>;
  /** By their paths below this group, as data are: groups in between are made. */
  readonly groups?: ReadonlyMap<string, Group>;
  readonly data?: ReadonlyMap<string, Dense>;
}

/** What is used of h5wasm. */
export interface Hdf5Library {
  readonly ready: Promise<HandlesErrors>;
  readonly FS: MemoryFiles | null;
  readonly File: new (path: string, mode: 'w', options: { readonly libver: ['earliest', 'latest'] }) => WritableFile;
}

/** By itself the library prints errors and goes on. */
interface HandlesErrors {
  activate_throwing_error_handler(): unknown;
  deactivate_throwing_error_handler(): unknown;
}

interface MemoryFiles {
  readFile(path: string): Uint8Array;
  unlink(path: string): void;
}

interface WritableGroup {
  create_attribute(name: string, value: string | string[], shape: number[] | null, dtype: string): void;
  create_group(name: string): WritableGroup;
  create_dataset(options: {
    readonly name: string;
    readonly data: Dense['data'];
    readonly shape: number[];
    readonly dtype: string;
  }): unknown;
  get(name: string): unknown;
}

interface WritableFile extends WritableGroup {
  close(): unknown;
}

/** The library, ready to be used. */
export interface Hdf5 {
  readonly library: Hdf5Library;
  readonly errors: HandlesErrors;
}

/** Loads h5wasm. @throws MissingPeerError naming the package */
export async function loadHdf5(): Promise<Hdf5> {
  try {
    const library: Hdf5Library = await import('h5wasm');
    return { library, errors: await library.ready };
  } catch (error) {
    const how = 'install it beside Gradus (npm install h5wasm), or save as .safetensors, which needs nothing';
    throw new MissingPeerError(`.h5 and .keras files are written by the package h5wasm, which cannot be loaded: ${how}`, { cause: error });
  }
}

const types: { readonly [D in Dense['dtype']]: string } = { float32: '<f4', float64: '<f8', int32: '<i4', uint8: '<B', bool: '<B' };

/** Lists of texts longer than this are cut into numbered attributes, `name0`, `name1`: an object's header holds 64 kB. */
const mostTexts = 2_000;

/** Distinguishes files that are being written at once. */
let files = 0;

/** The bytes of an HDF5 file with this root, in the old structures that every reader knows. */
export function writeHdf5({ library, errors }: Hdf5, root: Group): Uint8Array {
  const { FS: memory, File } = library;
  if (!memory) throw new FormatError('HDF5: h5wasm is not ready');
  const path = `/gradus-${files++}.h5`;
  errors.activate_throwing_error_handler();
  try {
    const file = new File(path, 'w', { libver: ['earliest', 'latest'] });
    fill(file, root);
    file.close();
    const bytes = memory.readFile(path);
    memory.unlink(path);
    return bytes;
  } finally {
    errors.deactivate_throwing_error_handler();
  }
}

function fill(target: WritableGroup, { attributes = {}, groups = new Map(), data = new Map() }: Group): void {
  for (const [name, value] of Object.entries(attributes)) writeAttribute(target, name, value);
  for (const [path, dense] of data) {
    const [, folder = '', name = path] = /^(?:(.*)\/)?(.*)$/.exec(path) ?? [];
    inside(target, folder).create_dataset({ name, data: dense.data, shape: [...dense.shape], dtype: types[dense.dtype] });
  }
  for (const [name, group] of groups) fill(inside(target, name), group);
}

/** The group at a path of names; those that are missing are made. */
function inside(target: WritableGroup, path: string): WritableGroup {
  return path.split('/').reduce((group, name) => {
    const found = name === '' ? group : group.get(name);
    return isGroup(found) ? found : group.create_group(name);
  }, target);
}

function isGroup(object: unknown): object is WritableGroup {
  return typeof object === 'object' && object !== null && 'create_group' in object;
}

function writeAttribute(target: WritableGroup, name: string, value: string | readonly string[]): void {
  if (typeof value === 'string') return target.create_attribute(name, value, [], 'S');
  if (value.length === 0) return target.create_attribute(name, [], [0], '<f8'); // as h5py writes an empty list
  if (value.length <= mostTexts) return target.create_attribute(name, [...value], [value.length], 'S');
  for (let part = 0; part * mostTexts < value.length; part++) {
    writeAttribute(target, `${name}${part}`, value.slice(part * mostTexts, (part + 1) * mostTexts));
  }
}
