/** Derivatives as arrays: the Jacobian and the Hessian. */
import { DTypeError, eye, isFloat } from '@gradus/tensor';
import { grad } from './grad.js';
import { vjp } from './pullback.js';
import { vmap } from './vmap.js';
import type { Tensor } from '@gradus/tensor';

/**
 * All derivatives of y = f(x): dy[i] / dx[j] at [...i, ...j], shape [...y.shape, ...x.shape]. The pull-back runs once,
 * on all unit gradients as a batch.
 */
export function jacobian(f: (x: Tensor) => Tensor): (x: Tensor) => Tensor {
  return (x) => {
    const [y, pull] = vjp(f, x);
    if (!isFloat(y.dtype)) throw new DTypeError(`jacobian(${f.name || 'anonymous'}): the value must be a float, found ${y.dtype}`);
    const units = eye(y.size, y.size, y.dtype).reshape([y.size, ...y.shape]);
    const rows = vmap((dy: Tensor) => pull(dy)[0])(units); // [y.size, ...x.shape]
    return rows.reshape([...y.shape, ...x.shape]);
  };
}

/**
 * All second derivatives of a scalar f(x), shape [...x.shape, ...x.shape].
 *
 * @example hessian((x: Tensor) => x.square().sum())(tensor([1, 2])) // => [[2, 0], [0, 2]]
 */
export function hessian(f: (x: Tensor) => Tensor): (x: Tensor) => Tensor {
  return jacobian(grad(f));
}
