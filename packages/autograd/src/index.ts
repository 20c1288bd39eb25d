/** @gradus/autograd: derivatives of any order, batching, and derivatives of one's own. */
export { grad, valueAndGrad } from './grad.js';
export type { Gradients } from './grad.js';
