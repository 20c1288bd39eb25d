import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromData, jit, scan, tensor, Variable, zeros } from '@gradus/tensor';
import { shapes, tensors } from '@gradus/tensor/testing';
import type { Tensor } from '@gradus/tensor';

/** total, and each total before its step. */
const running = (total: Tensor, x: Tensor): readonly [Tensor, Tensor] => [total.add(x), total];

describe('scan', () => {
  test('carries from step to step and stacks what each step gives', () => {
    const [last, all] = scan(running, tensor(0), tensor([1, 2, 3]));
    expect([last.item(), all.toArray(1)]).toEqual([6, [0, 1, 3]]);
  });

  test('is the loop that it replaces', () => {
    const loop = shapes({ rank: [0, 2] }).chain(
      (shape) =>
      fc.tuple(tensors({ shape }), fc.nat({ max: 4 }).chain((n) => tensors({ shape: [n, ...shape] })), fc.boolean()), // prettier-ignore
    );
    fc.assert(
      fc.property(loop, ([start, xs, reverse]) => {
        const step = (carry: Tensor, x: Tensor): readonly [Tensor, Tensor] => [carry.mul(0.5).add(x), carry.sub(x)];
        const [last, ys] = scan(step, start, xs, { reverse });
        let carry = start;
        const steps = Array.from({ length: xs.shape[0] }, (_, i) => (reverse ? xs.shape[0] - 1 - i : i));
        for (const t of steps) {
          const [next, y] = step(carry, xs.slice(t));
          expect([...ys.slice(t).data()]).toEqual([...y.data()]);
          carry = next;
        }
        expect([...last.data()]).toEqual([...carry.data()]);
        expect(ys.shape).toEqual(xs.shape);
      }),
    );
  });

  test('over no steps gives the carry back and empty stacks of the right type', () => {
    const [last, ys] = scan((c: Tensor, x: Tensor) => [c.add(x), { y: x.cast('int32'), z: c }], tensor([1, 2]), zeros([0, 2]));
    expect(last.toArray(1)).toEqual([1, 2]);
    expect([ys.y.dtype, ys.y.shape, ys.z.dtype, ys.z.shape]).toEqual(['int32', [0, 2], 'float32', [0, 2]]);
  });

  test('over one step is the step', () => {
    const [last, ys] = scan(running, tensor(5), tensor([2]));
    expect([last.item(), ys.toArray(1)]).toEqual([7, [5]]);
  });

  test('from the last step to the first stacks at the index of the step', () => {
    const [last, all] = scan(running, tensor(0), tensor([1, 2, 3]), { reverse: true });
    expect([last.item(), all.toArray(1)]).toEqual([6, [5, 3, 0]]);
  });

  test('carries and walks along structures', () => {
    const fibonacci = scan(
      ({ a, b }: { a: Tensor; b: Tensor }, [x]: readonly [Tensor]) => [{ a: b, b: a.add(b) }, { sum: a.add(x) }],
      { a: tensor(0, 'int32'), b: tensor(1, 'int32') },
      [tensor([10, 20, 30, 40, 50], 'int32')],
    );
    expect([fibonacci[0].a.item(), fibonacci[0].b.item()]).toEqual([5, 8]);
    expect(fibonacci[1].sum.toArray(1)).toEqual([10, 21, 31, 42, 53]);
  });

  test('needs no sequence where the length is given', () => {
    const [last, none] = scan((x: Tensor) => [x.mul(2), []], tensor(1), [], { length: 10 });
    expect([last.item(), none]).toEqual([1024, []]);
    expect(scan((x: Tensor) => [x.mul(2), x], tensor(1), [], { length: 0 })[1].shape).toEqual([0]);
  });

  test('needs no carry', () => {
    const step = (none: readonly Tensor[], x: Tensor): readonly [readonly Tensor[], Tensor] => [none, x.square()];
    expect(scan(step, [], tensor([1, 2, 3]))[1].toArray(1)).toEqual([1, 4, 9]);
  });

  test('takes values from outside, the same in every step', () => {
    const w = tensor([[0, 1], [1, 0]]); // prettier-ignore
    expect(scan((h: Tensor) => [h.matmul(w), h], tensor([[1, 2]]), [], { length: 3 })[0].toArray(2)).toEqual([[2, 1]]);
  });

  test('runs in a loop, and in a program', () => {
    const powers = (x: Tensor): Tensor =>
      scan(
        (outer: Tensor) => [outer.add(scan((inner: Tensor) => [inner.mul(x), []], tensor(1), [], { length: 3 })[0]), []],
        tensor(0),
        [],
        { length: 4 },
      )[0];
    expect([powers(tensor(2)).item(), jit(powers)(tensor(2)).item(), jit(powers)(tensor(3)).item()]).toEqual([32, 32, 108]);
  });
});

describe('variables in a loop', () => {
  test('that are assigned become carries', () => {
    const count = new Variable(tensor(0, 'int32'));
    const loop = (): Tensor =>
      scan(
        (none: readonly Tensor[]) => {
          const before = count.value;
          count.assign(before.add(1));
          return [none, before];
        },
        [],
        [],
        { length: 4 },
      )[1];
    expect(loop().toArray(1)).toEqual([0, 1, 2, 3]);
    expect(count.value.item()).toBe(4);
    const compiled = jit(loop);
    expect([compiled().toArray(1), compiled().toArray(1), count.value.item()]).toEqual([[4, 5, 6, 7], [8, 9, 10, 11], 12]); // prettier-ignore
  });

  test('that are only read are the same in every step', () => {
    const w = new Variable(tensor(3));
    const [last] = scan((x: Tensor) => [x.mul(w.value), []], tensor(1), [], { length: 3 });
    expect([last.item(), w.value.item()]).toEqual([27, 3]);
  });

  test('that are assigned before they are read keep the last value', () => {
    const seen = new Variable(tensor(-1));
    const keep = (none: readonly Tensor[], x: Tensor): readonly [readonly Tensor[], readonly Tensor[]] => {
      seen.assign(x);
      return [none, []];
    };
    scan(keep, [], tensor([4, 5, 6]));
    expect(seen.value.item()).toBe(6);
    scan(keep, [], tensor([4, 5, 6]), { reverse: true });
    expect(seen.value.item()).toBe(4);
    scan(keep, [], zeros([0]));
    expect(seen.value.item()).toBe(4);
  });

  test('stay as they were when the step throws', () => {
    const w = new Variable(tensor(1));
    const fails = (x: Tensor): readonly [Tensor, readonly Tensor[]] => {
      w.assign(x);
      throw new RangeError('in the step');
    };
    expect(() => scan(fails, tensor(5), [], { length: 2 })).toThrow('in the step');
    expect(w.value.item()).toBe(1);
  });
});

describe('errors', () => {
  const same = (x: Tensor): readonly [Tensor, readonly Tensor[]] => [x, []];

  test('say which lengths clash, or that there is none', () => {
    expect(() => scan(same, tensor(0), [])).toThrow('scan: without sequences, options.length says how many steps');
    expect(() => scan(same, tensor(0), [zeros([2]), zeros([3, 1])])).toThrow('scan: the first axes of the sequences differ: 2, 3');
    expect(() => scan(same, tensor(0), zeros([2]), { length: 3 })).toThrow('scan: the first axes of the sequences differ: 2, 3');
  });

  test.each([-1, 1.5, NaN])('refuse %s steps', (length) => {
    expect(() => scan(same, tensor(0), [], { length })).toThrow('scan:');
  });

  test('say how the carry changed', () => {
    expect(() => scan((x: Tensor) => [x.reshape([1]), []], tensor(0), [], { length: 1 })).toThrow(
      'scan: the carry is f32[], the step returned f32[1]',
    );
    expect(() => scan((x: Tensor) => [x.cast('int32'), []], tensor(0), [], { length: 1 })).toThrow(
      'scan: the carry is f32[], the step returned i32[]',
    );
    expect(() => scan((xs: readonly Tensor[]) => [[...xs, ...xs], []], [fromData(new Float32Array(1))], [], { length: 1 })).toThrow(
      'scan: the carry has 1 tensors, the step returned 2',
    );
  });

  test('refuse to read numbers inside a step', () => {
    expect(() => scan((x: Tensor) => [x.add(x.item()), []], tensor(0), [], { length: 1 })).toThrow(
      'has no numbers yet: it is being traced by scan',
    );
  });
});
