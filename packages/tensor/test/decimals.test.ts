import { expect, test } from 'vitest';
import { exponential, fixed } from '@gradus/tensor/extend';

// What Python's '%.*f' and '%.*e' give.
test.each([
  [0.5, 0, '0'],
  [1.5, 0, '2'],
  [2.5, 0, '2'],
  [0.03125, 4, '0.0312'],
  [0.09375, 4, '0.0938'],
  [1.0005, 3, '1.000'], // a little less than a half
  [-0.00001, 4, '-0.0000'],
  [-0, 1, '-0.0'],
  [9.9999, 2, '10.00'],
  [1e22, 1, '10000000000000000000000.0'],
  [1e22, 0, '10000000000000000000000'],
  [NaN, 2, 'nan'],
  [-Infinity, 2, '-inf'],
])('fixed(%s, %s) is %s', (value, places, text) => {
  expect(fixed(value, places)).toBe(text);
});

test.each([
  [1.5, 0, '2e+00'],
  [2.5, 0, '2e+00'],
  [0.00048828125, 4, '4.8828e-04'],
  [0.000152587890625, 4, '1.5259e-04'],
  [-123456, 2, '-1.23e+05'],
  [1e-100, 1, '1.0e-100'],
  [9.99e9, 1, '1.0e+10'],
  [0, 4, '0.0000e+00'],
  [Infinity, 2, 'inf'],
])('exponential(%s, %s) is %s', (value, places, text) => {
  expect(exponential(value, places)).toBe(text);
});
