import { expect, test } from 'vitest';
import { scan, tensor, Variable, zeros } from '@gradus/tensor';
import { print, showType, trace } from '@gradus/tensor/extend';
import type { Tensor } from '@gradus/tensor';

test('types are short', () => {
  const types = (['float32', 'float64', 'int32', 'uint8', 'bool'] as const).map((dtype) => showType(zeros([2, 0], dtype)));
  expect(types).toEqual(['f32[2, 0]', 'f64[2, 0]', 'i32[2, 0]', 'u8[2, 0]', 'bool[2, 0]']);
  expect(showType(tensor(1))).toBe('f32[]');
});

test('a graph prints one node a line, with types, operands and attributes', () => {
  const { graph } = trace('f', ([x]: readonly Tensor[]) => [x.mul(2).sum(0), x.transpose()], [zeros([2, 3])]);
  expect(print(graph)).toMatchInlineSnapshot(`
    "%0: f32[2, 3] = input
    %1: f32[2, 3] = splat 2
    %2: f32[2, 3] = mul %0 %1
    %3: f32[3] = sum %2 {"axes":[0],"keepDims":false}
    %4: f32[3, 2] = transpose %0 {"permutation":[1,0]}
    return %3 %4"
  `);
});

test('nodes that nobody needs are not there; captures and variables are inputs, assignments results', () => {
  const [count, outside] = [new Variable(tensor(0)), tensor([5])];
  const { graph, captures, reads, assigned } = trace(
    'f',
    ([x]: readonly Tensor[]) => {
      x.exp();
      count.assign(count.value.add(1));
      return [x.add(outside)];
    },
    [zeros([1])],
  );
  expect(print(graph)).toMatchInlineSnapshot(`
    "%0: f32[1] = input
    %1: f32[] = input
    %2: f32[] = splat 1
    %3: f32[] = add %1 %2
    %4: f32[1] = input
    %5: f32[1] = add %0 %4
    return %5 %3"
  `);
  expect([captures, reads, assigned]).toEqual([[outside], [count], [count]]);
});

test('the body of a loop is indented', () => {
  const step = (total: Tensor, x: Tensor): readonly [Tensor, Tensor] => [total.add(x), total];
  const { graph } = trace('f', ([xs]: readonly Tensor[]) => scan(step, zeros([]), xs), [zeros([4])]);
  expect(print(graph)).toMatchInlineSnapshot(`
    "%0: f32[4] = input
    %1: f32[] = input
    %2: f32[] f32[4] = scan %1 %0 {"length":4,"carries":1,"sequences":1,"reverse":false,"recompute":false} {
      %0: f32[] = input
      %1: f32[] = input
      %2: f32[] = add %0 %1
      return %2 %0
    }
    %3: f32[] = part 0 of %2
    %4: f32[4] = part 1 of %2
    return %3 %4"
  `);
});
