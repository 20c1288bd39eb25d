/** What a kernel is: a WebAssembly function of pointers, emitted for a node over tensors that lie in a known way. */
import type { AnyOp, FusedNode } from '../graph.js';
import type { TensorType } from '../../primitive.js';
import type { FunctionIndex, ModuleBuilder } from '../wasm/index.js';
import type { Split } from './split.js';

/** Where a tensor lies: row-major, but rows (the last axis) may be further apart than they are long. Strides in elements. */
export interface Layout {
  readonly type: TensorType;
  /** Elements from row to row; the last axis' length where rows follow each other. */
  readonly pitch: number;
}

export interface Kernel {
  /** Two kernels with the same signature are the same code. */
  readonly signature: string;
  /** Bytes of scratch memory, given as the last pointer. 0: there is no such parameter. */
  readonly scratch: number;
  /** Of the plain method, whatever the kernel makes of it. */
  readonly flops: number;
  readonly bytes: number;
  /** Numbers appended after the pointers at each call (lengths of flat loops, rows of nests): so that shapes share code. */
  readonly extra: readonly number[];
  /** How it computes, where that is not what its name says: for `explain`. */
  readonly method?: string;
  /** Ways to cut the work into parts for several threads; none where it cannot be cut. */
  readonly splits: readonly Split[];
  /** Emits the function's body into a module under construction. */
  emit(module: ModuleBuilder): FunctionIndex;
}

/** What the engine's instructions can do. */
export interface Target {
  readonly fma: boolean;
}

/**
 * A kernel for this node over these layouts, or undefined where none is emitted (the reference kernel runs then).
 * Parameters of the WebAssembly function, all i32: one pointer for each operand, one for each result, scratch if
 * any, then `extra`.
 */
export type KernelFor = (
  node: AnyOp | FusedNode,
  operands: readonly Layout[],
  results: readonly Layout[],
  target: Target,
) => Kernel | undefined;
