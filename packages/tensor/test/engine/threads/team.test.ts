import { afterAll, describe, expect, test } from 'vitest';
import { spawnSync } from 'node:child_process';
import { fromData, jit, matmul, memory, scan, setThreads, sum, take, tanh, tensor, Variable } from '@gradus/tensor';
import { expectSameBits } from '@gradus/tensor/testing';
import type { Tensor } from '@gradus/tensor';

afterAll(() => setThreads(1));

const wave = (shape: readonly number[], speed: number): Tensor => {
  const size = shape.reduce((a, b) => a * b, 1);
  return fromData(Float32Array.from({ length: size }, (_, i) => Math.sin(speed * i)), shape, 'float32'); // prettier-ignore
};

/** Several steps, so that helpers join; what the last one gave. */
function last(threads: number, steps: () => readonly Tensor[]): readonly Tensor[] {
  setThreads(threads, { always: true });
  let results: readonly Tensor[] = [];
  for (let i = 0; i < 8; i++) results = steps();
  return results;
}

const [x, w] = [wave([130, 96], 0.7), wave([96, 150], 1.3)];
const layers = (a: Tensor, b: Tensor): readonly Tensor[] => {
  const y = tanh(matmul(a, b));
  return [y, sum(y, 0), matmul(y, y, { transposeA: true }), sum(y)];
};

describe('threads', () => {
  test.each([2, 3, 5])('%i give the same bits as one', (threads) => {
    const f = jit(layers);
    expectSameBits(
      last(threads, () => f(x, w)),
      last(1, () => f(x, w)),
    );
  });

  test('a loop gives the same bits', () => {
    const f = jit((a: Tensor, b: Tensor) => {
      const step = (h: Tensor, row: Tensor): [Tensor, Tensor] => {
        const next = tanh(matmul(h, b).add(row));
        return [next, next];
      };
      const [end, all] = scan(step, a, wave([9, 64, 128], 0.3));
      return [end, all];
    });
    const [a, b] = [wave([64, 128], 0.9), wave([128, 128], 2.1)];
    expectSameBits(
      last(2, () => f(a, b)),
      last(1, () => f(a, b)),
    );
  });

  test('variables change alike', () => {
    const train = (threads: number): Tensor => {
      const state = new Variable(w, { name: 'w' });
      const f = jit((a: Tensor) => {
        state.assign(state.value.sub(matmul(a, tanh(matmul(a, state.value)), { transposeA: true }).mul(1e-3)));
        return [sum(state.value)];
      });
      last(threads, () => f(x));
      return state.value;
    };
    expectSameBits([train(2)], [train(1)]);
  });

  test('an index out of range is the same error, changes nothing, and the next run is right', () => {
    const state = new Variable(w, { name: 'w' });
    const f = jit((a: Tensor, rows: Tensor) => {
      const y = matmul(take(a, rows, 0), state.value);
      state.assign(state.value.add(1));
      return [tanh(y)];
    });
    const rows = (bad: number): Tensor => tensor([...Array.from({ length: 127 }, (_, i) => i), bad], 'int32');
    last(2, () => f(x, rows(5)));
    const before = state.value;
    expect(() => f(x, rows(130))).toThrow(/130/);
    expectSameBits([state.value], [before]);
    const [again] = f(x, rows(7));
    setThreads(1);
    state.assign(before);
    expectSameBits([again], f(x, rows(7)));
  });

  test('a program gives back what it had', () => {
    setThreads(2, { always: true });
    const use = (): void => {
      const f = jit(layers);
      for (let i = 0; i < 6; i++) f(x, w);
      f.close();
    };
    use();
    const { used } = memory();
    for (let i = 0; i < 5; i++) use();
    expect(memory().used).toBe(used);
  });

  test.each([0, 1.5, -1, 65, NaN])('%d threads are refused', (count) => {
    expect(() => setThreads(count)).toThrow(/setThreads: count/);
  });
});

test('helpers do not keep a process alive', () => {
  const source = `
    import { jit, matmul, ones, setThreads } from '@gradus/tensor';
    setThreads(2, { always: true });
    const f = jit((x) => matmul(x, x));
    for (let i = 0; i < 8; i++) f(ones([200, 200]));
    console.log('done');
  `;
  const args = ['--import', 'tsx', '--conditions=@gradus/source', '--input-type=module', '--eval', source];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 50_000 });
  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: 'done\n', stderr: '' });
});
