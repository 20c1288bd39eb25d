/**
 * The one memory that all programs share, and who has which part of it.
 *
 * WebAssembly memory only ever grows, so parts that are given back are joined with their free neighbours and used again.
 */
import { ArgumentError } from '../errors.js';
import { allocate } from '../dtype.js';
import type { MemoryLimits } from '../compiler/wasm/index.js';
import type { ArrayOf, DType, TypedArray } from '../dtype.js';
import type { Dense, TensorType } from '../primitive.js';

const pageBytes = 65536;
/** As far as 32-bit addresses reach. */
const mostPages = 65536;
const alignment = 64;

interface Free {
  readonly at: number;
  readonly bytes: number;
}

export class Memory {
  readonly memory: WebAssembly.Memory;
  /** What modules that import it must say of it. */
  readonly limits: MemoryLimits;
  private free: Free[] = [];
  private readonly taken: Map<number, number> = new Map();
  private end: number = alignment;
  private views: Views;

  constructor() {
    const made = makeMemory();
    this.memory = made.memory;
    this.limits = made.limits;
    this.views = new Views(this.memory.buffer);
  }

  /** How many bytes are given out now. */
  get used(): number {
    let total = 0;
    for (const bytes of this.taken.values()) total += bytes;
    return total;
  }

  /** How many bytes the engine has set aside. */
  get size(): number {
    return this.memory.buffer.byteLength;
  }

  /**
   * A zeroed region of its own; its first byte's address.
   *
   * @throws ArgumentError where there is no more memory to be had
   */
  allocate(bytes: number): number {
    const room = Math.max(alignment, Math.ceil(bytes / alignment) * alignment);
    const at = this.reuse(room) ?? this.extend(room);
    this.taken.set(at, room);
    this.array('uint8', at, room).fill(0);
    return at;
  }

  /** Gives a region back. */
  release(at: number): void {
    const bytes = this.taken.get(at);
    if (bytes === undefined) throw new Error(`memory: nothing was given out at ${at}`);
    this.taken.delete(at);
    this.free = joined([...this.free, { at, bytes }]);
    const last = this.free.at(-1);
    if (last && last.at + last.bytes === this.end) {
      this.free.pop();
      this.end = last.at;
    }
  }

  /** Elements as they lie in memory now. Do not keep it: growing the memory outdates it. */
  array<D extends DType>(dtype: D, at: number, size: number): ArrayOf[D] {
    if (this.views.buffer !== this.memory.buffer) this.views = new Views(this.memory.buffer);
    return this.views.array(dtype, at, size);
  }

  /** A tensor as it lies in memory now. Do not keep it. */
  dense({ dtype, shape }: TensorType, at: number, size: number): Dense {
    return { dtype, shape, data: this.array(dtype, at, size) };
  }

  /** A copy of elements, for whoever keeps them. */
  copy<D extends DType>(dtype: D, at: number, size: number): ArrayOf[D] {
    const data = allocate(dtype, size);
    const { all, start } = this.current(dtype, at);
    // One number, as most programs return it, needs no view.
    if (size === 1) data[0] = all[start];
    else data.set(all.subarray(start, start + size));
    return data;
  }

  /** Writes elements. */
  write(dtype: DType, at: number, data: TypedArray): void {
    const { all, start } = this.current(dtype, at);
    all.set(data, start);
  }

  private current(dtype: DType, at: number): { readonly all: TypedArray; readonly start: number } {
    if (this.views.buffer !== this.memory.buffer) this.views = new Views(this.memory.buffer);
    const all = this.views.arrays[dtype];
    return { all, start: at / all.BYTES_PER_ELEMENT };
  }

  private reuse(room: number): number | undefined {
    const i = this.free.findIndex(({ bytes }) => bytes >= room);
    if (i < 0) return undefined;
    const { at, bytes } = this.free[i];
    const rest = bytes > room ? [{ at: at + room, bytes: bytes - room }] : [];
    this.free.splice(i, 1, ...rest);
    return at;
  }

  private extend(room: number): number {
    const at = this.end;
    const missing = Math.ceil((at + room - this.size) / pageBytes);
    if (missing > 0) this.grow(missing, room);
    this.end = at + room;
    return at;
  }

  private grow(pages: number, room: number): void {
    // A little ahead, so that many small variables do not grow the memory one by one.
    for (const ahead of [Math.max(pages, Math.ceil(this.size / pageBytes / 4)), pages]) {
      try {
        this.memory.grow(ahead);
        return;
      } catch {
        // As much as that is not to be had: the next, smaller one may be.
      }
    }
    throw new ArgumentError(`memory: ${room} bytes more are not to be had; ${this.used} are in use`);
  }
}

/** All element types over one buffer. */
class Views {
  readonly buffer: ArrayBufferLike;
  readonly arrays: ArrayOf;

  constructor(buffer: ArrayBufferLike) {
    this.buffer = buffer;
    this.arrays = {
      float32: new Float32Array(buffer),
      float64: new Float64Array(buffer),
      int32: new Int32Array(buffer),
      uint8: new Uint8Array(buffer),
      bool: new Uint8Array(buffer),
    };
  }

  array<D extends DType>(dtype: D, at: number, size: number): ArrayOf[D];
  array(dtype: DType, at: number, size: number): ArrayOf[DType] {
    const all = this.arrays[dtype];
    const start = at / all.BYTES_PER_ELEMENT;
    return all.subarray(start, start + size);
  }
}

/** Shared where the platform allows, since a memory cannot become shared later; with as much room ahead as it gives. */
function makeMemory(): { readonly memory: WebAssembly.Memory; readonly limits: MemoryLimits } {
  const minimum = 16;
  for (const shared of [true, false]) {
    for (const maximum of [mostPages, mostPages / 4]) {
      try {
        return { memory: new WebAssembly.Memory({ initial: minimum, maximum, shared }), limits: { minimum, maximum, shared } };
      } catch {
        // Not here: less, or not shared.
      }
    }
  }
  return { memory: new WebAssembly.Memory({ initial: minimum }), limits: { minimum } };
}

/** Free regions in order, neighbours as one. */
function joined(regions: readonly Free[]): Free[] {
  const result: Free[] = [];
  for (const region of [...regions].sort((a, b) => a.at - b.at)) {
    const before = result.at(-1);
    if (before && before.at + before.bytes === region.at) result[result.length - 1] = { at: before.at, bytes: before.bytes + region.bytes };
    else result.push(region);
  }
  return result;
}
