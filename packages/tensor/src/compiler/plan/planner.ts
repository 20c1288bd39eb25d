/** What a plan is built with: memory whose life grows as instructions touch it, constants, loops. */
import { sizeOf } from '../../shape.js';
import { bytesOf } from '../../dtype.js';
import { largestLive, pack, roomOf } from './arena.js';
import { Buffer, columnsOf, denseLayout, isDense, rowsOf, Spot, spanOf } from './buffer.js';
import { refuses } from './aliases.js';
import type { AnyOp, FusedNode, SplatNode } from '../graph.js';
import type { Kernel, KernelFor, Layout, Target } from '../kernels/kernel.js';
import type { Dense, TensorType } from '../../primitive.js';
import type { Constant, Instruction } from './plan.js';

interface OpenLoop {
  readonly loop: number;
  readonly start: number;
  readonly crossing: Set<Buffer>;
}

export class Planner {
  private readonly kernelFor: KernelFor;
  private readonly target: Target;
  private readonly buffers: Buffer[] = [];
  private readonly fixed: (Constant & { readonly region: Buffer })[] = [];
  private readonly splats: Map<string, Buffer> = new Map();
  private readonly open: OpenLoop[] = [];
  private readonly lists: Instruction[][] = [[]];
  private loops: number = 0;
  private tick: number = 0;

  constructor(kernelFor: KernelFor, target: Target) {
    this.kernelFor = kernelFor;
    this.target = target;
  }

  /** Room for a tensor that this step of the innermost loop makes. */
  allocate(type: TensorType, layout: Layout = denseLayout(type)): Spot {
    const buffer = new Buffer('arena', spanOf(layout), { loop: this.open.at(-1)?.loop ?? 0 });
    this.buffers.push(buffer);
    return new Spot(buffer, layout);
  }

  constant(value: Dense): Spot {
    const layout = denseLayout(value);
    const region = new Buffer('constants', spanOf(layout));
    this.fixed.push({ region, value });
    return new Spot(region, layout);
  }

  /** One number for a whole tensor: all that hold the same number lie in the same place. */
  splat({ value, type }: SplatNode): Spot {
    const key = `${type.dtype} ${Object.is(value, -0) ? '-0' : value}`;
    const layout = denseLayout(type);
    let region = this.splats.get(key);
    if (!region) {
      region = new Buffer('constants', 0);
      this.splats.set(key, region);
      this.fixed.push({ region, value: { dtype: type.dtype, fill: value } });
    }
    region.bytes = Math.max(region.bytes, spanOf(layout));
    return new Spot(region, layout);
  }

  /** Runs a node's kernel, or its reference where there is none. */
  run(node: AnyOp | FusedNode, operands: readonly Spot[], results: readonly Spot[]): void {
    const empty = (spot: Spot): boolean => sizeOf(spot.type.shape) === 0;
    if (results.every(empty) && !refuses(node)) return;
    if (operands.some(empty) || results.some(empty)) return this.host(node, operands, results);
    const asTheyLie = this.kernel(node, operands.map(layoutOf), results.map(layoutOf)); // prettier-ignore
    if (asTheyLie) return this.call(node, asTheyLie, operands, results);
    const gapless = this.kernel(node, operands.map(denseOf), results.map(layoutOf)); // prettier-ignore
    if (gapless) return this.call(node, gapless, this.gathered(operands), results);
    const dense = this.kernel(node, operands.map(denseOf), results.map(denseOf)); // prettier-ignore
    if (!dense) return this.host(node, operands, results);
    const made = results.map((spot) => (spot.dense ? spot : this.allocate(spot.type)));
    this.call(node, dense, this.gathered(operands), made);
    for (const [i, spot] of made.entries()) this.copy(spot, results[i]);
  }

  /** Moves a tensor; nothing where both are the same. */
  copy(from: Spot, to: Spot): void {
    if (from.same(to) || sizeOf(to.type.shape) === 0) return;
    const together = from.dense && to.dense;
    const rows = together ? 1 : rowsOf(to.type);
    const element = bytesOf(to.type.dtype);
    const bytes = (together ? sizeOf(to.type.shape) : columnsOf(to.type)) * element;
    const pitch = (spot: Spot): number => (spot.dense ? columnsOf(spot.type) : spot.layout.pitch) * element;
    this.touch(from, to);
    this.emit({ kind: 'copy', from, to, rows, bytes, fromPitch: pitch(from), toPitch: pitch(to) });
  }

  /** A tensor whose rows follow one another: itself, or a copy. */
  compact(spot: Spot): Spot {
    if (spot.dense) return spot.as(denseLayout(spot.type));
    const copy = this.allocate(spot.type);
    this.copy(spot, copy);
    return copy;
  }

  /** Instructions that `body` makes for the given number of a new loop become one instruction. */
  repeat(length: number, body: (loop: number) => void): void {
    const loop = ++this.loops;
    const list: Instruction[] = [];
    const scope: OpenLoop = { loop, start: this.tick, crossing: new Set() };
    this.open.push(scope);
    this.lists.push(list);
    body(loop);
    this.lists.pop();
    this.open.pop();
    this.emit({ kind: 'repeat', loop, length, body: list });
    // What a step finds that the step before it left, or the first one found, lives through all steps.
    for (const buffer of scope.crossing) this.extend(buffer, scope.start, this.tick);
  }

  /** Says that an instruction now reads or writes these. */
  touch(...spots: readonly Spot[]): void {
    for (const { region } of spots) {
      this.extend(region, this.tick, this.tick);
      for (let i = this.open.length - 1; i >= 0 && this.open[i].loop !== region.loop; i--) this.open[i].crossing.add(region);
    }
  }

  /** All that was decided: places are final from here on. */
  finish(): {
    readonly instructions: readonly Instruction[];
    readonly arena: number;
    readonly live: number;
    readonly constants: readonly Constant[];
    readonly constantBytes: number;
  } {
    const used = this.buffers.filter(({ last }) => last >= 0);
    const { offsets, bytes } = pack(used);
    for (const [i, buffer] of used.entries()) buffer.offset = offsets[i];
    let constantBytes = 0;
    const constants = this.fixed.filter(({ region }) => region.last >= 0);
    for (const { region } of constants) {
      region.offset = constantBytes;
      constantBytes += roomOf(region.bytes);
    }
    return { instructions: this.lists[0], arena: bytes, live: largestLive(used), constants, constantBytes };
  }

  private call(node: AnyOp | FusedNode, kernel: Kernel, operands: readonly Spot[], results: readonly Spot[]): void {
    const scratch = kernel.scratch === 0 ? undefined : this.allocate({ dtype: 'uint8', shape: [kernel.scratch] });
    this.touch(...operands, ...results, ...(scratch ? [scratch] : []));
    this.emit({ kind: 'call', node, kernel, operands, results, scratch });
  }

  private host(node: AnyOp | FusedNode, operands: readonly Spot[], results: readonly Spot[]): void {
    this.touch(...operands, ...results);
    this.emit({ kind: 'host', node, operands, results });
  }

  private gathered(operands: readonly Spot[]): readonly Spot[] {
    return operands.map((spot) => this.compact(spot));
  }

  private kernel(node: AnyOp | FusedNode, operands: readonly Layout[], results: readonly Layout[]): Kernel | undefined {
    return this.kernelFor(node, operands, results, this.target);
  }

  private extend(buffer: Buffer, first: number, last: number): void {
    buffer.first = Math.min(buffer.first, first);
    buffer.last = Math.max(buffer.last, last);
  }

  private emit(instruction: Instruction): void {
    this.lists[this.lists.length - 1].push(instruction);
    this.tick++;
  }
}

function layoutOf({ layout, type }: Spot): Layout {
  return isDense(layout) ? denseLayout(type) : layout;
}

function denseOf({ type }: Spot): Layout {
  return denseLayout(type);
}
