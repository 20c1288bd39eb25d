import { describe, expect, test } from 'vitest';
import { jit, key, scan, tensor, uniform, Variable, zeros } from '@gradus/tensor';
import type { Tensor } from '@gradus/tensor';

/** A variable that draws its first value late, and how often it did. */
function late(make: () => Tensor = () => uniform(key(3), [2])) {
  const draws = { count: 0 };
  const variable = new Variable(
    {
      dtype: 'float32',
      shape: [2],
      make: () => {
        draws.count++;
        return make();
      },
    },
    { name: 'w' },
  );
  return { variable, draws };
}

describe('a variable', () => {
  test('holds what it was made with, then what was assigned', () => {
    const w = new Variable(tensor([1, 2]), { name: 'w' });
    expect([w.name, w.dtype, w.shape, w.drawn, w.value.toArray(1)]).toEqual(['w', 'float32', [2], true, [1, 2]]);
    w.assign(tensor([3, 4]));
    expect(w.value.toArray(1)).toEqual([3, 4]);
    expect(new Variable(tensor(1)).name).toBe('variable');
  });

  test('refuses another shape and another element type, and stays as it was', () => {
    const w = new Variable(tensor([1, 2]), { name: 'dense/bias' });
    expect(() => w.assign(tensor([1, 2, 3]))).toThrow('dense/bias: has shape [2], found [3]');
    expect(() => w.assign(tensor(1))).toThrow('dense/bias: has shape [2], found []');
    expect(() => w.assign(tensor([1, 2], 'float64'))).toThrow('dense/bias: holds float32, found float64');
    expect(w.value.toArray(1)).toEqual([1, 2]);
  });
});

describe('a late first value', () => {
  test('is drawn at the first read, once', () => {
    const { variable, draws } = late();
    expect([variable.shape, variable.dtype, variable.drawn, draws.count]).toEqual([[2], 'float32', false, 0]);
    const first = variable.value;
    expect([variable.drawn, draws.count]).toEqual([true, 1]);
    expect(variable.value).toBe(first);
    expect([first.toArray(1), draws.count]).toEqual([uniform(key(3), [2]).toArray(1), 1]);
  });

  test('is never drawn where another was assigned before', () => {
    const { variable, draws } = late();
    variable.assign(tensor([1, 2]));
    expect([variable.value.toArray(1), draws.count]).toEqual([[1, 2], 0]);
  });

  test('is drawn outside the trace or loop that reads it first', () => {
    const { variable, draws } = late();
    const read = jit(() => variable.value.add(0));
    read.prepare();
    expect(draws.count).toBe(0);
    const expected = uniform(key(3), [2]).toArray(1);
    expect([read().toArray(1), variable.value.toArray(1), draws.count]).toEqual([expected, expected, 1]);

    const other = late();
    const [sum] = scan((x: Tensor) => [x.add(other.variable.value), []], zeros([2]), [], { length: 1 });
    expect([sum.toArray(1), other.draws.count]).toEqual([expected, 1]);
  });

  test('may be made from other variables', () => {
    const scale = new Variable(tensor(2));
    const { variable } = late(() => tensor([1, 2]).mul(scale.value));
    expect(jit(() => variable.value.add(1))().toArray(1)).toEqual([3, 5]);
  });

  test('must have the type that was promised', () => {
    const shape = late(() => zeros([3]));
    expect(() => shape.variable.value).toThrow('w: has shape [2], found [3]');
    const dtype = late(() => zeros([2], 'int32'));
    expect(() => dtype.variable.value).toThrow('w: holds float32, found int32');
    expect(dtype.variable.drawn).toBe(false);
  });

  test('is tried again when making it failed', () => {
    let fail = true;
    const { variable, draws } = late(() => {
      if (fail) throw new Error('no memory');
      return zeros([2]);
    });
    expect(() => variable.value).toThrow('no memory');
    fail = false;
    expect([variable.value.toArray(1), draws.count]).toEqual([[0, 0], 2]);
  });
});
