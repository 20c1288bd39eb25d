import { describe, expect, test } from 'vitest';
import { fillTree, leaves, mapTree, signature, tensor, Variable, zeros } from '@gradus/tensor';

const [a, b, c] = [tensor(1), tensor([2, 3]), tensor([[4]])];
const tree = { b, list: [a, { deep: c, label: 'x' }], n: 5, flag: true, nothing: null, absent: undefined };

describe('leaves', () => {
  test('are all tensors, in the order of the keys', () => {
    expect(leaves(tree)).toEqual([b, a, c]);
    expect(leaves(a)).toEqual([a]);
    expect(leaves([])).toEqual([]);
    expect(leaves('text')).toEqual([]);
    expect(leaves([a, [a]])).toEqual([a, a]);
  });
});

describe('mapTree', () => {
  test('keeps the structure and everything that is no tensor', () => {
    const doubled = mapTree(tree, (leaf) => leaf.mul(2));
    expect(doubled.b.toArray(1)).toEqual([4, 6]);
    expect(leaves(doubled).map((leaf) => leaf.shape)).toEqual([[2], [], [1, 1]]);
    expect(mapTree(tree, (leaf) => leaf)).toEqual(tree);
    expect(Object.keys(doubled)).toEqual(Object.keys(tree));
  });

  test('leaves its argument alone', () => {
    mapTree(tree, () => zeros([]));
    expect(tree.b).toBe(b);
  });

  test('takes records without a prototype', () => {
    const record = Object.assign(Object.create(null), { x: a });
    expect(leaves(record)).toEqual([a]);
  });

  test.each([
    ['Map', new Map([['x', a]])],
    ['Date', new Date(0)],
    ['Float32Array', new Float32Array(2)],
    ['Variable', new Variable(zeros([]))],
    ['Point', new (class Point { x = a; })()], // prettier-ignore
  ])('refuses an instance of %s: it cannot be built again', (name, instance) => {
    expect(() => mapTree({ deep: [instance] }, (leaf) => leaf)).toThrow(
      `expected tensors in plain objects and arrays, found an instance of ${name}`,
    );
    expect(() => leaves(instance)).toThrow(TypeError);
  });
});

describe('fillTree', () => {
  test('undoes leaves', () => {
    expect(fillTree(tree, leaves(tree))).toEqual(tree);
    const [x, y, z] = [zeros([1]), zeros([2]), zeros([3])];
    expect(leaves(fillTree(tree, [x, y, z]))).toEqual([x, y, z]);
  });
});

describe('signature', () => {
  test('is the same for the same structure and types, whatever the numbers', () => {
    expect(signature([a, { x: b }])).toBe(signature([tensor(9), { x: tensor([8, 7]) }]));
  });

  const different: readonly (readonly [string, unknown, unknown])[] = [
    ['shapes', [zeros([2, 3])], [zeros([3, 2])]],
    ['ranks', [zeros([1])], [zeros([])]],
    ['element types', [zeros([1], 'int32')], [zeros([1], 'float32')]],
    ['nesting', [[a], a], [a, [a]]],
    ['lists and records', [a], { 0: a }],
    ['keys', { x: a }, { y: a }],
    ['order of keys', { x: a, y: b }, { y: b, x: a }],
    ['numbers', [1], [2]],
    ['numbers and texts', [1], ['1']],
    ['truth values and texts', [true], ['true']],
    ['null and undefined', [null], [undefined]],
    ['texts that look like structure', ['a;b'], ['a', 'b']],
    ['keys that look like structure', { 'x:1;y': 1 }, { x: 1, y: 1 }],
    ['a text that looks like a tensor', ['float32[2]'], [zeros([2])]],
    ['zero and minus zero', [0], [-0]],
    ['numbers and big ones', [1], [1n]],
  ];
  test.each(different)('tells %s apart', (_, one, other) => {
    expect(signature(one)).not.toBe(signature(other));
  });

  test('refuses functions and symbols: two of them may look the same', () => {
    expect(() => signature([(x: number) => x])).toThrow(
      'expected tensors and fixed values (numbers, texts, truth values), found a function',
    );
    expect(() => signature({ deep: [Symbol('s')] })).toThrow('found a symbol');
  });
});
