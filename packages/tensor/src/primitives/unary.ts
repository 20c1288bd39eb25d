/** Functions of one number, element by element. */
import { dispatch } from '../dispatch.js';
import { erfOf } from './erf.js';
import { cast, toFloat, toNumber } from './convert.js';
import { expectDType, floatType, numberType } from './types.js';
import type { Family, Signature } from '../primitive.js';
import type { Tensor } from '../tensor.js';

type Unary = Signature<readonly ['x']>;

export interface UnarySignatures {
  neg: Unary;
  abs: Unary;
  sign: Unary;
  floor: Unary;
  ceil: Unary;
  round: Unary;
  exp: Unary;
  expm1: Unary;
  log: Unary;
  log1p: Unary;
  sqrt: Unary;
  sin: Unary;
  cos: Unary;
  tan: Unary;
  atan: Unary;
  tanh: Unary;
  sigmoid: Unary;
  softplus: Unary;
  erf: Unary;
  not: Unary;
}

// Every kernel is its own plain loop: the engine inlines a shared callback only while a single operation uses it.
export const unary: Family<keyof UnarySignatures> = {
  neg: {
    name: 'neg',
    type: ([x]) => numberType('neg', x),
    kernel({ data: y }, [{ data: x }]) {
      for (let i = 0; i < y.length; i++) y[i] = -x[i];
    },
  },
  abs: {
    name: 'abs',
    type: ([x]) => numberType('abs', x),
    kernel({ data: y }, [{ data: x }]) {
      for (let i = 0; i < y.length; i++) y[i] = Math.abs(x[i]);
    },
  },
  sign: {
    name: 'sign',
    type: ([x]) => numberType('sign', x),
    kernel({ data: y }, [{ data: x }]) {
      for (let i = 0; i < y.length; i++) y[i] = Math.sign(x[i]);
    },
  },
  floor: {
    name: 'floor',
    type: ([x]) => floatType('floor', x),
    kernel({ data: y }, [{ data: x }]) {
      for (let i = 0; i < y.length; i++) y[i] = Math.floor(x[i]);
    },
  },
  ceil: {
    name: 'ceil',
    type: ([x]) => floatType('ceil', x),
    kernel({ data: y }, [{ data: x }]) {
      for (let i = 0; i < y.length; i++) y[i] = Math.ceil(x[i]);
    },
  },
  round: {
    name: 'round',
    type: ([x]) => floatType('round', x),
    kernel({ data: y }, [{ data: x }]) {
      for (let i = 0; i < y.length; i++) y[i] = halfToEven(x[i]);
    },
  },
  exp: {
    name: 'exp',
    type: ([x]) => floatType('exp', x),
    kernel({ data: y }, [{ data: x }]) {
      for (let i = 0; i < y.length; i++) y[i] = Math.exp(x[i]);
    },
  },
  expm1: {
    name: 'expm1',
    type: ([x]) => floatType('expm1', x),
    kernel({ data: y }, [{ data: x }]) {
      for (let i = 0; i < y.length; i++) y[i] = Math.expm1(x[i]);
    },
  },
  log: {
    name: 'log',
    type: ([x]) => floatType('log', x),
    kernel({ data: y }, [{ data: x }]) {
      for (let i = 0; i < y.length; i++) y[i] = Math.log(x[i]);
    },
  },
  log1p: {
    name: 'log1p',
    type: ([x]) => floatType('log1p', x),
    kernel({ data: y }, [{ data: x }]) {
      for (let i = 0; i < y.length; i++) y[i] = Math.log1p(x[i]);
    },
  },
  sqrt: {
    name: 'sqrt',
    type: ([x]) => floatType('sqrt', x),
    kernel({ data: y }, [{ data: x }]) {
      for (let i = 0; i < y.length; i++) y[i] = Math.sqrt(x[i]);
    },
  },
  sin: {
    name: 'sin',
    type: ([x]) => floatType('sin', x),
    kernel({ data: y }, [{ data: x }]) {
      for (let i = 0; i < y.length; i++) y[i] = Math.sin(x[i]);
    },
  },
  cos: {
    name: 'cos',
    type: ([x]) => floatType('cos', x),
    kernel({ data: y }, [{ data: x }]) {
      for (let i = 0; i < y.length; i++) y[i] = Math.cos(x[i]);
    },
  },
  tan: {
    name: 'tan',
    type: ([x]) => floatType('tan', x),
    kernel({ data: y }, [{ data: x }]) {
      for (let i = 0; i < y.length; i++) y[i] = Math.tan(x[i]);
    },
  },
  atan: {
    name: 'atan',
    type: ([x]) => floatType('atan', x),
    kernel({ data: y }, [{ data: x }]) {
      for (let i = 0; i < y.length; i++) y[i] = Math.atan(x[i]);
    },
  },
  tanh: {
    name: 'tanh',
    type: ([x]) => floatType('tanh', x),
    kernel({ data: y }, [{ data: x }]) {
      for (let i = 0; i < y.length; i++) y[i] = Math.tanh(x[i]);
    },
  },
  sigmoid: {
    name: 'sigmoid',
    type: ([x]) => floatType('sigmoid', x),
    kernel({ data: y }, [{ data: x }]) {
      for (let i = 0; i < y.length; i++) y[i] = 1 / (1 + Math.exp(-x[i]));
    },
  },
  softplus: {
    name: 'softplus',
    type: ([x]) => floatType('softplus', x),
    kernel({ data: y }, [{ data: x }]) {
      // log(1 + e^x) with the larger term taken out: e^x overflows a float32 above 88.
      for (let i = 0; i < y.length; i++) y[i] = Math.max(x[i], 0) + Math.log1p(Math.exp(-Math.abs(x[i])));
    },
  },
  erf: {
    name: 'erf',
    type: ([x]) => floatType('erf', x),
    kernel({ data: y }, [{ data: x }]) {
      for (let i = 0; i < y.length; i++) y[i] = erfOf(x[i]);
    },
  },
  not: {
    name: 'not',
    type: ([x]) => {
      expectDType('not', 'x', x, 'bool');
      return { dtype: 'bool', shape: x.shape };
    },
    kernel({ data: y }, [{ data: x }]) {
      for (let i = 0; i < y.length; i++) y[i] = 1 - x[i];
    },
  },
};

function halfToEven(x: number): number {
  const rounded = Math.round(x);
  return rounded - x === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}

/** y = -x; dx = -dy. */
export function neg(x: Tensor): Tensor {
  return dispatch(unary.neg, [toNumber(x)], {});
}

/** y = |x|; dx = dy sign(x). */
export function abs(x: Tensor): Tensor {
  return dispatch(unary.abs, [toNumber(x)], {});
}

/** y = -1, 0 or 1 by the sign of x; dx = 0. */
export function sign(x: Tensor): Tensor {
  return dispatch(unary.sign, [toNumber(x)], {});
}

/** The largest whole number not above x; dx = 0. */
export function floor(x: Tensor): Tensor {
  return dispatch(unary.floor, [toFloat(x)], {});
}

/** The smallest whole number not below x; dx = 0. */
export function ceil(x: Tensor): Tensor {
  return dispatch(unary.ceil, [toFloat(x)], {});
}

/** The nearest whole number, halves to the even one (IEEE 754); dx = 0. */
export function round(x: Tensor): Tensor {
  return dispatch(unary.round, [toFloat(x)], {});
}

/** y = e^x; dx = dy y. */
export function exp(x: Tensor): Tensor {
  return dispatch(unary.exp, [toFloat(x)], {});
}

/** y = e^x - 1 without cancellation near 0; dx = dy (y + 1). */
export function expm1(x: Tensor): Tensor {
  return dispatch(unary.expm1, [toFloat(x)], {});
}

/** The natural logarithm; dx = dy / x. */
export function log(x: Tensor): Tensor {
  return dispatch(unary.log, [toFloat(x)], {});
}

/** y = log(1 + x) without cancellation near 0; dx = dy / (1 + x). */
export function log1p(x: Tensor): Tensor {
  return dispatch(unary.log1p, [toFloat(x)], {});
}

/** y = sqrt(x); dx = dy / (2 y). */
export function sqrt(x: Tensor): Tensor {
  return dispatch(unary.sqrt, [toFloat(x)], {});
}

/** y = sin x; dx = dy cos x. */
export function sin(x: Tensor): Tensor {
  return dispatch(unary.sin, [toFloat(x)], {});
}

/** y = cos x; dx = -dy sin x. */
export function cos(x: Tensor): Tensor {
  return dispatch(unary.cos, [toFloat(x)], {});
}

/** y = tan x; dx = dy (1 + y^2). */
export function tan(x: Tensor): Tensor {
  return dispatch(unary.tan, [toFloat(x)], {});
}

/** y = arctan x; dx = dy / (1 + x^2). */
export function atan(x: Tensor): Tensor {
  return dispatch(unary.atan, [toFloat(x)], {});
}

/** y = tanh x; dx = dy (1 - y^2). */
export function tanh(x: Tensor): Tensor {
  return dispatch(unary.tanh, [toFloat(x)], {});
}

/** y = 1 / (1 + e^-x); dx = dy y (1 - y). */
export function sigmoid(x: Tensor): Tensor {
  return dispatch(unary.sigmoid, [toFloat(x)], {});
}

/** y = log(1 + e^x), a smooth maximum of x and 0; dx = dy sigmoid(x). */
export function softplus(x: Tensor): Tensor {
  return dispatch(unary.softplus, [toFloat(x)], {});
}

/** y = 2 / sqrt(pi) times the integral of e^(-t^2) from 0 to x; dx = dy 2 / sqrt(pi) e^(-x^2). */
export function erf(x: Tensor): Tensor {
  return dispatch(unary.erf, [toFloat(x)], {});
}

/** Where x is false (a number counts as true unless it is 0). */
export function not(x: Tensor): Tensor {
  return dispatch(unary.not, [cast(x, 'bool')], {});
}
