/**
 * Random bits and uniform numbers: Threefry-2x32 on four blocks at a time, bit for bit as the reference.
 *
 * A round waits for the one before, so four independent vectors of blocks go side by side: thirty-two words a turn.
 */
import { Lanes } from '../lanes/lanes.js';
import { store } from '../nest/memory.js';
import { sizeOf } from '../../../shape.js';
import type { FunctionBuilder, Local, ModuleBuilder } from '../../wasm/index.js';
import type { AnyOp } from '../../graph.js';
import type { Term } from '../lanes/lanes.js';
import type { Kernel, Layout } from '../kernel.js';
import type { Width } from '../nest/memory.js';

type RandomNode = Extract<AnyOp, { readonly name: 'randomBits' | 'randomUniform' }>;

/** The kernel of random words, or of uniform float32 numbers. */
export function randomKernel(node: RandomNode, [y]: readonly Layout[]): Kernel | undefined {
  const { dtype, shape } = node.type;
  const wanted = node.name === 'randomBits' ? 'int32' : 'float32';
  const dense = shape.length < 2 || y.pitch === shape[shape.length - 1] || sizeOf(shape.slice(0, -1)) <= 1;
  if (dtype !== wanted || !dense) return undefined;
  const uniform = node.name === 'randomUniform';
  return {
    signature: node.name,
    scratch: 0,
    flops: 0,
    bytes: 4 * sizeOf(shape),
    extra: [sizeOf(shape)],
    splits: [],
    emit: (module) => module.function(['i32', 'i32', 'i32', 'i32'], [], (f) => emit(module, f, uniform)),
  };
}

const rotations = [
  [13, 15, 26, 6],
  [17, 29, 16, 24],
] as const;

function emit(module: ModuleBuilder, f: FunctionBuilder, uniform: boolean): void {
  const v = new Lanes(module, f, { fma: false });
  const [key, counter, y, n] = [0, 1, 2, 3];
  const splat = (pointer: Local, offset: number): Local => v.let(() => void f.get(pointer).memory('v128.load32_splat', offset));
  const [k0, k1, count] = [splat(key, 0), splat(key, 4), splat(counter, 0)];
  const keys = [k0, k1, v.let(v.op('v128.xor', v.op('v128.xor', k0, k1), v.i32(0x1bd11bda)))];
  const block = f.local('v128');
  f.get(f.constant(Int32Array.of(0, 1, 2, 3))).set(block);
  const rest = f.local('i32');
  const words = (bits: Term): Term =>
    uniform ? v.mul(v.op('f32x4.convert_i32x4_u', v.shift('i32x4.shr_u', bits, 8)), v.f32(2 ** -24)) : bits;
  /** So many vectors of four blocks, and what they make. */
  const turn = (vectors: number, write: (values: readonly (readonly [Local, Local])[]) => void): void => {
    v.scope(() => {
      const starts = Array.from({ length: vectors }, (_, i) => v.let(v.op('i32x4.add', block, v.i32(4 * i))));
      const made = threefry(v, keys, count, starts);
      write(made.map(([a, b]) => [v.let(words(v.shuffle(a, b, [0, 4, 1, 5]))), v.let(words(v.shuffle(a, b, [2, 6, 3, 7])))]));
      f.get(block).get(v.i32(4 * vectors)).op('i32x4.add').set(block); // prettier-ignore
    });
  };
  const whole = (vectors: number): void => {
    turn(vectors, (values) => {
      for (const [i, [low, high]] of values.entries()) {
        f.get(y)
          .get(low)
          .memory('v128.store', 32 * i);
        f.get(y)
          .get(high)
          .memory('v128.store', 32 * i + 16);
      }
    });
    f.get(y).i32(32 * vectors).op('i32.add').set(y); // prettier-ignore
    f.get(n).i32(8 * vectors).op('i32.sub').set(n); // prettier-ignore
  };
  for (const vectors of [4, 1]) {
    f.block((end) => {
      f.loop((again) => {
        f.get(n).i32(8 * vectors).op('i32.lt_s').branchIf(end); // prettier-ignore
        whole(vectors);
        f.branch(again);
      });
    });
  }
  const put = (value: Local, offset: number, width: Width): void =>
    v.scope(() => store(v, 'int32', value, { push: () => void f.get(y), offset }, width));
  f.get(n).if(() => {
    turn(1, ([[low, high]]) => {
      f.get(n).i32(3).op('i32.and').set(rest); // prettier-ignore
      f.get(n).i32(4).op('i32.and').if(() => (put(low, 0, 4), put(high, 16, { rest })), () => put(low, 0, { rest })); // prettier-ignore
    });
  });
}

/** The words of each block under the key: the rounds of all vectors side by side. */
function threefry(v: Lanes, keys: readonly Local[], counter: Local, blocks: readonly Local[]): readonly (readonly [Local, Local])[] {
  const add = (a: Term, b: Term): Term => v.op('i32x4.add', a, b);
  let pairs = blocks.map((block): readonly [Local, Local] => [v.let(add(counter, keys[0])), v.let(add(block, keys[1]))]);
  for (let group = 0; group < 5; group++) {
    for (const by of rotations[group % 2]) {
      pairs = pairs.map(([a, b]): readonly [Local, Local] => {
        const sum = v.let(add(a, b));
        const turned = v.op('v128.or', v.shift('i32x4.shl', b, by), v.shift('i32x4.shr_u', b, 32 - by));
        return [sum, v.let(v.op('v128.xor', turned, sum))];
      });
    }
    const second = v.let(add(keys[(group + 2) % 3], v.i32(group + 1)));
    pairs = pairs.map(([a, b]): readonly [Local, Local] => [v.let(add(a, keys[(group + 1) % 3])), v.let(add(b, second))]);
  }
  return pairs;
}
