import fc from 'fast-check';
import { expect, test } from 'vitest';
import { common, extentOf } from '../../../src/compiler/threads/extent.js';
import type { Address } from '../../../src/compiler/plan/plan.js';
import type { Slice } from '../../../src/compiler/kernels/split.js';

const lengths = [0, 3, 4];
const lengthOf = (loop: number): number => lengths[loop];

interface Place {
  readonly address: Address;
  readonly slice: Slice;
}

const region = { kind: 'arena', index: 0, bytes: 4096, offset: 0 } as const;
const places: fc.Arbitrary<Place> = fc
  .record({
    offset: fc.nat(64),
    rows: fc.integer({ min: 1, max: 4 }),
    width: fc.integer({ min: 1, max: 12 }),
    gap: fc.nat(12),
    strides: fc
      .subarray([1, 2])
      .chain((loops) => fc.tuple(...loops.map((loop) => fc.record({ loop: fc.constant(loop), bytes: fc.integer({ min: -24, max: 24 }) })))),
  })
  .map(({ offset, rows, width, gap, strides }) => ({
    address: { region, offset: 300 + offset, strides },
    slice: { offset: 0, rows, width, pitch: width + gap },
  }));

/** Every byte that is touched in one step of the loops. */
function bytesAt({ address, slice }: Place, steps: readonly number[]): ReadonlySet<number> {
  const start = address.strides.reduce((at, { loop, bytes }) => at + steps[loop] * bytes, address.offset + slice.offset);
  const found = new Set<number>();
  for (let row = 0; row < slice.rows; row++) for (let i = 0; i < slice.width; i++) found.add(start + row * slice.pitch + i);
  return found;
}

const steps = [0, 1, 2].flatMap((first) => [0, 1, 2, 3].map((second) => [0, first, second]));

function meet(a: ReadonlySet<number>, b: ReadonlySet<number>): boolean {
  return [...a].some((byte) => b.has(byte));
}

/** Whether two places share a byte in any two steps that agree on the loops in which both stand. */
function touch(a: Place, b: Place, together: readonly number[]): boolean {
  return steps.some((one) =>
    steps.some((other) => together.every((loop) => one[loop] === other[loop]) && meet(bytesAt(a, one), bytesAt(b, other))),
  );
}

test('extents that share a byte are never said to be apart', () => {
  fc.assert(
    fc.property(places, places, fc.subarray([1, 2]), (a, b, together) => {
      const [x, y] = [a, b].map(({ address, slice }) => extentOf(address, slice, lengthOf));
      if (touch(a, b, together)) expect(common(x, y, (loop) => together.includes(loop))).toBeGreaterThan(0);
    }),
    { numRuns: 300 },
  );
});

test('rows and columns that are dealt out do not meet', () => {
  const at = (slice: Slice): ReturnType<typeof extentOf> => extentOf({ region, offset: 64, strides: [] }, slice, lengthOf);
  const apart = (a: Slice, b: Slice): number => common(at(a), at(b), () => true);
  expect(apart({ offset: 0, rows: 3, width: 40, pitch: 40 }, { offset: 120, rows: 5, width: 40, pitch: 40 })).toBe(0);
  expect(apart({ offset: 0, rows: 8, width: 16, pitch: 40 }, { offset: 16, rows: 8, width: 24, pitch: 40 })).toBe(0);
  const shared = apart({ offset: 0, rows: 8, width: 16, pitch: 40 }, { offset: 160, rows: 4, width: 40, pitch: 40 });
  expect(Math.abs(shared - 4 * 16)).toBeLessThan(8);
});

test('rows stay apart in whatever step of a loop they are', () => {
  const strides = [{ loop: 1, bytes: 80 }];
  const half = (offset: number): ReturnType<typeof extentOf> =>
    extentOf({ region, offset, strides }, { offset: 0, rows: 5, width: 8, pitch: 8 }, lengthOf);
  expect(common(half(0), half(40), () => false)).toBe(0);
  expect(common(half(0), half(0), () => false)).toBeGreaterThan(0);
});
