import { expect, test } from 'vitest';
import { digits } from '../../src/datasets/digits.js';

test('there are 1797 digits of 8 x 8 pixels', () => {
  const { x, y } = digits();
  expect([x.dtype, x.shape]).toEqual(['uint8', [1797, 8, 8, 1]]);
  expect([y.dtype, y.shape]).toEqual(['uint8', [1797]]);
  expect(Math.max(...x.data('uint8'))).toBe(16);
  expect(Array.from(y.data('uint8').subarray(0, 10))).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

test('the sums and the counts are those of the published file', () => {
  const { x, y } = digits();
  const sum = x.data('uint8').reduce((total, grey) => total + grey, 0);
  const counts = Array.from({ length: 10 }, (_, digit) => y.data('uint8').filter((label) => label === digit).length);
  expect(sum).toBe(561_718);
  expect(counts).toEqual([178, 182, 177, 183, 181, 182, 181, 179, 174, 180]);
});
