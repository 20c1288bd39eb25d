import { expect, test } from 'vitest';
import { tensor } from '@gradus/tensor';
import { CategoryEncoding, Discretization } from '@gradus/nn';
import { builtInLayers } from '../../src/layers/index.js';
import { registryOf } from '../../src/registry.js';

test('numbers of categories become vectors', () => {
  const x = tensor([[0, 2, 2], [1, 1, 3]], 'int32'); // prettier-ignore
  expect(new CategoryEncoding(4).apply(x).toArray(2)).toEqual([[1, 0, 1, 0], [0, 1, 0, 1]]); // prettier-ignore
  expect(new CategoryEncoding(4, { outputMode: 'count' }).apply(x).toArray(2)).toEqual([[1, 0, 2, 0], [0, 2, 0, 1]]); // prettier-ignore
  expect(new CategoryEncoding(4, { outputMode: 'oneHot' }).apply(x).shape).toEqual([2, 3, 4]);
  expect(new CategoryEncoding(3, { outputMode: 'oneHot' }).apply(tensor([[2], [0]], 'int32')).toArray(2)).toEqual([[0, 0, 1], [1, 0, 0]]); // prettier-ignore
  const countWeights = tensor([[1, 0.5, 0.25], [2, 3, 4]]); // prettier-ignore
  const counted = new CategoryEncoding(4, { outputMode: 'count' }).apply({ x, countWeights });
  expect(counted.toArray(2)).toEqual([[1, 0, 0.75, 0], [0, 5, 0, 4]]); // prettier-ignore
  expect(() => new CategoryEncoding(4).apply({ x, countWeights })).toThrow("countWeights: only 'count' has weights, found 'multiHot'");
  expect(() => new CategoryEncoding(0)).toThrow('numTokens: expected a whole number of at least 1, found 0');
});

test('numbers become those of their bins, a boundary belongs to the bin above', () => {
  const x = tensor([[-1, 0, 0.25, 0.5, 1, 9]]);
  const layer = new Discretization({ binBoundaries: [0, 0.5, 1] });
  expect(layer.apply(x).toArray(2)).toEqual([[0, 1, 1, 2, 3, 3]]);
  const counts = new Discretization({ binBoundaries: [0, 0.5, 1], outputMode: 'count' });
  expect(counts.apply(x).toArray(2)).toEqual([[1, 2, 1, 2]]);
  expect(() => new Discretization({ binBoundaries: [1, 0] })).toThrow('binBoundaries: expected rising numbers, found 1,0');
  expect(() => new Discretization()).toThrow('expected either binBoundaries or numBins');
});

test('bins that hold as many numbers each are found in data, and saved', () => {
  const layer = new Discretization({ numBins: 3 });
  expect(() => layer.apply(tensor([1]))).toThrow('adapt it to data first');
  layer.adapt(tensor([5, 1, 4, 2, 6, 3]));
  const again = Discretization.fromConfig(layer.toConfig(), registryOf(builtInLayers));
  expect(again.apply(tensor([1, 2, 3, 4, 5, 6])).toArray(1)).toEqual([0, 0, 1, 1, 2, 2]);
});
