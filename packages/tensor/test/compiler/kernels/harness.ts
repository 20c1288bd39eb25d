/** One kernel by itself: laid out in a memory with marks around every result, run, and held to the reference kernel. */
import { ModuleBuilder } from '../../../src/compiler/wasm/index.js';
import { allocate, bytesOf } from '../../../src/dtype.js';
import { kernelFor } from '../../../src/compiler/kernels/index.js';
import { primitives } from '../../../src/primitives/index.js';
import { sizeOf } from '../../../src/shape.js';
import { operandsOf, typesOf } from '../../../src/compiler/graph.js';
import type { AnyOp, FusedNode, Graph } from '../../../src/compiler/graph.js';
import type { TypedArray } from '../../../src/dtype.js';
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
  // Scratch memory begins as NaN: what is read there before it was written shows.
  const bytes = new Uint8Array(memory.buffer).fill(mark).fill(0xff, scratch);
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

/** Runs of a property with many kinds of cases: five times what others have. */
export const many: number = 5 * Number(process.env['GRADUS_RUNS'] ?? 20);

/** A module of relaxed multiply-add: valid where the engine has it. */
function hasRelaxedSimd(): boolean {
  const module = new ModuleBuilder();
  module.function([], [], (f) => {
    const x = f.local('v128');
    f.get(x).get(x).get(x).op('f32x4.relaxed_madd').set(x);
  });
  return WebAssembly.validate(module.finish());
}

/** Both flavours where the engine runs both. */
export const flavours: readonly { readonly fma: boolean }[] = hasRelaxedSimd() ? [{ fma: false }, { fma: true }] : [{ fma: false }];

/** What the reference kernels make of a graph: they themselves, since eager work may run on emitted kernels too. */
export function reference(graph: Graph, inputs: readonly TypedArray[]): readonly TypedArray[] {
  const values: Dense[] = [];
  for (const [i, id] of graph.inputs.entries()) values[id] = { ...typesOf(graph.nodes[id])[0], data: inputs[i] };
  for (const [id, node] of graph.nodes.entries()) {
    if (node.kind === 'splat') values[id] = { ...node.type, data: allocate(node.type.dtype, sizeOf(node.type.shape)).fill(node.value) };
    if (node.kind !== 'op') continue;
    values[id] = { ...node.type, data: allocate(node.type.dtype, sizeOf(node.type.shape)) };
    untyped(node.name).kernel(values[id], operandsOf(node).map((operand) => values[operand]), node.attributes); // prettier-ignore
  }
  return graph.outputs.map((id) => values[id].data);
}

function untyped(name: AnyOp['name']): { kernel(y: Dense, xs: readonly Dense[], attributes: object): void } {
  return primitives[name];
}

/** The graph of one operation on inputs of these types. */
export function graphOf(node: AnyOp, types: readonly TensorType[]): Graph {
  const inputs = types.map((_, i) => i);
  return { nodes: [...types.map((type) => ({ kind: 'input', type }) as const), node], inputs, outputs: [types.length] };
}

/** What the emitted kernel makes of a node, or undefined where there is none. */
export function compiled(
  node: AnyOp | FusedNode,
  operands: readonly Layout[],
  results: readonly Layout[],
  inputs: readonly TypedArray[],
  target: { readonly fma: boolean },
): TypedArray[] | undefined {
  const kernel = kernelFor(node, operands, results, target);
  if (!kernel) return undefined;
  const dense = operands.map((layout, i): readonly [Dense, Layout] => [{ ...layout.type, data: inputs[i] }, layout]);
  return runKernel(kernel, dense, results).map(({ data }) => data);
}

/** How many floats lie between two floats: 0 if they are equal or both NaN; zeros of both signs are equal. */
export function ulps(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number.isNaN(a) && Number.isNaN(b) ? 0 : Infinity;
  return Math.abs(ordered(a) - ordered(b));
}

function ordered(x: number): number {
  const bits = new Int32Array(Float32Array.of(x).buffer)[0];
  return bits < 0 ? -(bits & 0x7fffffff) : bits;
}

/** Numbers made from their place: floats on a grid, whole numbers of both signs, bytes. */
export function numbers({ dtype, shape }: TensorType, seed: number): TypedArray {
  const size = sizeOf(shape);
  const random = (i: number): number => Math.floor(Math.abs(Math.sin(i * 12.9898 + seed * 78.233) * 43758.5453) % 1024);
  if (dtype === 'float32') return Float32Array.from({ length: size }, (_, i) => (random(i) - 512) / 128 + 1 / 256);
  if (dtype === 'int32') return Int32Array.from({ length: size }, (_, i) => (random(i) - 512) * (random(i + 1) % 3 === 0 ? 5e6 : 1));
  return Uint8Array.from({ length: size }, (_, i) => random(i) % (dtype === 'bool' ? 2 : 256));
}

/** A call of the primitive `name`, which no type can follow. */
export function nodeOf(name: string, operands: readonly number[], type: TensorType, attributes: object = {}): AnyOp {
  const node: { kind: 'op'; name: string; operands: readonly number[]; attributes: object; type: TensorType } = { kind: 'op', name, operands, attributes, type }; // prettier-ignore
  if (isOp(node)) return node;
  throw new Error(name);
}

function isOp(node: { readonly kind: 'op' }): node is AnyOp {
  return node.kind === 'op';
}

/** A float32 tensor of numbers of both signs and many sizes. */
export function waves(shape: readonly number[], seed: number): Dense {
  return {
    dtype: 'float32',
    shape,
    data: Float32Array.from({ length: sizeOf(shape) }, (_, i) => Math.sin(i * 12.9898 + seed) * 2 ** ((i * 7) % 5)),
  };
}

export function absolute(x: Dense): Dense {
  return { ...x, data: Float32Array.from(x.data, Math.abs) };
}
