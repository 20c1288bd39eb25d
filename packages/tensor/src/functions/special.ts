/** Functions that calculus books list at the end. */
import { erf, exp, log1p, sqrt } from '../primitives/unary.js';
import { less, where } from './arithmetic.js';
import type { Tensor } from '../tensor.js';

/**
 * The inverse of `erf`, for |x| < 1: Giles' polynomials in w = -log(1 - x^2) (single precision), and for float64 two
 * steps of Newton's method on top.
 *
 * Giles 2010, "Approximating the erfinv function", table 5.
 */
export function erfInv(x: Tensor): Tensor {
  const w = log1p(x.square().neg()).neg();
  const centre = polynomial(
    w.sub(2.5),
    [2.81022636e-8, 3.43273939e-7, -3.5233877e-6, -4.39150654e-6, 0.00021858087, -0.00125372503, -0.00417768164, 0.246640727, 1.50140941],
  );
  const tail = polynomial(
    sqrt(w.maximum(5)).sub(3),
    [-0.000200214257, 0.000100950558, 0.00134934322, -0.00367342844, 0.00573950773, -0.0076224613, 0.00943887047, 1.00167406, 2.83297682],
  );
  const y = where(less(w, 5), centre, tail).mul(x);
  return x.dtype === 'float64' ? improved(improved(y, x), x) : y;
}

/** One step of Newton's method for erf(y) = x. */
function improved(y: Tensor, x: Tensor): Tensor {
  return y.sub(
    erf(y)
      .sub(x)
      .mul(exp(y.square()))
      .mul(Math.sqrt(Math.PI) / 2),
  );
}

/** Horner's rule, the highest power first. */
function polynomial(x: Tensor, [first, second, ...rest]: readonly number[]): Tensor {
  return rest.reduce((y, c) => y.mul(x).add(c), x.mul(first).add(second));
}
