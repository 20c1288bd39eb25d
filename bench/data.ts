/** The same made-up data for every library: numbers of a small generator, and labels. */

/** Uniform in [-1, 1), from a linear congruential generator: enough for timing. */
export function numbers(length: number, seed: number): Float32Array<ArrayBuffer> {
  let state = seed;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

export function labels(length: number): Int32Array<ArrayBuffer> {
  return Int32Array.from({ length }, (_, i) => (i * 7) % 10);
}
