/** Element types and shapes, as HDF5 spells them. */
import { fault } from './bytes.js';
import type { Bytes } from './bytes.js';

/** Numbers, by the name that `decode` knows them by; text of one length; text that stands in a heap. */
export type ElementType =
  { readonly kind: 'number'; readonly name: string; readonly size: number } | { readonly kind: 'text' | 'heapText'; readonly size: number };

const classes = { integer: 0, float: 1, text: 3, variable: 9 } as const;

/** The type that stands at byte `at`; undefined for one that no Keras file needs. */
export function typeAt(bytes: Bytes, at: number): ElementType | undefined {
  const size = bytes.u32(at + 4);
  const bits = bytes.u8(at + 1);
  switch (bytes.u8(at) & 15) {
    case classes.integer:
      return numberType(bytes, at, `${(bits & 8) === 0 ? 'U' : 'I'}${8 * size}`, size);
    case classes.float:
      return numberType(bytes, at, floatName(bytes, at, size), size);
    case classes.text:
      return { kind: 'text', size };
    case classes.variable:
      return (bits & 15) === 1 && size === 16 ? { kind: 'heapText', size } : undefined;
    default:
      return undefined;
  }
}

/** Only whole, little-endian numbers. */
function numberType(bytes: Bytes, at: number, name: string, size: number): ElementType | undefined {
  const whole = bytes.u16(at + 8) === 0 && bytes.u16(at + 10) === 8 * size;
  return whole && (bytes.u8(at + 1) & 1) === 0 ? { kind: 'number', name, size } : undefined;
}

/** IEEE 754 by its size, where exponent and fraction stand as the standard says. */
function floatName(bytes: Bytes, at: number, size: number): string {
  const layout = [12, 13, 14, 15].map((place) => bytes.u8(at + place)).join(' ');
  const known = new Map([
    ['10 5 0 10', 'F16'],
    ['23 8 0 23', 'F32'],
    ['52 11 0 52', 'F64'],
  ]);
  const name = known.get(layout) ?? '';
  return name === `F${8 * size}` ? name : '';
}

/** No tensor has more axes. */
const maxRank = 32;

/** The size of each axis; undefined for a "null" space, which holds nothing. */
export function shapeAt(bytes: Bytes, at: number): readonly number[] | undefined {
  const [version, rank] = [bytes.u8(at), bytes.u8(at + 1)];
  if (version !== 1 && version !== 2) throw fault(`a shape of version ${version}`);
  if (rank > maxRank) throw fault(`a shape with ${rank} axes`);
  if (version === 2 && bytes.u8(at + 3) === 2) return undefined;
  const start = at + (version === 1 ? 8 : 4);
  return Array.from({ length: rank }, (_, axis) => bytes.u64(start + 8 * axis));
}

/** How many elements there are. */
export function countOf(shape: readonly number[]): number {
  const count = shape.reduce((product, n) => product * n, 1);
  if (!Number.isSafeInteger(count)) throw fault(`a shape that is too large: [${shape.join(', ')}]`);
  return count;
}
