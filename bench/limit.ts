/**
 * What one core can do at most with 128-bit vectors: a loop of multiplications and additions that touches no memory,
 * twelve sums at once so that none waits for another.
 */

const accumulators = 12;
const turns = 2_000_000;

const leb = (n: number): number[] => (n < 128 ? [n] : [(n & 127) | 128, ...leb(n >> 7)]);
const section = (id: number, ...bytes: number[]): number[] => [id, ...leb(bytes.length), ...bytes];
const simd = (opcode: number): number[] => [0xfd, ...leb(opcode)];
const get = (local: number): number[] => [0x20, local];
const set = (local: number): number[] => [0x21, local];

/** acc = acc x + x for every accumulator, `turns` times: (i32 turns) -> f32. */
function moduleBytes(): Uint8Array<ArrayBuffer> {
  const [counter, x, first] = [0, 1, 2];
  const all = Array.from({ length: accumulators }, (_, i) => first + i);
  const step = all.flatMap((acc) => [...get(acc), ...get(x), ...simd(0xe6), ...get(x), ...simd(0xe4), ...set(acc)]); // f32x4.mul, f32x4.add
  const total = all.flatMap((acc, i) => [...get(acc), ...(i > 0 ? simd(0xe4) : [])]);
  const loop = [0x03, 0x40, ...step, ...get(counter), 0x41, 1, 0x6b, 0x22, counter, 0x0d, 0, 0x0b]; // until the counter is 0
  const code = [0x01, accumulators + 1, 0x7b, ...loop, ...total, ...simd(0x1f), 0, 0x0b]; // f32x4.extract_lane 0
  return Uint8Array.from([
    0,
    0x61,
    0x73,
    0x6d,
    1,
    0,
    0,
    0,
    ...section(1, 1, 0x60, 1, 0x7f, 1, 0x7d),
    ...section(3, 1, 0),
    ...section(7, 1, 1, 0x66, 0, 0),
    ...section(10, 1, ...leb(code.length), ...code),
  ]);
}

const { f } = new WebAssembly.Instance(new WebAssembly.Module(moduleBytes())).exports;

/** GFLOP/s of the loop, right now; the best of a few. */
export function gflopsNow(): number {
  if (typeof f !== 'function') throw new Error('unreachable');
  const times = Array.from({ length: 5 }, () => {
    const start = performance.now();
    f(turns / 10);
    return performance.now() - start;
  });
  return ((turns / 10) * accumulators * 4 * 2) / Math.min(...times) / 1e6;
}
