/** Derivatives of functions of one number. */
import { sub } from '@gradus/tensor';
import type { UnarySignatures } from '@gradus/tensor/extend';
import type { Rules } from './rule.js';

export const unary: Rules<keyof UnarySignatures> = {
  neg: (dy) => [() => dy.neg()],
  abs: (dy, _, [x]) => [() => dy.mul(x.sign())],
  sign: 'constant',
  floor: 'constant',
  ceil: 'constant',
  round: 'constant',
  exp: (dy, y) => [() => dy.mul(y)],
  expm1: (dy, y) => [() => dy.mul(y.add(1))],
  log: (dy, _, [x]) => [() => dy.div(x)],
  log1p: (dy, _, [x]) => [() => dy.div(x.add(1))],
  sqrt: (dy, y) => [() => dy.div(y.mul(2))],
  sin: (dy, _, [x]) => [() => dy.mul(x.cos())],
  cos: (dy, _, [x]) => [() => dy.mul(x.sin()).neg()],
  tan: (dy, y) => [() => dy.mul(y.square().add(1))],
  atan: (dy, _, [x]) => [() => dy.div(x.square().add(1))],
  tanh: (dy, y) => [() => dy.mul(sub(1, y.square()))],
  sigmoid: (dy, y) => [() => dy.mul(y.mul(sub(1, y)))],
  softplus: (dy, _, [x]) => [() => dy.mul(x.sigmoid())],
  erf: (dy, _, [x]) => [
    () =>
      dy.mul(
        x
          .square()
          .neg()
          .exp()
          .mul(2 / Math.sqrt(Math.PI)),
      ),
  ],
  not: 'constant',
};
