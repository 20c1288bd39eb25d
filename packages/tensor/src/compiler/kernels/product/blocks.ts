/** Cutting shapes into blocks, and the loops that walk them. */
import type { FunctionBuilder, Local } from '../../wasm/index.js';

/** `total` in as few parts of at most `most` as possible, as equal as possible: [size, how many], the larger ones first. */
export function parts(total: number, most: number): readonly (readonly [size: number, count: number])[] {
  if (total === 0) return [];
  const count = Math.ceil(total / most);
  const small = Math.floor(total / count);
  const large = total - small * count;
  return [[small + 1, large] as const, [small, count - large] as const].filter(([, times]) => times > 0);
}

/** How many rows of sums fill the registers beside so many vectors of columns: 8 sums hide the latency of an addition, 12 that of a fused one. */
export function rowsFor(vectors: number, fma: boolean): number {
  return Math.max(1, Math.floor((fma ? 12 : 8) / vectors));
}

/** Moves a pointer. */
export function move(f: FunctionBuilder, pointer: Local, bytes: number): void {
  if (bytes !== 0) f.get(pointer).i32(bytes).op('i32.add').set(pointer);
}

/** `inside` so many times: not at all, once as it is, or as a loop. */
export function times(f: FunctionBuilder, count: number, inside: () => void): void {
  if (count === 1) inside();
  if (count < 2) return;
  const left = f.local('i32');
  f.i32(count).set(left);
  f.loop((again) => {
    inside();
    f.get(left).i32(1).op('i32.sub').tee(left).branchIf(again);
  });
  f.release(left);
}
