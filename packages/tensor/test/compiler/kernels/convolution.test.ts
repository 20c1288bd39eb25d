import fc from 'fast-check';
import { expect, test } from 'vitest';
import { convolutionKernel } from '../../../src/compiler/kernels/convolution/index.js';
import { convolution, convSizes } from '../../../src/primitives/conv.js';
import { absolute, layoutOf, runKernel, waves } from './harness.js';
import type { ConvolutionNode } from '../../../src/compiler/kernels/convolution/index.js';
import type { Layout } from '../../../src/compiler/kernels/kernel.js';
import type { ConvGeometry } from '../../../src/primitives/conv.js';
import type { Dense, TensorType } from '../../../src/primitive.js';

interface Case {
  readonly n: number;
  readonly spatial: readonly number[];
  readonly kernel: readonly number[];
  readonly c: number;
  readonly f: number;
  readonly geometry: ConvGeometry;
  readonly gaps: readonly [number, number, number];
}

/** Holds a kernel to a reference of two operands; `terms` is how long its sums are at most. */
function hold(
  node: ConvolutionNode,
  operands: readonly [Dense, Dense],
  layouts: readonly [Layout, Layout, Layout],
  terms: number,
  reference: (y: Dense, operands: readonly [Dense, Dense]) => void,
): void {
  const [a, b, y] = layouts;
  const kernel = convolutionKernel(node, [a, b], [y], { fma: false });
  if (!kernel) throw new Error(`no kernel for ${node.name}`);
  const [found] = runKernel(kernel, [[operands[0], a], [operands[1], b]], [y]); // prettier-ignore
  const [expected, sizes] = [0, 1].map((): Dense => ({ ...node.type, data: new Float32Array(found.data.length) }));
  reference(expected, operands);
  reference(sizes, [absolute(operands[0]), absolute(operands[1])]);
  for (const [i, value] of found.data.entries()) {
    const bound = (terms + 4) * 2 ** -24 * sizes.data[i];
    expect(Math.abs(value - expected.data[i]), `${node.name} ${i}: ${value}, expected ${expected.data[i]}`).toBeLessThanOrEqual(bound);
  }
}

function check({ n, spatial, kernel, c, f, geometry, gaps }: Case): void {
  const { groups } = geometry;
  const x = waves([n, ...spatial, c * groups], 1);
  const w = waves([...kernel, c, f * groups], 2);
  const type: TensorType = convolution.conv.type([x, w], geometry);
  const dy = waves(type.shape, 3);
  const [lx, lw, ly] = [layoutOf(x, gaps[0]), layoutOf(w, gaps[1]), layoutOf(dy, gaps[2])];
  const taps = kernel.reduce((a, b) => a * b, 1);
  const pair = [0, 1] as const;
  hold({ kind: 'op', name: 'conv', operands: pair, attributes: geometry, type }, [x, w], [lx, lw, ly], taps * c, (y, operands) =>
    convolution.conv.kernel(y, operands, geometry),
  );
  const back = { ...geometry, spatial };
  const input: ConvolutionNode = {
    kind: 'op',
    name: 'convInput',
    operands: pair,
    attributes: back,
    type: { dtype: 'float32', shape: x.shape },
  };
  hold(input, [dy, w], [ly, lw, lx], taps * f, (y, operands) => convolution.convInput.kernel(y, operands, back));
  const forKernel = { ...geometry, spatial: kernel };
  const filter: ConvolutionNode = { kind: 'op', name: 'convKernel', operands: pair, attributes: forKernel, type: { dtype: 'float32', shape: w.shape } }; // prettier-ignore
  const places = n * type.shape.slice(1, -1).reduce((a, b) => a * b, 1);
  hold(filter, [x, dy], [lx, ly, lw], places, (y, operands) => convolution.convKernel.kernel(y, operands, forKernel));
}

const geometries = (rank: number): fc.Arbitrary<Case> => {
  const each = <T>(one: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.array(one, { minLength: rank, maxLength: rank });
  return fc
    .record({
      n: fc.nat(2),
      spatial: each(fc.integer({ min: 1, max: rank === 3 ? 4 : 9 })),
      kernel: each(fc.integer({ min: 1, max: 3 })),
      c: fc.integer({ min: 1, max: 5 }),
      f: fc.integer({ min: 1, max: 11 }),
      strides: each(fc.constantFrom(1, 1, 2, 3)),
      dilation: each(fc.constantFrom(1, 1, 2)),
      padding: each(fc.tuple(fc.nat(3), fc.nat(3))),
      groups: fc.constantFrom(1, 1, 2, 3),
      gaps: fc.constantFrom<readonly [number, number, number]>([0, 0, 0], [3, 1, 2]),
    })
    .map(({ strides, dilation, padding, groups, ...rest }) => ({ ...rest, geometry: { strides, dilation, padding, groups } }))
    .filter(({ spatial, kernel, geometry }) => convSizes(spatial, kernel, geometry).every((size) => size > 0));
};

test.each([1, 2, 3])('convolutions over %i axes and their adjoints are the reference within the bound', (rank) => {
  fc.assert(fc.property(geometries(rank), (one) => check(one)));
});

test('layers of a network for images', () => {
  const geometry = { strides: [1, 1], dilation: [1, 1], padding: [[0, 0], [0, 0]], groups: 1 } as const; // prettier-ignore
  check({ n: 2, spatial: [28, 28], kernel: [3, 3], c: 1, f: 32, geometry, gaps: [0, 0, 0] });
  check({ n: 2, spatial: [13, 13], kernel: [3, 3], c: 32, f: 64, geometry, gaps: [0, 0, 0] });
  check({ n: 1, spatial: [14, 14], kernel: [3, 3], c: 16, f: 20, geometry: { ...geometry, padding: [[1, 1], [1, 1]] }, gaps: [0, 0, 0] }); // prettier-ignore
});
