/**
 * A program as a list of instructions over addresses: what the engine runs, and what `explain` prints.
 *
 * Everything is decided here, ahead: where each value lies, how many bytes the program needs, which kernel runs when.
 */
import type { Kernel, Layout } from '../kernels/kernel.js';
import type { AnyOp, FusedNode } from '../graph.js';
import type { Dense } from '../../primitive.js';

/** Memory that belongs together; the planner gives it its place in its region. */
export interface Region {
  /** The program's own memory, what is written once and only read, the home of a variable by its number, what a thread has for itself. */
  readonly kind: 'arena' | 'constants' | 'home' | 'scratch';
  readonly index: number;
  readonly bytes: number;
  /** Bytes from the start of the arena, of the constants, of the home. */
  readonly offset: number;
}

/** Where a loop moves an address in each of its steps. */
export interface Stride {
  readonly loop: number;
  readonly bytes: number;
}

export interface Address {
  readonly region: Region;
  readonly offset: number;
  readonly strides: readonly Stride[];
}

/** A tensor in memory. */
export interface Place extends Address {
  readonly layout: Layout;
}

/** Runs an emitted kernel. */
export interface CallInstruction {
  readonly kind: 'call';
  readonly node: AnyOp | FusedNode;
  readonly kernel: Kernel;
  readonly operands: readonly Place[];
  readonly results: readonly Place[];
  readonly scratch: Address | undefined;
}

/** Runs reference kernels, in JavaScript. */
export interface HostInstruction {
  readonly kind: 'host';
  readonly node: AnyOp | FusedNode;
  readonly operands: readonly Place[];
  readonly results: readonly Place[];
}

/** Moves `rows` pieces of `bytes` bytes. */
export interface CopyInstruction {
  readonly kind: 'copy';
  readonly from: Address;
  readonly to: Address;
  readonly rows: number;
  readonly bytes: number;
  /** Bytes from piece to piece. */
  readonly fromPitch: number;
  readonly toPitch: number;
}

/** Runs `body` again and again; addresses inside move by the strides that name this loop. */
export interface RepeatInstruction {
  readonly kind: 'repeat';
  readonly loop: number;
  readonly length: number;
  readonly body: readonly Instruction[];
}

export type Instruction = CallInstruction | HostInstruction | CopyInstruction | RepeatInstruction;

/** Numbers written once, before the first run: a tensor, or one number again and again. */
export interface Constant {
  readonly region: Region;
  readonly value: Dense | { readonly dtype: Dense['dtype']; readonly fill: number };
}

export interface Plan {
  readonly instructions: readonly Instruction[];
  /** How many bytes the program's own memory takes: known before it first runs. */
  readonly arena: number;
  /** The most bytes that are alive at one time: no arena can be smaller. */
  readonly live: number;
  readonly constants: readonly Constant[];
  readonly constantBytes: number;
  /** Where arguments are written; undefined for one that nothing reads. */
  readonly inputs: readonly (Place | undefined)[];
  readonly outputs: readonly Place[];
}
