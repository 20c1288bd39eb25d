/** Activations made of straight pieces, and those that cut what is small away. */
import { clip, greater, less, tanh, where } from '@gradus/tensor';
import type { Tensor } from '@gradus/tensor';

/** min(max(x, 0), 6). */
export function relu6(x: Tensor): Tensor {
  return clip(x, 0, 6);
}

/** clip(x / 6 + 1/2, 0, 1). */
export function hardSigmoid(x: Tensor): Tensor {
  return clip(x.div(6).add(0.5), 0, 1);
}

/** x hardSigmoid(x), also called hard swish. Howard et al. 2019. */
export function hardSilu(x: Tensor): Tensor {
  return x.mul(hardSigmoid(x));
}

/** clip(x, -1, 1). */
export function hardTanh(x: Tensor): Tensor {
  return clip(x, -1, 1);
}

/** x, pulled towards 0 by `by`, and 0 where it is nearer than that. */
export function softShrink(x: Tensor, by: number = 0.5): Tensor {
  return x.sub(clip(x, -by, by));
}

/** x where it is further than `by` from 0, else 0. */
export function hardShrink(x: Tensor, by: number = 0.5): Tensor {
  return where(greater(x.abs(), by), x, 0);
}

/** x - tanh(x). */
export function tanhShrink(x: Tensor): Tensor {
  return x.sub(tanh(x));
}

/** x where it is above `limit`, else `otherwise`. */
export function threshold(x: Tensor, limit: number, otherwise: number): Tensor {
  return where(greater(x, limit), x, otherwise);
}

/** 0 up to -1, x from 1 on, (x + 1)^2 / 4 between. */
export function sparsePlus(x: Tensor): Tensor {
  const bent = clip(x, -1, 1).add(1).square().div(4);
  return where(less(x, 1), bent, x);
}

/** clip((x + 1) / 2, 0, 1): the slope of `sparsePlus`. */
export function sparseSigmoid(x: Tensor): Tensor {
  return clip(x.add(1).div(2), 0, 1);
}
