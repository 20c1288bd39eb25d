import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { convolution } from '../../../src/primitives/conv.js';
import { filterKernel, forwardKernel, inputKernel } from '../../../src/compiler/kernels/convolution/index.js';
import { filters, inputs, results } from '../../../src/compiler/kernels/convolution/winograd/matrices.js';
import { isWorthIt } from '../../../src/compiler/kernels/convolution/winograd/index.js';
import { absolute, layoutOf, runKernel, waves } from './harness.js';
import type { Convolution } from '../../../src/compiler/kernels/convolution/forward.js';
import type { Kernel, Layout } from '../../../src/compiler/kernels/kernel.js';
import type { Matrix } from '../../../src/compiler/kernels/convolution/winograd/matrices.js';
import type { Dense } from '../../../src/primitive.js';

const times = (matrix: Matrix, x: readonly number[]): number[] => matrix.map((row) => row.reduce((sum, value, j) => sum + value * x[j], 0));

test('four outputs of a filter with three taps from six products', () => {
  const [d, g] = [
    [1, -2, 3, 5, -7, 11],
    [2, 0.5, -3],
  ];
  const [u, v] = [times(filters, g), times(inputs, d)];
  const y = times(results, u.map((value, i) => value * v[i])); // prettier-ignore
  for (const [i, value] of y.entries()) expect(value).toBeCloseTo(g[0] * d[i] + g[1] * d[i + 1] + g[2] * d[i + 2], 12);
});

interface Case {
  readonly n: number;
  readonly spatial: readonly [number, number];
  readonly c: number;
  readonly f: number;
  readonly padding: readonly (readonly [number, number])[];
  readonly gaps: readonly [number, number, number];
  readonly fma: boolean;
}

const side = fc.integer({ min: 1, max: 15 });
const padding = fc.tuple(fc.nat(2), fc.nat(2));
const cases: fc.Arbitrary<Case> = fc
  .record({
    n: fc.integer({ min: 1, max: 7 }),
    spatial: fc.tuple(side, side),
    c: fc.constantFrom(4, 8, 20),
    f: fc.constantFrom(4, 12, 16),
    padding: fc.tuple(padding, padding),
    gaps: fc.constantFrom<readonly [number, number, number]>([0, 0, 0], [4, 4, 8]),
    fma: fc.constant(false),
  })
  .filter(({ spatial, padding }) => spatial.every((size, i) => size + padding[i][0] + padding[i][1] >= 3));

function convolutionOf({ n, spatial, c, f, padding, fma }: Case, [x, w, y]: readonly Layout[]): Convolution {
  const axis = (i: 0 | 1): Convolution['axes'][0] => {
    const [before, after] = padding[i];
    return { inputs: spatial[i], outputs: spatial[i] + before + after - 2, kernel: 3, stride: 1, before, dilation: 1 };
  };
  const depth = { inputs: 1, outputs: 1, kernel: 1, stride: 1, before: 0, dilation: 1 };
  const pixels = { xPixel: 4 * x.pitch, yPixel: 4 * y.pitch, wRow: 4 * w.pitch };
  return { images: n, axes: [depth, axis(0), axis(1)], c, f, groups: 1, ...pixels, fma, minimal: true };
}

/** The kernel's result is the reference's to 1e-5 of the largest sum of magnitudes. */
function hold(
  kernel: Kernel,
  operands: readonly (readonly [Dense, Layout])[],
  y: Layout,
  reference: (y: Dense, operands: readonly [Dense, Dense]) => void,
): void {
  const [found] = runKernel(kernel, operands, [y]);
  const [[a], [b]] = operands;
  const [expected, sizes] = [0, 1].map((): Dense => ({ ...y.type, data: new Float64Array(found.data.length) }));
  reference(expected, [a, b]);
  reference(sizes, [absolute(a), absolute(b)]);
  const bound = 1e-5 * Math.max(...sizes.data);
  for (const [i, value] of found.data.entries()) expect(Math.abs(value - expected.data[i]), `at ${i}`).toBeLessThanOrEqual(bound);
}

function holdAll(one: Case): void {
  const { n, spatial, c, f, padding, gaps } = one;
  const geometry = { strides: [1, 1], dilation: [1, 1], padding, groups: 1 };
  const [x, w] = [waves([n, ...spatial, c], 1), waves([3, 3, c, f], 2)];
  const type = convolution.conv.type([x, w], geometry);
  const dy = waves(type.shape, 3);
  const layouts = [layoutOf(x, gaps[0]), layoutOf(w, gaps[1]), layoutOf(dy, gaps[2])];
  const [lx, lw, ly] = layouts;
  const conv = convolutionOf(one, layouts);
  hold(
    forwardKernel(conv),
    [
      [x, lx],
      [w, lw],
    ],
    ly,
    (y, operands) => convolution.conv.kernel(y, operands, geometry),
  );
  const [back, forKernel] = [
    { ...geometry, spatial },
    { ...geometry, spatial: [3, 3] },
  ];
  hold(
    inputKernel(conv),
    [
      [dy, ly],
      [w, lw],
    ],
    lx,
    (y, operands) => convolution.convInput.kernel(y, operands, back),
  );
  hold(
    filterKernel(conv),
    [
      [x, lx],
      [dy, ly],
    ],
    lw,
    (y, operands) => convolution.convKernel.kernel(y, operands, forKernel),
  );
}

describe('minimal filtering', () => {
  test('is the convolution, and its two gradients', () => {
    fc.assert(fc.property(cases, holdAll)); // prettier-ignore
  });

  test('takes a large image in rows of tiles', () => {
    holdAll({ n: 2, spatial: [25, 26], c: 64, f: 32, padding: [[1, 1], [0, 2]], gaps: [0, 0, 0], fma: false }); // prettier-ignore
  });

  test('is chosen where it pays', () => {
    const one: Case = { n: 8, spatial: [14, 14], c: 32, f: 64, padding: [[1, 1], [1, 1]], gaps: [0, 0, 0], fma: false }; // prettier-ignore
    const layouts = [waves([8, 14, 14, 32], 1), waves([3, 3, 32, 64], 1), waves([8, 14, 14, 64], 1)].map((value) => layoutOf(value));
    const conv = convolutionOf(one, layouts);
    expect(isWorthIt(conv)).toBe(true);
    expect(forwardKernel(conv).method).toBe('minimal');
    expect(forwardKernel({ ...conv, minimal: false }).method).toBeUndefined();
    expect(isWorthIt({ ...conv, c: 4, f: 4 })).toBe(false);
    expect(isWorthIt({ ...conv, c: 33 })).toBe(false);
    expect(isWorthIt({ ...conv, groups: 2 })).toBe(false);
    const [depth, height, width] = conv.axes;
    expect(isWorthIt({ ...conv, axes: [depth, height, { ...width, stride: 2 }] })).toBe(false);
    expect(isWorthIt({ ...conv, axes: [depth, { ...height, kernel: 5 }, width] })).toBe(false);
  });
});
