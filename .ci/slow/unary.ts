// How far compiled functions of one number lie from their references, in floats, over all floats: every 61st of the 2^32, or each one with `--all`
// (half an hour). Infinities, NaN and denormals among them; zeros of both signs count as equal.
import { atan, cos, erf, exp, expm1, fromData, jit, log, log1p, sigmoid, sin, softplus, sqrt, tan, tanh } from '@gradus/tensor';
import { primitives } from '@gradus/tensor/extend';
import type { Tensor } from '@gradus/tensor';

const bounds = { sqrt: 0, exp: 2, log: 2, expm1: 3, log1p: 2, sigmoid: 3, softplus: 3, tanh: 4, erf: 4, sin: 2, cos: 2, tan: 5, atan: 1 };
const functions = { sqrt, exp, log, expm1, log1p, sigmoid, softplus, tanh, erf, sin, cos, tan, atan };

const names = ['sqrt', 'exp', 'log', 'expm1', 'log1p', 'sigmoid', 'softplus', 'tanh', 'erf', 'sin', 'cos', 'tan', 'atan'] as const;
const every = process.argv.includes('--all') ? 1 : 61;
const size = 2 ** 20;

/** Floats in order as whole numbers in order. */
function ordered(bits: number): number {
  return bits < 0 ? -(bits & 0x7fffffff) : bits;
}

for (const name of names) {
  const f: (x: Tensor) => Tensor = functions[name];
  const step = jit((x: Tensor) => f(x));
  const { kernel } = primitives[name];
  const bits = new Int32Array(size);
  const x = { dtype: 'float32', shape: [size], data: new Float32Array(bits.buffer) } as const;
  const expected = { ...x, data: new Float32Array(size) };
  const wanted = new Int32Array(expected.data.buffer);
  let [worst, at] = [0, 0];
  for (let from = -(2 ** 31); from < 2 ** 31; from += size * every) {
    for (let i = 0; i < size; i++) bits[i] = Math.min(from + i * every, 2 ** 31 - 1);
    kernel(expected, [x], {});
    const found = step(fromData(x.data.slice(), [size])).data();
    const words = new Int32Array(found.buffer, found.byteOffset, size);
    for (let i = 0; i < size; i++) {
      if (words[i] === wanted[i] || (Number.isNaN(found[i]) && Number.isNaN(expected.data[i]))) continue;
      const off =
        Number.isNaN(found[i]) || Number.isNaN(expected.data[i]) ? Infinity : Math.abs(ordered(words[i] ?? 0) - ordered(wanted[i] ?? 0));
      if (off > worst) [worst, at] = [off, x.data[i] ?? 0];
    }
  }
  step.close();
  console.log(`${name}: ${worst} floats away at ${at}; the bound is ${bounds[name]}`);
  if (!(worst <= bounds[name])) process.exitCode = 1;
}
