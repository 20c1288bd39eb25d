/**
 * Random bits: Threefry-2x32 on four counters at once. Every word depends on its key and its place alone, so four lanes
 * need nothing of each other; results are the reference's, bit for bit.
 */
import { sizeOf } from '../../../shape.js';
import { move, times } from '../product/blocks.js';
import type { AnyOp } from '../../graph.js';
import type { FunctionBuilder, Local } from '../../wasm/index.js';
import type { Kernel, Layout } from '../kernel.js';

type RandomNode = Extract<AnyOp, { readonly name: 'randomBits' | 'randomUniform' }>;

/** The kernel for results whose rows follow each other. */
export function randomKernel(node: RandomNode, [y]: readonly Layout[]): Kernel | undefined {
  const { dtype, shape } = node.type;
  if (dtype === 'float64' || (shape.length > 0 && y.pitch !== shape.at(-1))) return undefined;
  const size = sizeOf(shape);
  return {
    signature: `${node.name} ${size}`,
    scratch: 0,
    flops: 0,
    bytes: 4 * size,
    extra: [],
    emit: (module) => module.function(['i32', 'i32', 'i32'], [], (f) => emit(f, size, node.name === 'randomUniform')),
  };
}

/** The generator's rotations, and the constant of its key schedule: Salmon, Moraes, Dror, Shaw 2011. */
const rotations = [[13, 15, 26, 6], [17, 29, 16, 24]] as const; // prettier-ignore
const parity = 0x1bd11bda;

function emit(f: FunctionBuilder, size: number, uniform: boolean): void {
  const [key, counter, y] = [0, 1, 2];
  const vector = (load: () => void): Local => {
    const local = f.local('v128');
    load();
    f.set(local);
    return local;
  };
  const k0 = vector(() => f.get(key).memory('v128.load32_splat'));
  const k1 = vector(() => f.get(key).memory('v128.load32_splat', 4));
  const k2 = vector(() =>
    f
      .get(k0)
      .get(k1)
      .op('v128.xor')
      .get(f.constant(new Int32Array(4).fill(parity)))
      .op('v128.xor'),
  );
  const first = vector(() => f.get(counter).memory('v128.load32_splat'));
  const block = vector(() => f.v128(Int32Array.of(0, 1, 2, 3)));
  const [a, b] = [f.local('v128'), f.local('v128')];
  const eight = (store: (word: Local, half: number) => void): void => {
    f.get(first).set(a).get(block).set(b);
    encrypt(f, [k0, k1, k2], a, b);
    const word = f.local('v128');
    for (const half of [0, 1]) {
      f.get(a)
        .get(b)
        .shuffle(half === 0 ? [0, 4, 1, 5] : [2, 6, 3, 7]); // words of a block follow each other
      if (uniform)
        f.i32(8)
          .op('i32x4.shr_u')
          .op('f32x4.convert_i32x4_s')
          .get(f.constant(bitsOf(2 ** -24)))
          .op('f32x4.mul');
      f.set(word);
      store(word, half);
    }
    f.release(word);
    f.get(block)
      .get(f.constant(new Int32Array(4).fill(4)))
      .op('i32x4.add')
      .set(block);
  };
  times(f, Math.floor(size / 8), () => {
    eight((word, half) =>
      f
        .get(y)
        .get(word)
        .memory('v128.store', 16 * half),
    );
    move(f, y, 32);
  });
  const rest = size % 8;
  if (rest > 0) {
    eight((word, half) => {
      for (let lane = 0; lane < Math.min(4, rest - 4 * half); lane++) f.get(y).get(word).laneMemory('v128.store32_lane', lane, 16 * half + 4 * lane); // prettier-ignore
    });
  }
}

/** Five groups of four rounds; after each a part of the key is added again. */
function encrypt(f: FunctionBuilder, keys: readonly Local[], a: Local, b: Local): void {
  f.get(a).get(keys[0]).op('i32x4.add').set(a); // prettier-ignore
  f.get(b).get(keys[1]).op('i32x4.add').set(b); // prettier-ignore
  for (let group = 0; group < 5; group++) {
    for (const r of rotations[group % 2]) {
      f.get(a).get(b).op('i32x4.add').set(a); // prettier-ignore
      f.get(b).i32(r).op('i32x4.shl').get(b).i32(32 - r).op('i32x4.shr_u').op('v128.or').get(a).op('v128.xor').set(b); // prettier-ignore
    }
    f.get(a).get(keys[(group + 1) % 3]).op('i32x4.add').set(a); // prettier-ignore
    f.get(b)
      .get(keys[(group + 2) % 3])
      .op('i32x4.add');
    f.get(f.constant(new Int32Array(4).fill(group + 1))).op('i32x4.add').set(b); // prettier-ignore
  }
}

function bitsOf(value: number): Int32Array {
  return new Int32Array(new Float32Array(4).fill(value).buffer);
}
