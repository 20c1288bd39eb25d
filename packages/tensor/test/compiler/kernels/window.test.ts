import fc from 'fast-check';
import { expect, test } from 'vitest';
import { windowKernel } from '../../../src/compiler/kernels/window/index.js';
import { convSizes } from '../../../src/primitives/conv.js';
import { windows } from '../../../src/primitives/window.js';
import { layoutOf, runKernel } from './harness.js';
import type { Dense } from '../../../src/primitive.js';

const cases = fc.integer({ min: 1, max: 3 }).chain((rank) => {
  const each = <T>(one: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.array(one, { minLength: rank, maxLength: rank });
  return fc
    .record({
      n: fc.nat(3),
      spatial: each(fc.integer({ min: 1, max: 6 })),
      c: fc.integer({ min: 1, max: 9 }),
      sizes: each(fc.integer({ min: 1, max: 3 })),
      strides: each(fc.integer({ min: 1, max: 3 })),
      gaps: fc.tuple(fc.nat(3), fc.nat(3)),
    })
    .chain((one) =>
      // A window must hold an element: padding is smaller than it.
      fc.tuple(...one.sizes.map((size) => fc.tuple(fc.nat(size - 1), fc.nat(size - 1)))).map((padding) => ({ ...one, padding })),
    )
    .filter(({ spatial, sizes, strides, padding }) =>
      convSizes(spatial, sizes, { strides, padding, dilation: sizes.map(() => 1) }).every(
        (size, i) => (size - 1) * strides[i] - padding[i][0] < spatial[i],
      ),
    );
});

test('the place of the largest element of every window is the reference’s: ties, NaN and infinities included', () => {
  const values = [0, -0, 1, 1, -1, 2, NaN, Infinity, -Infinity, 0.5];
  fc.assert(
    fc.property(cases, fc.nat(), ({ n, spatial, c, sizes, strides, padding, gaps }, seed) => {
      const shape = [n, ...spatial, c];
      const size = shape.reduce((a, b) => a * b, 1);
      const x: Dense = {
        dtype: 'float32',
        shape,
        data: Float32Array.from({ length: size }, (_, i) => values[(Math.imul(i + seed, 2654435761) >>> 8) % values.length]),
      };
      const attributes = { sizes, strides, padding };
      const type = windows.windowArgmax.type([x], attributes);
      const [lx, ly] = [layoutOf(x, gaps[0]), layoutOf(type, gaps[1])];
      const kernel = windowKernel({ kind: 'op', name: 'windowArgmax', operands: [0], attributes, type }, [lx], [ly]);
      if (!kernel) throw new Error('no kernel');
      const [found] = runKernel(kernel, [[x, lx]], [ly]);
      const expected: Dense = { ...type, data: new Int32Array(found.data.length) };
      windows.windowArgmax.kernel(expected, [x], attributes);
      expect(found.data).toEqual(expected.data);
    }),
  );
});
