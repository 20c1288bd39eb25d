import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isFloat, jit } from '@gradus/tensor';
import { eager, replay } from '@gradus/tensor/extend';
import { programs, traced } from '@gradus/tensor/testing';
import { vjp } from '@gradus/autograd';
import type { Tensor } from '@gradus/tensor';
import type { ArbitraryProgram } from '@gradus/tensor/testing';

/** Results and gradients of a program. */
function differentiated(program: ArbitraryProgram): ArbitraryProgram {
  const run = (xs: readonly Tensor[]): readonly Tensor[] => {
    const floats = xs.filter(({ dtype }) => isFloat(dtype));
    const whole = xs.filter(({ dtype }) => !isFloat(dtype));
    const f = (...values: readonly Tensor[]): readonly Tensor[] => program.run([...values, ...whole]).filter(({ dtype }) => dtype === 'float32');
    const [ys, pull] = vjp(f, ...floats);
    return [...ys, ...pull(ys)];
  }; // prettier-ignore
  return { ...program, run };
}

/** Each instruction is held to the bound of rounding elsewhere; here only what is wrong altogether must show. */
function expectClose(actual: readonly Tensor[], expected: readonly Tensor[]): void {
  for (const [i, y] of expected.entries()) {
    const [c, r] = [Float64Array.from(actual[i].data()), Float64Array.from(y.data())];
    const scale = r.reduce((most, value) => (Number.isFinite(value) ? Math.max(most, Math.abs(value)) : most), 1);
    for (let k = 0; k < r.length; k++) if (Number.isFinite(r[k])) expect(Math.abs(c[k] - r[k]) / scale).toBeLessThan(1e-3);
  }
}

test.each([1, 2])('compiled gradients of order %i are those of the reference, run after run', (order) => {
  fc.assert(fc.property(programs({ smooth: true, steps: 9 }), (source) => {
    const program = order === 1 ? differentiated(source) : differentiated(differentiated(source));
    const { graph, values } = traced(program);
    const expected = replay(eager, graph, values);
    const step = jit(program.run);
    for (let round = 0; round < 2; round++) expectClose(step(program.inputs), expected);
    step.close();
  })); // prettier-ignore
});
