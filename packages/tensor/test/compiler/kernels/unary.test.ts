import { describe, expect, test } from 'vitest';
import { compiled, flavours, graphOf, layoutOf, reference, ulps } from './harness.js';
import type { AnyOp } from '../../../src/compiler/graph.js';
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
  return Float32Array.of(...odd, ...new Float32Array(bits.buffer));
}

// How many floats a result may lie from the reference, over the whole range.
const bounds: Partial<Record<AnyOp['name'], number>> = {
  neg: 0, abs: 0, sign: 0, floor: 0, ceil: 0, round: 0, sqrt: 0,
  exp: 2, log: 2, expm1: 3, log1p: 2, sigmoid: 3, softplus: 3, tanh: 4, erf: 4,
}; // prettier-ignore

function unaryNode(name: string, type: TensorType): AnyOp {
  const node: { kind: 'op'; name: string; operands: readonly number[]; attributes: object; type: TensorType } = { kind: 'op', name, operands: [0], attributes: {}, type }; // prettier-ignore
  if (isOp(node)) return node;
  throw new Error(name);
}

function isOp(node: { readonly kind: 'op' }): node is AnyOp {
  return node.kind === 'op';
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
});
