/** Batching of products, convolutions and windows. */
import { convolution, dispatch, windows as slides } from '@gradus/tensor/extend';
import { matmul } from '@gradus/tensor';
import { full } from './rule.js';
import type { Tensor } from '@gradus/tensor';
import type { ConvSignatures, MatmulSignatures, WindowSignatures } from '@gradus/tensor/extend';
import type { BatchRules } from './rule.js';

export const product: BatchRules<keyof MatmulSignatures> = {
  // Leading axes broadcast; a matrix that all examples share is not repeated.
  matmul: ([a, b], flags) => matmul(a.value, b.value, flags),
};

/**
 * Examples that share their kernel are one larger batch of inputs. Where each has a kernel of its own, examples are
 * groups of channels: y[n, b f] = conv(x[n, b c], w[c, b f]) with b times as many groups.
 */
export const conv: BatchRules<keyof ConvSignatures> = {
  conv([x, w], geometry, size) {
    if (!w.batched) return unfolded(dispatch(convolution.conv, [folded(x.value), w.value], geometry), x.value);
    const groups = size * geometry.groups;
    return split(dispatch(convolution.conv, [joined(full(x, size)), joined(w.value)], { ...geometry, groups }), size);
  },
  convInput([dy, w], geometry, size) {
    if (!w.batched) return unfolded(dispatch(convolution.convInput, [folded(dy.value), w.value], geometry), dy.value);
    const groups = size * geometry.groups;
    return split(dispatch(convolution.convInput, [joined(full(dy, size)), joined(w.value)], { ...geometry, groups }), size);
  },
  convKernel([x, dy], geometry, size) {
    const groups = size * geometry.groups;
    return split(dispatch(convolution.convKernel, [joined(full(x, size)), joined(full(dy, size))], { ...geometry, groups }), size);
  },
};

export const windows: BatchRules<keyof WindowSignatures> = {
  windowArgmax: ([x], geometry) => unfolded(dispatch(slides.windowArgmax, [folded(x.value)], geometry), x.value),
};

/** [b, n, ...rest] -> [b n, ...rest]. */
function folded(x: Tensor): Tensor {
  return x.reshape([x.shape[0] * x.shape[1], ...x.shape.slice(2)]);
}

/** [b n, ...rest] -> [b, n, ...rest]. */
function unfolded(y: Tensor, like: Tensor): Tensor {
  return y.reshape([...like.shape.slice(0, 2), ...y.shape.slice(1)]);
}

/** [b, ...rest, c] -> [...rest, b c]. */
function joined(x: Tensor): Tensor {
  const axes = x.shape.map((_, axis) => axis);
  const last = x.rank - 1;
  return x.transpose([...axes.slice(1, last), 0, last]).reshape([...x.shape.slice(1, last), x.shape[0] * x.shape[last]]);
}

/** [...rest, b c] -> [b, ...rest, c]. */
function split(y: Tensor, size: number): Tensor {
  const last = y.rank - 1;
  const apart = y.reshape([...y.shape.slice(0, last), size, y.shape[last] / size]);
  return apart.transpose([last, ...y.shape.slice(0, last).map((_, axis) => axis), last + 1]);
}
