import { describe, expect, test } from 'vitest';
import { jit, key, pad, scan, take, tensor, uniform, Variable, where, zeros } from '@gradus/tensor';
import type { Tensor } from '@gradus/tensor';

/** f, compiled, and how often it was traced. */
function counted<A extends readonly unknown[], R>(f: (...args: A) => R, options?: { readonly name?: string; readonly limit?: number }) {
  const count = { traces: 0 };
  const compiled = jit((...args: A) => {
    count.traces++;
    return f(...args);
  }, options);
  return Object.assign(compiled, { count });
}

describe('jit', () => {
  test('computes what the function computes', () => {
    const f = (x: Tensor, y: Tensor): Tensor => where(x.greater(0), x.mul(y).add(1), y.neg()).sum(0, { keepDims: true });
    const [x, y] = [tensor([[1, -2], [0.5, 4]]), tensor([[3, 0.25], [-8, 2]])]; // prettier-ignore
    expect(jit(f)(x, y).toArray(2)).toEqual([[4 - 3, -0.25 + 9]]);
    expect(jit(f)(x, y).toArray(2)).toEqual(f(x, y).toArray(2));
  });

  test('takes and gives structures', () => {
    const f = jit(({ a, rest }: { a: Tensor; rest: readonly Tensor[] }) => ({
      sum: rest.reduce((x, y) => x.add(y), a),
      parts: [a, ...rest],
    }));
    const result = f({ a: tensor(1), rest: [tensor(2), tensor([3, 4])] });
    expect(result.sum.toArray(1)).toEqual([6, 7]);
    expect(result.parts.map((part) => part.shape)).toEqual([[], [], [2]]);
    expect(jit(() => [])()).toEqual([]);
  });

  test('gives back what was no tensor, and an argument that was only passed on', () => {
    const f = jit((x: Tensor) => ({ x, label: 'mean', nothing: undefined }));
    const { x, label, nothing } = f(tensor([1, 2]));
    expect([x.toArray(1), label, nothing]).toEqual([[1, 2], 'mean', undefined]);
  });

  test('works with empty tensors and with scalars of every type', () => {
    const f = jit((x: Tensor) => x.add(x));
    expect(f(zeros([0, 3])).shape).toEqual([0, 3]);
    for (const dtype of ['float32', 'float64', 'int32', 'uint8'] as const) {
      const y = f(tensor(3, dtype));
      expect([y.dtype, y.item()]).toEqual([dtype, 6]);
    }
    expect(jit((x: Tensor) => x.not())(tensor([true, false])).toArray(1)).toEqual([0, 1]);
  });
});

describe('one program a signature', () => {
  test('shapes, element types and structure tell programs apart, numbers inside tensors do not', () => {
    const f = counted((x: Tensor | { readonly x: Tensor }) => ('x' in x ? x.x.add(1) : x.add(1)));
    f(tensor([1, 2]));
    f(tensor([3, 4]));
    expect([f.count.traces, f.programs.length]).toEqual([1, 1]);
    f(tensor([1, 2, 3]));
    f(tensor([1, 2], 'int32'));
    f({ x: tensor([1, 2]) });
    expect([f.count.traces, f.programs.length]).toEqual([4, 4]);
    f(tensor([5, 6]));
    expect(f.count.traces).toBe(4);
    expect(new Set(f.programs.map(({ signature }) => signature)).size).toBe(4);
  });

  test('numbers, strings and truth values among the arguments are fixed', () => {
    const scale = counted((x: Tensor, factor: number, options: { readonly training: boolean; readonly mode?: string }) =>
      options.training ? x.mul(factor) : x.add(options.mode === 'far' ? 100 : factor),
    );
    expect(scale(tensor(2), 3, { training: true }).item()).toBe(6);
    expect(scale(tensor(2), 5, { training: true }).item()).toBe(10);
    expect(scale(tensor(2), 5, { training: false }).item()).toBe(7);
    expect(scale(tensor(2), 5, { training: false, mode: 'far' }).item()).toBe(102);
    expect(scale(tensor(4), 3, { training: true }).item()).toBe(12);
    expect([scale.count.traces, scale.programs.length]).toEqual([4, 4]);
  });

  test('a string is not the number that it spells', () => {
    const f = counted((x: Tensor, key: number | string) => (key === 1 ? x : x.neg()));
    expect([f(tensor(1), 1).item(), f(tensor(1), '1').item()]).toEqual([1, -1]);
  });

  test('prepare traces without running', () => {
    const ran = new Variable(tensor(0));
    const f = counted((x: Tensor) => {
      ran.assign(ran.value.add(x));
      return ran.value;
    });
    f.prepare(tensor(2));
    expect([f.count.traces, f.programs.length, ran.value.item()]).toEqual([1, 1, 0]);
    expect(f(tensor(2)).item()).toBe(2);
    expect(f.count.traces).toBe(1);
  });

  test('no more programs are kept than the limit says, the oldest goes first', () => {
    const f = counted((x: Tensor) => x.add(1), { limit: 2 });
    for (const n of [1, 2, 3]) f(zeros([n]));
    expect([f.count.traces, f.programs.length]).toEqual([3, 2]);
    f(zeros([3]));
    f(zeros([2]));
    expect(f.count.traces).toBe(3);
    f(zeros([1]));
    expect([f.count.traces, f.programs.length]).toEqual([4, 2]);
  });

  test('two functions have nothing in common', () => {
    const make = (n: number) => jit((x: Tensor) => x.add(n));
    const [f, g] = [make(1), make(2)];
    expect([f(tensor(0)).item(), g(tensor(0)).item(), f(tensor(0)).item()]).toEqual([1, 2, 1]);
  });
});

test('a function among the arguments is refused: nothing tells it from another one', () => {
  const apply = jit((x: Tensor, f: (x: Tensor) => Tensor) => f(x));
  expect(() => apply(tensor(1), (x) => x.neg())).toThrow('found a function');
});

describe('what a function closes over', () => {
  test('is frozen at the first call: numbers and tensors', () => {
    let n = 10;
    let t = tensor([1, 2]);
    const f = jit((x: Tensor) => x.mul(n).add(t));
    expect(f(tensor([1, 1])).toArray(1)).toEqual([11, 12]);
    n = 1000;
    t = tensor([5, 5]);
    expect(f(tensor([2, 2])).toArray(1)).toEqual([21, 22]);
  });

  test('does not change when the caller writes over what it was made of', () => {
    const numbers = new Float32Array([1, 2]);
    const t = tensor(numbers);
    const f = jit((x: Tensor) => x.add(t));
    f(tensor([0, 0]));
    numbers.fill(100);
    expect(f(tensor([0, 0])).toArray(1)).toEqual([1, 2]);
  });

  test('results do not change when the program runs again', () => {
    const f = jit((x: Tensor) => x.mul(2));
    const first = f(tensor([1, 2, 3]));
    f(tensor([7, 8, 9]));
    expect(first.toArray(1)).toEqual([2, 4, 6]);
  });
});

describe('variables', () => {
  test('are read anew at every call', () => {
    const w = new Variable(tensor([1, 2]));
    const f = jit((x: Tensor) => x.mul(w.value));
    expect(f(tensor([1, 1])).toArray(1)).toEqual([1, 2]);
    w.assign(tensor([3, 4]));
    expect(f(tensor([1, 1])).toArray(1)).toEqual([3, 4]);
  });

  test('are assigned, and an assigned value is what the function reads from then on', () => {
    const count = new Variable(tensor(0, 'int32'));
    const f = jit((x: Tensor) => {
      const before = count.value;
      count.assign(count.value.add(1));
      const between = count.value;
      count.assign(count.value.mul(10));
      return [before, between, count.value, x.mul(count.value)];
    });
    expect(f(tensor(2)).map((y) => y.item())).toEqual([0, 1, 10, 20]);
    expect(count.value.item()).toBe(10);
    expect(f(tensor(2)).map((y) => y.item())).toEqual([10, 11, 110, 220]);
    expect(count.value.item()).toBe(110);
  });

  test('can exchange their values', () => {
    const [a, b] = [new Variable(tensor([1, 2])), new Variable(tensor([3, 4]))];
    const swap = jit(() => {
      const [x, y] = [a.value, b.value];
      a.assign(y);
      b.assign(x);
    });
    swap();
    expect([a.value.toArray(1), b.value.toArray(1)]).toEqual([[3, 4], [1, 2]]); // prettier-ignore
    swap();
    expect([a.value.toArray(1), b.value.toArray(1)]).toEqual([[1, 2], [3, 4]]); // prettier-ignore
  });

  test('keep values that were read before: a tensor is a value', () => {
    const w = new Variable(tensor([1, 2]));
    const before = w.value;
    const f = jit(() => w.assign(w.value.mul(2)));
    f();
    const after = w.value;
    f();
    expect([before.toArray(1), after.toArray(1), w.value.toArray(1)]).toEqual([[1, 2], [2, 4], [4, 8]]); // prettier-ignore
  });

  test('stay as they were when the function throws while it is traced', () => {
    const w = new Variable(tensor(1));
    const f = jit((x: Tensor) => {
      w.assign(w.value.add(x));
      throw new RangeError('in the middle');
    });
    expect(() => f(tensor(5))).toThrow('in the middle');
    expect(w.value.item()).toBe(1);
    expect(f.programs).toHaveLength(0);
  });

  test('draw their first value once, outside the trace', () => {
    let draws = 0;
    const w = new Variable({ dtype: 'float32', shape: [2], make: () => { draws++; return uniform(key(1), [2]); } }); // prettier-ignore
    const f = jit((x: Tensor) => x.mul(w.value));
    f.prepare(tensor([1, 1]));
    expect(draws).toBe(0);
    const first = f(tensor([1, 1]));
    expect([draws, f(tensor([1, 1])).toArray(1)]).toEqual([1, first.toArray(1)]);
    expect(first.toArray(1)).toEqual(uniform(key(1), [2]).toArray(1));
  });

  test('that are made inside live on', () => {
    const made: Variable[] = [];
    const f = jit((x: Tensor) => {
      const w = new Variable({ dtype: 'float32', shape: [], make: () => tensor(7) });
      made.push(w);
      return x.add(w.value);
    });
    expect([f(tensor(1)).item(), f(tensor(2)).item(), made.length]).toEqual([8, 9, 1]);
    made[0].assign(tensor(100));
    expect(f(tensor(1)).item()).toBe(101);
  });

  test('are shared by programs', () => {
    const total = new Variable(tensor(0));
    const add = jit((x: Tensor) => total.assign(total.value.add(x.sum())));
    const read = jit(() => total.value.mul(1));
    add(tensor([1, 2]));
    add(tensor([3, 4, 5]));
    expect(read().item()).toBe(15);
  });

  test('refuse a value of another type', () => {
    const w = new Variable(tensor([1, 2]), { name: 'w' });
    expect(() => jit((x: Tensor) => w.assign(x))(tensor([1, 2, 3]))).toThrow('w: has shape [2], found [3]');
    expect(() => jit((x: Tensor) => w.assign(x))(tensor([1, 2], 'int32'))).toThrow('w: holds float32, found int32');
  });
});

describe('inside another', () => {
  test('is part of its program, in a loop too', () => {
    const twice = jit((x: Tensor) => x.mul(2));
    expect(jit((x: Tensor) => twice(twice(x)).add(1))(tensor(3)).item()).toBe(13);
    const [last] = scan((x: Tensor) => [twice(x), []], tensor(1), [], { length: 5 });
    expect(last.item()).toBe(32);
    expect(twice.programs).toHaveLength(0);
  });

  test('assigns a variable once', () => {
    const count = new Variable(tensor(0));
    const inner = jit((x: Tensor) => {
      count.assign(count.value.add(1));
      return x.mul(count.value);
    });
    expect(jit((x: Tensor) => inner(x))(tensor(5)).item()).toBe(5);
    expect(count.value.item()).toBe(1);
  });
});

describe('errors', () => {
  test('refuse an async function, and say what to do', () => {
    const f = jit(async (x: Tensor) => Promise.resolve(x), { name: 'load' });
    expect(() => void f(tensor(1))).toThrow('jit(load): the function is async. Await the data first, then call it with the data.');
    expect(f.programs).toHaveLength(0);
  });

  test('name the function: by its own name, or as the option says', () => {
    const trainStep = (x: Tensor): number => x.item();
    expect(() => jit(trainStep)(tensor(1))).toThrow('jit(trainStep)');
    expect(() => jit(trainStep, { name: 'step' })(tensor(1))).toThrow('jit(step)');
    expect(() => jit((x: Tensor) => x.item())(tensor(1))).toThrow('jit(anonymous)');
  });

  test('refuse instances of classes among arguments and results', () => {
    const f = jit((x: { readonly t: Tensor }) => x.t);
    class Holder {
      t = tensor(1);
    }
    expect(() => f(new Holder())).toThrow('expected tensors in plain objects and arrays, found an instance of Holder');
    expect(() => jit(() => new Map())()).toThrow('found an instance of Map');
  });

  test('are the same at the next call: a failure is not kept', () => {
    let fail = true;
    const f = jit((x: Tensor) => {
      if (fail) throw new Error('not yet');
      return x;
    });
    expect(() => f(tensor(1))).toThrow('not yet');
    fail = false;
    expect(f(tensor(1)).item()).toBe(1);
  });
});

test('numbers that JSON does not tell apart stay apart', () => {
  const f = jit((x: Tensor) => [Infinity, -Infinity, NaN, 0, -0].map((value) => pad(x, [[0, 1]], value)));
  const ends = f(tensor([1])).map((y) => y.at(1));
  expect(ends.map((value) => (Object.is(value, -0) ? '-0' : String(value)))).toEqual(['Infinity', '-Infinity', 'NaN', '0', '-0']);
});

test('an index that is out of range is the same error, compiled or not', () => {
  const f = (x: Tensor, i: Tensor): Tensor => take(x, i).mul(2);
  const [x, i] = [zeros([3, 2]), tensor([0, 3], 'int32')];
  expect(() => f(x, i)).toThrow('take: index 3 is out of range: the axis has 3 elements');
  expect(() => jit(f)(x, i)).toThrow('take: index 3 is out of range: the axis has 3 elements');
});
