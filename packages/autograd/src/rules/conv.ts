/** Derivatives of convolution and its two adjoints: linear in either operand, so each one's are the other two. */
import { convolution, dispatch } from '@gradus/tensor/extend';
import type { Shape, Tensor } from '@gradus/tensor';
import type { ConvGeometry, ConvSignatures } from '@gradus/tensor/extend';
import type { Rules } from './rule.js';

export const conv: Rules<keyof ConvSignatures> = {
  conv: (dy, _, [x, w], geometry) => [
    () => input(dy, w, geometry, x.shape.slice(1, -1)),
    () => kernel(x, dy, geometry, w.shape.slice(0, -2)),
  ],
  convInput: (dx, _, [dy, w], geometry) => [() => forward(dx, w, geometry), () => kernel(dx, dy, geometry, w.shape.slice(0, -2))],
  convKernel: (dw, _, [x, dy], geometry) => [() => input(dy, dw, geometry, x.shape.slice(1, -1)), () => forward(x, dw, geometry)],
};

function forward(x: Tensor, w: Tensor, { strides, padding, dilation, groups }: ConvGeometry): Tensor {
  return dispatch(convolution.conv, [x, w], { strides, padding, dilation, groups });
}

function input(dy: Tensor, w: Tensor, { strides, padding, dilation, groups }: ConvGeometry, spatial: Shape): Tensor {
  return dispatch(convolution.convInput, [dy, w], { strides, padding, dilation, groups, spatial });
}

function kernel(x: Tensor, dy: Tensor, { strides, padding, dilation, groups }: ConvGeometry, spatial: Shape): Tensor {
  return dispatch(convolution.convKernel, [x, dy], { strides, padding, dilation, groups, spatial });
}
