import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { jit, tensor, Variable, zeros } from '@gradus/tensor';
import { Memory } from '../../src/engine/memory.js';
import { engineHere } from '../compiler/load.js';

describe('the memory', () => {
  test('never gives the same byte out twice, keeps what is written, and uses again what is given back', () => {
    const memory = new Memory();
    fc.assert(fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 5000 }), fc.boolean()), { maxLength: 40 }), (list) => {
      const live: { readonly at: number; readonly bytes: number; readonly mark: number }[] = [];
      for (const [i, [bytes, release]] of list.entries()) {
        const at = memory.allocate(bytes);
        expect(memory.array('uint8', at, bytes).every((byte) => byte === 0)).toBe(true);
        memory.array('uint8', at, bytes).fill(i + 1);
        live.push({ at, bytes, mark: i + 1 });
        const [first] = release ? live.splice(bytes % live.length, 1) : [];
        if (first) memory.release(first.at);
      }
      for (const { at, bytes, mark } of live) expect(memory.array('uint8', at, bytes).every((byte) => byte === mark)).toBe(true);
      for (const { at } of live) memory.release(at);
      expect(memory.used).toBe(0);
    })); // prettier-ignore
    expect(memory.size).toBeLessThan(2 ** 21);
  });

  test('says how many bytes are not to be had, and goes on', () => {
    const memory = new Memory();
    expect(() => memory.allocate(2 ** 33)).toThrow('memory: 8589934592 bytes more are not to be had; 0 are in use');
    expect(memory.allocate(100)).toBeGreaterThan(0);
  });

  test('gets back what belonged to programs and variables that are collected', async () => {
    setFlagsFromString('--expose-gc');
    const collect: () => void = runInNewContext('gc');
    const { memory } = engineHere();
    const make = (): void => {
      const state = new Variable(zeros([100, 100]));
      jit(() => state.assign(state.value.add(1).matmul(state.value)))();
    };
    make();
    const before = memory.used;
    for (let round = 0; round < 5; round++) {
      for (let i = 0; i < 10; i++) make();
      // Collectors tell afterwards, on a turn of their own.
      for (let i = 0; i < 3; i++) {
        collect();
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    }
    expect(memory.used - before).toBeLessThan(10 * 4 * 40_000);
  });
});

test('where no code may be compiled the reference runs, and says so once', async () => {
  vi.resetModules();
  const warn = vi.spyOn(console, 'warn').mockReturnValue();
  const forbidden = vi.spyOn(WebAssembly, 'Module').mockImplementation(function forbid() {
    throw new WebAssembly.CompileError('Wasm code generation disallowed by embedder');
  });
  const fresh = await import('@gradus/tensor');
  const step = fresh.jit((x: InstanceType<typeof fresh.Tensor>) => x.add(1));
  expect(step(fresh.tensor([1, 2])).toArray(1)).toEqual([2, 3]);
  expect(step(fresh.tensor([1, 2, 3])).toArray(1)).toEqual([2, 3, 4]);
  expect(warn.mock.calls).toEqual([['gradus: no WebAssembly with SIMD here: programs run on the reference kernels, many times slower.']]);
  forbidden.mockRestore();
  warn.mockRestore();
  expect(jit((x: ReturnType<typeof tensor>) => x.add(1))(tensor([1])).item()).toBe(2);
});
