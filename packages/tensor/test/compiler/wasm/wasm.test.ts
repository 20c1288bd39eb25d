import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FunctionBuilder, ModuleBuilder, textOf } from '../../../src/compiler/wasm/index.js';
import { Bytes } from '../../../src/compiler/wasm/bytes.js';
import { laneMemory, memory, plain } from '../../../src/compiler/wasm/instructions.js';
import type { ValueType } from '../../../src/compiler/wasm/index.js';

/** The exported function of a module with this one function. */
function run(params: readonly ValueType[], results: readonly ValueType[], inside: (f: FunctionBuilder) => void): Function {
  const module = new ModuleBuilder();
  module.export('f', module.function(params, results, inside));
  const { f } = new WebAssembly.Instance(new WebAssembly.Module(module.finish())).exports;
  if (typeof f !== 'function') throw new Error('no function was exported');
  return f;
}

describe('numbers', () => {
  test('every 32-bit constant comes back', () => {
    fc.assert(
      fc.property(fc.integer(), (n) => {
        expect(run([], ['i32'], (f) => f.i32(n))()).toBe(n);
      }),
    );
  });

  test('LEB128 takes as few bytes as the number needs', () => {
    const length = (write: (bytes: Bytes) => void): number => {
      const bytes = new Bytes(1);
      write(bytes);
      return bytes.length;
    };
    expect([0, 127, 128, 16383, 16384, 2 ** 32 - 1].map((n) => length((b) => b.unsigned(n)))).toEqual([1, 1, 2, 2, 3, 5]);
    expect([0, 63, -64, 64, -65, 2 ** 31 - 1, -(2 ** 31)].map((n) => length((b) => b.signed(n)))).toEqual([1, 1, 1, 2, 2, 5, 5]);
  });

  test('floats and 64-bit integers come back', () => {
    expect(run([], ['f32'], (f) => f.f32(0.1))()).toBe(Math.fround(0.1));
    expect(run([], ['f64'], (f) => f.f64(0.1))()).toBe(0.1);
    for (const n of [0n, -1n, 63n, 64n, 2n ** 63n - 1n, -(2n ** 63n)]) expect(run([], ['i64'], (f) => f.i64(n))()).toBe(n);
  });
});

describe('functions', () => {
  test('a loop runs until its branch is not taken', () => {
    const factorial = run(['i32'], ['i32'], (f) => {
      const product = f.local('i32');
      f.i32(1).set(product);
      f.block((end) => {
        f.get(0).op('i32.eqz').branchIf(end);
        f.loop((again) => {
          f.get(product).get(0).op('i32.mul').set(product);
          f.get(0).i32(1).op('i32.sub').tee(0).branchIf(again);
        });
      });
      f.get(product);
    });
    expect([0, 1, 5, 10].map((n) => factorial(n))).toEqual([1, 1, 120, 3628800]);
  });

  test('if has two sides', () => {
    const sign = run(['i32'], ['i32'], (f) => {
      const result = f.local('i32');
      f.get(0).i32(0).op('i32.lt_s');
      f.if(() => f.i32(-1).set(result), () => f.i32(1).set(result)); // prettier-ignore
      f.get(result);
    });
    expect([sign(-5), sign(5)]).toEqual([-1, 1]);
  });

  test('a constant is set once, before all else, and shared', () => {
    const f = new FunctionBuilder([], ['f32']);
    const inside = (): number => f.constant(Int32Array.of(1, 2, 3, 4));
    f.loop(() => expect(inside()).toBe(inside()));
    f.get(inside()).lane('f32x4.extract_lane', 3);
    expect(textOf(f.finish().view())).toMatchInlineSnapshot(`
      "local v128 x 1
      v128.const i32x4 1 2 3 4
      local.set 0
      loop
      end
      local.get 0
      f32x4.extract_lane 3"
    `);
  });

  test('setting a variable and reading it at once is one instruction', () => {
    const f = new FunctionBuilder([], ['i32']);
    const x = f.local('i32');
    f.i32(7).set(x).get(x).get(x).op('i32.add');
    expect(textOf(f.finish().view())).toBe('local i32 x 1\ni32.const 7\nlocal.tee 0\nlocal.get 0\ni32.add');
  });

  test('a variable given back is used again', () => {
    const f = new FunctionBuilder(['i32'], []);
    const first = f.local('v128');
    f.release(first);
    expect([f.local('i32'), f.local('v128')]).toEqual([2, first]);
  });
});

describe('modules', () => {
  test('a shared memory and a function come from outside', () => {
    const module = new ModuleBuilder();
    module.importMemory('host', 'memory', { minimum: 1, maximum: 2, shared: true });
    const log = module.importFunction('host', 'log', ['i32']);
    const main = module.function([], [], (f) => f.i32(8).memory('i32.load', 4).call(log));
    module.export('main', main);
    expect(() => module.importFunction('host', 'late', [])).toThrow('import host.late before the first function of the module');
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 2, shared: true });
    new Int32Array(memory.buffer)[3] = 42;
    const seen: number[] = [];
    const instance = new WebAssembly.Instance(new WebAssembly.Module(module.finish()), {
      host: { memory, log: (n: number) => seen.push(n) },
    });
    const { main: call } = instance.exports;
    if (typeof call === 'function') call();
    expect(seen).toEqual([42]);
  });

  test('every instruction has a name that the engine takes for its code', () => {
    // What an instruction needs on the stack does not matter in code that is never reached.
    const accepts = (inside: (f: FunctionBuilder) => void): boolean => {
      const module = new ModuleBuilder();
      module.importMemory('host', 'memory', { minimum: 1 });
      module.function([], [], (f) => {
        f.op('unreachable');
        inside(f);
        f.op('unreachable');
      });
      return WebAssembly.validate(module.finish());
    };
    const codes = [...Object.values(plain), ...Object.values(memory).map(([c]) => c), ...Object.values(laneMemory).map(([c]) => c)];
    expect(new Set<number>(codes).size).toBe(codes.length);
    for (const name of plainNames()) if (!name.includes('relaxed')) expect([name, accepts((f) => f.op(name))]).toEqual([name, true]);
    expect(accepts((f) => f.memory('v128.load32_splat', 4).laneMemory('v128.store64_lane', 1, 8).shuffle([0, 4, 1, 5]))).toBe(true);
  });

  test('a helper is made once', () => {
    const module = new ModuleBuilder();
    const make = (): number => module.shared('helper', () => module.function([], [], () => undefined));
    expect([make(), make()]).toEqual([0, 0]);
  });
});

function plainNames(): (keyof typeof plain)[] {
  const names: (keyof typeof plain)[] = [];
  for (const name in plain) if (isPlain(name)) names.push(name);
  return names;
}

function isPlain(name: string): name is keyof typeof plain {
  return name in plain;
}
