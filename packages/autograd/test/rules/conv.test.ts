import fc from 'fast-check';
import { describe, test } from 'vitest';
import { conv } from '@gradus/tensor';
import { tensors } from '@gradus/tensor/testing';
import { checkGradients } from '@gradus/autograd/testing';
import type { ConvOptions, Tensor } from '@gradus/tensor';

interface Case {
  readonly x: Tensor;
  readonly w: Tensor;
  readonly options: ConvOptions;
}

function cases(rank: number, largest: number): fc.Arbitrary<Case> {
  const perAxis = (max: number): fc.Arbitrary<number[]> => fc.array(fc.integer({ min: 1, max }), { minLength: rank, maxLength: rank });
  const pads = fc.array(fc.tuple(fc.nat(2), fc.nat(2)), { minLength: rank, maxLength: rank });
  const known = fc.record({
    n: fc.integer({ min: 1, max: 2 }),
    groups: fc.integer({ min: 1, max: 2 }),
    c: fc.integer({ min: 1, max: 2 }),
    f: fc.integer({ min: 1, max: 2 }),
    kernel: perAxis(3),
    more: perAxis(largest),
    strides: perAxis(2),
    dilation: perAxis(2),
    padding: fc.oneof(fc.constantFrom('valid' as const, 'same' as const), pads),
  });
  return known.chain(({ n, groups, c, f, kernel, more, strides, dilation, padding }) => {
    const spatial = kernel.map((k, i) => (k - 1) * dilation[i] + more[i]);
    const x = tensors({ shape: [n, ...spatial, c * groups] });
    const w = tensors({ shape: [...kernel, c, f * groups] });
    return fc.record({ x, w, options: fc.constant({ strides, dilation, padding, groups }) });
  });
}

describe('the derivative, twice, equals the difference', () => {
  test.each([
    [1, 4],
    [2, 3],
    [3, 2],
  ])('in %s dimensions', (rank, largest) => {
    // The square makes the second derivative go through both adjoints.
    fc.assert(fc.property(cases(rank, largest), ({ x, w, options }) =>
      checkGradients((a, b) => conv(a, b, options).square(), [x, w], { order: 2, tolerance: 1e-5, name: 'conv' }))); // prettier-ignore
  });
});
