/** One kernel by itself: laid out in a memory with marks around every result, run, and held to the reference kernel. */
import { ModuleBuilder } from '../../../src/compiler/wasm/index.js';
import { bytesOf } from '../../../src/dtype.js';
import { sizeOf } from '../../../src/shape.js';
import type { Kernel, Layout } from '../../../src/compiler/kernels/kernel.js';
import type { Dense, TensorType } from '../../../src/primitive.js';

const mark = 0xa5;

export interface Laid {
  readonly value: Dense;
  readonly pitch: number;
}

/** A type whose rows lie `gap` elements apart. */
export function layoutOf(type: TensorType, gap: number = 0): Layout {
  return { type, pitch: (type.shape.at(-1) ?? 1) + gap };
}

const bytesIn = ({ type, pitch }: Layout): number => (sizeOf(type.shape.slice(0, -1)) * pitch || 1) * bytesOf(type.dtype);

/** Runs `kernel` once; the results. @throws Error where it wrote outside of them */
export function runKernel(kernel: Kernel, operands: readonly (readonly [Dense, Layout])[], results: readonly Layout[]): Dense[] {
  const module = new ModuleBuilder();
  module.importMemory('env', 'memory', { minimum: 1 });
  module.export('f', kernel.emit(module));
  const layouts = [...operands.map(([, layout]) => layout), ...results];
  // A page in front, and room for marks and for what may be read behind each tensor.
  const places: number[] = [];
  let end = 1024;
  for (const layout of layouts) {
    places.push(end);
    end += Math.ceil((bytesIn(layout) + 64) / 64) * 64;
  }
  const scratch = end;
  const memory = new WebAssembly.Memory({ initial: Math.ceil((end + kernel.scratch + 64) / 65536) });
  const bytes = new Uint8Array(memory.buffer).fill(mark);
  for (const [i, [value, layout]] of operands.entries()) put(bytes, places[i], value, layout);
  const { f } = new WebAssembly.Instance(new WebAssembly.Module(module.finish()), { env: { memory } }).exports;
  if (typeof f !== 'function') throw new Error('no function was exported');
  const before = bytes.slice();
  f(...places, ...(kernel.scratch > 0 ? [scratch] : []), ...kernel.extra);
  const outputs = results.map((layout, i) => take(bytes, places[operands.length + i], layout));
  for (const [i, layout] of results.entries()) mask(bytes, before, places[operands.length + i], layout);
  const wrong = bytes.subarray(0, scratch).findIndex((byte, at) => byte !== before[at]);
  if (wrong >= 0) throw new Error(`the kernel wrote at ${wrong}; tensors lie at ${places.join(', ')}`);
  return outputs;
}

/** The bytes of each row of a tensor in memory. */
function* rowsOf(at: number, { type, pitch }: Layout): Generator<readonly [row: number, from: number, bytes: number]> {
  const size = bytesOf(type.dtype);
  const columns = type.shape.at(-1) ?? 1;
  for (let row = 0; row < sizeOf(type.shape.slice(0, -1)); row++) yield [row, at + row * pitch * size, columns * size];
}

function raw({ data }: Dense): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

function put(bytes: Uint8Array, at: number, value: Dense, layout: Layout): void {
  for (const [row, from, length] of rowsOf(at, layout)) bytes.set(raw(value).subarray(row * length, (row + 1) * length), from);
}

function take(bytes: Uint8Array, at: number, layout: Layout): Dense {
  const { dtype, shape } = layout.type;
  const all = new Uint8Array(sizeOf(shape) * bytesOf(dtype));
  for (const [row, from, length] of rowsOf(at, layout)) all.set(bytes.subarray(from, from + length), row * length);
  const { buffer } = all;
  const kinds = { float32: Float32Array, float64: Float64Array, int32: Int32Array, uint8: Uint8Array, bool: Uint8Array };
  return { dtype, shape, data: new kinds[dtype](buffer) };
}

/** Makes the result's own bytes count as unchanged. */
function mask(bytes: Uint8Array, before: Uint8Array, at: number, layout: Layout): void {
  for (const [, from, length] of rowsOf(at, layout)) before.set(bytes.subarray(from, from + length), from);
}
