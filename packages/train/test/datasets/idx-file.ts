const writers = new Map<number, readonly [number, (view: DataView, at: number, value: number) => void]>([
  [0x08, [1, (view, at, value) => view.setUint8(at, value)]],
  [0x09, [1, (view, at, value) => view.setInt8(at, value)]],
  [0x0b, [2, (view, at, value) => view.setInt16(at, value)]],
  [0x0c, [4, (view, at, value) => view.setInt32(at, value)]],
  [0x0d, [4, (view, at, value) => view.setFloat32(at, value)]],
  [0x0e, [8, (view, at, value) => view.setFloat64(at, value)]],
]);

/** A small IDX file. */
export function idx(code: number, shape: readonly number[], values: readonly number[]): Uint8Array {
  const [size, write] = writers.get(code) ?? [0, () => undefined];
  const start = 4 + 4 * shape.length;
  const bytes = new Uint8Array(start + size * values.length);
  const view = new DataView(bytes.buffer);
  bytes.set([0, 0, code, shape.length]);
  for (const [axis, n] of shape.entries()) view.setUint32(4 + 4 * axis, n);
  for (const [i, value] of values.entries()) write(view, start + size * i, value);
  return bytes;
}
