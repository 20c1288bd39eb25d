/** Activations: the nonlinearity between two linear maps. */
import { ArgumentError, erf, exp, greater, less, logSoftmax, relu, sigmoid, softmax, softplus, tanh, where } from '@gradus/tensor';
import {
  hardShrink,
  hardSigmoid,
  hardSilu,
  hardTanh,
  relu6,
  softShrink,
  sparsePlus,
  sparseSigmoid,
  tanhShrink,
} from './activations-piecewise.js';
import { oneOf } from './config.js';
import { sparsemax } from './sparsemax.js';
import type { Tensor } from '@gradus/tensor';
import type { Field } from './config.js';

/** Element by element, but for softmax and its like, which share one unit among the last axis, and for glu, which halves it. */
export type Activation = (x: Tensor) => Tensor;

/** x if x > 0, else alpha (e^x - 1). Clevert, Unterthiner, Hochreiter 2016. */
export function elu(x: Tensor, alpha: number = 1): Tensor {
  // The untaken branch must stay finite, or its zero gradient becomes NaN.
  return where(greater(x, 0), x, exp(x.minimum(0)).sub(1).mul(alpha));
}

const selus = { scale: 1.0507009873554805, alpha: 1.6732632423543772 } as const;

/** scale elu(x, alpha) with the constants for which mean 0 and variance 1 are stable. Klambauer et al. 2017. */
export function selu(x: Tensor): Tensor {
  return elu(x, selus.alpha).mul(selus.scale);
}

/** x Phi(x), Phi the normal distribution; `approximate` takes the tanh formula. Hendrycks and Gimpel 2016. */
export function gelu(x: Tensor, { approximate = false }: { readonly approximate?: boolean } = {}): Tensor {
  if (!approximate) return x.mul(erf(x.mul(Math.SQRT1_2)).add(1)).mul(0.5);
  const inner = x.add(x.mul(x).mul(x).mul(0.044715)).mul(Math.sqrt(2 / Math.PI));
  return x.mul(tanh(inner).add(1)).mul(0.5);
}

/** x sigmoid(x), also called swish. */
export function silu(x: Tensor): Tensor {
  return x.mul(sigmoid(x));
}

/** x if x >= 0, else slope x. */
export function leakyRelu(x: Tensor, negativeSlope: number = 0.2): Tensor {
  return where(less(x, 0), x.mul(negativeSlope), x);
}

/** x if x > 0, else alpha (e^(x / alpha) - 1): an elu that is smooth for every alpha. Barron 2017. */
export function celu(x: Tensor, alpha: number = 1): Tensor {
  return where(greater(x, 0), x, exp(x.minimum(0).div(alpha)).sub(1).mul(alpha));
}

/** (x + sqrt(x^2 + b)) / 2. Barron 2021. */
export function squareplus(x: Tensor, b: number = 4): Tensor {
  return x.add(x.square().add(b).sqrt()).div(2);
}

/** a sigmoid(b), x cut into halves a and b along `axis`. Dauphin, Fan, Auli, Grangier 2017. */
export function glu(x: Tensor, axis: number = -1): Tensor {
  const [a, b] = x.split(2, axis);
  return a.mul(sigmoid(b));
}

/** x / (1 + |x|). */
export function softsign(x: Tensor): Tensor {
  return x.div(x.abs().add(1));
}

/** x tanh(softplus x). Misra 2019. */
export function mish(x: Tensor): Tensor {
  return x.mul(tanh(softplus(x)));
}

/** log sigmoid(x), without overflow. */
export function logSigmoid(x: Tensor): Tensor {
  return softplus(x.neg()).neg();
}

/** The name of an activation with its default options. */
export type ActivationName =
  | 'linear'
  | 'relu'
  | 'relu6'
  | 'leakyRelu'
  | 'elu'
  | 'selu'
  | 'gelu'
  | 'silu'
  | 'swish'
  | 'sigmoid'
  | 'hardSigmoid'
  | 'tanh'
  | 'softplus'
  | 'softsign'
  | 'softmax'
  | 'logSoftmax'
  | 'logSigmoid'
  | 'exponential'
  | 'mish'
  | 'celu'
  | 'glu'
  | 'hardShrink'
  | 'hardSilu'
  | 'hardSwish'
  | 'hardTanh'
  | 'softShrink'
  | 'sparsePlus'
  | 'sparseSigmoid'
  | 'sparsemax'
  | 'squareplus'
  | 'tanhShrink';

const table: { readonly [Name in ActivationName]: Activation } = {
  linear: (x) => x,
  relu,
  relu6,
  leakyRelu: (x) => leakyRelu(x),
  elu: (x) => elu(x),
  selu,
  gelu: (x) => gelu(x),
  silu,
  swish: silu,
  sigmoid,
  hardSigmoid,
  tanh,
  softplus,
  softsign,
  softmax: (x) => softmax(x),
  logSoftmax: (x) => logSoftmax(x),
  logSigmoid,
  exponential: exp,
  mish,
  celu: (x) => celu(x),
  glu: (x) => glu(x),
  hardShrink: (x) => hardShrink(x),
  hardSilu,
  hardSwish: hardSilu,
  hardTanh,
  softShrink: (x) => softShrink(x),
  sparsePlus,
  sparseSigmoid,
  sparsemax: (x) => sparsemax(x),
  squareplus: (x) => squareplus(x),
  tanhShrink,
};

function isName(text: string): text is ActivationName {
  return Object.hasOwn(table, text);
}

/** The function that `name` stands for. */
export function activation(name: ActivationName = 'linear'): Activation {
  if (isName(name)) return table[name];
  throw new ArgumentError(`activation: expected one of ${Object.keys(table).join(', ')}, found '${String(name)}'`);
}

/** How files keep an activation: by its name. */
export const activationField: Field<ActivationName> = oneOf(...Object.keys(table).filter(isName));
