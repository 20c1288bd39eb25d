import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import * as g from '@gradus/tensor';
import { grad, hessian, jvp, vjp, vmap } from '@gradus/autograd';
import type { NestedValues, Tensor } from '@gradus/tensor';

interface Case {
  readonly name: string;
  readonly inputs: readonly NestedValues[];
  readonly value: NestedValues;
  readonly direction?: readonly NestedValues[];
  readonly jvp?: NestedValues;
  readonly gradients?: readonly NestedValues[];
  readonly hessian?: NestedValues;
  readonly hessianVectorProducts?: readonly NestedValues[];
  readonly gradientsOfSquaredGradient?: readonly NestedValues[];
  readonly output?: NestedValues;
  readonly cotangent?: NestedValues;
  readonly vjp?: readonly NestedValues[];
  readonly inAxes?: readonly (number | null)[];
  readonly outAxes?: number;
  readonly strides?: readonly number[];
  readonly dilation?: readonly number[];
  readonly groups?: number;
  readonly window?: readonly number[];
  readonly padding?: readonly (readonly [number, number])[];
}

const { cases }: { readonly cases: readonly Case[] } = JSON.parse(readFileSync(new URL('fixtures/jax.json', import.meta.url), 'utf8'));

type Function = (...xs: Tensor[]) => Tensor;

const total = (x: Tensor): Tensor => x.sum();
const targets = g.tensor([[0, 1, 0], [0.25, 0.25, 0.5]], 'float64'); // prettier-ignore
const logSumExp: Function = (x) => g.logSumExp(x);
const product: Function = (x) => x.prod();
const normalized: Function = (x) => x.sub(x.mean(1, { keepDims: true })).div(x.variance(1, { keepDims: true }).add(0.001).sqrt());

const functions: Readonly<Record<string, (one: Case) => Function>> = {
  'cube': () => (x) => total(x.pow(3)),
  'quotient': () => (x, y) => total(x.sin().mul(y.exp()).div(x.square().add(1))),
  'logsumexp': () => logSumExp,
  'logsumexp, far out': () => logSumExp,
  'softmax cross-entropy': () => (x) => targets.mul(x.logSoftmax()).sum(1).neg().mean(),
  'Rosenbrock': () => (x) => total(x.slice('1:').sub(x.slice(':-1').square()).square().mul(100).add(g.sub(1, x.slice(':-1')).square())),
  'quadratic form': () => (x, a) => x.mul(a.matmul(x)).sum().mul(0.5),
  'gelu': () => (x) => total(x.mul(0.5).mul(g.erf(x.div(Math.SQRT2)).add(1))),
  'softplus of tanh': () => (x) => total(g.softplus(x.tanh().mul(3))),
  'norm': () => (x) => x.norm(),
  'variance': () => (x) => x.variance(),
  'layer normalization': () => (x, w) => total(w.mul(normalized(x))),
  'powers': () => (x, y) => total(x.pow(y)),
  'logarithms': () => (x, y) => total(x.log().mul(g.atan(y)).add(g.log1p(x).mul(g.expm1(y)))),
  'product of all': () => product,
  'product with one zero': () => product,
  'cumulative': () => (x, w) => total(g.cumsum(x).square().mul(w)),
  'gather': () => (x) => g.take(x, g.tensor([2, 0, 2, 1], 'int32')).mul(g.tensor([1, 2, 3, 4])).sum().square(),
  'maximum': () => (x, y) => total(x.maximum(y).mul(x.minimum(0.5).square())),
  'multilayer perceptron': () => (x, w1, b1, w2) => total(x.matmul(w1).add(b1).tanh().matmul(w2).tanh().square()),
  'softmax': () => (x) => x.softmax(),
  'matmul': () => (a, b) => a.matmul(b),
  'outer': () => (a, b) => a.expandDims(1).mul(b),
  'sort': () => (x) => g.sort(x),
  'recurrent, 5 steps': () => (xs, h, w, u, b) => {
    const step = (carry: Tensor, x: Tensor): readonly [Tensor, Tensor] => {
      const next = x.matmul(w).add(carry.matmul(u)).add(b).tanh();
      return [next, next.square().sum()];
    };
    return g.scan(step, h, xs)[1].sum();
  },
  'vmap: rows': () => (x) => x.softmax(),
  'vmap: columns': () => (a, b) => a.matmul(b),
  'vmap: one not mapped': () => (x, w) => x.matmul(w),
  'vmap: result on axis 1': () => (x) => x.square().sub(x.mean()),
  'vmap of grad': () => (x, w) => grad((v: Tensor) => total(v.matmul(w).tanh().square()))(x),
  'vmap of hessian': () => (x) => hessian(logSumExp)(x),
  'vmap of vmap': () => (x, ys) => vmap((y: Tensor) => x.mul(y))(ys),
}; // prettier-ignore

function outputOf(one: Case): Function | undefined {
  const { window, strides = 1, dilation = 1, groups = 1, padding = 'valid' } = one;
  if (window) return (x) => g.maxPool(x, window, { strides, padding: one.name.endsWith('same') ? 'same' : 'valid' });
  return one.output === undefined ? undefined : (x, w) => g.conv(x, w, { strides, dilation, groups, padding });
}

function functionOf(one: Case): Function {
  const output = outputOf(one);
  if (output) return (...xs) => (one.window ? output(...xs).pow(3).sum() : output(...xs).square().sum()); // prettier-ignore
  return functions[one.name](one);
}

const read = (values: NestedValues): Tensor => g.tensor(values, 'float64');

function close(actual: Tensor, expected: NestedValues): void {
  const other = read(expected);
  expect(actual.shape).toEqual(other.shape);
  const right = other.data();
  for (const [i, value] of actual.data().entries()) {
    expect(Math.abs(value - right[i]), `${value} and ${right[i]}`).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(right[i])));
  }
}

describe('values, derivatives and batches equal those of jax', () => {
  test.each(cases.filter(({ inAxes }) => !inAxes).map((one) => [one.name, one] as const))('%s', (_, one) => {
    const f = functionOf(one);
    const xs = one.inputs.map(read);
    const along = one.direction?.map(read);
    const gradients: (...xs: Tensor[]) => readonly Tensor[] = (...all) => grad((list: readonly Tensor[]) => f(...list))(all);
    const output = outputOf(one);
    if (output && one.output !== undefined) close(output(...xs), one.output);
    close(f(...xs), one.value);
    for (const [i, expected] of (one.gradients ?? []).entries()) close(gradients(...xs)[i], expected);
    if (along && one.jvp !== undefined) close(jvp(f, xs, along)[1], one.jvp);
    if (one.hessian !== undefined) close(hessian((x) => f(x, ...xs.slice(1)))(xs[0]), one.hessian);
    if (along) for (const [i, expected] of (one.hessianVectorProducts ?? []).entries()) close(jvp(gradients, xs, along)[1][i], expected);
    if (one.cotangent !== undefined) {
      const [, pull] = vjp(f, ...xs);
      for (const [i, dx] of pull(read(one.cotangent)).entries()) close(dx, one.vjp?.[i] ?? []);
    }
    const squared = (list: readonly Tensor[]): Tensor =>
      gradients(...list)[0]
        .square()
        .sum();
    for (const [i, expected] of (one.gradientsOfSquaredGradient ?? []).entries()) close(grad(squared)(xs)[i], expected);
  });

  test.each(cases.flatMap((one) => (one.inAxes ? [[one.name, one, one.inAxes] as const] : [])))('%s', (_, one, inAxes) => {
    const y = vmap(functionOf(one), { inAxes })(...one.inputs.map(read));
    close(one.outAxes === 1 ? y.transpose() : y, one.value);
  });
});
