/** Four elements between memory and lanes: bytes become words, 0 and 1 become masks, and back. */
import type { DType } from '../../../dtype.js';
import type { Lanes, Term } from '../lanes/lanes.js';

/** How many of the four lanes count: all, a number known now, or one that is known when the kernel runs. */
export type Width = 1 | 2 | 3 | 4 | { readonly rest: number };

/** Where: leaves an address on the stack, and what is to be added to it. */
export interface Address {
  readonly push: () => void;
  readonly offset: number;
}

/** Loads four elements (three of them may lie behind the end: every buffer has 16 bytes more). */
export function load(v: Lanes, dtype: DType, { push, offset }: Address): Term {
  if (dtype === 'float32' || dtype === 'int32') return () => (push(), void v.f.memory('v128.load', offset));
  const words: Term = () => {
    push();
    v.f.memory('v128.load32_zero', offset).op('i16x8.extend_low_i8x16_u').op('i32x4.extend_low_i16x8_u');
  };
  return dtype === 'bool' ? v.op('i32x4.neg', words) : words;
}

/** Loads one element into all four lanes. */
export function loadSplat(v: Lanes, dtype: DType, { push, offset }: Address): Term {
  if (dtype === 'float32' || dtype === 'int32') return () => (push(), void v.f.memory('v128.load32_splat', offset));
  const byte: Term = () => (push(), void v.f.memory('v128.load8_splat', offset));
  const word = v.op('v128.and', byte, v.i32(255));
  return dtype === 'bool' ? v.op('i32x4.neg', word) : word;
}

/** Stores as many elements as `width` says, and not one byte more. */
export function store(v: Lanes, dtype: DType, value: Term, address: Address, width: Width): void {
  const bytes = dtype === 'uint8' || dtype === 'bool';
  if (width === 4 && !bytes) {
    address.push();
    v.put(value);
    v.f.memory('v128.store', address.offset);
    return;
  }
  const x = v.let(bytes ? narrow(v, dtype, value) : value);
  const piece = (lanes: 1 | 2 | 4, lane: number): void => {
    address.push();
    v.f.get(x);
    const size = bytes ? lanes : 4 * lanes;
    const name =
      size === 8 ? 'v128.store64_lane' : size === 4 ? 'v128.store32_lane' : size === 2 ? 'v128.store16_lane' : 'v128.store8_lane';
    v.f.laneMemory(name, lane / lanes, address.offset + (bytes ? lane : 4 * lane));
  };
  if (typeof width !== 'number') {
    const { rest } = width;
    v.f.get(rest).i32(2).op('i32.and').if(() => piece(2, 0)); // prettier-ignore
    v.f.get(rest).i32(3).op('i32.eq').if(() => piece(1, 2)); // prettier-ignore
    v.f.get(rest).i32(1).op('i32.eq').if(() => piece(1, 0)); // prettier-ignore
    return;
  }
  if (width === 4) piece(4, 0);
  if (width === 2 || width === 3) piece(2, 0);
  if (width === 1 || width === 3) piece(1, width - 1);
}

/** Words of 0 to 255, or masks, as bytes in the lowest word. */
function narrow(v: Lanes, dtype: DType, value: Term): Term {
  const words = v.let(dtype === 'bool' ? v.op('v128.and', value, v.i32(1)) : value);
  const halves = v.let(v.op('i16x8.narrow_i32x4_u', words, words));
  return v.op('i8x16.narrow_i16x8_u', halves, halves);
}
