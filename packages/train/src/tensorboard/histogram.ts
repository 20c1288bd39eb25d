/** Counts in buckets of equal width, as TensorBoard's histograms want them. */

/** @returns rows of left edge, right edge and count; of one value alone, the last bucket holds all */
export function bucketsOf(data: Iterable<number>, count: number): Float64Array {
  const values = Array.from(data).filter(Number.isFinite);
  if (values.length === 0) return new Float64Array();
  let [min, max] = [Infinity, -Infinity];
  for (const value of values) {
    min = Math.min(min, value);
    max = Math.max(max, value);
  }
  const width = (max - min) / count;
  const rows = new Float64Array(count * 3);
  for (let i = 0; i < count; i++) {
    rows[i * 3] = min + i * width;
    rows[i * 3 + 1] = i === count - 1 ? max : min + (i + 1) * width;
  }
  for (const value of values) {
    const bucket = width === 0 ? count - 1 : Math.min(Math.floor((value - min) / width), count - 1);
    rows[bucket * 3 + 2] = (rows[bucket * 3 + 2] ?? 0) + 1;
  }
  return rows;
}
