import { describe, expect, test } from 'vitest';
import { compiled, flavours, graphOf, layoutOf, nodeOf, reference, ulps } from './harness.js';
import type { AnyOp } from '../../../src/compiler/graph.js';
import type { TypedArray } from '../../../src/dtype.js';
import type { TensorType } from '../../../src/primitive.js';

/** Floats of every exponent and both signs, so many of each, with the odd ones. */
function everywhere(perExponent: number): Float32Array {
  const odd = [
    0,
    -0,
    1,
    -1,
    0.5,
    -0.5,
    1.5,
    -1.5,
    2.5,
    -2.5,
    Infinity,
    -Infinity,
    NaN,
    1e-45,
    -1e-45,
    3.4e38,
    -3.4e38,
    2 ** 31,
    -(2 ** 31),
  ];
  const bits = new Int32Array(2 * 255 * perExponent);
  let random = 12345;
  for (let i = 0; i < bits.length; i++) {
    random = (Math.imul(random, 1664525) + 1013904223) | 0;
    bits[i] = ((i % 2) << 31) | (((i >> 1) % 255) << 23) | (random >>> 9);
  }
  const all = new Float32Array(odd.length + bits.length);
  all.set(odd);
  all.set(new Float32Array(bits.buffer), odd.length);
  return all;
}

// How many floats a result may lie from the reference, over the whole range.
const bounds: Partial<Record<AnyOp['name'], number>> = {
  neg: 0, abs: 0, sign: 0, floor: 0, ceil: 0, round: 0, sqrt: 0,
  exp: 2, log: 2, expm1: 3, log1p: 2, sigmoid: 3, softplus: 3, tanh: 4, erf: 4, sin: 2, cos: 2, tan: 4, atan: 1,
}; // prettier-ignore

function unaryNode(name: string, type: TensorType): AnyOp {
  return nodeOf(name, [0], type);
}

function binaryNode(name: string, type: TensorType): AnyOp {
  return nodeOf(name, [0, 1], type);
}

describe.each(flavours)('float32, fma: $fma', (target) => {
  test.each(Object.entries(bounds))('%s is within %d ulp of the reference at every exponent', (name, bound) => {
    const x = everywhere(Number(process.env['GRADUS_RUNS'] ?? 20) * 5);
    const type: TensorType = { dtype: 'float32', shape: [x.length] };
    const node = unaryNode(name, type);
    const [y] = compiled(node, [layoutOf(type)], [layoutOf(type)], [x], target) ?? [];
    const [expected] = reference(graphOf(node, [type]), [x]);
    let worst = { ulps: 0, x: 0, y: 0, expected: 0 };
    for (let i = 0; i < x.length; i++) {
      const off = ulps(y[i], expected[i]);
      if (off > worst.ulps) worst = { ulps: off, x: x[i], y: y[i], expected: expected[i] };
    }
    if (process.env['GRADUS_SHOW']) console.log(name, worst);
    expect(worst.ulps, JSON.stringify(worst)).toBeLessThanOrEqual(bound);
  });

  // Pairs of floats of every kind: the quotient of two exponents matters here.
  test.each(['pow', 'atan2', 'remainder', 'floorDivide', 'maximum', 'minimum'])(
    '%s is within 1 ulp of the reference on pairs of any size',
    (name) => {
      const all = everywhere(4);
      const n = 40 * Number(process.env['GRADUS_RUNS'] ?? 20);
      const ordinary = (i: number): number => Math.fround(Math.sin(i * 12.9898) * 20);
      const a = Float32Array.from({ length: 4 * n }, (_, i) => (i % 2 ? ordinary(i) : all[(i * 7919) % (i % 4 ? all.length : 19)]));
      const b = Float32Array.from({ length: 4 * n }, (_, i) =>
        i % 3 ? Math.round(ordinary(i + 1)) / (i % 2 ? 1 : 4) : all[(i * 104729) % (i % 5 ? all.length : 19)],
      );
      const type: TensorType = { dtype: 'float32', shape: [a.length] };
      const node = binaryNode(name, type);
      const layout = layoutOf(type);
      const [y] = compiled(node, [layout, layout], [layout], [a, b], target) ?? [];
      const [expected] = reference(graphOf(node, [type, type]), [a, b]);
      for (let i = 0; i < a.length; i++)
        expect(ulps(y[i], expected[i]), `${name}(${a[i]}, ${b[i]}) = ${y[i]}, not ${expected[i]}`).toBeLessThanOrEqual(1);
    },
  );

  test.each(['remainder', 'floorDivide'])('%s of whole numbers is the reference', (name) => {
    const odd = [0, 1, -1, 2, -2, 3, -3, 7, -7, 255, 2 ** 31 - 1, -(2 ** 31), -(2 ** 31) + 1, 123456789];
    for (const dtype of ['int32', 'uint8'] as const) {
      const pairs = odd.flatMap((a) => odd.map((b) => [a, b] as const));
      const make = (side: 0 | 1): TypedArray => {
        const values = pairs.map((pair) => pair[side]);
        return dtype === 'int32' ? Int32Array.from(values) : Uint8Array.from(values);
      };
      const type: TensorType = { dtype, shape: [pairs.length] };
      const layout = layoutOf(type);
      const node = binaryNode(name, type);
      const [y] = compiled(node, [layout, layout], [layout], [make(0), make(1)], target) ?? [];
      expect(y).toEqual(reference(graphOf(node, [type, type]), [make(0), make(1)])[0]);
    }
  });
});
