/** The kind `activation`. */
import * as gradus from '@gradus/train';
import { Missing, optionsFor } from './classes.js';
import { recordOf, textOf } from './json.js';
import { expectClose, tensorOf } from './values.js';
import type { Tensor } from '@gradus/train';
import type { Options } from './classes.js';
import type { Case } from './json.js';

interface Activation {
  readonly options: readonly string[];
  apply(x: Tensor, options: Options): Tensor;
}

function plain(apply: (x: Tensor) => Tensor): Activation {
  return { options: [], apply };
}

/** One with an option of its own, whose values come from a file. */
function withOptions<O>(options: readonly (keyof O & string)[], apply: (x: Tensor, options: O) => Tensor): Activation;
function withOptions(options: readonly string[], apply: (x: Tensor, options: Options) => Tensor): Activation {
  return { options, apply };
}

interface Axis {
  readonly axis?: number | readonly number[];
}
interface Slope {
  readonly negativeSlope?: number;
}
interface Alpha {
  readonly alpha?: number;
}

interface Threshold {
  readonly threshold?: number;
  readonly defaultValue?: number;
}

const activations: Readonly<Record<string, Activation>> = {
  celu: withOptions(['alpha'], (x, { alpha }: Alpha) => gradus.celu(x, alpha)),
  glu: withOptions(['axis'], (x, { axis }: { readonly axis?: number }) => gradus.glu(x, axis)),
  hard_shrink: withOptions(['threshold'], (x, { threshold }: Threshold) => gradus.hardShrink(x, threshold)),
  hard_silu: plain(gradus.hardSilu),
  hard_swish: plain(gradus.hardSilu),
  hard_tanh: plain(gradus.hardTanh),
  soft_shrink: withOptions(['threshold'], (x, { threshold }: Threshold) => gradus.softShrink(x, threshold)),
  sparse_plus: plain(gradus.sparsePlus),
  sparse_sigmoid: plain(gradus.sparseSigmoid),
  sparsemax: withOptions(['axis'], (x, { axis }: { readonly axis?: number }) => gradus.sparsemax(x, axis)),
  squareplus: withOptions(['b'], (x, { b }: { readonly b?: number }) => gradus.squareplus(x, b)),
  tanh_shrink: plain(gradus.tanhShrink),
  threshold: withOptions(['threshold', 'defaultValue'], (x, { threshold = 0, defaultValue = 0 }: Threshold) =>
    gradus.threshold(x, threshold, defaultValue),
  ),
  elu: withOptions(['alpha'], (x, { alpha }: Alpha) => gradus.elu(x, alpha)),
  exponential: plain(gradus.exp),
  gelu: withOptions(['approximate'], (x, options: { readonly approximate?: boolean }) => gradus.gelu(x, options)),
  hard_sigmoid: plain(gradus.hardSigmoid),
  leaky_relu: withOptions(['negativeSlope'], (x, { negativeSlope }: Slope) => gradus.leakyRelu(x, negativeSlope)),
  linear: plain((x) => x),
  log_sigmoid: plain(gradus.logSigmoid),
  log_softmax: withOptions(['axis'], (x, { axis }: Axis) => gradus.logSoftmax(x, axis)),
  mish: plain(gradus.mish),
  relu: withOptions(['maxValue', 'negativeSlope', 'threshold'], (x, options: ConstructorParameters<typeof gradus.ReLU>[0] & object) =>
    new gradus.ReLU(options).apply(x),
  ),
  relu6: plain(gradus.relu6),
  selu: plain(gradus.selu),
  sigmoid: plain(gradus.sigmoid),
  silu: plain(gradus.silu),
  softmax: withOptions(['axis'], (x, { axis }: Axis) => gradus.softmax(x, axis)),
  softplus: plain(gradus.softplus),
  softsign: plain(gradus.softsign),
  swish: plain(gradus.silu),
  tanh: plain(gradus.tanh),
};

export function replayActivation({ config, inputs, expected, tol }: Case): void {
  const name = textOf(config['function']);
  const found = activations[name];
  if (!found) throw new Missing(`the activation ${name}`);
  const options = optionsFor(name, recordOf(config['args']), found.options);
  expectClose(found.apply(tensorOf(inputs['x']), options), expected['value'], tol, 'value');
}
