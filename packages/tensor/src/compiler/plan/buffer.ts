/** Memory under planning: buffers whose life grows as instructions touch them, and tensors that lie in them. */
import { bytesOf } from '../../dtype.js';
import { sizeOf, stridesOf } from '../../shape.js';
import type { Layout } from '../kernels/kernel.js';
import type { TensorType } from '../../primitive.js';
import type { Address, Place, Region, Stride } from './plan.js';

/** A region whose offset is not yet known. */
export class Buffer implements Region {
  readonly kind: Region['kind'];
  readonly index: number;
  /** The loop in whose body it is made anew in each step; 0 outside all loops. */
  readonly loop: number;
  bytes: number;
  offset: number = 0;
  first: number = Infinity;
  last: number = -1;

  constructor(kind: Region['kind'], bytes: number, options: { readonly index?: number; readonly loop?: number } = {}) {
    this.kind = kind;
    this.bytes = bytes;
    this.index = options.index ?? 0;
    this.loop = options.loop ?? 0;
  }
}

/** A tensor in a buffer. */
export class Spot implements Place {
  readonly region: Buffer;
  readonly offset: number;
  readonly strides: readonly Stride[];
  readonly layout: Layout;

  constructor(region: Buffer, layout: Layout, address: Partial<Omit<Address, 'region'>> = {}) {
    this.region = region;
    this.layout = layout;
    this.offset = address.offset ?? 0;
    this.strides = address.strides ?? [];
  }

  get type(): TensorType {
    return this.layout.type;
  }

  /** Whether its rows follow one another without a gap. */
  get dense(): boolean {
    return isDense(this.layout);
  }

  /** The same memory read as something else. */
  as(layout: Layout, offset: number = 0): Spot {
    return new Spot(this.region, layout, { offset: this.offset + offset, strides: this.strides });
  }

  same(other: Spot): boolean {
    return (
      this.region === other.region &&
      this.offset === other.offset &&
      this.layout.pitch === other.layout.pitch &&
      this.strides.length === other.strides.length &&
      this.strides.every(({ loop, bytes }, i) => loop === other.strides[i].loop && bytes === other.strides[i].bytes)
    );
  }

  /** The same memory under another shape of the same size; undefined where gaps between rows do not allow it. */
  reshaped(shape: readonly number[]): Spot | undefined {
    const { dtype } = this.type;
    if (this.dense) return this.as(denseLayout({ dtype, shape }));
    const columns = columnsOf(this.type);
    if (shape.length > 0 && shape[shape.length - 1] === columns) return this.as({ type: { dtype, shape }, pitch: this.layout.pitch });
    return undefined;
  }

  /** A box of it in steps of one, as a view; undefined where its rows do not lie equally far apart. */
  boxed(start: readonly number[], size: readonly number[]): Spot | undefined {
    const { dtype, shape } = this.type;
    const rank = shape.length;
    const strides = pitchedStrides(this.layout);
    const offset = start.reduce((total, n, axis) => total + n * strides[axis], 0) * bytesOf(dtype);
    const type = { dtype, shape: size };
    if (rank === 0 || sizeOf(size) === 0) return this.as(denseLayout(type), 0);
    // Rows of the box: leading axes, of which those longer than one must be cut from nothing but the outermost of them.
    let pitch = 0;
    let expected = 0;
    for (let axis = rank - 2; axis >= 0; axis--) {
      if (size[axis] === 1) continue;
      if (pitch === 0) pitch = strides[axis];
      else if (strides[axis] !== expected) return undefined;
      expected = strides[axis] * size[axis];
    }
    return this.as({ type, pitch: pitch === 0 ? columnsOf(type) : pitch }, offset);
  }
}

/** The last axis' length. */
export function columnsOf({ shape }: TensorType): number {
  return shape.length === 0 ? 1 : shape[shape.length - 1];
}

/** How many rows there are: the product of all axes but the last. */
export function rowsOf({ shape }: TensorType): number {
  return sizeOf(shape.slice(0, -1));
}

export function denseLayout(type: TensorType): Layout {
  return { type, pitch: columnsOf(type) };
}

export function isDense({ type, pitch }: Layout): boolean {
  return pitch === columnsOf(type) || rowsOf(type) <= 1;
}

/** How many bytes a tensor spans from its first to its last element. */
export function spanOf({ type, pitch }: Layout): number {
  const rows = rowsOf(type);
  return sizeOf(type.shape) === 0 ? 0 : ((rows - 1) * pitch + columnsOf(type)) * bytesOf(type.dtype);
}

function pitchedStrides({ type, pitch }: Layout): readonly number[] {
  const rank = type.shape.length;
  if (rank < 2) return type.shape.map(() => 1);
  return [...stridesOf(type.shape.slice(0, -1)).map((stride) => stride * pitch), 1];
}
